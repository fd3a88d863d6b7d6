"""The database: aware instants, committed reads, and a fair turn at writing."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask, g
from sqlalchemy import event, text
from sqlalchemy.exc import StatementError

from engage import crypto
from engage import db as database
from engage.audit.models import AuditEntry
from engage.config import Settings
from engage.db import Base, db, lean_transaction, new_id, transaction
from engage.fair_lock import FairLock
from tests.database import empty_sqlite
from tests.waiting import ended

NOON = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)


def small_app(address: str) -> Flask:
    app = Flask("engage")
    database.init_app(app, Settings(database_url=address))
    return app


@pytest.fixture
def small() -> Any:
    crypto.configure(f"k1:{crypto.new_key()}", crypto.new_key())
    # In memory: who waits for others' turns shall not wait for a busy disk as well.
    with empty_sqlite() as address, (app := small_app(address)).app_context():
        AuditEntry.metadata.create_all(db.engine, tables=[AuditEntry.__table__])
        db.session.execute(text("CREATE TABLE counters (n INTEGER NOT NULL)"))
        db.session.execute(text("INSERT INTO counters VALUES (0)"))
        db.session.commit()
        yield app
        for engine in db.engines.values():
            engine.dispose()


def an_entry(at: datetime) -> AuditEntry:
    return AuditEntry(at=at, actor_kind="system", verb="test:done")


def test_sqlite_is_opened_safely(small: Flask) -> None:
    for pragma, expected in {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10000,
        "secure_delete": 1,
        "trusted_schema": 0,
    }.items():
        assert db.session.scalar(text(f"PRAGMA {pragma}")) == expected, pragma


def test_a_naive_instant_is_refused(small: Flask) -> None:
    db.session.add(an_entry(NOON.replace(tzinfo=None)))
    with pytest.raises(StatementError, match="time zone"):
        db.session.commit()
    db.session.rollback()


def test_instants_come_back_in_utc(small: Flask) -> None:
    local = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    row = an_entry(local)
    db.session.add(row)
    db.session.commit()
    db.session.expire_all()
    assert row.at == NOON
    assert row.at.tzinfo is UTC


def test_an_id_exists_before_the_row_does() -> None:
    assert isinstance(an_entry(NOON).id, UUID)
    known = uuid4()
    assert AuditEntry(id=known, at=NOON).id == known


def test_a_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        AuditEntry(colour="red")


def test_every_name_in_the_schema_is_given_by_rule() -> None:
    assert Base.metadata.naming_convention["pk"] == "pk_%(table_name)s"


def fail_half_way() -> None:
    with transaction(db.session):
        db.session.execute(text("UPDATE counters SET n = 9"))
        raise ZeroDivisionError


def test_transaction_commits_or_undoes(small: Flask) -> None:
    with transaction(db.session):
        db.session.execute(text("UPDATE counters SET n = 5"))
    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert db.session.scalar(text("SELECT n FROM counters")) == 5


def counted() -> int:
    found: int = db.session.scalar(text("SELECT n FROM counters")) or 0
    db.session.close()
    return found


def add_one() -> None:
    db.connection.execute(text("UPDATE counters SET n = n + 1"))


def add_and_fail(*rows: AuditEntry) -> None:
    with lean_transaction():
        add_one()
        if rows:
            db.session.add_all(rows)
            db.session.flush()
        raise ZeroDivisionError


def test_without_a_session_all_is_committed_or_undone(small: Flask) -> None:
    with small.test_request_context():
        g.pop("_sqlalchemy_sessions", None)
        with lean_transaction():
            add_one()
            assert "_sqlalchemy_sessions" not in g
        assert counted() == 1
        g.pop("_sqlalchemy_sessions")
        with pytest.raises(ZeroDivisionError):
            add_and_fail()
        assert counted() == 1


def test_a_session_asked_for_on_the_way_writes_in_the_same_transaction(small: Flask) -> None:
    with small.test_request_context():
        g.pop("_sqlalchemy_sessions", None)
        with pytest.raises(ZeroDivisionError):
            add_and_fail(an_entry(NOON))
        assert (counted(), db.session.query(AuditEntry).count()) == (0, 0)
        g.pop("_sqlalchemy_sessions")
        commits: list[str] = []
        event.listen(db.engine, "commit", lambda _connection: commits.append("COMMIT"))
        with lean_transaction():
            add_one()
            db.session.add(an_entry(NOON))
            assert db.connection is db.session.connection()
        assert len(commits) == 1
        assert (counted(), db.session.query(AuditEntry).count()) == (1, 1)


def test_where_there_is_a_session_it_is_used(small: Flask) -> None:
    session = db.session
    with lean_transaction():
        assert db.connection is session.connection()
        add_one()
    assert db.session is session
    assert counted() == 1


def test_the_turn_at_writing_is_given_back_by_who_has_no_session(small: Flask) -> None:
    with small.test_request_context():
        g.pop("_sqlalchemy_sessions", None)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                add_and_fail()
            # It would wait for the turn and give up.
            with db.engine.begin() as another:
                another.execute(text("UPDATE counters SET n = n + 1"))
    assert counted() == 2


@pytest.mark.parametrize("at", [NOON, datetime(1970, 1, 1, tzinfo=UTC), NOON.replace(year=2999)])
def test_ids_stand_in_the_order_of_their_time_and_are_never_the_same(at: datetime) -> None:
    many = {new_id(at) for _ in range(1000)}
    assert len(many) == 1000
    for each in many:
        assert (each.version, each.variant) == (7, "specified in RFC 4122")
        assert UUID(str(each)) == each
        assert each.int >> 80 == int(at.timestamp() * 1000)
    assert max(many) < new_id(at + timedelta(milliseconds=1))


def test_a_reader_that_turns_writer_sees_what_was_committed_meanwhile(small: Flask) -> None:
    assert db.session.scalar(text("SELECT n FROM counters")) == 0
    with db.engine.begin() as other:
        other.execute(text("UPDATE counters SET n = n + 1"))
    db.session.execute(text("UPDATE counters SET n = n + 1"))
    db.session.commit()
    assert db.session.scalar(text("SELECT n FROM counters")) == 2


def test_begin_write_holds_others_back_until_commit(small: Flask) -> None:
    done = threading.Event()

    def write() -> None:
        with small.app_context(), db.engine.begin() as connection:
            connection.execute(text("UPDATE counters SET n = n + 1"))
        done.set()

    database.begin_write(db.session)
    thread = threading.Thread(target=write)
    thread.start()
    assert not done.wait(0.2)
    db.session.execute(text("UPDATE counters SET n = 10"))
    db.session.commit()
    thread.join(60)
    assert db.session.scalar(text("SELECT n FROM counters")) == 11


def test_a_failed_write_gives_the_turn_back(small: Flask) -> None:
    for _ in range(3):
        with pytest.raises(Exception, match="NOT NULL"):
            db.session.execute(text("INSERT INTO counters VALUES (NULL)"))
        db.session.rollback()
    db.session.execute(text("UPDATE counters SET n = 1"))
    db.session.commit()


COUNT_UP = """
import sys, threading
from pathlib import Path
from flask import Flask, g
from sqlalchemy import event, text
from engage import db as database
from engage.config import Settings
app = Flask("engage")
database.init_app(app, Settings(database_url=f"sqlite:///{sys.argv[1]}"))
def write():
    for _ in range(25):
        with app.app_context(), database.db.engine.begin() as connection:
            connection.execute(text("UPDATE counters SET n = n + 1"))
threads = [threading.Thread(target=write) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join(60) for thread in threads]
"""


def test_processes_and_threads_lose_no_write(small: Flask) -> None:
    command = [sys.executable, "-c", COUNT_UP, str(db.engine.url.database)]
    writers = [subprocess.Popen(command) for _ in range(2)]
    assert [ended(writer) for writer in writers] == [0, 0]
    assert db.session.scalar(text("SELECT n FROM counters")) == 200


def test_turns_are_taken_in_the_order_they_were_asked_for(tmp_path: Path) -> None:
    lock = FairLock(tmp_path / "turns.lock")
    order: list[int] = []
    lock.acquire()

    def take(number: int) -> None:
        lock.acquire()
        order.append(number)
        lock.release()

    threads = []
    for number in range(5):
        thread = threading.Thread(target=take, args=(number,))
        thread.start()
        threads.append(thread)
        while len(lock._waiting) <= number:
            pass
    lock.release()
    for thread in threads:
        thread.join(60)
    assert order == [0, 1, 2, 3, 4]
