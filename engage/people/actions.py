"""Adding people, and saying who is what to whom, from when to when."""

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import or_, select, update

from engage.audit.actions import record
from engage.db import Base, db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import (
    Carer,
    Consent,
    Organisation,
    Person,
    PersonKind,
    Placement,
    Relationship,
    RelationshipKind,
    Role,
    RoleGrant,
    Team,
    TrustedPerson,
    Worker,
    YoungPerson,
)
from engage.web.errors import NotFound

MADE_FOR = {
    PersonKind.YOUNG_PERSON: YoungPerson,
    PersonKind.CARER: Carer,
    PersonKind.TRUSTED_PERSON: TrustedPerson,
    PersonKind.WORKER: Worker,
}

ADDS_PEOPLE = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.ADMIN})
OF_THEIR_CHOICE = (RelationshipKind.TRUSTED, RelationshipKind.BACK_UP, RelationshipKind.CHECK_IN)
Row = TypeVar("Row", bound=Base)


def _add(row: Base) -> None:
    db.session.add(row)
    db.session.flush()


def _require_own(viewer: Viewer, organisation_id: UUID) -> None:
    """Nobody adds or changes anybody in another organisation."""
    if not viewer.is_system and viewer.organisation_id != organisation_id:
        raise NotFound("organisation")


def _is_own_choice(viewer: Viewer, kind: PersonKind) -> bool:
    return kind is PersonKind.TRUSTED_PERSON and viewer.kind is PersonKind.YOUNG_PERSON


def _get(table: type[Row], row_id: UUID) -> Row:
    row = db.session.get(table, row_id)
    if row is None:
        raise NotFound(table.__name__)
    return row


def create_organisation(
    viewer: Viewer,
    *,
    name: str,
    neutral_name: str,
    policy: str,
    now: datetime,
    locale: str = "en",
    time_zone: str = "Europe/London",
    region: str = "GB",
    service_number: str | None = None,
    is_demo: bool = False,
) -> Organisation:
    """Add an authority or agency; the system's alone. `neutral_name` is what screens show."""
    if not viewer.is_system:
        raise NotFound("organisation")
    organisation = Organisation(
        name=name,
        neutral_name=neutral_name,
        policy=policy,
        locale=locale,
        time_zone=time_zone,
        region=region,
        service_number=service_number,
        is_demo=is_demo,
    )
    _add(organisation)
    record(
        "organisation:created",
        viewer=viewer,
        now=now,
        object_kind="organisation",
        object_id=organisation.id,
    )
    return organisation


def create_team(viewer: Viewer, organisation_id: UUID, name: str, *, now: datetime) -> Team:
    """Add a team to an organisation."""
    require(viewer, Verb.CREATE, Object.STAFF, None, now=now)
    _require_own(viewer, organisation_id)
    team = Team(organisation_id=organisation_id, name=name)
    _add(team)
    record("team:created", viewer=viewer, now=now, object_kind="team", object_id=team.id)
    return team


def create_young_person(
    viewer: Viewer,
    *,
    organisation_id: UUID,
    name: str,
    now: datetime,
    team_id: UUID | None = None,
    birth_date: date | None = None,
    phone: str | None = None,
    locale: str = "en",
) -> YoungPerson:
    """Add a young person. The phone counts as unverified until they read a code back."""
    require(viewer, Verb.CREATE, Object.PROFILE, None, now=now)
    _require_own(viewer, organisation_id)
    young_person = YoungPerson(
        organisation_id=organisation_id,
        team_id=team_id,
        name=name,
        birth_date=birth_date.isoformat() if birth_date else None,
        phone=phone,
        locale=locale,
        created_at=now,
    )
    _add(young_person)
    record("young_person:created", viewer=viewer, now=now, subject_id=young_person.id)
    return young_person


def create_person(
    viewer: Viewer,
    kind: PersonKind,
    *,
    organisation_id: UUID,
    name: str,
    now: datetime,
    phone: str | None = None,
    locale: str = "en",
    of_team: UUID | None = None,
) -> Any:
    """Add a carer, a trusted person or a worker; what they may see comes from elsewhere.

    `of_team`: the team whose supervisor adds a worker.
    """
    _require_own(viewer, organisation_id)
    if kind is PersonKind.WORKER:
        require(viewer, Verb.CREATE, Object.STAFF, None, now=now, team_id=of_team)
    elif not (viewer.is_system or viewer.roles & ADDS_PEOPLE or _is_own_choice(viewer, kind)):
        raise NotFound("person")
    person = MADE_FOR[kind](
        organisation_id=organisation_id, name=name, phone=phone, locale=locale, created_at=now
    )
    _add(person)
    record("person:created", viewer=viewer, now=now, object_kind=kind, object_id=person.id)
    return person


def create_carer(
    viewer: Viewer, *, organisation_id: UUID, name: str, now: datetime, **details: Any
) -> Carer:
    """Add a carer (`phone` in E.164, `locale`)."""
    carer: Carer = create_person(
        viewer, PersonKind.CARER, organisation_id=organisation_id, name=name, now=now, **details
    )
    return carer


def create_worker(
    viewer: Viewer, *, organisation_id: UUID, name: str, now: datetime, **details: Any
) -> Worker:
    """Add a member of staff (`phone` in E.164, `locale`). Roles and account come after."""
    worker: Worker = create_person(
        viewer, PersonKind.WORKER, organisation_id=organisation_id, name=name, now=now, **details
    )
    return worker


def create_trusted_person(
    viewer: Viewer, *, organisation_id: UUID, name: str, now: datetime, **details: Any
) -> TrustedPerson:
    """Add somebody a young person chose (`phone` in E.164, `locale`)."""
    trusted: TrustedPerson = create_person(
        viewer,
        PersonKind.TRUSTED_PERSON,
        organisation_id=organisation_id,
        name=name,
        now=now,
        **details,
    )
    return trusted


def grant_role(
    viewer: Viewer,
    person_id: UUID,
    role: Role,
    *,
    now: datetime,
    team_id: UUID | None = None,
    ends_at: datetime | None = None,
) -> RoleGrant:
    """Let a worker act in a role, in one team or (None) in the whole organisation.

    Nobody gives a role to themselves, and an administrator asks a second person instead
    (`engage.teams.actions.give_role`). Source: SAFETY T12.
    """
    require(viewer, Verb.CREATE, Object.STAFF, None, now=now, owner_id=person_id, team_id=team_id)
    supervised = viewer.teams_as(Role.SUPERVISOR)
    if not viewer.is_system and not (team_id in supervised or None in supervised):
        raise NotFound("role")
    organisation_id = _get(Person, person_id).organisation_id
    _require_own(viewer, organisation_id)
    if team_id is not None and _get(Team, team_id).organisation_id != organisation_id:
        raise NotFound("team")
    grant = RoleGrant(
        person_id=person_id, role=role, team_id=team_id, starts_at=now, ends_at=ends_at
    )
    _add(grant)
    record(
        "role:granted",
        viewer=viewer,
        now=now,
        object_kind="person",
        object_id=person_id,
        reason=role,
    )
    return grant


def end_role(viewer: Viewer, grant_id: UUID, *, now: datetime) -> None:
    """Take a role away; the next request no longer has it."""
    grant = _get(RoleGrant, grant_id)
    _require_own(viewer, _get(Person, grant.person_id).organisation_id)
    require(
        viewer,
        Verb.EDIT,
        Object.STAFF,
        None,
        now=now,
        owner_id=grant.person_id,
        team_id=grant.team_id,
    )
    grant.ends_at = now
    record(
        "role:ended",
        viewer=viewer,
        now=now,
        object_kind="person",
        object_id=grant.person_id,
        reason=grant.role,
    )


def place(viewer: Viewer, young_person_id: UUID, home_name: str, *, now: datetime) -> Placement:
    """Say that a young person lives here from now on; the home before ends at this instant."""
    require(viewer, Verb.EDIT, Object.PROFILE, young_person_id, now=now)
    before = db.session.scalars(
        select(Placement).where(
            Placement.young_person_id == young_person_id, Placement.ends_at.is_(None)
        )
    ).all()
    for placement in before:
        end_placement(viewer, placement.id, now=now)
    placement = Placement(young_person_id=young_person_id, home_name=home_name, starts_at=now)
    _add(placement)
    record(
        "placement:started",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="placement",
        object_id=placement.id,
    )
    return placement


def end_placement(viewer: Viewer, placement_id: UUID, *, now: datetime) -> None:
    """End a stay; what its carers could see ends at the same instant."""
    placement = _get(Placement, placement_id)
    require(viewer, Verb.EDIT, Object.PROFILE, placement.young_person_id, now=now)
    placement.ends_at = now
    db.session.execute(
        update(Relationship)
        .where(
            Relationship.young_person_id == placement.young_person_id,
            Relationship.placement_id == placement_id,
            or_(Relationship.ends_at.is_(None), Relationship.ends_at > now),
        )
        .values(ends_at=now)
    )
    record(
        "placement:ended",
        viewer=viewer,
        now=now,
        subject_id=placement.young_person_id,
        object_kind="placement",
        object_id=placement_id,
    )


def assign(
    viewer: Viewer,
    young_person_id: UUID,
    person_id: UUID,
    kind: RelationshipKind,
    *,
    now: datetime,
    placement_id: UUID | None = None,
    rank: int = 0,
    consent: Consent = Consent.NOT_ASKED,
) -> Relationship:
    """Say what somebody is to a young person from now on. A worker cannot assign themselves."""
    young_person, person = _get(Person, young_person_id), _get(Person, person_id)
    if young_person.organisation_id != person.organisation_id:
        raise NotFound("person")
    if kind in OF_THEIR_CHOICE:
        require(viewer, Verb.CREATE, Object.TRUSTED_PEOPLE, young_person_id, now=now)
    elif kind is RelationshipKind.CARER:
        require(viewer, Verb.EDIT, Object.PROFILE, young_person_id, now=now)
    else:
        require(
            viewer,
            Verb.CREATE,
            Object.STAFF,
            young_person_id,
            now=now,
            owner_id=person_id,
            team_id=young_person.team_id,
        )
    relationship = Relationship(
        young_person_id=young_person_id,
        person_id=person_id,
        kind=kind,
        placement_id=placement_id,
        rank=rank,
        consent=consent,
        consent_at=None if consent is Consent.NOT_ASKED else now,
        starts_at=now,
    )
    _add(relationship)
    record(
        "relationship:started",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind=kind,
        object_id=person_id,
    )
    return relationship


def end_assignment(viewer: Viewer, relationship_id: UUID, *, now: datetime) -> None:
    """End what somebody is to a young person; the next request sees nothing any more."""
    relationship = _get(Relationship, relationship_id)
    young_person_id = relationship.young_person_id
    if relationship.kind in OF_THEIR_CHOICE:
        require(
            viewer,
            Verb.REVOKE,
            Object.TRUSTED_PEOPLE,
            young_person_id,
            now=now,
            owner_id=relationship.person_id,
        )
    else:
        require(viewer, Verb.EDIT, Object.PROFILE, young_person_id, now=now)
    relationship.ends_at = now
    record(
        "relationship:ended",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind=relationship.kind,
        object_id=relationship.person_id,
    )
