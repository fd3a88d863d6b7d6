"""What other parts read of agreed times: for callers that have asked the access function."""

from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, select

from engage.agreed.models import AgreedTime
from engage.agreed.rules import Proposal, Repeat, TimeState, days_of
from engage.db import db

# What is proposed comes after what holds, also when both were said at the same instant.
_IS_PROPOSED = AgreedTime.state == TimeState.PROPOSED


def said_last(relationship_id: Any) -> ScalarSelect[Any]:
    """Return the id of what a plan says last of when somebody checks in with this person."""
    return (
        select(AgreedTime.id)
        .where(AgreedTime.relationship_id == relationship_id, AgreedTime.state != TimeState.ENDED)
        .order_by(_IS_PROPOSED.desc(), AgreedTime.proposed_at.desc())
        .limit(1)
        .correlate_except(AgreedTime)
        .scalar_subquery()
    )


def said_in_plan(young_person_id: UUID) -> list[AgreedTime]:
    """List what the plan says now: what holds, then what is proposed in its place."""
    return list(
        db.session.scalars(
            select(AgreedTime)
            .where(
                AgreedTime.young_person_id == young_person_id,
                AgreedTime.relationship_id.is_not(None),
                AgreedTime.state != TimeState.ENDED,
            )
            .order_by(_IS_PROPOSED, AgreedTime.proposed_at)
        )
    )


def says_the_same(time: AgreedTime, proposal: Proposal) -> bool:
    """Say whether an agreed time is what is proposed."""
    weekly = proposal.repeat is Repeat.WEEKLY
    return (
        time.repeat == proposal.repeat
        and time.grace_minutes == proposal.grace_minutes
        and time.may_ask == proposal.may_ask
        and (not weekly or (time.wall == proposal.wall and days_of(time.days) == proposal.days))
        and (weekly or time.every_hours == proposal.every_hours)
    )
