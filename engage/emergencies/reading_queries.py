"""What stands in a part that was opened in an emergency: the newest of it, and nothing beside."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.checkins.models import CheckIn
from engage.db import db
from engage.emergencies.parts import parts
from engage.messaging.models import InboundMessage
from engage.messaging.queries import texts_of
from engage.oversight.young_person import words_of
from engage.people.access import Verb, Viewer, access_to, is_in_force
from engage.people.actions import OF_THEIR_CHOICE
from engage.people.emergency_models import EmergencyUse, UseState
from engage.people.models import Person, Relationship
from engage.plans.models import PlanAnswer, SafetyPlan
from engage.web.errors import NotFound

SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One thing to read: words, with whose or what they are; a number to call; an instant."""

    words: str
    by: str = ""
    phone: str = ""
    at: datetime | None = None


def read_part(viewer: Viewer, use: EmergencyUse, part: str, *, now: datetime) -> list[Line]:
    """Return what stands in a part, while it is open to this viewer; else NotFound."""
    about = use.young_person_id
    obj = parts().get(part)
    is_open = use.state == UseState.OPENED
    if obj is None or not is_open or use.person_id != viewer.person_id or part not in use.sections:
        raise NotFound("part")
    if not access_to(viewer, about, now=now).may(Verb.READ, obj, section=part):
        raise NotFound("part")
    match part:
        case "trusted_people":
            return _trusted(about, now)
        case "check_in_words":
            return _said(about)
        case "phone":
            person = db.session.get(Person, about)
            return [Line(person.name, phone=person.phone)] if person and person.phone else []
        case "texts":
            texts = texts_of(viewer, about, limit=SHOWN)
            return [Line(text.body, at=text.created_at) for text in texts if text.body]
    return _answers(about, part)


def _answers(young_person_id: UUID, question: str) -> list[Line]:
    rows = db.session.scalars(
        select(PlanAnswer)
        .join(SafetyPlan, SafetyPlan.id == PlanAnswer.plan_id)
        .where(SafetyPlan.young_person_id == young_person_id, PlanAnswer.question == question)
        .order_by(PlanAnswer.voice.desc())
    )
    return [Line(a.text, by=str(a.voice), at=a.written_at) for a in rows if a.text]


def _trusted(young_person_id: UUID, now: datetime) -> list[Line]:
    rows = db.session.scalars(
        select(Person)
        .join(Relationship, Relationship.person_id == Person.id)
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind.in_(OF_THEIR_CHOICE),
            is_in_force(Relationship, now),
        )
        .order_by(Relationship.kind, Relationship.rank)
    )
    return [Line(person.name, phone=person.phone or "") for person in dict.fromkeys(rows)]


def _said(young_person_id: UUID) -> list[Line]:
    rows = db.session.execute(
        select(CheckIn, InboundMessage)
        .outerjoin(InboundMessage, InboundMessage.id == CheckIn.inbound_id)
        .where(CheckIn.young_person_id == young_person_id)
        .order_by(CheckIn.received_at.desc())
        .limit(SHOWN)
    )
    lines = [Line(words_of(check_in, text), at=check_in.received_at) for check_in, text in rows]
    return [line for line in lines if line.words]
