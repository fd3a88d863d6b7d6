"""A text that waits for the morning is seen waiting: who tries the demo at night is not puzzled."""

from datetime import datetime, timedelta

from engage.db import db
from engage.messaging.models import Message
from engage.messaging.rules import MessageState, Reason
from tests.messaging.desk import put
from tests.page import Page


def hold(app, message_id, state, reason, due_at: datetime | None):
    with app.app_context():
        text = db.session.get_one(Message, message_id)
        text.state, text.reason, text.due_at = state, reason, due_at
        db.session.commit()


def test_what_waits_and_what_was_held_back_say_why(app, client, cast, now):
    waiting = put(app, cast.maya, template="reply_neutral")
    dropped = put(app, cast.kit, template="reply_neutral", dedupe_key="dropped")
    hold(app, waiting, MessageState.PENDING, Reason.QUIET_HOURS, now + timedelta(hours=8))
    hold(app, dropped, MessageState.EXPIRED, Reason.TOO_LATE, None)
    text = " ".join(Page(client.get("/demo/phones")).text.split())
    assert "no texts at night" in text
    assert "Waits until" in text
    assert "Not sent: The text no longer made sense" in text


def test_what_is_about_to_go_is_not_shown_before_it_went(app, client, cast):
    put(app, cast.maya, template="reply_neutral")
    assert "Waits until" not in Page(client.get("/demo/phones")).text


def test_what_a_worker_wrote_for_the_morning_is_seen_waiting(app, client, cast, now):
    text = put(app, cast.maya, template="reply_neutral")
    hold(app, text, MessageState.PENDING, None, now + timedelta(hours=8))
    assert "no texts at night" in " ".join(Page(client.get("/demo/phones")).text.split())
