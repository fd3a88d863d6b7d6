"""The numbered changes make exactly the tables of the models, both ways, on both engines."""

import base64
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import inspect

from engage import config
from engage.app import create_app
from engage.db import alembic, db
from tests.guards.code import APP, report

VERSIONS = APP / "migrations"
KEY = base64.b64encode(bytes(range(32))).decode()


def app_on(url: str) -> Flask:
    settings = {
        "ENGAGE_ENVIRONMENT": "test",
        "ENGAGE_SECRET_KEY": "only-for-the-migrations-test-0123456789",
        "ENGAGE_ENCRYPTION_KEYS": f"a:{KEY}",
        "ENGAGE_INDEX_KEY": KEY,
        "ENGAGE_PUBLIC_URL": "http://localhost",
        "DATABASE_URL": url,
    }
    return create_app(config.load(settings))


@contextmanager
def empty_postgres_database() -> Iterator[str]:
    """Make a database of our own on the test server and drop it afterwards."""
    server = os.environ.get("ENGAGE_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL: `make test` says what to install")
    name = f"engage_migrations_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    if request.param == "sqlite":
        yield from opened(f"sqlite:///{tmp_path}/engage.db")
    else:
        with empty_postgres_database() as url:
            yield from opened(url)


def opened(url: str) -> Iterator[Flask]:
    app = app_on(url)
    with app.app_context():
        yield app
        db.session.close()
        db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_migrations_make_what_the_models_say_and_undo_it(app: Flask) -> None:
    alembic.upgrade()
    made = tables()
    assert made
    assert alembic.compare_metadata() == [], "a model changed without a migration"
    alembic.downgrade("base")
    assert tables() == set(), "a downgrade left tables behind"
    alembic.upgrade()
    assert tables() == made
    assert alembic.compare_metadata() == []


def test_migrations_are_numbered_in_one_line() -> None:
    names = sorted(path.name for path in VERSIONS.glob("[0-9]*.py"))
    expected = [f"{n:04d}_" for n in range(1, len(names) + 1)]
    assert names
    report([name for name, start in zip(names, expected, strict=True) if name[:5] != start])
