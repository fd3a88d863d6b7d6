"""The databases tests run on: one a worker, emptied or put back between tests."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from engage.config import Settings
from engage.db import Base, db
from tests.cast import Cast, make_cast

KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="  # of 32 bytes
ENVIRON = {
    "ENGAGE_ENVIRONMENT": "test",
    "ENGAGE_SECRET_KEY": "a secret key that is used in tests only",
    "ENGAGE_ENCRYPTION_KEYS": f"k1:{KEY}",
    "ENGAGE_INDEX_KEY": KEY,
    "ENGAGE_PUBLIC_URL": "http://localhost",
    "ENGAGE_SMS_PROVIDER": "console",
    "ENGAGE_BALLAST_MB": "0",
    "ENGAGE_LOG_LEVEL": "WARNING",
}
# A folder in memory, where writing waits for no disk. What a disk does is for tests/faults.
MEMORY = Path("/dev/shm")
# What a line to PostgreSQL keeps when it goes back, but the plans of statements: the driver's own.
CLEAR = "RESET ALL; UNLISTEN *; DISCARD TEMP; SELECT pg_advisory_unlock_all()"


@contextmanager
def empty_sqlite() -> Iterator[str]:
    """Make a folder for a database of this process's own, in memory where there is such a place."""
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="engage-test-", dir=place) as folder:
        yield f"sqlite:///{folder}/engage.db"


@contextmanager
def empty_postgresql(server: str) -> Iterator[str]:
    """Make a database of this process's own on the server, and drop it afterwards."""
    name = f"engage_test_{os.getpid()}_{uuid4().hex[:6]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


def own_redis() -> str:
    """Return the address of a Redis database that other workers of this run leave alone."""
    if not (address := os.environ.get("ENGAGE_TEST_REDIS")):
        pytest.skip("ENGAGE_TEST_REDIS names no server")
    server, _, number = address.rpartition("/")
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return f"{server}/{(int(number) - worker) % 16}"


class Kept:
    """The database as it was when empty and when the cast had come, to be put back at will."""

    def __init__(self, app: Flask, settings: Settings):
        self.app, self.path = app, settings.sqlite_path
        # One line to PostgreSQL that stays, and so keeps the plans of the function below. That a
        # test left a lock behind shall be said, not waited for.
        lasting = {"options": "-c synchronous_commit=off -c lock_timeout=30s"}
        arguments = {} if self.path else lasting
        self.engine = create_engine(settings.database_url, connect_args=arguments)
        with app.app_context():
            self._keep("empty")
            self.cast: Cast = make_cast()
            self._keep("cast")

    def put_back(self, what: str) -> None:
        """Make the database `empty`, or as it is with the `cast`."""
        if self.path is None:
            with self.engine.begin() as connection:
                connection.execute(text(f"SELECT kept.put_back({what == 'cast'})"))
            return
        self.let_go()
        for end in ("-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        shutil.copyfile(self.path.with_name(what), self.path)

    def let_go(self) -> None:
        """Close the app's lines, or clear the one to PostgreSQL: what a test set on it would stay.

        A file will be written over. A server's new line begins by reading about every table again:
        more than half of what a test cost.
        """
        with self.app.app_context():
            pool = db.engine.pool
            if self.path is None and _is_one_idle(pool):
                line = pool.connect()
                line.dbapi_connection.execute(CLEAR)  # type: ignore[union-attr]
                line.dbapi_connection.commit()  # type: ignore[union-attr]
                line.close()
            else:
                # Whoever still holds a line of this pool will give it back to nobody: it would be
                # open until it is collected, and then a warning in some other test.
                if isinstance(pool, QueuePool) and pool.checkedout():
                    event.listen(pool, "checkin", _hang_up)
                db.engine.dispose()

    def close(self) -> None:
        """Close every line, the one that was kept from test to test too."""
        self.engine.dispose()
        with self.app.app_context():
            db.engine.dispose()

    def _keep(self, what: str) -> None:
        db.session.close()
        db.engine.dispose()
        if self.path is not None:
            shutil.copyfile(self.path, self.path.with_name(what))
        elif what == "cast":
            with self.engine.begin() as connection:
                connection.execute(text(_script_of_kept(connection)))
        db.engine.dispose()


def _is_one_idle(pool: Any) -> bool:
    """Whether a test left one line, and gave it back; more may be held by a thread of its own."""
    return (pool.checkedin(), pool.checkedout()) == (1, 0)


def _hang_up(line: Any, _record: Any) -> None:
    if line is not None:
        line.close()


def _script_of_kept(connection) -> str:  # type: ignore[no-untyped-def]
    """Return SQL that copies what is stored, and a function that puts it back.

    One call costs a tenth of as many DELETEs, each planned anew. As a replica neither foreign
    keys nor the audit's own guard ask questions.
    """
    tables = list(Base.metadata.tables)
    filled = [
        name
        for name in tables
        if connection.scalar(text(f'SELECT EXISTS (SELECT 1 FROM public."{name}")'))
    ]
    copies = [f'CREATE TABLE kept."{name}" AS TABLE public."{name}"' for name in filled]
    empty = [
        f'IF EXISTS (SELECT 1 FROM public."{name}") THEN DELETE FROM public."{name}"; END IF'
        for name in tables
    ]
    fill = [
        f'INSERT INTO public."{name}" OVERRIDING SYSTEM VALUE SELECT * FROM kept."{name}"'
        for name in filled
    ]
    body = "; ".join(["SET LOCAL session_replication_role = replica", *empty])
    function = (
        "CREATE FUNCTION kept.put_back(with_cast boolean) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
        f" {body}; IF with_cast THEN {'; '.join(fill)}; END IF; END $$"
    )
    return "; ".join(["CREATE SCHEMA kept", *copies, function])
