"""Who supervises whom. Apart from other queries: a worker asks it, and loads no sign-in for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from engage.db import db
from engage.people.access import Viewer, is_in_force
from engage.people.models import Person, Role, RoleGrant


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody to tell by text."""

    id: UUID
    locale: str


def supervisors_of(
    viewer: Viewer, organisation_id: UUID, team_ids: Iterable[UUID | None], *, now: datetime
) -> list[Told]:
    """List the supervisors of these teams; of any team when these have none; never the viewer."""
    rows = db.session.execute(
        select(Person.id, Person.locale, RoleGrant.team_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role == Role.SUPERVISOR,
            is_in_force(RoleGrant, now),
            Person.organisation_id == organisation_id,
            Person.id != viewer.person_id,
            or_(Person.ended_at.is_(None), Person.ended_at > now),
        )
        .order_by(Person.id)
    ).all()
    near = set(team_ids)
    closest = [row for row in rows if row.team_id in near or row.team_id is None] or rows
    return list(dict.fromkeys(Told(row.id, row.locale) for row in closest))
