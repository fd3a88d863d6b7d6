"""Maya is missing under a pack of choice; the clock goes round as the worker does."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.staffings import facilitator_actions, sweep_actions
from engage.staffings.meeting_actions import Plan
from engage.staffings.models import Staffing
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import opened, seen_as

DAY = timedelta(days=1)
# A Tuesday at half past two in London.
TUESDAY = datetime.fromisoformat("2026-11-24T14:30:00+00:00")


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def missing(cast: Cast, app: Flask) -> Callable[..., UUID]:
    """Open an episode, let the clock go round, and return its id."""

    def begin(
        state: EpisodeState = EpisodeState.MISSING,
        policy: str = "missouri",
        now: datetime = NOW,
        facts: tuple[str, ...] = ("exploitation",),
    ) -> UUID:
        with app.app_context():
            episode = opened(cast, state, policy=policy, now=now, facts=facts)
            swept(now)
            return episode.id

    return begin


@pytest.fixture
def signed(app: Flask, sign_in: Callable, cast: Cast) -> Callable[[str], FlaskClient]:
    return lambda name: sign_in(app.test_client(), getattr(cast, name))


def swept(now: datetime) -> int:
    """Go round as the worker does."""
    done = sweep_actions.begin_lacking(now=now)
    done += sweep_actions.sweep(now=now, address=ADDRESS)
    done += sweep_actions.sweep_actions(now=now, address=ADDRESS)
    db.session.commit()
    return done


def staffing(episode_id: UUID) -> Staffing:
    """The staffing of an episode, read anew. Needs an app context."""
    db.session.expire_all()
    return db.session.query(Staffing).filter_by(episode_id=episode_id).one()


def episode_of(episode_id: UUID) -> Episode:
    return db.session.get_one(Episode, episode_id)


def plan(at: datetime = TUESDAY, **more) -> Plan:
    return Plan(at, ADDRESS, **more)


def give_slots(cast: Cast, person_id: UUID, *slots: tuple[int, int], region: str = "North") -> None:
    """Let somebody lead staffings at (weekday, minute of the day). Needs an app context."""
    for weekday, minute in slots:
        facilitator_actions.add_slot(seen_as(cast.sue), person_id, region, weekday, minute, now=NOW)
    db.session.commit()
