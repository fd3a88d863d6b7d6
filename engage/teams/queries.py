"""Who works here, in which roles and teams, and what waits for a second person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from engage.db import db
from engage.people.access import Object, Verb, Viewer, may
from engage.people.account_models import Account
from engage.people.models import Person, PersonKind, Role, RoleGrant, Team
from engage.teams.models import RequestState, StaffRequest
from engage.teams.rules import REQUEST_LIFE
from engage.web.errors import NotFound

# What a supervisor may give in their own team; an administrator may ask for any role.
GIVEN_BY_SUPERVISORS = (
    Role.SOCIAL_WORKER,
    Role.OUT_OF_HOURS,
    Role.INTERVIEWER,
    Role.SUPERVISOR,
)


class Standing(StrEnum):
    """How a member of staff stands with us."""

    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


@dataclass(frozen=True)
class Member:
    """A member of staff as those who look after staff see them."""

    person: Person
    account: Account | None
    grants: list[RoleGrant] = field(default_factory=list)

    @property
    def id(self) -> UUID:
        """Who it is."""
        return self.person.id

    @property
    def standing(self) -> Standing:
        """Say whether they were invited, work here, are suspended or have left.

        Suspending keeps the roles, for the day they come back; leaving ends them.
        """
        if self.person.ended_at is not None:
            return Standing.SUSPENDED if self.grants else Standing.LEFT
        if self.account is None or self.account.password is None:
            return Standing.INVITED
        return Standing.ACTIVE


def is_admin(viewer: Viewer) -> bool:
    """Say whether the viewer looks after the staff of the whole organisation."""
    return Role.ADMIN in viewer.roles


def supervised_teams(viewer: Viewer) -> frozenset[UUID | None]:
    """Return the teams the viewer supervises; None among them stands for every team."""
    return viewer.teams_as(Role.SUPERVISOR)


def gives_at_once(viewer: Viewer, role: Role, team_id: UUID | None) -> bool:
    """Say whether the viewer gives this role alone, as the supervisor of that team."""
    teams = supervised_teams(viewer)
    return (
        role in GIVEN_BY_SUPERVISORS and team_id is not None and (team_id in teams or None in teams)
    )


def teams(viewer: Viewer) -> list[Team]:
    """List the teams whose staff the viewer looks after, by name."""
    wanted = select(Team).where(Team.organisation_id == viewer.organisation_id)
    own = supervised_teams(viewer)
    if not is_admin(viewer) and None not in own:
        wanted = wanted.where(Team.id.in_(sorted(t for t in own if t)))
    return sorted(db.session.scalars(wanted), key=lambda team: team.name.casefold())


def get_team(viewer: Viewer, team_id: UUID) -> Team:
    """Return a team whose staff the viewer looks after, or raise NotFound."""
    found = next((team for team in teams(viewer) if team.id == team_id), None)
    if found is None:
        raise NotFound("team")
    return found


def members(viewer: Viewer, *, now: datetime) -> list[Member]:
    """List the staff the viewer looks after, by name; those who left come last.

    An administrator sees everybody, a supervisor who has a role in their teams. Three
    statements however many there are.
    """
    if not is_admin(viewer) and not supervised_teams(viewer):
        raise NotFound("staff")
    workers = select(Person).where(
        Person.kind == PersonKind.WORKER, Person.organisation_id == viewer.organisation_id
    )
    grants = _grants(select(RoleGrant), now)
    own = supervised_teams(viewer)
    if not is_admin(viewer) and None not in own:
        there = select(RoleGrant.person_id).where(
            RoleGrant.team_id.in_(sorted(t for t in own if t)), _is_held(now)
        )
        workers = workers.where(Person.id.in_(there))
        grants = grants.where(RoleGrant.person_id.in_(there))
    people = list(db.session.scalars(workers))
    accounts = _accounts([person.id for person in people])
    held: dict[UUID, list[RoleGrant]] = {}
    for grant in db.session.scalars(grants):
        held.setdefault(grant.person_id, []).append(grant)
    found = [Member(p, accounts.get(p.id), held.get(p.id, [])) for p in people]
    return sorted(found, key=lambda m: (m.standing is Standing.LEFT, str(m.person.name).casefold()))


def _is_held(now: datetime) -> Any:
    """Tell, in SQL, whether a role is held now or will be: it has not ended."""
    return or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)


def _grants(statement: Any, now: datetime) -> Any:
    return statement.where(_is_held(now)).order_by(RoleGrant.starts_at, RoleGrant.role)


def _accounts(people: Iterable[UUID]) -> dict[UUID, Account]:
    rows = db.session.scalars(select(Account).where(Account.person_id.in_(list(people))))
    return {account.person_id: account for account in rows.unique()}


def get_member(viewer: Viewer, person_id: UUID, *, now: datetime) -> Member:
    """Return a member of staff the viewer looks after, or raise NotFound. Themselves included:
    they see how they stand, and change nothing.
    """
    person = db.session.get(Person, person_id)
    if (
        person is None
        or person.kind != PersonKind.WORKER
        or person.organisation_id != viewer.organisation_id
    ):
        raise NotFound("worker")
    grants = list(
        db.session.scalars(_grants(select(RoleGrant).where(RoleGrant.person_id == person_id), now))
    )
    if not any(
        may(viewer, Verb.READ, Object.STAFF, None, now=now, owner_id=person_id, team_id=team_id)
        for team_id in {grant.team_id for grant in grants} | {None}
    ):
        raise NotFound("worker")
    return Member(person, _accounts([person_id]).get(person_id), grants)


def may_change(viewer: Viewer, member: Member, *, now: datetime) -> bool:
    """Say whether the viewer may suspend this member of staff and the like; never themselves."""
    return any(
        may(viewer, Verb.EDIT, Object.STAFF, None, now=now, owner_id=member.id, team_id=team_id)
        for team_id in {grant.team_id for grant in member.grants} | {None}
    )


def requests_waiting(viewer: Viewer, *, now: datetime) -> list[StaffRequest]:
    """List the requests that wait for a second person, where the viewer may see them."""
    found = db.session.scalars(
        select(StaffRequest)
        .where(
            StaffRequest.organisation_id == viewer.organisation_id,
            StaffRequest.state == RequestState.WAITING,
            StaffRequest.asked_at > now - REQUEST_LIFE,
        )
        .order_by(StaffRequest.asked_at)
        .limit(200)
    )
    return [one for one in found if _concerns(viewer, one)]


def _concerns(viewer: Viewer, request: StaffRequest) -> bool:
    own = supervised_teams(viewer)
    return (
        is_admin(viewer) or None in own or (request.team_id is not None and request.team_id in own)
    )


def get_request(viewer: Viewer, request_id: UUID) -> StaffRequest:
    """Return a request the viewer may see, or raise NotFound."""
    request = db.session.get(StaffRequest, request_id)
    if (
        request is None
        or request.organisation_id != viewer.organisation_id
        or not _concerns(viewer, request)
    ):
        raise NotFound("request")
    return request


def may_decide(viewer: Viewer, request: StaffRequest, *, now: datetime) -> bool:
    """Say whether the viewer may be the second person: neither who asked nor who gains by it."""
    return request.asked_by_id != viewer.person_id and may(
        viewer,
        Verb.EDIT,
        Object.STAFF,
        None,
        now=now,
        owner_id=request.person_id,
        team_id=request.team_id,
    )


def staff_names(viewer: Viewer, people: Iterable[UUID | None]) -> dict[UUID, str]:
    """Map ids of members of staff of the viewer's organisation to their names."""
    wanted = {one for one in people if one is not None}
    rows = db.session.scalars(
        select(Person).where(
            Person.id.in_(wanted),
            Person.kind == PersonKind.WORKER,
            Person.organisation_id == viewer.organisation_id,
        )
    )
    return {person.id: str(person.name) for person in rows}
