"""Referrals as they come: what the police wrote, unless a test says otherwise."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from engage.db import db
from engage.intake.actions import Arrived, receive
from engage.intake.arriving import Draft
from engage.intake.models import Referral
from engage.intake.rules import About, CameBy, Referrer
from engage.people.access import SYSTEM
from tests.cast import NOW, Cast

MAYAS_BIRTH = date(2011, 10, 13)
WORDS = "Not back from school, last seen at the bus station"


def draft(**other: Any) -> Draft:
    """What the police say about Maya."""
    said: dict[str, Any] = {
        "about": About.MISSING, "source": Referrer.POLICE, "words": WORDS, "name": "Maya",
        "birth_date": MAYAS_BIRTH,
    }  # fmt: skip
    return Draft(**(said | other))


def came(
    cast: Cast, key: str = "1", *, at: datetime = NOW, house: UUID | None = None, **other: Any
) -> UUID:
    """Let a referral come in; return its id."""
    arrived = Arrived(draft(**other), CameBy.PROGRAM, key)
    made, _ = receive(SYSTEM, house or cast.organisation, arrived, now=at)
    db.session.commit()
    return made.id


def stored(referral_id: UUID) -> Referral:
    db.session.expire_all()
    return db.session.get_one(Referral, referral_id)


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[Cast]:
    with app.app_context():
        yield cast
