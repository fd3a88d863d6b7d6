"""Pieces of what is done about harm, for callers that asked whether it is kept from the viewer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.people.access import is_in_force
from engage.people.models import (
    Organisation,
    Relationship,
    RelationshipKind,
    RoleGrant,
    YoungPerson,
)
from engage.policy.queries import pack
from engage.safeguarding.models import Allegation, AllegationTold
from engage.safeguarding.rules import About, Around, Blank, Deed, Whom, blanks, still_to_tell

CARE = (RelationshipKind.SOCIAL_WORKER, RelationshipKind.INTERVIEWER)


def blanks_of(found: Allegation, to_tell: Sequence[Whom]) -> list[Blank]:
    """List what keeps one from being closed, for callers that may see it."""
    return blanks(
        About(found.about),
        to_tell,
        safe_now=found.safe_now or "",
        they_know=found.they_know or "",
        is_about_somebody=found.young_person_id is not None,
    )


def left_to_tell(found: Allegation) -> list[Whom]:
    """List who outside is still to be told, for callers that may see it and for the sweep."""
    rules = pack(db.session.get_one(Organisation, found.organisation_id).policy)
    wanted = [Whom(each.to) for each in rules.protectors if each.holds(found.about)]
    return still_to_tell(wanted, deeds(told_of(found.id)[1]))


def told_of(allegation_id: UUID) -> tuple[Sequence[AllegationTold], dict[Whom, AllegationTold]]:
    """Return all that was written down about telling people, and the last about each."""
    log = db.session.scalars(
        select(AllegationTold)
        .where(AllegationTold.allegation_id == allegation_id)
        .order_by(AllegationTold.number)
    ).all()
    return log, {Whom(each.whom): each for each in log}


def deeds(last: Mapping[Whom, AllegationTold]) -> dict[Whom, Deed]:
    return {whom: Deed(each.deed) for whom, each in last.items()}


def around_of(organisation_id: UUID, young_person_id: UUID | None, now: datetime) -> Around[UUID]:
    """Return who takes part in a young person's care, for callers that may begin this."""
    if young_person_id is None:
        return Around(frozenset(), frozenset(), frozenset())
    related = db.session.execute(
        select(Relationship.person_id, Relationship.kind).where(
            Relationship.young_person_id == young_person_id, is_in_force(Relationship, now)
        )
    ).all()
    team_id = db.session.get_one(YoungPerson, young_person_id).team_id
    team = (
        db.session.scalars(
            select(RoleGrant.person_id).where(
                RoleGrant.team_id == team_id, is_in_force(RoleGrant, now)
            )
        ).all()
        if team_id
        else []
    )
    return Around(
        frozenset(row.person_id for row in related if row.kind == RelationshipKind.CARER),
        frozenset(row.person_id for row in related if row.kind in CARE),
        frozenset(team),
    )
