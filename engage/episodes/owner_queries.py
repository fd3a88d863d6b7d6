"""Whose an episode is: never nobody's."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.people.access import Viewer, is_in_force
from engage.people.models import Relationship, RelationshipKind, Role, RoleGrant, YoungPerson
from engage.web.errors import NotFound


def first_owner(viewer: Viewer, young_person: YoungPerson, *, now: datetime) -> UUID:
    """Return whose it is at first: the social worker, else a supervisor of the team, else the
    one who opens it. Raises NotFound when there is none of these.
    """
    worker = db.session.scalar(
        select(Relationship.person_id)
        .where(
            Relationship.young_person_id == young_person.id,
            Relationship.kind == RelationshipKind.SOCIAL_WORKER,
            is_in_force(Relationship, now),
        )
        .order_by(Relationship.rank, Relationship.starts_at)
        .limit(1)
    )
    supervisor = None
    if worker is None:
        supervisor = db.session.scalar(
            select(RoleGrant.person_id)
            .where(
                RoleGrant.role == Role.SUPERVISOR,
                RoleGrant.team_id == young_person.team_id,
                is_in_force(RoleGrant, now),
            )
            .order_by(RoleGrant.starts_at)
            .limit(1)
        )
    owner = worker or supervisor or viewer.person_id
    if owner is None:
        raise NotFound("owner")
    return owner


def possible_owners(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> set[UUID]:
    """Return who may answer for an episode: the young person's workers, and those of the team
    on duty or supervising. For callers that asked the access function.
    """
    related = select(Relationship.person_id).where(
        Relationship.young_person_id == young_person_id,
        Relationship.kind == RelationshipKind.SOCIAL_WORKER,
        is_in_force(Relationship, now),
    )
    on_duty = (
        select(RoleGrant.person_id)
        .join(YoungPerson, YoungPerson.team_id == RoleGrant.team_id)
        .where(
            YoungPerson.id == young_person_id,
            RoleGrant.role.in_((Role.OUT_OF_HOURS, Role.SUPERVISOR)),
            is_in_force(RoleGrant, now),
        )
    )
    return {*db.session.scalars(related), *db.session.scalars(on_duty)}
