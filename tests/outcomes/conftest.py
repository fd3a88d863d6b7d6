"""Maya is back, and the talk about it took place."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.interviews.models import ReturnInterview
from engage.interviews.rules import InterviewState
from engage.interviews.sweep_actions import open_owed
from engage.outcomes.actions import Draft, promise
from engage.outcomes.models import NextStep
from engage.outcomes.rules import From, Kind
from tests.cast import NOW, Cast
from tests.episodes.away import become, opened

TODAY = NOW.date()


@pytest.fixture
def talk(app: Flask, cast: Cast) -> UUID:
    """The id of the talk that took place an hour ago."""
    with app.app_context():
        episode = opened(cast, now=NOW - timedelta(days=1))
        become(cast, episode, EpisodeState.RETURNED, NOW - timedelta(hours=20))
        open_owed(now=NOW)
        found = db.session.query(ReturnInterview).one()
        found.state, found.done_at = InterviewState.DONE, NOW - timedelta(hours=1)
        found.done_by_id = cast.ines
        db.session.commit()
        return found.id


def promised(cast: Cast, talk: UUID, **other: object) -> NextStep:
    """Sam promises Maya a lift to football by Wednesday, unless it says otherwise."""
    draft = {
        "kind": Kind.CHANGE, "owner_id": cast.sam, "due_on": TODAY + timedelta(days=3),
        "what": "A lift to football", "said": "I want to go on training",
    } | other  # fmt: skip
    by = cast.viewer(draft.pop("by", cast.sam))  # type: ignore[arg-type]
    made = promise(
        by, cast.maya, Draft(**draft), came_of=(From.TALK, talk), now=NOW  # type: ignore[arg-type]
    )  # fmt: skip
    db.session.commit()
    return made


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.fixture
def counted(app: Flask) -> Iterator[Callable[[], int]]:
    """How many statements ran so far."""
    seen = []

    def note(*_: object) -> None:
        seen.append(1)

    event.listen(Engine, "before_cursor_execute", note)
    yield lambda: len(seen)
    event.remove(Engine, "before_cursor_execute", note)
