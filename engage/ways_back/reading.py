"""Pieces of a way back, for callers that asked the access function or hold the lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from engage.alerts.chain import contacts_for, staff_of
from engage.checkins.ready_models import ReturnPlan, ReturnStep
from engage.checkins.ready_rules import ANSWER_WITHIN
from engage.db import begin_write, db
from engage.people.access import is_in_force
from engage.people.models import (
    Consent,
    Organisation,
    Person,
    Relationship,
    RelationshipKind,
    ShareGrant,
)
from engage.policy.queries import pack
from engage.ways_back.rules import LIVE, named_in
from engage.ways_back.turned_away import turned_away

PART = "ready"  # the question of the plan, whose sharing covers the step
AROUND = (
    RelationshipKind.TRUSTED,
    RelationshipKind.CHECK_IN,
    RelationshipKind.CARER,
    RelationshipKind.SOCIAL_WORKER,
)


@dataclass(frozen=True)
class Near:
    """Whom one can ask about a young person, in the order of the chain, and who is unwanted."""

    contacts: list[tuple[str, UUID]]
    unwanted: frozenset[UUID]


def locked(plan_id: UUID) -> ReturnPlan | None:
    """Return a way back, locked until the transaction ends."""
    begin_write(db.session)
    return db.session.get(ReturnPlan, plan_id, with_for_update=True, populate_existing=True)


def open_plan(young_person_id: UUID) -> ReturnPlan | None:
    """Return the way back that is under way, locked until the transaction ends."""
    found = db.session.scalar(
        select(ReturnPlan.id).where(
            ReturnPlan.young_person_id == young_person_id, ReturnPlan.closed_at.is_(None)
        )
    )
    return locked(found) if found is not None else None


def steps_of(plan_id: UUID) -> Sequence[ReturnStep]:
    """Return every step of a way back, in the order in which they came to be."""
    return db.session.scalars(
        select(ReturnStep)
        .where(ReturnStep.return_plan_id == plan_id)
        .order_by(ReturnStep.number)
        .execution_options(populate_existing=True)
    ).all()


def live_steps(plan_id: UUID) -> dict[str, ReturnStep]:
    """Return the steps that are still to happen, by slot."""
    return {step.slot: step for step in steps_of(plan_id) if step.state in LIVE}


def within_of(organisation_id: UUID) -> timedelta:
    """Return how soon somebody answers who is asked, by the policy pack."""
    policy = db.session.get_one(Organisation, organisation_id).policy
    rules = pack(policy).rules_for("ready_answer")
    return (rules[0].duration if rules else None) or ANSWER_WITHIN


def near(plan: ReturnPlan, at: datetime) -> Near:
    """Return whom one can ask: those of the chain, or the whole organisation's staff on duty."""
    connection = db.session.connection()
    found = contacts_for(connection, [plan.young_person_id], at).get(plan.young_person_id, [])
    found = sorted(found, key=lambda c: (c.rank, c.person_id))
    # Whoever must never be called is not asked either.
    unwanted = turned_away(plan, [contact.person_id for contact in found])
    if all(contact.person_id in unwanted for contact in found):
        found = [*found, *staff_of(connection, plan.organisation_id, at)]
    return Near([(c.step, c.person_id) for c in found], unwanted)


def people_around(young_person_id: UUID, at: datetime) -> list[tuple[UUID, str]]:
    """Return (id, name) of everybody around a young person who could be asked or unwanted."""
    rows = db.session.execute(
        select(Person, Relationship)
        .join(Relationship, Relationship.person_id == Person.id)
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind.in_(AROUND),
            is_in_force(Relationship, at),
        )
        .order_by(Relationship.kind, Relationship.rank, Person.id)
    ).all()
    found: dict[UUID, str] = {}
    for person, _ in rows:
        found.setdefault(person.id, str(person.name))
    return list(found.items())


def may_be_asked(young_person_id: UUID, person_id: UUID, at: datetime) -> bool:
    """Say whether somebody they named can be asked now: a phone, and of the trio a yes."""
    person = db.session.get(Person, person_id)
    if person is None or person.phone_index is None or person.phone_suspended_at is not None:
        return False
    rows = db.session.scalars(
        select(Relationship).where(
            Relationship.young_person_id == young_person_id,
            Relationship.person_id == person_id,
            Relationship.kind.in_(AROUND),
            is_in_force(Relationship, at),
        )
    )
    needs_yes = (RelationshipKind.TRUSTED, RelationshipKind.CHECK_IN)
    related = list(rows)
    said_yes = any(row.consent == Consent.YES for row in related)
    return any(said_yes or row.kind not in needs_yes for row in related)


def meant_by(words: str, young_person_id: UUID, at: datetime) -> set[UUID]:
    """Return whom the words "not Jo, please" are about, among those around."""
    return named_in(words, people_around(young_person_id, at))


def is_shared(young_person_id: UUID, at: datetime) -> bool:
    """Say whether the part is shared with anybody; else it is private, for everybody."""
    shared = select(ShareGrant.id).where(
        ShareGrant.young_person_id == young_person_id,
        ShareGrant.section == PART,
        ShareGrant.withdrawn_at.is_(None),
        or_(ShareGrant.expires_at.is_(None), ShareGrant.expires_at > at),
    )
    return db.session.execute(shared.limit(1)).first() is not None
