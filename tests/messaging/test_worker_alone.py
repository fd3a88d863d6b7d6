"""A worker's app has no pages, and still does all that a worker does."""

import pytest
from sqlalchemy import func, select

from engage import crypto
from engage.alerts.models import AlertNotice
from engage.app import create_app
from engage.audit.actions import count_unsealed
from engage.checkins.models import CheckIn
from engage.db import db
from engage.i18n import LOCALES
from engage.messaging.inbound import InboundText
from engage.messaging.rules import MessageState
from engage.worker import receiving, steps
from tests.checkins.texting import SERVICE, own_number, phone_of, text
from tests.messaging.desk import MINUTE, Counter, Desk, get, put


@pytest.fixture
def alone(app, settings):
    made = create_app(settings, with_pages=False)
    yield made
    crypto.configure(settings.encryption_keys, settings.index_key)
    with made.app_context():
        db.engine.dispose()


def test_it_answers_nobody(alone):
    assert {rule.rule for rule in alone.url_map.iter_rules()} <= {"/static/<path:filename>"}
    assert alone.test_client().get("/now").status_code == 404


def test_it_sends_texts_in_their_readers_language(alone, cast, clock):
    provider = Counter()
    desk = Desk(alone, provider)
    ids = [put(alone, cast.sam, klass="S", locale=code, dedupe_key=code) for code in LOCALES]
    desk.rounds()
    assert {get(alone, one).state for one in ids} == {MessageState.ACCEPTED}
    assert len({text.body for text in provider.taken}) == len(LOCALES)


def test_it_climbs_and_seals_and_tells_the_next_ones(alone, app, cast, clock, now):
    with app.app_context():
        own_number(cast)
        text(phone_of(cast.maya), "not ok", now=now)
        told = db.session.scalar(select(func.count()).select_from(AlertNotice))
    later = now + 20 * MINUTE
    clock.move_to(later)
    steps.Rounds(alone, Counter()).take(later)
    with alone.app_context():
        assert db.session.scalar(select(func.count()).select_from(AlertNotice)) > told > 0
        assert count_unsealed(before=later) == 0


def test_it_acts_on_texts_that_no_webhook_brought(alone, app, cast, settings, clock, now):
    with app.app_context():
        own_number(cast)
        number = phone_of(cast.maya)
    missed = InboundText("twilio", "SM1", number, SERVICE, "call me", sent_at=now)
    with alone.app_context():
        receiving.fetch_missed(settings, Counter(inbox=[missed]), now)
        assert db.session.scalar(select(CheckIn.kind)) == "talk"
