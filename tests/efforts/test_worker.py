"""The worker begins efforts and tells of what is due, a batch at a time."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.config import Settings
from engage.db import db
from engage.efforts import sweep_actions
from engage.efforts.models import Effort
from engage.worker.steps import STEPS, sweep_efforts
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.efforts.conftest import efforts
from tests.episodes.away import S, opened

DUE = NOW + timedelta(days=30)
pytestmark = pytest.mark.usefixtures("inside")


def told() -> int:
    found = select(func.count()).where(Alert.dedupe_key.like("efforts:%"))
    return db.session.scalar(found) or 0


def test_the_worker_does_it_now_and_then() -> None:
    step = next(step for step in STEPS if step.name == "efforts")
    assert step.act is sweep_efforts and step.every == timedelta(seconds=15) and not step.is_slow


def test_one_round_begins_what_lacks_and_a_later_one_tells(
    app: Flask, cast: Cast, settings: Settings
) -> None:
    episode = opened(cast, S.MISSING)
    sweep_efforts(settings, None, NOW)
    assert len(efforts(episode.id)) == 4 and told() == 0
    sweep_efforts(settings, None, DUE)
    assert told() == 1
    sweep_efforts(settings, None, DUE + timedelta(hours=1))
    assert told() == 1


def test_a_small_batch_at_a_time_tells_once_all_the_same(missing: Callable[..., UUID]) -> None:
    episode_id = missing()
    done = [sweep_actions.sweep(now=DUE, address=ADDRESS, limit=1) for _ in range(5)]
    db.session.commit()
    assert done == [1, 1, 1, 1, 0] and told() == 1
    assert all(e.next_look_at == DUE + timedelta(days=1) for e in efforts(episode_id).values())


def test_who_is_not_missing_costs_nothing(cast: Cast) -> None:
    opened(cast, S.LATE)
    assert sweep_actions.begin_lacking(now=NOW) == 0
    assert sweep_actions.sweep(now=DUE, address=ADDRESS) == 0
    assert db.session.query(Effort).count() == 0
