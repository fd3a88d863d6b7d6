"""One app for each engine and worker, an empty database for each test, and the cast."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import hypothesis
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from engage import app as factory
from engage import clock as engage_clock
from engage import config, crypto, i18n
from engage.db import alembic
from engage.people import sessions, signin
from engage.people.access import SYSTEM
from engage.people.queries import viewer_of
from engage.web import limits
from tests.cast import NOW, Cast
from tests.database import ENVIRON, Kept, empty_postgresql, empty_sqlite
from tests.ties import shuffle_ties
from tests.turns import (  # noqa: F401 - hooks of pytest
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_xdist_make_scheduler,
)

# A machine that is busy is no fault of the code.
# The same examples each time: new ones are looked for on purpose (ENGAGE_TEST_RANDOM=1), not by
# whoever happens to run the tests next.
hypothesis.settings.register_profile(
    "engage",
    deadline=None,
    derandomize=not os.environ.get("ENGAGE_TEST_RANDOM"),
    report_multiple_bugs=False,
)
hypothesis.settings.load_profile("engage")
if os.environ.get("ENGAGE_TEST_TIES"):
    shuffle_ties()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Begin each test in English, whatever language one before it left to this thread."""
    i18n.set_locale(i18n.DEFAULT)


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this worker's own; PostgreSQL from the server of ENGAGE_TEST_POSTGRES."""
    if request.config.getoption("--engine") == "sqlite":
        with empty_sqlite() as address:
            yield address
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
def kept(built_app: Flask, settings: config.Settings) -> Iterator[Kept]:
    """The database as it was when empty, and when the cast had come."""
    crypto.configure(settings.encryption_keys, settings.index_key)
    made = Kept(built_app, settings)
    yield made
    made.close()


@pytest.fixture
def app(
    request: pytest.FixtureRequest, built_app: Flask, settings: config.Settings, kept: Kept
) -> Iterator[Flask]:
    """The app on an empty database, or on one with the cast where the test names it."""
    # Another test may have built an app with other keys.
    crypto.configure(settings.encryption_keys, settings.index_key)
    kept.put_back("cast" if "cast" in request.fixturenames else "empty")
    built_app.extensions[limits.KEY].storage.reset()
    yield built_app
    kept.let_go()


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
def cast(app: Flask, now: datetime, kept: Kept) -> Cast:
    """Everybody in tests/cast.py, stored by `app`."""
    return kept.cast


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
