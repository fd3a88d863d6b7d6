"""One app for each engine and worker, an empty database for each test, and the cast."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from engage import app as factory
from engage import clock as engage_clock
from engage import config, crypto
from engage.db import alembic, db
from engage.people import sessions, signin
from engage.people.access import SYSTEM
from engage.people.queries import viewer_of
from engage.web import limits
from tests.cast import NOW, Cast, make_cast
from tests.database import ENVIRON, empty_postgresql, put_back


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.fixture(scope="session")
def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A database of this worker's own; PostgreSQL from the server of ENGAGE_TEST_POSTGRES."""
    if request.config.getoption("--engine") == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'engage.db'}"
        return
    if not (server := os.environ.get("ENGAGE_TEST_POSTGRES")):
        pytest.skip("ENGAGE_TEST_POSTGRES names no server")
    with empty_postgresql(server) as address:
        yield address


@pytest.fixture(scope="session")
def settings(database_url: str) -> config.Settings:
    return config.load({**ENVIRON, "DATABASE_URL": database_url})


@pytest.fixture(scope="session")
def built_app(settings: config.Settings) -> Flask:
    """The app with its tables, migrated once; use `app` instead."""
    app = factory.create_app(settings)
    with app.app_context():
        alembic.upgrade()
    return app


@pytest.fixture(scope="session")
def stored(built_app: Flask, settings: config.Settings) -> tuple[Path, Path, Cast] | None:
    """Files of an empty SQLite database and of one with the cast, to copy; None otherwise."""
    if (path := settings.sqlite_path) is None:
        return None
    with built_app.app_context():
        db.engine.dispose()
        empty = Path(shutil.copy(path, path.with_name("empty.db")))
        cast = make_cast()
    with built_app.app_context():
        db.engine.dispose()
    return empty, Path(shutil.copy(path, path.with_name("cast.db"))), cast


@pytest.fixture
def app(built_app: Flask, settings: config.Settings, stored: Any) -> Iterator[Flask]:
    """The app on an empty database."""
    # Another test may have built an app with other keys.
    crypto.configure(settings.encryption_keys, settings.index_key)
    put_back(built_app, settings.sqlite_path, stored and stored[0])
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
def cast(app: Flask, now: datetime, settings: config.Settings, stored: Any) -> Cast:
    """Everybody in tests/cast.py, stored."""
    if stored:
        put_back(app, settings.sqlite_path, stored[1])
        return stored[2]
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
