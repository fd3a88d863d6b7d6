"""What the provider reports: every order ends alike, nothing goes backwards, nothing is lost."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import text

from engage.db import db
from engage.messaging.actions import record_status
from engage.messaging.inbound import opted_out_since
from engage.messaging.models import Message
from engage.messaging.rules import MessageState, Reason
from tests.messaging.desk import Counter, Desk, get, put

SID = "SM" + "5" * 32
SEVEN = ("queued", "accepted", "sending", "sent", "delivered", "read", "undelivered")


def report(app, now, *words, message_id=None, sid=SID, code=None):
    with app.app_context():
        changes = [
            record_status(
                "twilio", message_id=message_id, sid=sid, status=word, error_code=code, now=now
            )
            for word in words
        ]
        db.session.commit()
    return changes


def reset(app, message_id):
    with app.app_context():
        db.session.execute(text("DELETE FROM message_events"))
        row = db.session.get(Message, message_id)
        row.state, row.status_rank, row.status_conflict = MessageState.ACCEPTED, 0, False
        row.provider_sid = SID
        db.session.commit()


def test_every_order_of_seven_reports_ends_in_the_same_place(app, cast, now):
    message_id = put(app, cast.maya, not_after=now + timedelta(minutes=1))
    orders = list(itertools.permutations(SEVEN))
    for order in orders[:: len(orders) // 60]:
        reset(app, message_id)
        report(app, now, *order)
        row = get(app, message_id)
        assert (row.state, row.status_rank) == (MessageState.READ, 60), order
        assert row.status_conflict, order


def test_without_a_failure_there_is_no_contradiction(app, cast, now):
    message_id = put(app, cast.maya)
    for order in itertools.permutations(("sent", "delivered", "queued", "read")):
        reset(app, message_id)
        report(app, now, *order)
        row = get(app, message_id)
        assert (row.state, row.status_conflict) == (MessageState.READ, False)
        assert row.forget_at == now + timedelta(hours=24)


def test_repeats_are_counted_and_change_nothing(app, cast, now):
    message_id = put(app, cast.maya)
    report(app, now, "sent", "sent", "delivered", "sent", message_id=message_id)
    row = get(app, message_id)
    assert (row.state, row.provider_sid) == (MessageState.DELIVERED, SID)
    with app.app_context():
        rows = db.session.execute(text("SELECT status, hits FROM message_events ORDER BY status"))
        assert rows.all() == [("delivered", 1), ("sent", 3)]


def test_reports_on_texts_we_do_not_know_and_words_we_do_not_know_change_nothing(app, cast, now):
    assert report(app, now, "delivered") == [None]
    message_id = put(app, cast.maya)
    assert report(app, now, "teleported", message_id=message_id) == [None]
    assert get(app, message_id).state == MessageState.PENDING


def test_a_report_with_our_own_id_proves_that_a_text_in_doubt_went(app, cast, clock, now):
    desk = Desk(app, Counter())
    message_id = put(app, cast.maya)
    assert len(desk.claim()) == 1  # … and then the worker dies
    report(app, now, "sent", message_id=message_id)
    clock.shift(timedelta(minutes=10))
    assert desk.round() == 0
    row = get(app, message_id)
    assert (row.state, row.provider_sid, row.due_at) == (MessageState.SENT, SID, None)


def test_a_phone_that_is_off_is_tried_again_while_the_text_makes_sense(app, cast, clock, now):
    provider = Counter()
    desk = Desk(app, provider)
    message_id = put(app, cast.maya)
    desk.rounds()
    first_sid = get(app, message_id).provider_sid
    report(app, now, "undelivered", sid=first_sid, code=30003)
    row = get(app, message_id)
    assert (row.state, row.due_at) == (MessageState.PENDING, now + timedelta(minutes=5))
    # Late words about the first try change nothing.
    report(app, now, "sent", "failed", message_id=message_id, sid=first_sid)
    assert get(app, message_id).state == MessageState.PENDING
    clock.shift(timedelta(minutes=5))
    desk.rounds()
    assert len(provider.taken) == 2
    second_sid = get(app, message_id).provider_sid
    clock.shift(timedelta(minutes=22))
    report(app, now + timedelta(minutes=27), "undelivered", sid=second_sid, code=30003)
    row = get(app, message_id)
    assert (row.state, row.reason) == (MessageState.FAILED, Reason.REFUSED)
    assert row.needs_person_at is not None


@pytest.mark.parametrize(
    ("code", "state"), [(30007, "failed"), (30005, "failed"), (21610, "blocked")]
)
def test_a_refusal_for_good_needs_a_person(app, cast, now, code, state):
    message_id = put(app, cast.maya)
    Desk(app, Counter()).rounds()
    sid = get(app, message_id).provider_sid
    report(app, now, "failed", sid=sid, message_id=message_id, code=code)
    row = get(app, message_id)
    assert (row.state, row.error_code, row.due_at) == (state, code, None)
    assert row.needs_person_at == now
    with app.app_context():
        assert (opted_out_since(row.phone_index) is not None) == (code == 21610)
