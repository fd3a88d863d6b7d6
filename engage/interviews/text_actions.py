"""Hearing a texted digit as the choice it is. The text itself was stored and acted on before.

It arrives like every text: kept, and somebody told that they wrote. This only takes what is plainly
an answer off their hands, a few seconds later; whatever it does not take waits for a person.
"""

from datetime import datetime

from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.alerts.rules import initials
from engage.alerts.undo_actions import stop_alert
from engage.audit.actions import record_many
from engage.checkins.models import CheckIn, SentBy
from engage.checkins.rules import Belief, Kind
from engage.db import begin_write, db
from engage.interviews.actions import Choice, choose
from engage.interviews.digit_rules import ANSWERED_WITHIN, MAY_CHOOSE, chosen_by
from engage.interviews.models import ReturnInterview
from engage.messaging.actions import queue
from engage.messaging.models import InboundMessage
from engage.messaging.rules import Klass
from engage.people.models import Person, PersonKind
from engage.people.viewer import Viewer


def hear_choices(*, now: datetime, limit: int = 200) -> int:
    """Take texted digits as choices of who to talk to; return how many were taken.

    Only from the young person's own phone. A not-OK word, more words, a digit that was not
    offered, one a day late: all of that stays where a person reads it.
    """
    asked = (
        select(ReturnInterview)
        .where(
            ReturnInterview.asked_by_text_at > now - ANSWERED_WITHIN * 2,
            ReturnInterview.state.in_(sorted(MAY_CHOOSE)),
        )
        .order_by(ReturnInterview.asked_by_text_at)
        .limit(limit)
    )
    found = db.session.scalars(asked).all()
    return sum(_hear(talk, now) for talk in found)


def _hear(talk: ReturnInterview, now: datetime) -> int:
    said = db.session.execute(
        select(CheckIn, InboundMessage)
        .join(InboundMessage, InboundMessage.id == CheckIn.inbound_id)
        .where(
            CheckIn.young_person_id == talk.young_person_id,
            CheckIn.received_at >= talk.asked_by_text_at,
            CheckIn.kind == Kind.FREE,
            CheckIn.looks_like.is_(None),
            CheckIn.sent_by == SentBy.TEXT,
            CheckIn.belief >= Belief.V1,
            CheckIn.handled_at.is_(None),
        )
        .order_by(CheckIn.received_at)
    ).all()
    taken = 0
    for check_in, text in said:
        who = chosen_by(
            str(text.body or ""),
            asked_at=talk.asked_by_text_at,
            sent_at=check_in.sent_at or check_in.received_at,
            state=talk.state,
        )
        if who is not None:
            begin_write(db.session)
            _take(talk, check_in, Choice(who), now)
            taken += 1
    return taken


def _take(talk: ReturnInterview, check_in: CheckIn, choice: Choice, now: datetime) -> None:
    person = db.session.get_one(Person, talk.young_person_id)
    viewer = Viewer(
        person_id=person.id,
        organisation_id=person.organisation_id,
        kind=PersonKind.YOUNG_PERSON,
        area="text",
    )
    choose(viewer, person.id, choice, now=now)
    check_in.handled_at = now
    db.session.flush()
    _stop(check_in, person, viewer, now)
    queue(
        "talk_chosen",
        to=person,
        about=person.id,
        klass=Klass.YOUNG_PERSON,
        params={},
        dedupe_key=f"talk_chosen:{check_in.id}",
        now=now,
    )


def _stop(check_in: CheckIn, person: Person, viewer: Viewer, now: datetime) -> None:
    """End the alert that this text alone raised; one that holds more goes on."""
    alert = db.session.get(Alert, check_in.alert_id) if check_in.alert_id else None
    if alert is None or alert.about_id != check_in.id:
        return
    joined = select(func.count()).select_from(CheckIn).where(CheckIn.alert_id == alert.id)
    if (db.session.scalar(joined) or 0) > 1:
        return
    connection = db.session.connection()
    params = {"who": initials(str(person.name))}
    lines = stop_alert(connection, alert.id, "info_chosen", params, now=now, viewer=viewer)
    record_many(lines, connection)
