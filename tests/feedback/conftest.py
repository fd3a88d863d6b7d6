"""A poster in the hall of a home, and its code."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engage.db import db
from engage.feedback import actions
from engage.feedback.models import FeedbackAnswer, Poster
from engage.feedback.queries import behind, get_code
from engage.feedback.rules import Subject
from engage.people.access import ANONYMOUS
from tests.cast import Cast
from tests.checkins.texting import SERVICE, UNKNOWN, own_number
from tests.webhooks.signing import ACCOUNT, SMS, TOKEN, Fields, encoded, incoming, signature

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


@dataclass(frozen=True)
class Line:
    """The provider's calls, for feedback by text."""

    client: FlaskClient

    def call(self, path: str, fields: Fields) -> TestResponse:
        """Call one of our addresses, signed."""
        headers = {"X-Twilio-Signature": signature(path, fields)}
        kind = "application/x-www-form-urlencoded"
        return self.client.post(path, data=encoded(fields), headers=headers, content_type=kind)

    def text(
        self, body: str, *, by: str = UNKNOWN, sid: str = "", path: str = SMS, to: str = SERVICE
    ) -> str:
        """Bring a text as the provider does; return what is said back to it, or ""."""
        answer = self.call(path, incoming(by, body, sid or f"SM{next(_sids):032}", to))
        assert (answer.status_code, answer.mimetype) == (200, "text/xml")
        return ET.fromstring(answer.text).findtext("Message") or ""


_sids = itertools.count(1)


@pytest.fixture
def line(app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Line:
    """The provider's calls, to an organisation that has a number of its own."""
    changed = app.extensions["engage"].model_copy(
        update={
            "sms_provider": "twilio", "twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN,
            "twilio_number": SERVICE,
        }
    )  # fmt: skip
    monkeypatch.setitem(app.extensions, "engage", changed)
    with app.app_context():
        own_number(cast)
    return Line(client)


def code_of(app: Flask, hung: Hung) -> str:
    """Return what a text names a poster by, as it is printed."""
    with app.app_context():
        return str(db.session.get_one(Poster, hung.id).text_code).upper()
