"""A poster in the hall of a home, and its code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from engage.db import db
from engage.feedback import actions
from engage.feedback.models import FeedbackAnswer
from engage.feedback.queries import behind, get_code
from engage.feedback.rules import Subject
from engage.people.access import ANONYMOUS
from tests.cast import Cast

ADDRESS = "https://engage.example"


@dataclass(frozen=True)
class Hung:
    """A poster that hangs, and what it opens."""

    id: UUID
    code: str

    @property
    def path(self) -> str:
        return f"/f/{self.code}"


Hang = Callable[..., Hung]


@pytest.fixture
def hang(app: Flask, cast: Cast, now: datetime) -> Hang:
    """Make a poster: `hang()`, `hang(about=Subject.POLICE)`."""

    def make(about: Subject | None = Subject.CARER, place: str = "Hall of Elm House") -> Hung:
        with app.app_context():
            viewer = cast.viewer(cast.adil)
            poster = actions.make_poster(viewer, place=place, about=about, now=now)
            code = get_code(viewer, poster, now=now)
            db.session.commit()
            return Hung(poster.id, code)

    return make


@pytest.fixture
def say(app: Flask, now: datetime) -> Callable[..., bool]:
    """Answer at a poster: `say(hung, (5, 4, None, 1), "words")`."""

    def give(
        hung: Hung,
        scores: tuple[int | None, ...] = (5, 5, 5, 5),
        words: str = "",
        *,
        about: Subject = Subject.CARER,
        key: str | None = None,
        at: datetime = now,
    ) -> bool:
        with app.app_context():
            poster = behind(ANONYMOUS, hung.code, now=at)
            assert poster is not None
            counted = db.session.scalars(select(FeedbackAnswer.id)).all()
            new = actions.give(
                poster, about=about, scores=scores, words=words, now=at, address=ADDRESS,
                key=key or f"page-{len(counted)}",
            )  # fmt: skip
            db.session.commit()
            return new

    return give


def kept(app: Flask) -> list[Any]:
    """Return every answer in the database."""
    with app.app_context():
        return list(db.session.scalars(select(FeedbackAnswer)))
