"""After a stop, one text stands for many, and no alert is lost in it. Source: SAFETY R10."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engage.alerts.digest import MOST
from engage.alerts.models import AlertNotice
from engage.alerts.rules import AlertKind
from engage.db import db
from tests.alerts.test_actions import MINUTE, people_told, raised, swept
from tests.cast import Cast
from tests.checkins.texting import outbox

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        yield


def many(cast, now, number, kind=AlertKind.TALK):
    """Raise so many alerts, a minute and more apart, as life does."""
    return [raised(cast, now - each * 2 * MINUTE, kind) for each in range(number)]


def texts(person_id, after=0):
    return [sent.template for sent in outbox()[after:] if sent.to == person_id]


def test_more_than_five_in_a_minute_become_one(cast, now):
    ids = many(cast, now, 7)
    before = len(outbox())
    # Everything climbs at once: the carer, then the night team, have no list and a list.
    swept(now + timedelta(hours=2))
    swept(now + timedelta(hours=4))
    assert texts(cast.olu, before) == ["alert_digest"]
    # A carer may have no list of alerts, and hears of each.
    assert Counter(texts(cast.jo, before)) == {"alert_talk": 7}
    # All of them were told, of each alert.
    assert all(cast.olu in people_told(alert_id) for alert_id in ids)


def test_five_are_five(cast, now):
    many(cast, now, MOST)
    before = len(outbox())
    swept(now + timedelta(hours=2))
    swept(now + timedelta(hours=4))
    assert texts(cast.olu, before) == ["alert_talk"] * MOST


def test_what_came_in_the_minute_before_counts(cast, now):
    for each in range(MOST):
        raised(cast, now, AlertKind.TEXTS_OFF)
        assert texts(cast.sam) == ["alert_texts_off"] * (each + 1)
    raised(cast, now + timedelta(seconds=59), AlertKind.TEXTS_OFF)
    assert texts(cast.sam) == ["alert_texts_off"] * MOST + ["alert_digest"]
    # One a minute, however many more come.
    raised(cast, now + timedelta(seconds=59), AlertKind.TEXTS_OFF)
    assert texts(cast.sam).count("alert_digest") == 1
    raised(cast, now + 3 * MINUTE, AlertKind.TEXTS_OFF)
    assert texts(cast.sam)[-1] == "alert_texts_off"


def test_danger_among_them_is_said(cast, now):
    for _ in range(MOST + 1):
        raised(cast, now, AlertKind.SOS)
    assert sorted(texts(cast.sam)) == ["alert_digest_grave", *["alert_sos"] * MOST]
    (words,) = {s.words for s in outbox() if s.template == "alert_digest_grave"}
    assert "danger" in words
    assert words.endswith("/alerts")


def test_every_notice_has_its_own_code_also_in_a_digest(cast, now):
    many(cast, now, 8, AlertKind.SOS)
    codes = list(db.session.scalars(select(AlertNotice.code_digest)))
    assert len(codes) == len(set(codes))
