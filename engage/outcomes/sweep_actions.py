"""What happens by itself: the plan is to be looked at after a talk, and what is late is told of."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind, initials
from engage.audit.actions import record
from engage.db import Due, begin_write, db
from engage.interviews.models import ReturnInterview
from engage.interviews.rules import InterviewState
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.outcomes.actions import Draft, add
from engage.outcomes.models import NextStep
from engage.outcomes.rules import PLAN_WITHIN, From, Kind, State, next_look
from engage.people.access import is_in_force
from engage.people.models import Organisation, Person, Relationship, RelationshipKind
from engage.people.viewer import SYSTEM
from engage.policy.queries import pack

# A talk that took place while nothing ran here is still found for so long.
FOUND_WITHIN = timedelta(days=30)
_DUE = Due(NextStep, NextStep.next_look_at)


def look_at_plans(*, now: datetime, limit: int = 200) -> int:
    """Promise, once for each talk that took place, that the plan is looked at again; return how
    many. By when: the pack; whose it is: the young person's worker, else whoever noted the talk.
    """
    waiting = (
        select(ReturnInterview)
        .where(
            ReturnInterview.state == InterviewState.DONE,
            ReturnInterview.done_at > now - FOUND_WITHIN,
            ~exists().where(NextStep.came_of_id == ReturnInterview.id, NextStep.kind == Kind.PLAN),
        )
        .order_by(ReturnInterview.done_at)
        .limit(limit)
    )
    if db.session.scalar(waiting.with_only_columns(ReturnInterview.id).limit(1)) is None:
        return 0
    begin_write(db.session)
    count = 0
    for talk in db.session.scalars(waiting.with_for_update(skip_locked=True)).all():
        count += _look_at_plan(talk, now)
    return count


def _look_at_plan(talk: ReturnInterview, now: datetime) -> int:
    house = db.session.get_one(Organisation, talk.organisation_id)
    owner_id = _worker_of(talk.young_person_id, now) or talk.done_by_id
    if owner_id is None or talk.done_at is None:
        return 0
    try:
        within = pack(house.policy).strictest("plan_revision").duration
    except KeyError:
        within = PLAN_WITHIN
    # Found late it is still owed: from today, not in the past.
    due_at = max(talk.done_at + within, now)
    draft = Draft(Kind.PLAN, owner_id, due_at.astimezone(ZoneInfo(house.time_zone)).date())
    add(SYSTEM, owner_id, talk.young_person_id, draft, came_of=(From.TALK, talk.id), now=now)
    return 1


def _worker_of(young_person_id: UUID, now: datetime) -> UUID | None:
    return db.session.scalar(
        select(Relationship.person_id)
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind == RelationshipKind.SOCIAL_WORKER,
            is_in_force(Relationship, now),
        )
        .order_by(Relationship.rank, Relationship.starts_at)
        .limit(1)
    )


def sweep(*, now: datetime, address: str, limit: int = 500) -> int:
    """Tell owners of what they promised and did not do, a day later the supervisors; return how
    many. The supervisors' alert climbs by itself. The cost is what is due.
    """
    found = _DUE.take(now=now, limit=limit)
    if not found:
        return 0
    for step in found:
        looked_at = step.next_look_at
        if step.state != State.OPEN or looked_at is None:
            step.next_look_at = None
            continue
        owner = db.session.get_one(Person, step.owner_id)
        # Somebody who left cannot do it any more: those who supervise hear at once.
        is_here = owner.ended_at is None or owner.ended_at > now
        if step.times_told == 0 and is_here:
            _remind(step, owner, address, now)
            step.times_told = 1
        else:
            _climb(step, address, now)
            step.times_told = 2
        step.next_look_at = next_look(max(looked_at, now), step.times_told)
    db.session.flush()
    return len(found)


def _remind(step: NextStep, owner: Person, address: str, now: datetime) -> None:
    young_person = db.session.get_one(Person, step.young_person_id)
    queue(
        "promise_due",
        to=owner,
        klass=Klass.STAFF,
        now=now,
        dedupe_key=f"promise:{step.id}:{step.due_on.isoformat()}:{owner.id}",
        params={"who": initials(young_person.name), "link": f"{address}/next-steps/{step.id}"},
        about=step.young_person_id,
    )
    record(
        "next_step:reminded",
        viewer=SYSTEM,
        now=now,
        subject_id=step.young_person_id,
        object_kind="next_step",
        object_id=step.id,
    )


def _climb(step: NextStep, address: str, now: datetime) -> None:
    raise_alert(
        AlertKind.PROMISE,
        organisation_id=step.organisation_id,
        young_person_id=step.young_person_id,
        dedupe_key=f"promise:{step.id}:{step.due_on.isoformat()}",
        address=address,
        now=now,
        about_kind="next_step",
        about_id=step.id,
    )
