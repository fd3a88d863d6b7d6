"""What staff do with a text that nobody could match: say whose it is, answer, or leave it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engage.alerts import actions as alerts
from engage.alerts.rules import AlertKind, How
from engage.alerts.taken_actions import resolve
from engage.alerts.taken_rules import Outcome
from engage.audit.actions import record
from engage.checkins.filing import ALERT_OF
from engage.checkins.models import CheckIn, Handling
from engage.checkins.queries import get_unmatched
from engage.checkins.replies import words_for
from engage.checkins.rules import Kind
from engage.checkins.senders import House
from engage.db import db
from engage.messaging.actions import queue
from engage.messaging.models import InboundMessage
from engage.messaging.rules import Klass
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Organisation

_check_ins: Any = CheckIn.__table__
ANSWERS = ("reply_neutral", "reply_words", "reply_unknown")


def match(
    viewer: Viewer, check_in_id: UUID, young_person_id: UUID, *, now: datetime, address: str
) -> bool:
    """Say whose an unmatched text is; it then raises what it would have raised.

    Its belief stays: that staff think they know does not make it proof. False if somebody was
    quicker.
    """
    check_in = get_unmatched(viewer, check_in_id, now=now)
    require(viewer, Verb.READ, Object.CHECK_IN, young_person_id, now=now)
    taken = _handle(viewer, check_in, Handling.MATCHED, now, young_person_id=young_person_id)
    if not taken:
        return False
    kind = ALERT_OF.get(Kind(check_in.kind))
    if kind is not None and kind not in (AlertKind.TEXTS_OFF, AlertKind.WRONG_NUMBER):
        alerts.raise_alert(
            kind,
            organisation_id=check_in.organisation_id,
            young_person_id=young_person_id,
            dedupe_key=f"matched:{check_in_id}",
            address=address,
            now=now,
            viewer=viewer,
            about_kind="check_in",
            about_id=check_in_id,
        )
    return True


def reply(viewer: Viewer, check_in_id: UUID, template: str, *, locale: str, now: datetime) -> bool:
    """Answer an unmatched text with one of the neutral sentences. False if it was handled."""
    if template not in ANSWERS:
        raise ValueError(f"{template} is no answer to a stranger.")
    check_in = get_unmatched(viewer, check_in_id, now=now)
    inbound = db.session.get(InboundMessage, check_in.inbound_id) if check_in.inbound_id else None
    house = db.session.get_one(Organisation, check_in.organisation_id)
    if inbound is None or not _handle(viewer, check_in, Handling.REPLIED, now):
        return False
    queue(
        template,
        to=str(inbound.from_number),
        klass=Klass.YOUNG_PERSON,
        now=now,
        locale=locale,
        params=words_for(template, House(house.id, house.policy, house.locale, house.neutral_name)),
        dedupe_key=f"board:{check_in_id}",
        answers_at=now,
    )
    return True


def leave(viewer: Viewer, check_in_id: UUID, *, now: datetime) -> bool:
    """Take a text from the board without doing anything. False if it was handled before."""
    return _handle(viewer, get_unmatched(viewer, check_in_id, now=now), Handling.LEFT, now)


def _handle(
    viewer: Viewer,
    check_in: CheckIn,
    how: Handling,
    now: datetime,
    *,
    young_person_id: UUID | None = None,
) -> bool:
    done = db.session.execute(
        update(_check_ins)
        .where(_check_ins.c.id == check_in.id, _check_ins.c.handled_at.is_(None))
        .values(
            handled_at=now,
            handled_by_id=viewer.person_id,
            handled_how=how,
            young_person_id=young_person_id,
        )
        .returning(_check_ins.c.alert_id)
    ).one_or_none()
    if done is None:
        return False
    record(
        f"check_in:{how}",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="check_in",
        object_id=check_in.id,
    )
    others = select(_check_ins.c.id).where(
        _check_ins.c.alert_id == done.alert_id, _check_ins.c.handled_at.is_(None)
    )
    if done.alert_id and viewer.person_id and db.session.execute(others.limit(1)).first() is None:
        alerts.acknowledge(done.alert_id, viewer.person_id, how=How.PAGE, now=now, viewer=viewer)
        resolve(viewer, done.alert_id, Outcome.HANDLED, now=now)
    return True
