"""What an answer costs. `benchmarks/returns.py` measures the time; this counts what takes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from time_machine import Traveller

from engage.db import db
from engage.feedback import views
from engage.feedback.by_text import receive
from engage.feedback.models import PosterWeek
from engage.messaging.inbound import InboundText
from tests.cast import NOW
from tests.checkins.texting import SERVICE, UNKNOWN
from tests.feedback.conftest import ADDRESS, Hang, Hung, Line, code_of, kept
from tests.page import Page


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Note every statement that goes to the database."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # PostgreSQL writes a row within a WITH.
        said.append("write" if "INSERT INTO" in statement else "look")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def times_of(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(select(PosterWeek.times)))


def test_an_answer_is_one_look_and_one_write(app: Flask, client: FlaskClient, hang: Hang) -> None:
    hung = hang()
    form = Page(client.get(hung.path)).form(hung.path).fill(safe="4", words="There was toast")
    with counted(app) as first:
        assert form.submit(client).status_code == 303
    with counted(app) as again:
        assert form.submit(client).status_code == 303
    assert first == again == ["look", "write"]
    assert len(kept(app)) == 1  # the same page sent twice


def test_a_code_that_opens_nothing_is_looked_up_once_and_writes_nothing(
    app: Flask, client: FlaskClient, hang: Hang
) -> None:
    hang()
    with counted(app) as said:
        assert client.get("/f/" + "0" * 26).status_code == 404
    assert said == ["look"]


def test_who_opens_it_without_end_stops_being_counted_and_still_sees_it(
    app: Flask, client: FlaskClient, hang: Hang, clock: Traveller, monkeypatch: Any
) -> None:
    monkeypatch.setattr(views, "COUNTED", "3 per hour")
    hung, other = hang(), hang(place="Kitchen")

    def opened(poster: Hung) -> list[str]:
        with counted(app) as said:
            assert "How did people treat you?" in Page(client.get(poster.path)).text
        return said

    for _ in range(3):
        assert "write" in opened(hung)
    assert opened(hung) == ["look"]
    assert "write" in opened(other)  # another poster counts on
    clock.shift(timedelta(hours=1, seconds=1))
    assert "write" in opened(hung)
    assert sorted(times_of(app)) == [1, 4]


def test_a_text_is_one_look_and_two_writes_and_its_answer_asks_twice(
    app: Flask, line: Line, hang: Hang
) -> None:
    code = code_of(app, hang())
    with counted(app) as first:
        line.text(f"RATE {code} 4 Fine", sid="SM1")
    with counted(app) as again:
        line.text(f"RATE {code} 4 Fine", sid="SM1")
    assert first == ["look", "write", "write", "look", "look"]
    assert again == ["look", "write", "look", "look"]


def test_looking_for_feedback_costs_other_texts_no_statement(app: Flask, line: Line) -> None:
    text = InboundText("twilio", "SM1", UNKNOWN, SERVICE, "7 of us at 8, come")
    with counted(app) as said, app.app_context():
        assert receive(text, now=NOW, address=ADDRESS) is text
    assert said == []
