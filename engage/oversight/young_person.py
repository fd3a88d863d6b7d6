"""One young person as staff and carers' workers see them: what they let us know, and who has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engage.alerts.models import Alert
from engage.checkins.models import CheckIn
from engage.db import db
from engage.messaging.code_rules import PhoneTrouble
from engage.messaging.models import InboundMessage, Message
from engage.messaging.queries import (
    find_opt_out,
    phone_troubles,
    texts_needing_person,
    texts_of,
)
from engage.people.access import Access, Object, Verb, Viewer, access_to
from engage.people.models import Person, Placement, Role, YoungPerson
from engage.people.phones import mask_phone
from engage.people.queries import current_placement
from engage.people.sharing_models import Circumstance
from engage.people.sharing_queries import open_circumstances
from engage.web.errors import NotFound

# Who may open closed parts in an emergency. Source: SAFETY 5.3.
OPENERS = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS})


@dataclass(frozen=True)
class Said:
    """A check-in as staff see it: what was said, how sure we are, what became of it."""

    check_in: CheckIn
    words: str
    alert: Alert | None
    taken_by: str | None
    answer: Message | None


@dataclass(frozen=True)
class YoungPersonPage:
    """Everything on one young person's page that this viewer may see."""

    person: YoungPerson
    home: Placement | None
    phone: str
    opted_out_at: datetime | None
    troubles: list[PhoneTrouble]
    suspended: bool
    said: list[Said]
    undelivered: list[Message]
    may_print_card: bool
    may_open_in_emergency: bool
    may_read_history: bool
    # What is noted about them now: `away`, `danger`.
    open_now: dict[str, Circumstance]
    may_read_told: bool
    may_take_file: bool


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
        troubles=phone_troubles(viewer, [young_person_id], now=now).get(young_person_id, []),
        suspended=person.phone_suspended_at is not None,
        said=_said(viewer, young_person_id, access),
        undelivered=texts_needing_person(viewer, [young_person_id]) if sees_texts else [],
        may_print_card=access.may(Verb.CREATE, Object.LINKS),
        may_open_in_emergency=bool(viewer.roles & OPENERS),
        may_read_history=access.may(Verb.READ, Object.AUDIT_LOG),
        open_now=open_circumstances(viewer, young_person_id, now=now),
        may_read_told=access.may(Verb.READ, Object.DISCLOSURE),
        may_take_file=any(access.may(v, Object.EXPORTS) for v in (Verb.CREATE, Verb.APPROVE)),
    )


def _said(viewer: Viewer, young_person_id: UUID, access: Access, limit: int = 8) -> list[Said]:
    if not access.may(Verb.READ, Object.CHECK_IN):
        return []
    may_read_words = access.may(Verb.READ, Object.CHECK_IN_WORDS)
    rows: Any = db.session.execute(
        select(CheckIn, InboundMessage, Alert, Person)
        .outerjoin(InboundMessage, InboundMessage.id == CheckIn.inbound_id)
        .outerjoin(Alert, Alert.id == CheckIn.alert_id)
        .outerjoin(Person, Person.id == Alert.acknowledged_by_id)
        .where(CheckIn.young_person_id == young_person_id)
        .order_by(CheckIn.received_at.desc())
        .limit(limit)
    ).all()
    # A reply is queued at the very instant at which the check-in was kept.
    replies = {text.created_at: text for text in texts_of(viewer, young_person_id)}
    return [
        Said(
            check_in,
            words_of(check_in, inbound) if may_read_words else "",
            alert,
            person.name if person else None,
            replies.get(check_in.replied_at) if check_in.replied_at else None,
        )
        for check_in, inbound, alert, person in rows
    ]


def words_of(check_in: CheckIn, inbound: InboundMessage | None) -> str:
    """Return what they wrote: the text itself, or the words and the place from the page."""
    if inbound is not None:
        return str(inbound.body or "")
    return " ".join(str(part) for part in (check_in.note, check_in.place) if part)
