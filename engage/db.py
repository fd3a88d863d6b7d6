"""The database: one base class, two engines, and a fair turn at writing."""

import fcntl
import functools
import os
import re
import sqlite3
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import Connection, DateTime, Engine, Insert, MetaData, Uuid, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from engage.config import Settings

WRITES = (
    "INSERT",
    "UPDATE",
    "DELETE",
    "REPLAC",
    "CREATE",
    "ALTER ",
    "DROP T",
    "DROP I",
)
LOCK_PATIENCE = 30.0  # seconds; SAFETY R23 asks for a p99 of 0.1

db = SQLAlchemy()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant. Refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class QuickUuid(Uuid[uuid.UUID]):
    """A UUID column that is read from SQLite five times as fast as `uuid.UUID(hex)` does."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Read 32 hexadecimal digits; other databases hand over UUIDs themselves."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        return _read_uuid


_set, _UNKNOWN = object.__setattr__, uuid.SafeUUID.unknown


def _read_uuid(digits: str | None) -> uuid.UUID | None:
    if digits is None:
        return None
    found = object.__new__(uuid.UUID)
    _set(found, "int", int(digits, 16))
    _set(found, "is_safe", _UNKNOWN)
    return found


class Base(DeclarativeBase):
    """Every table: a UUID that exists as soon as the object does, so text can be bound to it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), uuid.UUID: QuickUuid()}

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)

    def __init__(self, **values: Any):
        self.id = values.pop("id", None) or uuid.uuid4()
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name!r}")
            setattr(self, name, value)


class FairLock:
    """First come, first served between threads; `flock` between processes.

    SQLite's own waiting sleeps up to 100 ms between tries and starves late-comers
    (measured p99 191–643 ms against 16–45 ms with this, DESIGN 6a).
    """

    def __init__(self, path: Path):
        self._path = path
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._busy = False
        self._file: int | None = None
        self._pid = 0

    def acquire(self) -> None:
        """Wait for our turn, or raise OperationalError after LOCK_PATIENCE seconds."""
        turn = threading.Event()
        with self._guard:
            if not self._busy:
                self._busy = True
                turn.set()
            else:
                self._waiting.append(turn)
        if not turn.wait(LOCK_PATIENCE):
            with self._guard:
                if not turn.is_set():
                    self._waiting.remove(turn)
                    raise sqlite3.OperationalError("database is locked: no turn at writing")
        fcntl.flock(self._descriptor(), fcntl.LOCK_EX)

    def release(self) -> None:
        """Let the next one write."""
        fcntl.flock(self._descriptor(), fcntl.LOCK_UN)
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._busy = False

    def _descriptor(self) -> int:
        # A descriptor inherited over fork would share the parent's lock.
        if self._file is None or self._pid != os.getpid():
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._pid = os.getpid()
        return self._file


_locks: dict[str, FairLock] = {}
_locks_guard = threading.Lock()


def _lock_for(path: str) -> FairLock:
    with _locks_guard:
        return _locks.setdefault(path, FairLock(Path(f"{path}.lock")))


class FairConnection(sqlite3.Connection):
    """A connection that takes a fair turn before it writes and gives it back at the end."""

    def __init__(self, database: str, *args: Any, **kwargs: Any):
        super().__init__(database, *args, **kwargs)
        self._turn = _lock_for(os.path.abspath(database))
        self._holding = False

    def begin_write(self) -> None:
        """Start the writing transaction, unless one is open already."""
        if self.in_transaction:
            return
        self._turn.acquire()
        self._holding = True
        try:
            self.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._give_back()
            raise

    def commit(self) -> None:
        """Commit, then let the next one write."""
        try:
            super().commit()
        finally:
            self._give_back()

    def rollback(self) -> None:
        """Undo, then let the next one write."""
        try:
            super().rollback()
        finally:
            self._give_back()

    def close(self) -> None:
        """Close, and let the next one write."""
        super().close()
        if self._holding:
            self._holding = False
            self._turn.release()

    def _give_back(self) -> None:
        if self._holding and not self.in_transaction:
            self._holding = False
            self._turn.release()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=10000",
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_in_turn(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
    # Reads run in autocommit, so no reading snapshot can fail later with
    # SQLITE_BUSY_SNAPSHOT (SAFETY 6, last row); both engines then read committed rows.
    if statement[:6].upper() in WRITES:
        connection.connection.dbapi_connection.begin_write()


def begin_write(session: Session) -> None:
    """Open the writing transaction now, so that what is read next cannot change before commit.

    SQLite only; on PostgreSQL lock the rows instead (`with_for_update`).
    """
    connection: Any = session.connection().connection.dbapi_connection
    if isinstance(connection, FairConnection):
        connection.begin_write()


def engine_options(settings: Settings) -> dict[str, Any]:
    """Return what Flask-SQLAlchemy-Lite needs to open the database."""
    if not settings.is_sqlite:
        return {
            "url": settings.database_url,
            "pool_pre_ping": True,
            "pool_size": 20,
            "max_overflow": 20,
            "connect_args": {"options": "-c synchronous_commit=on -c timezone=UTC"},
        }
    path = settings.sqlite_path
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "url": f"sqlite:///{path.absolute()}",
        "pool_size": 20,
        "max_overflow": 30,
        "connect_args": {
            "factory": FairConnection,
            "isolation_level": None,
            "timeout": 10,
            "check_same_thread": False,
        },
    }


def prepare_engine(engine: Engine) -> None:
    """Attach what SQLite needs at every connection; nothing for PostgreSQL."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "before_cursor_execute", _write_in_turn)


class Migrations:
    """Flask-Alembic, loaded when a command asks for it: a server never does, and is spared 14 MB
    and a third of its start.
    """

    def __init__(self) -> None:
        self._loaded: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._loaded is None:
            from flask_alembic import Alembic

            self._loaded = Alembic(metadatas=Base.metadata, run_mkdir=False, command_name="")
        app: Any = current_app
        if app.extensions.get("alembic") is not self._loaded:
            self._loaded.init_app(app._get_current_object())
        return getattr(self._loaded, name)


alembic = Migrations()


def init_app(app: Flask, settings: Settings) -> None:
    """Connect the app to its database and its migrations."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": engine_options(settings)}
    app.config["ALEMBIC"] = {
        "script_location": str(Path(__file__).parent / "migrations"),
        "version_locations": [],
    }
    app.config["ALEMBIC_CONTEXT"] = {
        "render_as_batch": settings.is_sqlite,
        "compare_type": True,
    }
    db.init_app(app)
    # We open no async session; closing none started an event loop after every request
    # (measured: 0.7 ms of CPU, three quarters of an empty request).
    app.teardown_appcontext_funcs[:] = [
        close for close in app.teardown_appcontext_funcs if not iscoroutinefunction(close)
    ]
    with app.app_context():
        prepare_engine(db.engine)


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Commit at the end, or roll back and let the error through. For the edges only."""
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def insert_many(connection: Connection, statement: Insert, rows: list[dict[str, Any]]) -> int:
    """Insert rows that all have the same columns; return how many were added.

    On SQLite without SQLAlchemy's cost for each statement and value: a third of the CPU of an
    incoming text. The statement is one that is built once.
    """
    if not rows:
        return 0
    if connection.dialect.name != "sqlite":
        counted = statement.execution_options(preserve_rowcount=True)
        return connection.execute(counted, rows).rowcount
    sql, order = _sqlite_insert(statement, tuple(rows[0]), connection.dialect)
    values = [tuple([_for_sqlite(row[name]) for name in order]) for row in rows]
    return connection.exec_driver_sql(sql, values if len(values) > 1 else values[0]).rowcount


@functools.lru_cache(maxsize=64)
def _sqlite_insert(
    statement: Insert, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, tuple[str, ...]]:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    return str(compiled), tuple(compiled.positiontup or names)


def copy_many(connection: Connection, statement: Insert, rows: list[dict[str, Any]]) -> None:
    """Insert thousands of rows that are certainly new: by COPY on PostgreSQL."""
    if connection.dialect.name == "sqlite":
        insert_many(connection, statement, rows)
    elif rows:
        names = tuple(rows[0])
        raw = connection.connection.driver_connection
        assert raw is not None
        into = f"COPY {statement.table.name} ({', '.join(names)}) FROM STDIN"
        with raw.cursor().copy(into) as copy:
            copy.write("".join(_copied(row, names) for row in rows))


def _for_sqlite(value: Any) -> Any:
    """Write a value as the column types do."""
    kind = type(value)
    if kind is uuid.UUID:
        return f"{value.int:032x}"
    if kind is datetime:
        return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]
    return value


def _copied(row: dict[str, Any], names: tuple[str, ...]) -> str:
    return "\t".join([_for_copy(row[name]) for name in names]) + "\n"


def _for_copy(value: Any) -> str:
    """Write a value in COPY's text format."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value if _PLAIN.match(value) else value.translate(_COPY_ESCAPES)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


_PLAIN = re.compile(r"[^\\\t\n\r]*\Z")
_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
