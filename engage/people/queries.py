"""Who somebody is, who is around a young person, and whom a viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from engage.crypto import blind_index
from engage.db import db
from engage.people.access import (
    Object,
    Verb,
    Viewer,
    is_in_force,
    may,
    require,
    visible_young_people,
)
from engage.people.models import (
    Consent,
    Organisation,
    Person,
    PersonKind,
    Placement,
    Relationship,
    RelationshipKind,
    Role,
    RoleGrant,
    YoungPerson,
)
from engage.web.errors import NotFound


def viewer_of(viewer: Viewer, person_id: UUID, *, now: datetime) -> Viewer | None:
    """Return somebody as the access function knows them at this instant; None once they left.

    For the system only: the worker and commands act for a person through it.
    """
    if not viewer.is_system:
        raise NotFound("viewer")
    person = Person.__table__.c
    rows = db.session.execute(
        select(
            person.organisation_id, person.kind, person.locale, RoleGrant.role, RoleGrant.team_id
        )
        .join_from(
            Person.__table__,
            RoleGrant,
            and_(RoleGrant.person_id == person.id, is_in_force(RoleGrant, now)),
            isouter=True,
        )
        .where(person.id == person_id, or_(person.ended_at.is_(None), person.ended_at > now))
    ).all()
    if not rows:
        return None
    organisation_id, kind, locale, *_ = rows[0]
    kind = PersonKind(kind)
    return Viewer(
        person_id=person_id,
        organisation_id=organisation_id,
        kind=kind,
        grants=frozenset((Role(row.role), row.team_id) for row in rows if row.role),
        locale=locale,
        area="staff" if kind is PersonKind.WORKER else "phone",
    )


def get_organisation(viewer: Viewer, organisation_id: UUID) -> Organisation:
    """Return an organisation the viewer belongs to."""
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None or not (viewer.is_system or viewer.organisation_id == organisation_id):
        raise NotFound("organisation")
    return organisation


def get_young_person(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> YoungPerson:
    """Return a young person whose profile the viewer may read, or raise NotFound."""
    require(viewer, Verb.READ, Object.PROFILE, young_person_id, now=now)
    young_person = db.session.get(YoungPerson, young_person_id)
    if young_person is None:
        raise NotFound("young person")
    return young_person


def get_person(viewer: Viewer, person_id: UUID, *, now: datetime) -> Person:
    """Return themselves, a young person they may see, or somebody around such a young person."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound("person")
    if viewer.is_system or viewer.person_id == person_id:
        return person
    if person.kind == PersonKind.YOUNG_PERSON:
        require(viewer, Verb.READ, Object.PROFILE, person_id, now=now)
        return person
    around = exists().where(
        Relationship.person_id == person_id,
        Relationship.young_person_id.in_(
            select(Person.id).where(visible_young_people(viewer, now=now))
        ),
        is_in_force(Relationship, now),
    )
    same = viewer.organisation_id == person.organisation_id
    if same and may(viewer, Verb.READ, Object.STAFF, None, now=now, owner_id=person_id):
        return person
    if not db.session.scalar(select(around)):
        raise NotFound("person")
    return person


def young_people(viewer: Viewer, *, now: datetime, limit: int = 200) -> list[YoungPerson]:
    """List the young people the viewer may see, by name; where they are more, always the same."""
    seen = db.session.scalars(
        select(YoungPerson)
        .where(visible_young_people(viewer, now=now))
        .order_by(YoungPerson.id)
        .limit(limit)
    ).all()
    return sorted(
        seen, key=lambda young_person: (str(young_person.name).casefold(), young_person.id)
    )


class Sender(NamedTuple):
    """A person whose number sent something."""

    id: UUID
    organisation_id: UUID
    kind: PersonKind
    locale: str


def find_people_by_phone(
    viewer: Viewer, number: str, *, now: datetime, organisation_id: UUID | None = None
) -> list[Sender]:
    """List everybody who has this number (E.164); several may share a phone. One statement."""
    if not viewer.is_system:
        raise NotFound("phone")
    person = Person.__table__.c
    statement = select(person.id, person.organisation_id, person.kind, person.locale).where(
        person.phone_index == blind_index("phone", number),
        or_(person.ended_at.is_(None), person.ended_at > now),
    )
    if organisation_id is not None:
        statement = statement.where(person.organisation_id == organisation_id)
    return [
        Sender(row.id, row.organisation_id, PersonKind(row.kind), row.locale)
        for row in db.session.execute(statement)
    ]


def find_young_people_by_phone(
    viewer: Viewer, number: str, *, now: datetime, organisation_id: UUID | None = None
) -> list[Sender]:
    """List the young people who have this number (E.164)."""
    people = find_people_by_phone(viewer, number, now=now, organisation_id=organisation_id)
    return [person for person in people if person.kind is PersonKind.YOUNG_PERSON]


@dataclass(frozen=True, slots=True)
class Around:
    """Somebody around a young person, and what they are to them."""

    relationship_id: UUID
    kind: RelationshipKind
    rank: int
    consent: Consent
    placement_id: UUID | None
    person: Person


def people_around(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    now: datetime,
    kinds: Sequence[RelationshipKind] = tuple(RelationshipKind),
) -> list[Around]:
    """List who is what to a young person now, by kind and rank.

    Trusted people come only where the viewer may see them. Raises NotFound for strangers.
    """
    require(viewer, Verb.READ, Object.PROFILE, young_person_id, now=now)
    wanted = set(kinds)
    trio = {RelationshipKind.TRUSTED, RelationshipKind.BACK_UP, RelationshipKind.CHECK_IN}
    if wanted & trio and not may(
        viewer, Verb.READ, Object.TRUSTED_PEOPLE, young_person_id, now=now
    ):
        wanted -= trio
    rows = db.session.execute(
        select(Relationship, Person)
        .join(Person, Person.id == Relationship.person_id)
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind.in_(sorted(wanted)),
            is_in_force(Relationship, now),
        )
        .order_by(Relationship.kind, Relationship.rank, Relationship.starts_at)
    )
    return [
        Around(r.id, RelationshipKind(r.kind), r.rank, Consent(r.consent), r.placement_id, person)
        for r, person in rows
    ]


def carers_of(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[Person]:
    """List the carers of a young person's home now."""
    found = people_around(viewer, young_person_id, now=now, kinds=[RelationshipKind.CARER])
    return [around.person for around in found]


def workers_of(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[Person]:
    """List the social workers of a young person now."""
    found = people_around(viewer, young_person_id, now=now, kinds=[RelationshipKind.SOCIAL_WORKER])
    return [around.person for around in found]


def current_placement(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Placement | None:
    """Return where a young person lives now, or None."""
    require(viewer, Verb.READ, Object.PROFILE, young_person_id, now=now)
    return db.session.scalar(
        select(Placement)
        .where(Placement.young_person_id == young_person_id, is_in_force(Placement, now))
        .order_by(Placement.starts_at.desc())
        .limit(1)
    )


def any_region(viewer: Viewer) -> str:
    """Return the country by whose rules a number is read before we know who types it."""
    first = select(Organisation.region).order_by(Organisation.name).limit(1)
    return db.session.scalar(first) or "GB"
