"""Nothing that is kept ties an answer to whoever wrote it.

Two worlds that differ in one thing only, the writer, must leave the same database but for what
chance made (ids, keys, what is sealed) — and for what their signing in alone leaves.
"""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text
from time_machine import Traveller

from engage.alerts.models import Alert
from engage.crypto import blind_index
from engage.db import Base, db
from engage.feedback.models import FeedbackAnswer, FeedbackText
from engage.messaging.models import Message
from engage.people.models import Person
from tests.cast import Cast
from tests.checkins.texting import UNKNOWN
from tests.feedback.conftest import Hang, Hung, Line, code_of
from tests.page import Page
from tests.sealing import is_sealed

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
WORDS = "They did not ask me anything."
RANDOM = re.compile(r"^[0-9a-f]{32}$|^[0-9a-f-]{36}$|^[0-9a-f]{64}$")


def answer(client: FlaskClient, hung: Hung) -> None:
    form = Page(client.get(hung.path)).form(hung.path)
    form.fill({"listened": "1", "safe": "2"}, words=WORDS)
    assert "sent=yes" in Page(client.get(form.submit(client).location)).url


def everything(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, with what chance makes taken out."""
    with app.app_context():
        found = {}
        for name in sorted(Base.metadata.tables):
            rows = db.session.execute(text(f'SELECT * FROM "{name}"')).all()
            found[name] = sorted(
                (tuple("*" if is_by_chance(value) else value for value in row) for row in rows),
                key=repr,
            )
        return found


def is_by_chance(value: Any) -> bool:
    known = isinstance(value, str) and (RANDOM.match(value) or is_sealed(value))
    return bool(known) or isinstance(value, UUID)


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    difference = {}
    for name, rows in after.items():
        left = list(before[name])
        new = [row for row in rows if not (row in left and not left.remove(row))]
        if new:
            difference[name] = new
    return difference


@pytest.mark.parametrize("writer", ["maya", "kit", None])
def test_an_answer_adds_the_same_rows_whoever_wrote_it(
    writer: str | None, app: Flask, client: FlaskClient, cast: Cast, hang: Hang, sign_in: SignIn
) -> None:
    hung = hang()
    if writer:
        sign_in(client, getattr(cast, writer))
        client.get("/")  # what being signed in leaves stands there before
    before = everything(app)
    answer(client, hung)
    new = changed(before, everything(app))
    assert set(new) == {"feedback_answers", "feedback_poster_weeks"}
    assert len(new["feedback_answers"]) == 1
    with app.app_context():
        (row,) = db.session.scalars(select(FeedbackAnswer))
        values = {c.name: getattr(row, c.name) for c in inspect(FeedbackAnswer).columns}
    del values["id"], values["key_digest"], values["words"]
    assert values == {
        "organisation_id": cast.organisation, "about": "carer", "listened": 1, "kind": None,
        "told": None, "safe": 2, "treated": None, "needs_a_human": False, "poster_id": None,
        "quarter_on": values["quarter_on"],
    }  # fmt: skip
    assert values["quarter_on"].day == 1 and values["quarter_on"].month in (1, 4, 7, 10)


def test_nothing_is_logged_that_names_the_writer(
    app: Flask, client: FlaskClient, cast: Cast, hang: Hang, sign_in: SignIn, caplog: Any
) -> None:
    hung = hang()
    sign_in(client, cast.maya)
    with caplog.at_level("DEBUG"):
        answer(client, hung)
    said = caplog.text
    assert str(cast.maya) not in said and "Maya" not in said and WORDS not in said
    assert "127.0.0.1" not in said


def changed_by_text(
    app: Flask, line: Line, writer: str, body: str, sid: str
) -> tuple[str, dict[str, Any]]:
    before = everything(app)
    said = line.text(body, by=writer, sid=sid)
    return said, changed(before, everything(app))


WRITERS = ["maya", "kit", "jo", "sam", None]


def number_of(app: Flask, cast: Cast, writer: str | None) -> str:
    if writer is None:
        return UNKNOWN
    with app.app_context():
        number = db.session.get_one(Person, getattr(cast, writer)).phone
        assert number
        return str(number)


def test_two_databases_that_differ_in_who_texted_are_the_same(
    app: Flask, cast: Cast, hang: Hang, line: Line, clock: Traveller
) -> None:
    """Each adds the same to what was there, whoever texted, on whatever day and minute."""
    code = code_of(app, hang())
    found = []
    for writer in WRITERS:
        clock.shift(timedelta(days=1, minutes=17))
        number = number_of(app, cast, writer)
        found.append(changed_by_text(app, line, number, f"RATE {code} 1 Sad", f"SM{writer}"))
        assert set(found[-1][1]) == {"feedback_answers", "feedback_texts"}
        assert_holds_nothing_of(app, number, f"SM{writer}")
    assert found == [found[0]] * len(WRITERS)
    assert len({number_of(app, cast, writer) for writer in WRITERS}) == len(WRITERS)


@pytest.mark.parametrize("writer", WRITERS)
def test_what_cannot_wait_tells_those_on_duty_and_nothing_of_who_wrote(
    writer: str | None, app: Flask, cast: Cast, hang: Hang, line: Line
) -> None:
    """That alert has a time, which is said on the poster; it has no phone."""
    code, number = code_of(app, hang()), number_of(app, cast, writer)
    said, new = changed_by_text(app, line, number, f"RATE {code} 1 he hit me", "SMgrave")
    assert said.startswith("Thank you for telling")
    assert {"feedback_answers", "feedback_texts", "alerts", "alert_notices", "messages"} <= set(new)
    assert not {"inbound_messages", "check_ins", "opt_outs", "people", "consent_entries"} & set(new)
    assert_holds_nothing_of(app, number, "SMgrave")
    with app.app_context():
        (alert,) = db.session.scalars(select(Alert))
        assert alert.young_person_id is None
        for message in db.session.scalars(select(Message)):
            assert message.to_number is None and message.person_id != cast.maya


def assert_holds_nothing_of(app: Flask, number: str, sid: str) -> None:
    """Look for a number, or what it is looked up by, in every row that feedback adds."""
    with app.app_context():
        index = blind_index("phone", number)
        for name in ("feedback_answers", "feedback_texts", "alerts", "audit_entries"):
            said = repr(db.session.execute(text(f'SELECT * FROM "{name}"')).all())
            assert number not in said and index not in said and sid not in said


def test_nothing_is_logged_of_a_text_that_was_feedback(
    app: Flask, cast: Cast, hang: Hang, line: Line, caplog: Any
) -> None:
    code, number = code_of(app, hang()), number_of(app, cast, "maya")
    with caplog.at_level("DEBUG"):
        line.text(f"RATE {code} 2 {WORDS}", by=number, sid="SMsecret")
    for each in (number, number[-9:], WORDS, code, code.lower(), "SMsecret", str(cast.maya)):
        assert each not in caplog.text


def test_an_answer_by_text_cannot_be_laid_beside_the_text_that_brought_it(
    app: Flask, hang: Hang, line: Line
) -> None:
    """Not by a shared key: what says that the text came once holds nothing of the answer."""
    code = code_of(app, hang())
    for n in range(6):
        line.text(f"RATE {code} {n % 5 + 1} Words {n}", sid=f"SM{n}")
    with app.app_context():
        answers, texts = (
            {str(v) for row in db.session.execute(select(table.__table__)) for v in row if v}
            for table in (FeedbackAnswer, FeedbackText)
        )
    assert not {v for v in answers & texts if len(v) > 1}


def test_sqlite_keeps_no_order_in_which_answers_came(
    app: Flask, hang: Hang, say: Callable[..., bool], settings: Any
) -> None:
    if settings.sqlite_path is None:
        pytest.skip("PostgreSQL has no row ids that count up")
    hung = hang()
    for n in range(12):
        say(hung, (n % 5 + 1,) * 4, key=f"in turn {n}")
    with closing(sqlite3.connect(Path(settings.sqlite_path))) as raw:
        with pytest.raises(sqlite3.OperationalError, match="rowid"):
            raw.execute("SELECT rowid FROM feedback_answers").fetchone()
        stored = [row[0] for row in raw.execute("SELECT id FROM feedback_answers")]
        with pytest.raises(sqlite3.OperationalError, match="rowid"):
            raw.execute("SELECT rowid FROM feedback_texts").fetchone()
    assert stored == sorted(stored)  # in the order of random ids, however they came
