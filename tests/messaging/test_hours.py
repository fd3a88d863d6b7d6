"""All workers go by one clock: the database's where several machines share one. SAFETY R13."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from engage import clock as engage_clock
from engage.config import Environment
from engage.db import db
from engage.worker import hours
from tests.cast import NOW


@pytest.fixture
def in_production(app, monkeypatch):
    settings = app.extensions["engage"].model_copy(update={"environment": Environment.DEMO})
    monkeypatch.setitem(app.extensions, "engage", settings)


def test_the_database_tells_the_time_where_it_has_one(app, clock, in_production):
    with app.app_context():
        is_shared = db.engine.dialect.name == "postgresql"
    clock.move_to(datetime(2031, 1, 1, tzinfo=UTC), tick=False)
    told = hours.hours_of(app)()
    assert told.tzinfo is not None
    if is_shared:
        # This machine's clock is years ahead, and no deadline is raised too early for it.
        assert told < datetime(2030, 1, 1, tzinfo=UTC)
    else:
        assert told == engage_clock.now()


def test_it_is_the_clock_and_not_the_beginning_of_a_transaction(app, in_production):
    with app.app_context():
        first, second = hours.database_now(), hours.database_now()
    assert first < second


def test_while_the_database_is_away_this_machine_tells_the_time(
    app, clock, in_production, monkeypatch
):
    def gone():
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(hours, "database_now", gone)
    assert abs(hours.hours_of(app)() - engage_clock.now()) < timedelta(seconds=5)


def test_a_test_turns_the_clock_of_its_own_process(app, clock):
    clock.move_to(NOW + timedelta(days=400), tick=False)
    assert hours.hours_of(app)() == NOW + timedelta(days=400)
