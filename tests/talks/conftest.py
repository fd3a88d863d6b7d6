"""Ines holds a talk with Maya, who is back from a time away."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from engage.db import db
from engage.interviews import actions as interviews
from engage.interviews.actions import Booking
from engage.talks import actions
from engage.talks.models import Talk
from tests.cast import NOW, Cast
from tests.interviews.conftest import HOUR, Back, back, the_talk

__all__ = ["HOUR", "back", "the_talk"]
SOON = NOW + HOUR
SAID = {"before": "We had a row about my phone.", "safe_with": "Nan Ruth", "stay": "A key"}
Held = Callable[..., UUID]


@pytest.fixture
def booked(app: Flask, cast: Cast, back: Back) -> None:
    """Maya is back, and her talk with Ines is booked for in an hour."""
    back()
    with app.app_context():
        booking = Booking(at=SOON, place="The café", interviewer_id=cast.ines)
        interviews.book(cast.viewer(cast.sam), cast.maya, booking, now=NOW)
        db.session.commit()


@pytest.fixture
def held(app: Flask, cast: Cast, booked: None) -> Held:
    """Let Ines hold the talk: `held()` with three answers, `held(read_back=False)`, `held({})`."""

    def hold(said: dict[str, str] | None = None, *, read_back: bool = True) -> UUID:
        with app.app_context():
            ines = cast.viewer(cast.ines)
            talk = actions.begin(ines, cast.maya, now=SOON)
            actions.tell_law(ines, talk.id, now=SOON)
            for question, words in (SAID if said is None else said).items():
                actions.answer(ines, talk.id, question, words, key=f"k-{question}", now=SOON)
            if read_back:
                actions.read_back(ines, talk.id, now=SOON)
            db.session.commit()
            return talk.id

    return hold


def the_record() -> Talk:
    db.session.expire_all()
    return db.session.scalars(select(Talk)).one()


def later(minutes: int) -> datetime:
    return SOON + timedelta(minutes=minutes)
