"""The database: one base class, two engines, and a fair turn at writing."""

import functools
import os
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, Generic, TypeVar

from flask import Flask, current_app, g
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import Connection, DateTime, Engine, MetaData, Uuid, bindparam, event, select
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from engage.config import Settings
from engage.fair_lock import PAGES_IN_LOG, FairConnection

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLAC", "CREATE", "ALTER ", "DROP T", "DROP I")

_SESSIONS = "_sqlalchemy_sessions"  # where Flask-SQLAlchemy-Lite keeps them in `g`
_CONNECTION = "engage_connection"


class Database(SQLAlchemy):
    """The database of the app. A session that is asked for inside `lean_transaction` joins it."""

    def get_session(self, name: str = "default") -> Session:
        """Return the session of this request or task."""
        connection = g.get(_CONNECTION)
        if connection is not None:
            sessions: dict[str, Session] = g.setdefault(_SESSIONS, {})
            if name not in sessions:
                sessions[name] = self.sessionmaker(
                    bind=connection, join_transaction_mode="control_fully"
                )
        return super().get_session(name)

    @property
    def connection(self) -> Connection:
        """The connection of the transaction that is open here; opened if there is none."""
        found: Connection | None = g.get(_CONNECTION)
        return self.session.connection() if found is None else found


db = Database()


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


# The same few ids come back in many rows: who is told, whose record it is.
@functools.lru_cache(maxsize=2048)
def _read_uuid(digits: str | None) -> uuid.UUID | None:
    if digits is None:
        return None
    found = object.__new__(uuid.UUID)
    _set(found, "int", int(digits, 16))
    _set(found, "is_safe", _UNKNOWN)
    return found


def new_id(at: datetime) -> uuid.UUID:
    """Make the id of a row that says when it was made: rows of one time lie together in its index.

    The time in milliseconds, then 74 random bits (RFC 9562, version 7). Ids of chance go each to
    another page. Not for rows that must not tell their time, as feedback.
    """
    made = object.__new__(uuid.UUID)
    chance = int.from_bytes(os.urandom(10), "big")
    number = int(at.timestamp() * 1000) << 80 | chance & _CHANCE | _VERSION_7
    _set(made, "int", number)
    _set(made, "is_safe", _UNKNOWN)
    return made


_VERSION_7 = 7 << 76 | 2 << 62
_CHANCE = (1 << 76) - 1 & ~(3 << 62)


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


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=10000",
        f"wal_autocheckpoint={PAGES_IN_LOG}",
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
        # Else what a statement may have to undo, and what is sorted, lies open in a file: one was
        # made and removed for every third text.
        "temp_store=MEMORY",
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


Row = TypeVar("Row", bound=Base)


class Due(Generic[Row]):
    """The rows of a table whose next look is due: asked for cheaply, each taken by one worker."""

    def __init__(self, table: type[Row], at: Any):
        is_due = at <= bindparam("now", type_=UtcDateTime())
        # Statements are built once: an empty round each second must cost next to nothing. Without
        # the order the planner reads the table instead of the index (DESIGN 6a).
        self._probe = select(table.id).where(is_due).order_by(at).limit(1)
        self._wanted = (
            select(table)
            .where(is_due)
            .order_by(at)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )

    def take(self, *, now: datetime, limit: int) -> Sequence[Row]:
        """Return those that are due, the longest waiting first, locked until the end of the
        transaction; what another worker has is passed over.
        """
        if db.session.scalar(self._probe, {"now": now}) is None:
            return ()
        begin_write(db.session)
        return db.session.scalars(self._wanted.limit(limit), {"now": now}).all()


def engine_options(settings: Settings) -> dict[str, Any]:
    """Return what Flask-SQLAlchemy-Lite needs to open the database."""
    if not settings.is_sqlite:
        return {
            "url": settings.database_url,
            "pool_pre_ping": True,
            "pool_size": 20,
            "max_overflow": 20,
            "pool_timeout": 8,
            # A server that fell silent is given up before the provider gives us up. SAFETY R02.
            "connect_args": {
                "options": "-c synchronous_commit=on -c timezone=UTC -c lock_timeout=8s",
                "connect_timeout": 5,
                "tcp_user_timeout": 8000,
            },
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


def _make_alembic() -> Any:
    from flask_alembic import Alembic

    class Keeping(Alembic):
        """Alembic that loses no row where SQLite makes a table anew.

        To drop the old one would delete, or refuse to leave, the rows that point at it.
        """

        def run_migrations(self, fn: Any, **kwargs: Any) -> None:
            """Run them without foreign keys on SQLite, and check these before going on."""
            contexts: list[Any] = list(self.migration_contexts.values())
            raws = [
                context.connection.connection.dbapi_connection
                for context in contexts
                if context.dialect.name == "sqlite"
            ]
            for raw in raws:
                raw.execute("PRAGMA foreign_keys=OFF")
            try:
                super().run_migrations(fn, **kwargs)
                for raw in raws:
                    if wrong := raw.execute("PRAGMA foreign_key_check").fetchone():
                        raise RuntimeError(f"A row of {wrong[0]} points at nothing.")
            finally:
                for raw in raws:
                    raw.execute("PRAGMA foreign_keys=ON")

    return Keeping(metadatas=Base.metadata, run_mkdir=False, command_name="")


class Migrations:
    """Flask-Alembic, loaded when a command asks for it: a server never does, and is spared 14 MB
    and a third of its start.
    """

    def __init__(self) -> None:
        self._loaded: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._loaded is None:
            self._loaded = _make_alembic()
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


@contextmanager
def lean_transaction() -> Iterator[None]:
    """Commit at the end, or roll back and let the error through, without a session.

    For the edges only, around statements that are built once (`db.connection`): opening and
    closing a session is a tenth of what a text costs. Whoever asks for `db.session` inside has
    one that writes in this very transaction.
    """
    if g.get(_SESSIONS):
        with transaction(db.session):
            yield
        return
    with db.engine.begin() as connection:
        setattr(g, _CONNECTION, connection)
        try:
            yield
            for session in g.get(_SESSIONS, {}).values():
                session.commit()
        finally:
            g.pop(_CONNECTION)
            for session in g.pop(_SESSIONS, {}).values():
                session.close()
