"""Nothing that is kept ties an answer to whoever wrote it.

Two worlds that differ in one thing only, the writer, must leave the same database but for what
chance made (ids, keys, what is sealed) — and for what their signing in alone leaves.
"""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text

from engage.db import Base, db
from engage.feedback.models import FeedbackAnswer
from tests.cast import Cast
from tests.feedback.conftest import Hang, Hung
from tests.page import Page

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
    known = isinstance(value, str) and (RANDOM.match(value) or value.startswith("k1:"))
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
        "told": None, "safe": 2, "needs_a_human": False, "poster_id": None,
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
    assert stored == sorted(stored)  # in the order of random ids, however they came
