"""Which plans should have been agreed by now."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from engage.db import db
from engage.people.access import Viewer, is_in_force
from engage.people.models import Organisation, Person, Placement
from engage.plans.models import SafetyPlan
from engage.plans.queries import clocks_of
from engage.plans.rules import due_at
from engage.reviews.due_rules import LOOK_BACK, DuePlan
from engage.web.errors import NotFound


def overdue_plans(viewer: Viewer, *, now: datetime, limit: int = 500) -> list[DuePlan]:
    """List the plans that are overdue: on arrival in a home, or as started. For the system.

    Arrival counts where there is no plan, or one that belongs to the home before. Two statements,
    each by an index on the time.
    """
    if not viewer.is_system:
        raise NotFound("plans")
    return [*_on_arrival(viewer, now, limit), *_as_started(now, limit)][:limit]


def _on_arrival(viewer: Viewer, now: datetime, limit: int) -> list[DuePlan]:
    rows: Any = db.session.execute(
        select(
            Placement.young_person_id,
            Placement.id,
            Placement.starts_at,
            Organisation.id,
            Organisation.policy,
            Organisation.time_zone,
        )
        .join(Person, Person.id == Placement.young_person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(SafetyPlan, SafetyPlan.young_person_id == Placement.young_person_id)
        .where(
            Placement.starts_at > now - LOOK_BACK,
            is_in_force(Placement, now),
            or_(Person.ended_at.is_(None), Person.ended_at > now),
            or_(SafetyPlan.id.is_(None), SafetyPlan.placement_id.is_distinct_from(Placement.id)),
        )
        .order_by(Placement.starts_at)
        .limit(limit)
    )
    found = []
    for young_person_id, placement_id, starts_at, house, policy, zone in rows:
        due = due_at(starts_at, clocks_of(viewer, policy).due_within)
        if due <= now:
            found.append(DuePlan(young_person_id, house, placement_id, due, zone))
    return found


def _as_started(now: datetime, limit: int) -> list[DuePlan]:
    rows: Any = db.session.execute(
        select(
            SafetyPlan.young_person_id,
            Organisation.id,
            SafetyPlan.placement_id,
            SafetyPlan.id,
            SafetyPlan.due_at,
            Organisation.time_zone,
        )
        .join(Person, Person.id == SafetyPlan.young_person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(
            Placement,
            and_(
                Placement.young_person_id == SafetyPlan.young_person_id,
                is_in_force(Placement, now),
            ),
        )
        .where(
            SafetyPlan.due_at <= now,
            or_(Person.ended_at.is_(None), Person.ended_at > now),
            # Whoever moved meanwhile is due as somebody who arrived.
            SafetyPlan.placement_id.is_not_distinct_from(Placement.id),
        )
        .order_by(SafetyPlan.due_at)
        .limit(limit)
    )
    return [
        DuePlan(young_person_id, house, placement_id or plan_id, due, zone)
        for young_person_id, house, placement_id, plan_id, due, zone in rows
    ]
