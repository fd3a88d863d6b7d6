"""Whom to tell about a young person, and in what order."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, case, exists, or_, select, union_all

from engage.db import db
from engage.people.access import Object, Verb, Viewer, is_in_force, require
from engage.people.models import (
    Consent,
    Person,
    PersonKind,
    Relationship,
    RelationshipKind,
    Role,
    RoleGrant,
)


class Contact(NamedTuple):
    """One step in the order in which people are told about a young person."""

    step: int
    role: str
    person_id: UUID
    kind: PersonKind
    locale: str
    phone_index: str | None
    organisation_id: UUID
    is_suspended: bool

    @property
    def has_phone(self) -> bool:
        """Say whether a text can reach them."""
        return self.phone_index is not None and not self.is_suspended


STEPS = {
    RelationshipKind.CHECK_IN: 1,
    RelationshipKind.CARER: 2,
    Role.OUT_OF_HOURS: 3,
    RelationshipKind.SOCIAL_WORKER: 4,
    Role.SUPERVISOR: 5,
}


def contacts_of(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[Contact]:
    """List whom to tell about a young person, in order: the person they chose to check in with,
    carers, out-of-hours workers of the team, social worker, supervisors. One statement.

    Nobody twice. A trusted person counts only once they said yes. No names and no numbers.
    """
    if not viewer.is_system:
        require(
            viewer, Verb.READ, Object.ALERT, young_person_id, now=now, owner_id=viewer.person_id
        )
    seen: set[UUID] = set()
    contacts = []
    for row in db.session.execute(_contacts(young_person_id, now)):
        if row.id not in seen:
            seen.add(row.id)
            contacts.append(
                Contact(
                    row.step,
                    row.role,
                    row.id,
                    PersonKind(row.kind),
                    row.locale,
                    row.phone_index,
                    row.organisation_id,
                    row.phone_suspended_at is not None,
                )
            )
    return contacts


def _contacts(young_person_id: UUID, now: datetime) -> Any:
    steps = {kind.value: step for kind, step in STEPS.items()}
    young, holder = Person.__table__.alias(), Person.__table__.alias()
    related = select(
        case(steps, value=Relationship.kind).label("step"),
        Relationship.kind.label("role"),
        Relationship.rank.label("rank"),
        Relationship.person_id.label("told_id"),
    ).where(
        Relationship.young_person_id == young_person_id,
        Relationship.kind.in_([kind for kind in STEPS if isinstance(kind, RelationshipKind)]),
        is_in_force(Relationship, now),
    )
    same_organisation = and_(
        young.c.id == young_person_id,
        young.c.organisation_id == holder.c.organisation_id,
        or_(RoleGrant.team_id.is_(None), RoleGrant.team_id == young.c.team_id),
    )
    on_team = (
        select(
            case(steps, value=RoleGrant.role),
            RoleGrant.role,
            # Those of the whole organisation come after those of the team.
            case((RoleGrant.team_id.is_(None), 1), else_=0),
            RoleGrant.person_id,
        )
        .join(holder, holder.c.id == RoleGrant.person_id)
        .join(young, same_organisation)
        .where(
            RoleGrant.role.in_([kind for kind in STEPS if isinstance(kind, Role)]),
            is_in_force(RoleGrant, now),
        )
    )
    return _in_order(union_all(related, on_team).subquery(), young_person_id, now)


def _in_order(told: Any, young_person_id: UUID, now: datetime) -> Any:
    person, trusted = Person.__table__, Relationship.__table__.alias()
    said_yes = exists().where(
        trusted.c.person_id == person.c.id,
        trusted.c.young_person_id == young_person_id,
        trusted.c.consent == Consent.YES,
        is_in_force(trusted.c, now),
    )
    return (
        select(
            told.c.step,
            told.c.role,
            person.c.id,
            person.c.kind,
            person.c.locale,
            person.c.phone_index,
            person.c.organisation_id,
            person.c.phone_suspended_at,
        )
        .join_from(told, person, person.c.id == told.c.told_id)
        .where(
            or_(person.c.ended_at.is_(None), person.c.ended_at > now),
            or_(person.c.kind != PersonKind.TRUSTED_PERSON, said_yes),
        )
        .order_by(told.c.step, told.c.rank, person.c.id)
    )
