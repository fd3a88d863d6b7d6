"""Maya is back from a time away, and a talk is owed to her."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.interviews.models import ReturnInterview
from engage.interviews.sweep_actions import open_owed, sweep
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import become, opened

HOUR = timedelta(hours=1)
Back = Callable[..., None]


@pytest.fixture
def back(app: Flask, cast: Cast) -> Back:
    """Let Maya have been away and be back: `back()`, `back(at=…, policy="plymouth")`."""

    def be_back(at: datetime = NOW, policy: str = "england") -> None:
        with app.app_context():
            episode = opened(cast, policy=policy, now=at - HOUR)
            become(cast, episode, EpisodeState.RETURNED, at)
            tick(at)

    return be_back


def tick(now: datetime) -> int:
    """Do what the worker does: owe talks, tell of what is due; return how many were told of."""
    open_owed(now=now)
    told = sweep(now=now, address=ADDRESS)
    db.session.commit()
    return told


def the_talk() -> ReturnInterview:
    db.session.expire_all()
    return db.session.scalars(select(ReturnInterview)).one()
