"""Maya is missing from care under a pack of choice."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask

from engage.db import db
from engage.efforts import sweep_actions
from engage.efforts.models import Effort
from engage.efforts.rules import Whom
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import opened


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def missing(cast: Cast, app: Flask) -> Callable[..., UUID]:
    """Open an episode, begin its efforts as the worker does, and return its id."""

    def begin(
        state: EpisodeState = EpisodeState.MISSING, policy: str = "missouri", now: datetime = NOW
    ) -> UUID:
        with app.app_context():
            episode = opened(cast, state, policy=policy, now=now)
            sweep_actions.begin_lacking(now=now)
            db.session.commit()
            return episode.id

    return begin


def efforts(episode_id: UUID) -> dict[Whom, Effort]:
    """The efforts of an episode, read anew. Needs an app context."""
    db.session.expire_all()
    rows = db.session.query(Effort).filter_by(episode_id=episode_id)
    return {Whom(each.whom): each for each in rows}


def swept(now: datetime) -> int:
    """Go round as the worker does."""
    begun = sweep_actions.begin_lacking(now=now)
    done = sweep_actions.sweep(now=now, address=ADDRESS)
    db.session.commit()
    return begun + done


def episode_of(episode_id: UUID) -> Episode:
    return db.session.get_one(Episode, episode_id)
