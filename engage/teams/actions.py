"""Inviting staff, giving and ending roles, suspending; and second persons for what needs two.

Source: SAFETY T12, O18: an administrator's grants need somebody else's yes, nobody changes
their own role, and every step has its line in the audit.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select, update

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.people import links
from engage.people.access import Object, Verb, Viewer, require
from engage.people.account_actions import (
    AddressTaken,
    create_account,
    end_sessions,
    invite,
)
from engage.people.account_models import Account, Passkey
from engage.people.account_queries import find_account
from engage.people.actions import create_worker
from engage.people.models import LinkKind, Role, RoleGrant, Team
from engage.teams.models import RequestKind, RequestState, StaffRequest
from engage.teams.queries import (
    Member,
    Standing,
    get_member,
    get_request,
    get_team,
    gives_at_once,
    is_admin,
    may_change,
    may_decide,
)
from engage.teams.rules import is_too_old
from engage.web.errors import Changed, NotFound

__all__ = ["AddressTaken"]


class AlreadyHeld(ValueError):
    """They hold this role in this team already, or somebody asked for it."""


class NotForATeam(ValueError):
    """An administrator looks after the whole organisation, not one team."""


class Invited(NamedTuple):
    """Somebody new, the code of their link, and how many roles wait for a second person."""

    person_id: UUID
    code: str
    waiting: int


def invite_member(
    viewer: Viewer,
    *,
    name: str,
    email: str,
    roles: Sequence[Role],
    team_id: UUID | None,
    now: datetime,
    phone: str | None = None,
    locale: str = "en",
) -> Invited:
    """Add a colleague who chooses a password by link; raises AddressTaken, NotForATeam.

    What a supervisor gives in their own team holds at once, what an administrator gives when
    a second person has said yes.
    """
    if viewer.organisation_id is None or not roles:
        raise NotFound("staff")
    if team_id is not None:
        get_team(viewer, team_id)
    if not is_admin(viewer) and not all(gives_at_once(viewer, role, team_id) for role in roles):
        raise NotFound("role")
    if find_account(viewer, email) is not None:
        raise AddressTaken
    worker = create_worker(
        viewer,
        organisation_id=viewer.organisation_id,
        name=name,
        phone=phone,
        locale=locale,
        now=now,
        of_team=team_id,
    )
    given = [give_role(viewer, worker.id, role, team_id=team_id, now=now) for role in roles]
    create_account(viewer, worker.id, email, now=now)
    waiting = sum(isinstance(one, StaffRequest) for one in given)
    return Invited(worker.id, invite(viewer, worker.id, now=now), waiting)


def give_role(
    viewer: Viewer,
    person_id: UUID,
    role: Role,
    *,
    team_id: UUID | None,
    now: datetime,
    ends_at: datetime | None = None,
) -> RoleGrant | StaffRequest:
    """Give a role in a team one supervises, or ask a second person for it as an administrator.

    Nobody gives or asks for themselves. Raises NotFound, AlreadyHeld, NotForATeam.
    """
    require(viewer, Verb.CREATE, Object.STAFF, None, now=now, owner_id=person_id, team_id=team_id)
    if team_id is not None:
        get_team(viewer, team_id)
    if role is Role.ADMIN and team_id is not None:
        raise NotForATeam
    if gives_at_once(viewer, role, team_id):
        _require_new(viewer, person_id, role, team_id, now)
        return _grant(viewer, person_id, role, team_id, ends_at, now)
    if not is_admin(viewer):
        raise NotFound("role")
    _require_new(viewer, person_id, role, team_id, now)
    return _ask(
        viewer,
        RequestKind.ROLE,
        person_id,
        now=now,
        role=role,
        team_id=team_id,
        role_ends_at=ends_at,
    )


def _require_new(
    viewer: Viewer, person_id: UUID, role: Role, team_id: UUID | None, now: datetime
) -> None:
    begin_write(db.session)
    person = db.session.scalar(
        select(Account.person_id).where(Account.person_id == person_id).with_for_update()
    )
    same = (StaffRequest.person_id == person_id, StaffRequest.role == role)
    waiting = db.session.scalars(
        select(StaffRequest).where(*same, StaffRequest.state == RequestState.WAITING)
    )
    asked = any(one.team_id == team_id and not is_too_old(one.asked_at, now) for one in waiting)
    if asked or (person and _holds(viewer, person_id, role, team_id, now)):
        raise AlreadyHeld


def _holds(
    viewer: Viewer, person_id: UUID, role: Role, team_id: UUID | None, now: datetime
) -> bool:
    grants = db.session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.role == role)
    )
    return any(
        grant.team_id == team_id and (grant.ends_at is None or grant.ends_at > now)
        for grant in grants
    )


def _grant(
    viewer: Viewer,
    person_id: UUID,
    role: Role,
    team_id: UUID | None,
    ends_at: datetime | None,
    now: datetime,
) -> RoleGrant:
    grant = RoleGrant(
        person_id=person_id, role=role, team_id=team_id, starts_at=now, ends_at=ends_at
    )
    db.session.add(grant)
    db.session.flush()
    record("role:granted", viewer=viewer, now=now, object_kind="person", object_id=person_id,
           reason=role)  # fmt: skip
    return grant


def _ask(
    viewer: Viewer,
    kind: RequestKind,
    person_id: UUID,
    *,
    now: datetime,
    role: Role | None = None,
    team_id: UUID | None = None,
    role_ends_at: datetime | None = None,
) -> StaffRequest:
    request = StaffRequest(
        organisation_id=viewer.organisation_id,
        kind=kind,
        person_id=person_id,
        role=role,
        team_id=team_id,
        role_ends_at=role_ends_at,
        state=RequestState.WAITING,
        asked_by_id=viewer.person_id,
        asked_at=now,
    )
    db.session.add(request)
    db.session.flush()
    record("staff_request:made", viewer=viewer, now=now, object_kind="person", object_id=person_id,
           reason=role or kind)  # fmt: skip
    return request


def ask_for_fresh_start(viewer: Viewer, person_id: UUID, *, now: datetime) -> StaffRequest:
    """Ask a second person to let a colleague who lost their phone set the sign-in up anew.

    Whoever could do this alone could sign in as that colleague. Raises NotFound, AlreadyHeld.
    """
    member = _changeable(viewer, person_id, now)
    if member.standing is not Standing.ACTIVE:
        raise NotFound("account")
    begin_write(db.session)
    waiting = db.session.scalars(
        select(StaffRequest).where(
            StaffRequest.person_id == person_id,
            StaffRequest.kind == RequestKind.FRESH_START,
            StaffRequest.state == RequestState.WAITING,
        )
    )
    if any(not is_too_old(one.asked_at, now) for one in waiting):
        raise AlreadyHeld
    # A team of theirs, so that its supervisor may be the second person.
    team_id = next((grant.team_id for grant in member.grants if grant.team_id), None)
    return _ask(viewer, RequestKind.FRESH_START, person_id, now=now, team_id=team_id)


def decide(viewer: Viewer, request_id: UUID, *, yes: bool, now: datetime) -> str | None:
    """Say yes or no as the second person; a fresh start returns the code of the new link.

    Raises NotFound for who asked and for who gains by it, Changed when it is decided already,
    withdrawn or too old.
    """
    request = get_request(viewer, request_id)
    if not may_decide(viewer, request, now=now):
        raise NotFound("request")
    if is_too_old(request.asked_at, now):
        raise Changed("request")
    _settle(viewer, request, RequestState.APPROVED if yes else RequestState.REFUSED, now)
    word = "approved" if yes else "refused"
    record(f"staff_request:{word}", viewer=viewer, now=now, object_kind="person",
           object_id=request.person_id, reason=request.role or request.kind)  # fmt: skip
    if not yes:
        return None
    if request.kind == RequestKind.ROLE:
        assert request.role is not None
        role, ends_at = Role(request.role), request.role_ends_at
        if not _holds(viewer, request.person_id, role, request.team_id, now):
            _grant(viewer, request.person_id, role, request.team_id, ends_at, now)
        return None
    return _start_afresh(viewer, request.person_id, now)


def _settle(viewer: Viewer, request: StaffRequest, state: RequestState, now: datetime) -> None:
    begin_write(db.session)
    mine = (
        update(StaffRequest)
        .where(StaffRequest.id == request.id, StaffRequest.state == RequestState.WAITING)
        .values(state=state, decided_by_id=viewer.person_id, decided_at=now)
    )
    if db.session.execute(mine).rowcount != 1:  # type: ignore[attr-defined]
        raise Changed("request")
    db.session.refresh(request)


def withdraw(viewer: Viewer, request_id: UUID, *, now: datetime) -> None:
    """Take back a request of one's own that nobody has answered."""
    request = get_request(viewer, request_id)
    if request.asked_by_id != viewer.person_id:
        raise NotFound("request")
    _settle(viewer, request, RequestState.WITHDRAWN, now)
    record("staff_request:withdrawn", viewer=viewer, now=now, object_kind="person",
           object_id=request.person_id)  # fmt: skip


def _start_afresh(viewer: Viewer, person_id: UUID, now: datetime) -> str:
    account = db.session.scalar(select(Account).where(Account.person_id == person_id))
    if account is None:
        raise NotFound("account")
    account.password = None
    account.tf_totp_secret = account.tf_primary_method = account.tf_last_counter = None
    account.mf_recovery_codes = None
    account.fs_uniquifier = secrets.token_hex(32)
    db.session.execute(delete(Passkey).where(Passkey.user_id == account.id))
    end_sessions(viewer, person_id, now=now)
    record("account:started_afresh", viewer=viewer, now=now, object_kind="person",
           object_id=person_id)  # fmt: skip
    return invite(viewer, person_id, now=now)


def _changeable(viewer: Viewer, person_id: UUID, now: datetime) -> Member:
    """Return a member of staff whom the viewer may change; never themselves."""
    member = get_member(viewer, person_id, now=now)
    if not may_change(viewer, member, now=now):
        raise NotFound("worker")
    return member


def invite_again(viewer: Viewer, person_id: UUID, *, now: datetime) -> str:
    """Make a new link for a colleague who never chose a password; earlier ones end.

    Not for others: with such a link one could sign in as them.
    """
    if _changeable(viewer, person_id, now).standing is not Standing.INVITED:
        raise NotFound("account")
    return invite(viewer, person_id, now=now)


def suspend(viewer: Viewer, person_id: UUID, *, now: datetime) -> None:
    """Shut a colleague out from their very next request; their roles wait for them."""
    member = _changeable(viewer, person_id, now)
    if member.person.ended_at is not None:
        raise Changed("worker")
    member.person.ended_at = now
    if member.account is not None:
        member.account.active = False
    links.revoke(LinkKind.SIGN_IN, person_id=person_id, now=now)
    end_sessions(viewer, person_id, now=now)
    record("account:suspended", viewer=viewer, now=now, object_kind="person", object_id=person_id)


def let_back(viewer: Viewer, person_id: UUID, *, now: datetime) -> None:
    """Let a suspended colleague in again, with the roles they have kept."""
    member = _changeable(viewer, person_id, now)
    if member.standing is not Standing.SUSPENDED:
        raise Changed("worker")
    member.person.ended_at = None
    if member.account is not None:
        member.account.active = True
    record("account:let_back", viewer=viewer, now=now, object_kind="person", object_id=person_id)


def rename_team(viewer: Viewer, team_id: UUID, name: str, *, now: datetime) -> Team:
    """Give a team another name."""
    team = get_team(viewer, team_id)
    require(viewer, Verb.EDIT, Object.STAFF, None, now=now, team_id=team_id)
    team.name = name
    record("team:renamed", viewer=viewer, now=now, object_kind="team", object_id=team_id)
    return team
