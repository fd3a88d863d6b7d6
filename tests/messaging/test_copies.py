"""What the provider keeps of ours: asked about when it is silent, deleted a day after the end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.alerts.models import Alert
from engage.db import db
from engage.messaging.actions import InboundText, keep_inbound
from engage.messaging.models import InboundMessage, Message
from engage.messaging.provider import Report
from engage.messaging.rules import MessageState, Reason
from engage.operators.alarms import open_alarms
from engage.worker.copies import tidy_copies
from tests.cast import NOW
from tests.messaging.desk import MINUTE, Counter, Desk, get, put

DAY = timedelta(hours=24)
SID = "SM" + "1".zfill(32)


@pytest.fixture
def provider():
    return Counter()


@pytest.fixture
def taken(app, cast, clock, provider):
    """A text that the provider took and then says nothing more about."""
    message_id = put(app, cast.maya)
    Desk(app, provider).rounds()
    return message_id


def tidy(app, settings, provider, at):
    with app.app_context():
        tidy_copies(settings, provider, at)
        db.session.rollback()


def test_a_text_nobody_reported_on_is_asked_about_after_ten_minutes(app, settings, provider, taken):
    provider.reports[SID] = Report("delivered")
    tidy(app, settings, provider, NOW + 9 * MINUTE)
    assert get(app, taken).state == MessageState.ACCEPTED
    tidy(app, settings, provider, NOW + 10 * MINUTE)
    row = get(app, taken)
    assert row.state == MessageState.DELIVERED
    assert row.forget_at == NOW + 10 * MINUTE + DAY
    assert provider.forgotten == []
    tidy(app, settings, provider, NOW + 11 * MINUTE + DAY)
    assert provider.forgotten == [SID]
    assert get(app, taken).forget_at is None


def test_one_still_on_its_way_is_asked_about_each_hour(app, settings, provider, taken):
    provider.reports[SID] = Report("sent")
    tidy(app, settings, provider, NOW + 10 * MINUTE)
    row = get(app, taken)
    assert (row.state, row.forget_at) == (MessageState.SENT, NOW + 70 * MINUTE)
    provider.reports[SID] = Report("undelivered", 30006)
    tidy(app, settings, provider, NOW + 70 * MINUTE)
    row = get(app, taken)
    assert (row.state, row.reason, row.error_code) == (MessageState.FAILED, Reason.REFUSED, 30006)
    assert row.needs_person_at == NOW + 70 * MINUTE


def test_a_stop_that_only_the_list_knows_of_reaches_the_worker(
    app, cast, settings, provider, taken
):
    provider.reports[SID] = Report("undelivered", 21610)
    tidy(app, settings, provider, NOW + 10 * MINUTE)
    assert get(app, taken).state == MessageState.BLOCKED
    with app.app_context():
        kinds = db.session.scalars(select(Alert.kind).where(Alert.young_person_id == cast.maya))
        assert kinds.all() == ["texts_off"]


def test_a_refusal_because_of_the_account_is_an_alarm(app, settings, provider, taken):
    provider.reports[SID] = Report("undelivered", 30034)
    tidy(app, settings, provider, NOW + 10 * MINUTE)
    with app.app_context():
        assert [(a.kind, a.number) for a in open_alarms()] == [("texts_refused", 30034)]


def test_an_end_that_never_comes_does_not_keep_the_words_there(app, settings, provider, taken):
    provider.reports[SID] = Report("sent")
    tidy(app, settings, provider, NOW + DAY)
    assert provider.forgotten == [SID]
    assert get(app, taken).forget_at is None


def test_one_that_the_provider_does_not_know_is_left_alone(app, settings, provider, taken):
    tidy(app, settings, provider, NOW + 10 * MINUTE)
    row = get(app, taken)
    assert (row.state, row.forget_at) == (MessageState.ACCEPTED, None)


def test_copies_of_tries_that_did_not_reach_the_phone_go_too(app, settings, provider, taken):
    with app.app_context():
        row = db.session.get(Message, taken)
        row.former_sids, row.finished_at, row.forget_at = ["SMa", "SMb"], NOW, NOW + DAY
        db.session.commit()
    tidy(app, settings, provider, NOW + DAY)
    assert provider.forgotten == ["SMa", "SMb", SID]


def test_what_cannot_be_deleted_now_is_tried_again_until_it_is(app, settings, provider, taken):
    with app.app_context():
        row = db.session.get(Message, taken)
        row.finished_at, row.forget_at = NOW, NOW + DAY
        keep_inbound(
            InboundText("twilio", "SMin", "+447700900999", "+447700900000", "hello"),
            source="webhook", now=NOW,
        )  # fmt: skip
        db.session.commit()
    provider.is_deaf = True
    tidy(app, settings, provider, NOW + DAY)
    assert get(app, taken).forget_at == NOW + DAY + timedelta(hours=1)
    provider.is_deaf = False
    tidy(app, settings, provider, NOW + DAY + MINUTE)
    assert provider.forgotten == ["SMin"]
    tidy(app, settings, provider, NOW + DAY + timedelta(hours=1))
    assert provider.forgotten == ["SMin", SID]
    tidy(app, settings, provider, NOW + 9 * DAY)
    assert len(provider.forgotten) == 2
    with app.app_context():
        assert db.session.scalars(select(InboundMessage.forget_at)).all() == [None]


def test_the_first_silence_ends_the_round(app, cast, settings, provider, clock):
    """An unwell provider is not asked five hundred times."""
    asked = []
    for number in range(5):
        put(app, cast.maya, dedupe_key=f"n{number}")
    Desk(app, provider).rounds()
    provider.is_deaf = True
    ask = provider.report_on
    provider.report_on = lambda sid: asked.append(sid) or ask(sid)
    tidy(app, settings, provider, NOW + 10 * MINUTE)
    assert len(asked) == 1
