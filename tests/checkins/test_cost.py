"""What a text costs: at most ten statements, one commit, nobody asked before the answer."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH as LONGEST_KEPT
from sqlalchemy import event, select
from sqlalchemy.dialects.postgresql.psycopg import dialect as postgresql_dialect

from engage.alerts import chain
from engage.cards.actions import Card
from engage.checkins import now_views, senders, tap_actions
from engage.checkins.actions import Received
from engage.checkins.models import CheckIn
from engage.checkins.rules import Kind
from engage.checkins.tap_actions import Tap, receive_tap
from engage.db import db
from engage.fair_lock import FairConnection
from engage.messaging.models import InboundMessage
from engage.people import sessions
from engage.people.models import Consent, Person, Relationship, ReplyPolicy
from tests.cast import CODE_WORD, NOT_OK_WORD, Cast
from tests.checkins.texting import (
    ADDRESS,
    UNKNOWN,
    alerts,
    last_check_in,
    phone_of,
    press,
    text,
    told,
)
from tests.page import Page

MOST = 10


@contextmanager
def counted(*, is_traced: bool = True) -> Iterator[tuple[list[str], list[str]]]:
    """Collect the statements and the commits of a block.

    On SQLite what we are told is held against what the driver itself ran (`is_traced`).
    """
    statements: list[str] = []
    commits: list[str] = []
    traced: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        statements.append(sql)

    def note_commit(_connection: object) -> None:
        commits.append("COMMIT")

    raw: object = db.session.connection().connection.dbapi_connection if is_traced else None
    if isinstance(raw, FairConnection):
        raw.set_trace_callback(traced.append)
    event.listen(db.engine, "before_cursor_execute", note)
    event.listen(db.engine, "commit", note_commit)
    try:
        yield statements, commits
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        event.remove(db.engine, "commit", note_commit)
        if isinstance(raw, FairConnection):
            raw.set_trace_callback(None)
    if isinstance(raw, FairConnection):
        # The log is copied into the file after one commit in a hundred.
        beside = ("BEGIN", "COMMIT", "--", "PRAGMA wal_checkpoint")
        own = [sql for sql in traced if not sql.startswith(beside)]
        assert len(own) == len(statements), (own, statements)


def set_policy(cast: Cast, policy: ReplyPolicy) -> None:
    db.session.get_one(Person, cast.maya).reply_policy = policy
    db.session.commit()


KINDS = {
    "ok": "ok",
    "talk": "call me",
    "ready": "ready",
    "sos": "sos",
    "not ok": "not ok",
    "code word": f"{CODE_WORD} ok",
    "not-OK word": f"ok {NOT_OK_WORD}",
    "STOP": "STOP",
    "START": "START",
    "HELP": "HELP",
    "info": "info",
    "a digit": "2",
    "danger as a digit": "9",
    "free text": "i am at the park with dan",
    "thanks": "thank you",
    "wrong number": "wrong number",
    "nothing": "",
}


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("policy", [ReplyPolicy.NEUTRAL, ReplyPolicy.AGREED])
@pytest.mark.parametrize("words", KINDS.values(), ids=KINDS.keys())
def test_a_young_persons_text_costs_at_most_ten_statements(
    words: str, policy: ReplyPolicy, cast: Cast, now: datetime
) -> None:
    set_policy(cast, policy)
    number = phone_of(cast.maya)
    with counted() as (statements, commits):
        assert text(number, words, now=now) is not None
    assert len(statements) <= MOST, statements
    assert len(commits) == 1


@pytest.mark.usefixtures("inside")
def test_asking_where_to_go_costs_a_look_into_our_directory_more(cast: Cast, now: datetime) -> None:
    number = phone_of(cast.maya)
    with counted() as (statements, commits):
        assert text(number, "where croydon", now=now) is not None
    assert len([sql for sql in statements if "FROM places" in sql]) <= 1, statements
    assert len(statements) <= MOST, statements
    assert len(commits) == 1


@pytest.mark.usefixtures("inside")
def test_a_numbered_answer_costs_no_more_than_other_texts(cast: Cast, now: datetime) -> None:
    set_policy(cast, ReplyPolicy.AGREED)
    number = phone_of(cast.maya)
    text(number, "ready", now=now)
    for minute, digit in enumerate(["2", "3", "1"], start=1):
        with counted() as (statements, _):
            text(number, digit, now=now + timedelta(minutes=minute))
        assert len(statements) <= MOST, statements
        assert last_check_in().choice == int(digit)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("words", KINDS.values(), ids=KINDS.keys())
def test_a_strangers_text_costs_at_most_ten_statements(
    words: str, cast: Cast, now: datetime
) -> None:
    with counted() as (statements, commits):
        assert text(UNKNOWN, words, now=now) is not None
    assert len(statements) <= MOST, statements
    assert len(commits) == 1


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("words", KINDS.values(), ids=KINDS.keys())
def test_a_text_from_a_shared_phone_costs_at_most_ten_statements(
    words: str, cast: Cast, now: datetime
) -> None:
    number = phone_of(cast.maya)
    db.session.get_one(Person, cast.kit).phone = number
    db.session.commit()
    with counted() as (statements, commits):
        assert text(number, words, now=now) is not None
    assert len(statements) <= MOST, statements
    assert len(commits) == 1


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("words", ["1", "2", "yes", "STOP", "START", "she is not back", "ok"])
def test_an_adults_text_costs_at_most_ten_statements(words: str, cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "not ok", now=now)
    number = phone_of(cast.jo)
    with counted() as (statements, commits):
        assert text(number, words, now=now + timedelta(minutes=1)) is not None
    assert len(statements) <= MOST, statements
    assert len(commits) == 1
    assert (alerts()[0].acknowledged_by_id == cast.jo) == (words in ("1", "yes"))


@pytest.mark.usefixtures("inside")
def test_a_second_adults_digit_costs_no_more(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "not ok", now=now)
    text(phone_of(cast.jo), "1", now=now)
    number = phone_of(cast.sam)
    with counted() as (statements, _):
        text(number, "1", now=now)
    assert len(statements) <= MOST, statements
    assert told("alert_theirs") == {cast.sam}


@pytest.mark.usefixtures("inside")
def test_a_text_that_comes_again_costs_three_statements_and_changes_one_number(
    cast: Cast, now: datetime
) -> None:
    number = phone_of(cast.maya)
    text(number, "not ok", now=now, sid="SMagain")
    with counted() as (statements, _):
        assert text(number, "not ok", now=now, sid="SMagain") is None
    assert len(statements) <= 3, statements
    assert db.session.scalars(select(InboundMessage.hits)).all() == [2]
    assert len(alerts()) == 1


@pytest.mark.usefixtures("inside")
def test_a_stop_said_twice_is_kept_once_and_start_ends_it(cast: Cast, now: datetime) -> None:
    number = phone_of(cast.maya)
    for minute, words in enumerate(["STOP", "STOP", "START"]):
        with counted() as (statements, _):
            text(number, words, now=now + timedelta(minutes=minute))
        assert len(statements) <= MOST, statements
    assert told("reply_start") == {cast.maya}


@pytest.mark.usefixtures("inside")
def test_a_trusted_persons_answer_is_one_commit(cast: Cast, now: datetime) -> None:
    asked = select(Relationship).where(
        Relationship.person_id == cast.nan_ruth, Relationship.young_person_id == cast.maya
    )
    db.session.scalars(asked).one().consent = Consent.ASKED
    db.session.commit()
    number = phone_of(cast.nan_ruth)
    with counted() as (_, commits):
        text(number, "1", now=now)
    assert len(commits) == 1
    assert db.session.scalars(asked).one().consent == Consent.YES


@pytest.mark.usefixtures("inside")
def test_nobody_else_is_asked_before_the_answer(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = phone_of(cast.maya)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a text waits for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert text(number, "not ok", now=now) is not None


@pytest.mark.parametrize(
    "label", ["I'm OK", "I want to come back", "Call me or text me", "I'm not safe"]
)
def test_a_press_costs_at_most_ten_statements_and_one_commit(
    label: str, app: Flask, client: FlaskClient, card: Card, now: datetime
) -> None:
    client.get(f"/c/{card.code}")
    form = Page(client.get("/now")).form("/now")
    with app.app_context(), counted(is_traced=False) as (statements, commits):
        assert press(form, client, label).status_code == 303
    assert len(statements) <= MOST, statements
    assert len(commits) == 1
    with app.app_context():
        assert last_check_in().received_at == now


def tap(cast: Cast, kind: Kind, key: str, now: datetime) -> Received | None:
    """Press a button on the page of a young person signed in, and commit, like the view."""
    found = receive_tap(cast.viewer(cast.maya), cast.maya, Tap(kind, key), now=now, address=ADDRESS)
    db.session.commit()
    return found


@pytest.mark.usefixtures("inside")
def test_the_same_press_again_raises_nothing_even_when_the_first_joined_an_alert(
    cast: Cast, now: datetime
) -> None:
    text(phone_of(cast.maya), "call me", now=now)
    assert tap(cast, Kind.TALK, "once", now + timedelta(minutes=1)) is not None
    assert last_check_in().alert_id == alerts()[0].id
    # The first press joined; by now an alert of its own would be raised for it.
    assert tap(cast, Kind.TALK, "once", now + timedelta(minutes=20)) is None
    assert len(alerts()) == 1
    assert len(db.session.scalars(select(CheckIn)).all()) == 2


@pytest.mark.usefixtures("inside")
def test_a_press_that_raises_an_alert_points_at_it(cast: Cast, now: datetime) -> None:
    received = tap(cast, Kind.SOS, "danger", now)
    assert received is not None
    (alert,) = alerts()
    assert (received.alert_id, last_check_in().alert_id) == (alert.id, alert.id)
    assert alert.about_id == last_check_in().id
    assert told("alert_sos") == {cast.ade, cast.jo, cast.sam}


def test_psycopg_keeps_what_it_read_of_the_statements_of_a_text_and_a_press() -> None:
    # A longer one it reads anew each time: 0.2 ms of CPU. Source: psycopg/_queries.py.
    ready = [senders._KNOWN, tap_actions._FACTS, now_views._HOUSE, sessions._found(),
             chain._AROUND_ONE, chain._AROUND_HOUSE]  # fmt: skip
    for query in ready:
        sql = str(query._statement.compile(dialect=postgresql_dialect()))
        assert len(sql.encode()) <= LONGEST_KEPT, sql[:100]
