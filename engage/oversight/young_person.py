"""One young person as staff and carers' workers see them: what they let us know, and who has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engage.alerts.models import Alert
from engage.checkins.models import CheckIn
from engage.db import db
from engage.messaging.models import Message
from engage.messaging.queries import find_opt_out, texts_needing_person, texts_of
from engage.people.access import Object, Verb, Viewer, access_to
from engage.people.models import Person, Placement, YoungPerson
from engage.people.phones import mask_phone
from engage.people.queries import current_placement
from engage.web.errors import NotFound


@dataclass(frozen=True)
class Said:
    """A check-in as staff see it: what was said, how sure we are, what became of it."""

    check_in: CheckIn
    note: str | None
    alert: Alert | None
    taken_by: str | None
    answered_with: Message | None


@dataclass(frozen=True)
class YoungPersonPage:
    """Everything on one young person's page that this viewer may see."""

    person: YoungPerson
    home: Placement | None
    phone: str
    opted_out_at: datetime | None
    suspended: bool
    said: list[Said]
    alerts: list[Alert]
    undelivered: list[Message]
    may_open_plan: bool
    may_print_card: bool


def get_page(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> YoungPersonPage:
    """Return a young person's page as this viewer may see it, or raise NotFound."""
    access = access_to(viewer, young_person_id, now=now)
    if not access.may(Verb.READ, Object.PROFILE):
        raise NotFound("young person")
    person = db.session.get(YoungPerson, young_person_id)
    if person is None:
        raise NotFound("young person")
    phone = ""
    if person.phone and access.may(Verb.READ, Object.PHONE):
        phone = person.phone
    elif person.phone and access.may(Verb.READ_MASKED, Object.PHONE):
        phone = mask_phone(person.phone)
    sees_texts = access.may(Verb.READ_MASKED, Object.MESSAGE_LOG)
    return YoungPersonPage(
        person=person,
        home=current_placement(viewer, young_person_id, now=now),
        phone=phone,
        opted_out_at=find_opt_out(viewer, person.phone_index) if person.phone_index else None,
        suspended=person.phone_suspended_at is not None,
        said=_said(viewer, young_person_id, access),
        alerts=_alerts(young_person_id) if access.may(Verb.READ, Object.ALERT) else [],
        undelivered=texts_needing_person(viewer, [young_person_id]) if sees_texts else [],
        may_open_plan=access.may(Verb.READ, Object.PROFILE),
        may_print_card=access.may(Verb.CREATE, Object.LINKS),
    )


def _said(viewer: Viewer, young_person_id: UUID, access: Any, limit: int = 20) -> list[Said]:
    if not access.may(Verb.READ, Object.CHECK_IN):
        return []
    may_read_words = access.may(Verb.READ, Object.CHECK_IN_WORDS)
    rows = db.session.execute(
        select(CheckIn, Alert, Person)
        .outerjoin(Alert, Alert.id == CheckIn.alert_id)
        .outerjoin(Person, Person.id == Alert.acknowledged_by_id)
        .where(CheckIn.young_person_id == young_person_id)
        .order_by(CheckIn.received_at.desc())
        .limit(limit)
    ).all()
    answers = {
        text.object_id: text
        for text in texts_of(viewer, young_person_id)
        if text.object_kind == "check_in"
    }
    return [
        Said(
            check_in,
            check_in.note if may_read_words else None,
            alert,
            person.name if person else None,
            answers.get(check_in.id),
        )
        for check_in, alert, person in (row.tuple() for row in rows)
    ]


def _alerts(young_person_id: UUID, limit: int = 10) -> list[Alert]:
    return list(
        db.session.scalars(
            select(Alert)
            .where(Alert.young_person_id == young_person_id)
            .order_by(Alert.raised_at.desc())
            .limit(limit)
        )
    )
