"""Statements handed straight to the driver: the same rows, types and errors as SQLAlchemy's own."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Uuid, bindparam, delete, event, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from engage import statements
from engage.audit.models import AuditEntry
from engage.db import UtcDateTime, db
from engage.messaging.models import ConsentEntry, InboundMessage, OptOut
from engage.people.models import Organisation, Person
from engage.statements import MOST_IN_ONE, Change, Into, Query, write, write_once
from tests.cast import NOW

ORGANISATIONS = Into(Organisation.__table__)
PEOPLE = Into(Person.__table__)
OPT_OUTS = Into(OptOut.__table__, once=["phone_index"])
LINES = Into(AuditEntry.__table__)
INBOUND = Into(InboundMessage.__table__, once=["provider", "provider_sid"], hits="hits")
CONSENT = Into(ConsentEntry.__table__)
_opt_outs: Any = OptOut.__table__
_SINCE = Query(
    select(_opt_outs.c.id, _opt_outs.c.how, _opt_outs.c.since)
    .where(
        _opt_outs.c.how.in_(["text", "staff"]),
        _opt_outs.c.since >= bindparam("since", type_=UtcDateTime()),
    )
    .order_by(_opt_outs.c.since)
)
_MOVE = Change(
    update(_opt_outs)
    .where(_opt_outs.c.id == bindparam("row_id", type_=Uuid()))
    .values(since=bindparam("to", type_=UtcDateTime()))
)
_REMOVE = Change(delete(_opt_outs).where(_opt_outs.c.phone_index == bindparam("phone")))


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    with app.app_context():
        yield db.session.connection()
        db.session.rollback()


def opt_out(phone: str, how: str = "text", since: datetime = NOW) -> dict[str, Any]:
    return {"id": uuid4(), "phone_index": phone, "how": how, "since": since}


def inbound(sid: str, **more: Any) -> dict[str, Any]:
    return {
        "id": uuid4(), "provider": "twilio", "provider_sid": sid, "from_number": "sealed",
        "phone_index": "i", "to_number": "+447700900500", "body": "sealed", "received_at": NOW,
        "source": "webhook", **more,
    }  # fmt: skip


def line(verb: str = "test:done", reason: str | None = None) -> dict[str, Any]:
    return {"id": uuid4(), "at": NOW, "actor_kind": "system", "verb": verb, "reason": reason}


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_query_gives_the_types_of_the_columns(connection: Connection) -> None:
    rows = [opt_out("a"), opt_out("b", "staff", NOW + timedelta(hours=1)), opt_out("c", "provider")]
    assert OPT_OUTS.insert(connection, rows) == 3
    found = _SINCE.all(connection, {"since": NOW})
    assert [(row.id, row.how) for row in found] == [
        (rows[0]["id"], "text"),
        (rows[1]["id"], "staff"),
    ]
    assert isinstance(found[0].id, UUID)
    assert found[1].since == NOW + timedelta(hours=1)
    assert found[1].since.utcoffset() == timedelta(0)
    assert found == [tuple(row) for row in connection.execute(_SINCE._statement, {"since": NOW})]


def test_a_query_converts_what_is_asked(connection: Connection) -> None:
    OPT_OUTS.insert(connection, [opt_out("a")])
    elsewhere = (NOW + timedelta(minutes=1)).astimezone(timezone(timedelta(hours=5)))
    assert _SINCE.all(connection, {"since": elsewhere}) == []
    assert len(_SINCE.all(connection, {"since": elsewhere - timedelta(minutes=1)})) == 1
    with pytest.raises(ValueError, match="time zone"):
        _SINCE.all(connection, {"since": datetime(2026, 1, 1)})


def test_a_value_that_was_forgotten_is_an_error(connection: Connection) -> None:
    with pytest.raises(KeyError):
        _SINCE.all(connection, {})


def test_what_is_there_already_is_left_alone(connection: Connection) -> None:
    first, again = opt_out("a"), opt_out("a", "staff")
    assert OPT_OUTS.insert(connection, [first]) == 1
    assert OPT_OUTS.insert(connection, [again, opt_out("b")]) == 1
    assert first["id"] in [row.id for row in _SINCE.all(connection, {"since": NOW})]
    assert OPT_OUTS.insert(connection, []) == 0


def test_columns_with_a_plain_default_may_be_left_out(connection: Connection) -> None:
    INBOUND.insert(connection, [inbound("SM1")])
    assert db.session.scalars(select(InboundMessage.hits)).one() == 1


def test_many_rows_are_written_in_parts(connection: Connection) -> None:
    rows = [opt_out(str(n)) for n in range(MOST_IN_ONE * 2 + 3)]
    assert OPT_OUTS.insert(connection, rows) == len(rows)
    assert count(OptOut) == len(rows)


def test_copied_rows_are_the_same(connection: Connection) -> None:
    odd = "tab\there, back\\slash, 'quotes' \"double\"\nline\r\u202eسلام 🙂 \\N"
    LINES.copy(connection, [line(reason=None), {**line(), "reason": odd[:60]}])
    LINES.copy(connection, [])
    assert set(db.session.scalars(select(AuditEntry.reason))) == {None, odd[:60]}
    assert set(db.session.scalars(select(AuditEntry.at))) == {NOW}


TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60)


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=40,
)
@given(TEXTS, st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)), st.none() | st.uuids())
def test_whatever_is_written_is_read_back(
    app: Flask, words: str, at: datetime, about: UUID | None
) -> None:
    with app.app_context():
        at = at.replace(tzinfo=UTC)
        row = {**line(reason=words), "at": at, "subject_id": about, "object_id": about}
        LINES.insert(db.session.connection(), [row])
        found = db.session.get_one(AuditEntry, row["id"])
        assert (found.reason, found.at, found.subject_id, found.object_id) == (
            words, at, about, about,
        )  # fmt: skip
        db.session.rollback()


def test_the_hour_that_comes_twice_is_two_instants(connection: Connection) -> None:
    london = ZoneInfo("Europe/London")
    first = datetime(2026, 10, 25, 1, 30, tzinfo=london)
    second = first.replace(fold=1)
    rows = [opt_out("a", since=first), opt_out("b", since=second)]
    OPT_OUTS.insert(connection, rows)
    found = {row.id: row.since for row in _SINCE.all(connection, {"since": first})}
    assert found[rows[1]["id"]] - found[rows[0]["id"]] == timedelta(hours=1)
    assert len(_SINCE.all(connection, {"since": second})) == 1


def test_a_change_tells_how_many_rows_fit(connection: Connection) -> None:
    row = opt_out("a")
    OPT_OUTS.insert(connection, [row])
    assert _MOVE.make(connection, {"row_id": row["id"], "to": NOW + timedelta(days=1)}) == 1
    assert _MOVE.make(connection, {"row_id": uuid4(), "to": NOW}) == 0
    assert _SINCE.all(connection, {"since": NOW})[0].since == NOW + timedelta(days=1)
    assert _REMOVE.make(connection, {"phone": "a"}) == 1
    assert count(OptOut) == 0


def test_many_changes_are_made_in_one_go_each_with_its_own_values(connection: Connection) -> None:
    rows = [opt_out(f"p{n}") for n in range(40)]
    OPT_OUTS.insert(connection, rows)
    later = [NOW + timedelta(minutes=n + 1) for n in range(40)]
    _MOVE.make_each(
        connection,
        [{"row_id": row["id"], "to": to} for row, to in zip(rows, later, strict=True)],
    )
    moved = {row.id: row.since for row in _SINCE.all(connection, {"since": NOW})}
    assert moved == {row["id"]: to for row, to in zip(rows, later, strict=True)}


def test_no_changes_at_all_are_no_statement(connection: Connection) -> None:
    heard: list[str] = []
    listen = lambda _c, _cursor, sql, *_: heard.append(sql)  # noqa: E731
    event.listen(connection, "before_cursor_execute", listen)
    _MOVE.make_each(connection, [])
    assert heard == []


def test_a_value_forgotten_in_the_second_set_changes_nothing(connection: Connection) -> None:
    row = opt_out("p")
    OPT_OUTS.insert(connection, [row])
    with pytest.raises(KeyError):
        _MOVE.make_each(connection, [{"row_id": row["id"], "to": NOW + timedelta(1)}, {"to": NOW}])
    assert [each.since for each in _SINCE.all(connection, {"since": NOW})] == [NOW]


def test_rows_and_changes_are_written_one_after_another(connection: Connection) -> None:
    OPT_OUTS.insert(connection, [opt_out("gone")])
    assert write(connection, [(OPT_OUTS, [opt_out("a"), opt_out("b")]), (LINES, [])],
                 [(_REMOVE, {"phone": "gone"})]) == 3  # fmt: skip
    assert count(OptOut) == 2


def test_all_follows_what_is_new_and_nothing_what_is_not(connection: Connection) -> None:
    row = opt_out("moved")
    OPT_OUTS.insert(connection, [row])
    for times in range(1, 4):
        then = [(OPT_OUTS, [opt_out(f"new {times}")]), (LINES, [line(), line()]), (CONSENT, [])]
        later = {"row_id": row["id"], "to": NOW + timedelta(days=times)}
        is_new = write_once(connection, (INBOUND, inbound("SM1")), then, [(_MOVE, later)])
        assert is_new == (times == 1)
        assert db.session.scalars(select(InboundMessage.hits)).one() == times
        db.session.expire_all()
    assert count(AuditEntry) == 2
    assert count(OptOut) == 2
    assert _SINCE.all(connection, {"since": NOW})[-1].since == NOW + timedelta(days=1)


def test_a_row_without_a_counter_can_be_the_first(connection: Connection) -> None:
    assert write_once(connection, (OPT_OUTS, opt_out("a")), [(LINES, [line()])])
    assert not write_once(connection, (OPT_OUTS, opt_out("a")), [(LINES, [line()])])
    assert count(AuditEntry) == 1


def person(organisation: UUID) -> dict[str, Any]:
    return {
        "id": uuid4(), "kind": "carer", "organisation_id": organisation, "name": "sealed",
        "locale": "en", "created_at": NOW,
    }  # fmt: skip


def house() -> dict[str, Any]:
    return {"id": uuid4(), "name": "N", "neutral_name": "N", "policy": "england"}


def test_the_first_row_may_point_at_one_that_follows(connection: Connection) -> None:
    people = Into(Person.__table__, once=["id"])
    home = house()
    first = person(home["id"])
    assert write_once(connection, (people, first), [(ORGANISATIONS, [home])])
    db.session.commit()
    assert db.session.get_one(Person, first["id"]).organisation_id == home["id"]


def test_a_row_that_points_at_nothing_leaves_nothing(app: Flask) -> None:
    people = Into(Person.__table__, once=["id"])
    with app.app_context():
        with pytest.raises(IntegrityError):  # noqa: PT012 - SQLite asks at the commit
            write_once(
                db.session.connection(),
                (people, person(uuid4())),
                [(ORGANISATIONS, [house()]), (LINES, [line()])],
            )
            db.session.commit()
        db.session.rollback()
        assert (count(Person), count(Organisation), count(AuditEntry)) == (0, 0, 0)
        # The next transaction checks each statement again.
        with pytest.raises(IntegrityError):
            PEOPLE.insert(db.session.connection(), [person(uuid4())])
        db.session.rollback()


def test_a_failure_on_the_way_leaves_nothing(app: Flask) -> None:
    with app.app_context():
        broken = {**line(), "verb": None}
        with pytest.raises(IntegrityError):
            write_once(db.session.connection(), (INBOUND, inbound("SM1")), [(LINES, [broken])])
        db.session.rollback()
        assert count(InboundMessage) == 0
        assert write_once(db.session.connection(), (INBOUND, inbound("SM1")), [(LINES, [line()])])
        db.session.rollback()


def test_what_is_wrong_is_said_in_sqlalchemys_words_without_the_values(
    connection: Connection,
) -> None:
    with pytest.raises(DBAPIError) as caught:
        LINES.insert(connection, [{**line(reason="a secret word"), "verb": None}])
    assert "a secret word" not in str(caught.value).split("[SQL")[0] or (
        connection.dialect.name == "postgresql"
    )
    assert caught.value.params is None


def test_those_who_listen_hear_of_every_statement(connection: Connection) -> None:
    heard: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        heard.append(sql.split()[0])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        _SINCE.all(connection, {"since": NOW})
        write_once(connection, (INBOUND, inbound("SM1")), [(LINES, [line()])],
                   [(_REMOVE, {"phone": "x"})])  # fmt: skip
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    in_one = ["SELECT", "WITH"]
    one_by_one = ["SELECT", "INSERT", "INSERT", "DELETE"]
    assert heard == (in_one if connection.dialect.name == "postgresql" else one_by_one)


def test_of_two_at_once_exactly_one_is_new(app: Flask) -> None:
    together = threading.Barrier(8)
    new: list[bool] = []

    def bring() -> None:
        with app.app_context():
            connection = db.session.connection()
            together.wait(60)
            new.append(write_once(connection, (INBOUND, inbound("SM1")), [(LINES, [line()])]))
            db.session.commit()

    threads = [threading.Thread(target=bring) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new) == [False] * 7 + [True]
    with app.app_context():
        assert db.session.scalars(select(InboundMessage.hits)).one() == 8
        assert count(AuditEntry) == 1


def test_a_lost_connection_is_replaced(app: Flask) -> None:
    with app.app_context():
        connection = db.session.connection()
        if connection.dialect.name != "postgresql":
            pytest.skip("SQLite's connections are not lost")
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        with pytest.raises(OperationalError) as caught:
            LINES.insert(connection, [line()])
        assert caught.value.connection_invalidated
        db.session.rollback()
        assert LINES.insert(db.session.connection(), [line()]) == 1
        db.session.rollback()


def test_each_statement_is_made_once(connection: Connection) -> None:
    statements._in_one.cache_clear()
    for n in range(5):
        write_once(connection, (INBOUND, inbound(f"SM{n}")), [(LINES, [line()] * 1)])
    made = statements._in_one.cache_info().misses
    assert made == (1 if connection.dialect.name == "postgresql" else 0)
