"""What was put aside is visible, and is tried again when an operator says so. SAFETY 6 R17."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.cli import main
from engage.db import db
from engage.messaging.actions import InboundText, keep_inbound
from engage.messaging.models import InboundMessage, Message
from engage.messaging.queries import unhandled_inbound
from engage.messaging.rules import MessageState, Reason
from engage.people.viewer import SYSTEM
from tests.cast import NOW
from tests.messaging.desk import Counter, Desk, get, put


@pytest.fixture
def retry(app, clock):
    def run():
        done = CliRunner().invoke(main, ["texts", "retry"], obj=lambda: app)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    return run


def dead(app, to, key, **values):
    message_id = put(app, to, dedupe_key=key)
    with app.app_context():
        row = db.session.get(Message, message_id)
        row.state, row.reason, row.strikes, row.due_at = MessageState.DEAD, Reason.BROKEN, 5, None
        row.finished_at = row.needs_person_at = NOW
        for name, value in values.items():
            setattr(row, name, value)
        db.session.commit()
    return message_id


def test_a_broken_text_goes_after_all(app, cast, retry):
    message_id = dead(app, cast.sam, "a")
    assert retry() == "0 incoming texts and 1 outgoing ones are tried again.\n"
    provider = Counter()
    Desk(app, provider).rounds()
    assert [sent.message_id for sent in provider.taken] == [message_id]
    assert get(app, message_id).state == MessageState.ACCEPTED


@pytest.mark.parametrize(
    "values",
    [
        {"not_after": NOW},
        {"first_post_at": NOW - timedelta(minutes=5)},
        {"handled_at": NOW},
        {"state": MessageState.FAILED},
        {"state": MessageState.UNKNOWN},
    ],
)
def test_what_is_too_late_may_have_gone_or_was_cared_for_stays(app, cast, retry, values):
    message_id = dead(app, cast.maya, "a", **values)
    assert "0 outgoing" in retry()
    assert get(app, message_id).state == values.get("state", MessageState.DEAD)


def test_incoming_texts_are_looked_at_again(app, cast, retry):
    with app.app_context():
        for sid in ("SM1", "SM2"):
            text = InboundText("twilio", sid, "+447700900998", "+447700900000", "hello")
            keep_inbound(text, source="webhook", now=NOW)
        first = db.session.scalars(select(InboundMessage)).first()
        first.tries, first.tried_at = 5, NOW
        db.session.commit()
        assert len(unhandled_inbound(SYSTEM, now=NOW)) == 1
    assert retry().startswith("1 incoming")
    with app.app_context():
        assert len(unhandled_inbound(SYSTEM, now=NOW)) == 2
        line = db.session.scalars(
            select(AuditEntry).where(AuditEntry.verb == "texts:retried")
        ).one()
        assert line.reason == "1 in, 0 out"


def test_with_nothing_put_aside_nothing_happens(app, cast, retry):
    assert retry() == "0 incoming texts and 0 outgoing ones are tried again.\n"
