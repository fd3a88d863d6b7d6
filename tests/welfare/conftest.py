"""Sam and Sue think together about a place, and Sam takes something on."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from engage.db import db
from engage.welfare import actions
from engage.welfare.actions import Draft
from engage.welfare.models import WelfareAction, WelfareMeeting
from engage.welfare.rules import About
from tests.cast import NOW, Cast

TODAY = NOW.date()
PLACE = "Under the bridge"
NOTICED = "It is warm there and nobody sends them away"
LAMPS = "Ask the council for lamps"


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[Cast]:
    with app.app_context():
        yield cast


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def draft(cast: Cast, **other: object) -> Draft:
    filled = {
        "about": About.OTHER, "subject": PLACE, "held_on": day(-1), "noticed": NOTICED,
        "present": frozenset({cast.sam, cast.sue}),
    } | other  # fmt: skip
    return Draft(**filled)  # type: ignore[arg-type]


def written(cast: Cast, *, now: datetime = NOW, **other: object) -> WelfareMeeting:
    """Sam writes down the minutes."""
    meeting = actions.write_down(cast.viewer(cast.sam, now), draft(cast, **other), now=now)
    db.session.commit()
    return meeting


def agreed(cast: Cast, meeting: WelfareMeeting, *, due: int = 5, now: datetime = NOW,
           **other: object) -> WelfareAction:  # fmt: skip
    """Sam takes something on, unless it says otherwise."""
    filled = {"owner_id": cast.sam, "due_on": day(due)} | other
    action = actions.agree(
        cast.viewer(cast.sam, now),
        meeting.id,
        LAMPS,
        now=now,
        **filled,  # type: ignore[arg-type]
    )
    db.session.commit()
    return action
