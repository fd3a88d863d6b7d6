"""One app for each engine and worker, an empty database for each test, and the cast."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from engage import app as factory
from engage import clock as engage_clock
from engage import config
from engage.db import Base, db
from engage.people import sessions, signin
from engage.people.access import SYSTEM
from engage.people.queries import viewer_of
from engage.web import limits
from tests.cast import NOW, Cast, make_cast

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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine", choices=("sqlite", "postgresql"), default="sqlite", help="which database"
    )


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    return request.config.getoption("--engine")


@pytest.fixture(scope="session")
def database_url(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of this worker's own; PostgreSQL from the server of ENGAGE_TEST_POSTGRES."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'engage.db'}"
        return
    server = os.environ.get("ENGAGE_TEST_POSTGRES")
    if not server:
        pytest.skip("ENGAGE_TEST_POSTGRES names no server")
    name = f"engage_test_{os.getpid()}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture(scope="session")
def settings(database_url: str) -> config.Settings:
    return config.load({**ENVIRON, "DATABASE_URL": database_url})


@pytest.fixture(scope="session")
def built_app(settings: config.Settings) -> Flask:
    """The app with its tables, made once; use `app` instead."""
    app = factory.create_app(settings)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.engine.dispose()
    return app


@pytest.fixture(scope="session")
def empty_file(built_app: Flask, settings: config.Settings) -> Path | None:
    """What an empty SQLite database looks like, to copy."""
    path = settings.sqlite_path
    if path is None:
        return None
    return Path(shutil.copy(path, path.with_name("empty.db")))


@pytest.fixture
def app(built_app: Flask, settings: config.Settings, empty_file: Path | None) -> Iterator[Flask]:
    """The app on an empty database."""
    if empty_file is None:
        with built_app.app_context(), db.engine.begin() as connection:
            names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    else:
        assert settings.sqlite_path is not None
        for end in ("-wal", "-shm"):
            settings.sqlite_path.with_name(settings.sqlite_path.name + end).unlink(missing_ok=True)
        shutil.copy(empty_file, settings.sqlite_path)
    built_app.extensions[limits.KEY].storage.reset()
    yield built_app
    with built_app.app_context():
        db.engine.dispose()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the whole process: stands still until `clock.shift(…)` or `clock.move_to(…)`."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def now(clock: time_machine.Traveller) -> datetime:
    """The instant at which every test starts, a Sunday evening."""
    return NOW


@pytest.fixture
def cast(app: Flask, now: datetime) -> Cast:
    """Everybody in tests/cast.py, stored."""
    with app.app_context():
        return make_cast()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[FlaskClient, UUID], FlaskClient]:
    """Sign somebody in without the pages: `sign_in(client, cast.sam)`."""

    def begin(client: FlaskClient, person_id: UUID) -> FlaskClient:
        with app.test_request_context():
            viewer = viewer_of(SYSTEM, person_id, now=engage_clock.now())
            assert viewer is not None
            signin.sign_in(viewer)
            response = app.make_response("")
            app.session_interface.save_session(app, sessions.current_session(), response)
        client.set_cookie("engage", response.headers["Set-Cookie"].split("=", 1)[1].split(";")[0])
        return client

    return begin
