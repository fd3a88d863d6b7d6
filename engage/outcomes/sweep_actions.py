"""What happens by itself: the plan is to be looked at after a talk, and what is late is told of."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from engage.db import Due, begin_write, db
from engage.interviews.models import ReturnInterview
from engage.interviews.rules import InterviewState
from engage.outcomes.actions import Draft, add
from engage.outcomes.late_actions import Named, tell_of_late
from engage.outcomes.models import NextStep
from engage.outcomes.rules import PLAN_WITHIN, From, Kind, State
from engage.people.access import is_in_force
from engage.people.models import Organisation, Relationship, RelationshipKind
from engage.people.viewer import SYSTEM
from engage.policy.queries import pack

# A talk that took place while nothing ran here is still found for so long.
FOUND_WITHIN = timedelta(days=30)
NEXT_STEPS = Named("next_step", "promise", "next-steps", frozenset({State.OPEN}))
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
    """Tell owners and supervisors of what was promised and is late; return how many."""
    return tell_of_late(_DUE, NEXT_STEPS, now=now, address=address, limit=limit)
