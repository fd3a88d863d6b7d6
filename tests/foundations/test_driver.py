"""A statement that stands alone is a transaction of its own; every other one waits for a commit."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, String, bindparam, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from engage.audit.models import AuditEntry
from engage.db import db
from engage.messaging.models import OptOut
from engage.statements import Into, Query, write_once
from tests.cast import NOW

OPT_OUTS = Into(OptOut.__table__, once=["phone_index"])
LINES = Into(AuditEntry.__table__)
_opt_outs: Any = OptOut.__table__
_BY_PHONE = Query(
    select(_opt_outs.c.id).where(_opt_outs.c.phone_index == bindparam("phone", type_=String()))
)


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    with app.app_context():
        yield db.session.connection()
        db.session.rollback()


def opt_out(phone: str = "a") -> dict[str, Any]:
    return {"id": uuid4(), "phone_index": phone, "how": "text", "since": NOW}


def line(**more: Any) -> dict[str, Any]:
    return {"id": uuid4(), "at": NOW, "actor_kind": "system", "verb": "test:done", **more}


def is_begun(connection: Connection) -> bool:
    """Say whether the database has a transaction open."""
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        return bool(raw.in_transaction)
    return bool(raw.pgconn.transaction_status)


def stored() -> tuple[int, int]:
    """Return how many lines and opt-outs somebody else sees."""
    with db.engine.connect() as other:
        lines = other.scalar(select(func.count()).select_from(AuditEntry))
        return lines or 0, other.scalar(select(func.count()).select_from(OptOut)) or 0


def test_to_read_begins_nothing(connection: Connection) -> None:
    assert _BY_PHONE.all(connection, {"phone": "a"}) == []
    assert not is_begun(connection)


def test_what_is_read_within_a_transaction_is_what_it_wrote(connection: Connection) -> None:
    row = opt_out()
    OPT_OUTS.insert(connection, [row])
    assert [each.id for each in _BY_PHONE.all(connection, {"phone": "a"})] == [row["id"]]
    assert is_begun(connection)
    db.session.rollback()
    assert stored() == (0, 0)


def test_all_of_a_transaction_in_one_statement_is_kept_by_itself(connection: Connection) -> None:
    assert write_once(connection, (OPT_OUTS, opt_out()), [(LINES, [line(), line()])], is_all=True)
    is_one_statement = connection.dialect.name == "postgresql"
    assert is_begun(connection) != is_one_statement
    assert stored() == ((2, 1) if is_one_statement else (0, 0))
    db.session.commit()
    assert stored() == (2, 1)


def test_within_a_transaction_it_waits_for_the_commit(connection: Connection) -> None:
    LINES.insert(connection, [line()])
    assert write_once(connection, (OPT_OUTS, opt_out()), [(LINES, [line()])], is_all=True)
    assert stored() == (0, 0)
    db.session.rollback()
    assert stored() == (0, 0)


def test_what_is_not_all_waits_for_the_commit(connection: Connection) -> None:
    assert write_once(connection, (OPT_OUTS, opt_out()), [(LINES, [line()])])
    assert stored() == (0, 0)
    db.session.rollback()
    assert stored() == (0, 0)


@pytest.mark.parametrize("broken", [False, True])
def test_the_next_transaction_is_one_again(connection: Connection, broken: bool) -> None:
    lines = [line(verb=None)] if broken else []
    if broken:
        with pytest.raises(IntegrityError):
            write_once(connection, (OPT_OUTS, opt_out()), [(LINES, lines)], is_all=True)
        db.session.rollback()
        assert stored() == (0, 0)
    else:
        write_once(connection, (OPT_OUTS, opt_out()), [], is_all=True)
        db.session.commit()
    before = stored()
    LINES.insert(db.session.connection(), [line()])
    assert is_begun(db.session.connection())
    db.session.rollback()
    assert stored() == before


def test_a_connection_lost_while_reading_is_replaced(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        pytest.skip("SQLite's connections are not lost")
    number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    db.session.commit()
    again = db.session.connection()
    assert again.execute(text("SELECT pg_backend_pid()")).scalar_one() == number
    raw: Any = again.connection.dbapi_connection
    raw.rollback()
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
    with pytest.raises(OperationalError) as caught:
        _BY_PHONE.all(again, {"phone": "a"})
    assert caught.value.connection_invalidated
    db.session.rollback()
    assert _BY_PHONE.all(db.session.connection(), {"phone": "a"}) == []
