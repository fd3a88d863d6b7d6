"""Reading the next step of coming back, and returns that are under way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engage.agreed.access import may_answer
from engage.checkins.ready_models import ReadyStep, ReturnPlan, ReturnState
from engage.db import db
from engage.people.access import Object, Verb, Viewer, access_to, visible_young_people
from engage.people.models import Person
from engage.plans.reading import may_read as may_read_part
from engage.ways_back.reading import PART, is_shared
from engage.web.errors import NotFound


@dataclass(frozen=True)
class ReadyPage:
    """What a viewer may know of a young person's way back."""

    person: Person
    is_own: bool
    may_write: bool
    may_read: bool
    may_answer: bool
    step: ReadyStep | None
    plan: ReturnPlan | None
    answered_by: str
    left: timedelta | None


def ready_page(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> ReadyPage:
    """Return the next step and the return under way; NotFound for those who may know neither."""
    access = access_to(viewer, young_person_id, now=now)
    is_own = viewer.person_id is not None and viewer.person_id == young_person_id
    shared = frozenset({PART} if is_shared(young_person_id, now) else ())
    may_read = is_own or may_read_part(access, PART, shared)
    plan = find_open(viewer, young_person_id)
    may_reply = plan is not None and may_answer(access, plan)
    may_write = access.may(Verb.CREATE, Object.PLAN_SHARED)
    if not (may_read or may_reply or may_write):
        raise NotFound("way back")
    step = db.session.scalars(
        select(ReadyStep).where(ReadyStep.young_person_id == young_person_id)
    ).first()
    may_know = is_own or may_reply or access.may(Verb.READ, Object.CHECK_IN)
    answered = plan and plan.answered_by_id and db.session.get(Person, plan.answered_by_id)
    waiting = plan is not None and plan.state == ReturnState.OPEN
    return ReadyPage(
        person=db.session.get_one(Person, young_person_id),
        is_own=is_own,
        may_write=may_write,
        may_read=may_read,
        may_answer=may_reply,
        step=step if may_read else None,
        plan=plan if may_know else None,
        answered_by=str(answered.name) if answered else "",
        left=plan.answer_due_at - now if waiting and plan else None,
    )


def find_open(viewer: Viewer, young_person_id: UUID) -> ReturnPlan | None:
    """Return the return that is under way, or None. The caller asks who may see it."""
    return db.session.scalars(
        select(ReturnPlan).where(
            ReturnPlan.young_person_id == young_person_id, ReturnPlan.closed_at.is_(None)
        )
    ).first()


@dataclass(frozen=True)
class Waiting:
    """Somebody who is ready to come back, in a list."""

    plan: ReturnPlan
    name: str


def waiting_now(viewer: Viewer, *, now: datetime, limit: int = 20) -> list[Waiting]:
    """List the returns under way of everybody the viewer may see, the longest waiting first."""
    seen = visible_young_people(viewer, now=now)
    rows = db.session.execute(
        select(ReturnPlan, Person)
        .join(Person, Person.id == ReturnPlan.young_person_id)
        .where(ReturnPlan.closed_at.is_(None), seen)
        .order_by(ReturnPlan.answered_at.is_not(None), ReturnPlan.opened_at)
        .limit(limit)
    )
    return [Waiting(plan, str(person.name)) for plan, person in rows]
