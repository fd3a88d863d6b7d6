"""Whatever people do in whatever order, no alert is forgotten, doubled or ended by nobody."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from engage.alerts import actions, taken_actions
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rules import AlertKind, AlertState, How
from engage.alerts.taken_rules import OFFERED, Outcome
from engage.alerts.undo_actions import stop_alert
from engage.checkins.models import CheckIn
from engage.db import db
from engage.messaging.models import InboundMessage, Message
from engage.people.models import PersonKind
from engage.people.viewer import Viewer
from tests.alerts.test_actions import raised, swept
from tests.cast import Cast
from tests.checkins.texting import ADDRESS, own_number, phone_of, text

pytestmark = pytest.mark.usefixtures("inside")
PEOPLE = ("jo", "sam", "sue", "olu", "ade")
MINUTES = (1, 7, 15, 31, 95)
ACTS = ("take", "keep", "over", "pass", "pass_to", "digit", "sweep", "hear", "ok")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTS), st.sampled_from(PEOPLE), st.sampled_from(MINUTES),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=14,
)  # fmt: skip


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        own_number(cast)
        yield


def forget_all() -> None:
    """Begin the next example afresh, with the same people."""
    db.session.rollback()
    for table in (CheckIn, InboundMessage, Message, AlertNotice, Alert):
        db.session.execute(delete(table))
    db.session.commit()


def act(what: str, who: UUID, digit: int, alert_id: UUID, cast: Cast, now) -> None:
    viewer = cast.viewer(who)
    if what == "take":
        actions.acknowledge(alert_id, who, how=How.PAGE, now=now, viewer=viewer)
    elif what == "keep":
        taken_actions.keep_on(viewer, alert_id, now=now)
    elif what == "over":
        taken_actions.resolve(viewer, alert_id, OFFERED[digit % len(OFFERED)], now=now)
    elif what == "pass":
        taken_actions.hand_over(viewer, alert_id, address=ADDRESS, now=now)
    elif what == "pass_to":
        to = cast.sam if digit > 2 else cast.sue
        taken_actions.hand_over(viewer, alert_id, to=to, address=ADDRESS, now=now)
    elif what == "digit":
        text(phone_of(who), str(digit), now=now)
    elif what == "hear":
        maya = Viewer(person_id=cast.maya, kind=PersonKind.YOUNG_PERSON, area="text")
        words = {"who": "M", "at": "22:10"}
        stop_alert(db.session.connection(), alert_id, "info_late", words, now=now, viewer=maya)
    elif what == "ok":
        text(phone_of(cast.maya), "ok", now=now)
    db.session.commit()


def holds(alert: Alert, before: AlertState, what: str) -> None:
    """What must be true of an alert at every moment."""
    if alert.state == AlertState.RESOLVED:
        assert alert.next_due_at is None
        assert alert.outcome
        # A person ended it; or it was undone before anybody had it.
        assert alert.resolved_by_id or (
            alert.outcome == Outcome.UNDONE and alert.acknowledged_by_id is None
        )
    else:
        assert alert.next_due_at is not None, f"forgotten after {what}"
        assert before != AlertState.RESOLVED, f"came back to life by {what}"
        assert (alert.acknowledged_by_id is None) == (alert.state == AlertState.OPEN)
        assert (alert.acknowledged_at is None) == (alert.state == AlertState.OPEN)
    if what in ("ok", "hear") and before == AlertState.ACKNOWLEDGED:
        assert alert.state == AlertState.ACKNOWLEDGED
    assert 0 <= alert.unanswered <= 2


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_an_alert_lives_until_a_person_ends_it(cast, now, steps):
    forget_all()
    alert_id, at = raised(cast, now, AlertKind.OVERDUE), now
    before = AlertState.OPEN
    for what, who, minutes, digit in steps:
        at += timedelta(minutes=minutes)
        swept(at)
        holds(found := the(alert_id), before, "sweep")
        before = AlertState(found.state)
        act(what, getattr(cast, who), digit, alert_id, cast, at)
        holds(found := the(alert_id), before, what)
        before = AlertState(found.state)
    # Left alone from here, one that is not over is open again within two hours.
    for _ in range(12):
        at += timedelta(minutes=15)
        swept(at)
    assert the(alert_id).state in (AlertState.OPEN, AlertState.RESOLVED)
    keys = list(db.session.scalars(select(Message.dedupe_key)))
    assert len(keys) == len(set(keys))


def the(alert_id: UUID) -> Alert:
    return db.session.get_one(Alert, alert_id, populate_existing=True)
