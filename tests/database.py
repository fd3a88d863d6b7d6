"""The databases tests run on: one a worker, emptied or put back between tests."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from engage.db import Base, db

KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="  # of 32 bytes
ENVIRON = {
    "ENGAGE_ENVIRONMENT": "test",
    "ENGAGE_SECRET_KEY": "a secret key that is used in tests only",
    "ENGAGE_ENCRYPTION_KEYS": f"k1:{KEY}",
    "ENGAGE_INDEX_KEY": KEY,
    "ENGAGE_PUBLIC_URL": "http://localhost",
    "ENGAGE_SMS_PROVIDER": "console",
    "ENGAGE_LOG_LEVEL": "WARNING",
}


@contextmanager
def empty_postgresql(server: str) -> Iterator[str]:
    """Make a database of this process's own on the server, and drop it afterwards."""
    name = f"engage_test_{os.getpid()}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


def put_back(app: Flask, path: Path | None, kept: Path | None) -> None:
    """Make the database what it was: a copy of a file, or all tables empty."""
    with app.app_context():
        db.engine.dispose()
        if path is None or kept is None:
            # Much quicker than TRUNCATE, which writes a new file a table. As a replica neither
            # foreign keys nor the audit's own guard ask questions.
            emptied = "; ".join(f'DELETE FROM "{name}"' for name in Base.metadata.tables)
            with db.engine.begin() as connection:
                connection.execute(text(f"SET LOCAL session_replication_role = replica; {emptied}"))
            return
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    shutil.copy(kept, path)
