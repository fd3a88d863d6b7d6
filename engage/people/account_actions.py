"""Accounts of members of staff: made, given a first password by link, and closed."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select, update

from engage.audit.actions import record
from engage.db import db
from engage.people import links
from engage.people.access import Object, Verb, Viewer, require
from engage.people.account_models import Account
from engage.people.account_queries import find_account
from engage.people.actions import create_worker, grant_role
from engage.people.addresses import email_index
from engage.people.models import Link, LinkKind, LoginSession, Person, Role, RoleGrant
from engage.web.errors import NotFound

# Source: SAFETY 11: capability links live briefly; a new colleague may not read mail at once.
INVITATION_LIFE = timedelta(days=3)


class AddressTaken(ValueError):
    """Another member of staff signs in with this address."""


class NewStaff(NamedTuple):
    """Somebody new, and the code of the link with which they choose a password."""

    person_id: UUID
    code: str


def create_staff(
    viewer: Viewer,
    *,
    organisation_id: UUID,
    name: str,
    email: str,
    roles: Sequence[Role],
    now: datetime,
    team_id: UUID | None = None,
    phone: str | None = None,
    locale: str = "en",
) -> NewStaff:
    """Add a member of staff with roles, and a link, good once, to choose a password.

    Raises AddressTaken. The link is `/sign-in/new/<code>`.
    """
    if find_account(viewer, email) is not None:
        raise AddressTaken
    worker = create_worker(
        viewer, organisation_id=organisation_id, name=name, phone=phone, locale=locale, now=now
    )
    for role in roles:
        grant_role(viewer, worker.id, role, team_id=team_id, now=now)
    create_account(viewer, worker.id, email, now=now)
    return NewStaff(worker.id, invite(viewer, worker.id, now=now))


def create_account(
    viewer: Viewer, person_id: UUID, email: str, *, now: datetime, password: str | None = None
) -> Account:
    """Let a worker sign in with this address. `password` is a hash, or None until they choose."""
    _require_keeper(viewer, person_id, Verb.CREATE, now)
    account = Account(
        person_id=person_id,
        email=email_index(email),
        email_address=email.strip(),
        password=password,
        fs_uniquifier=secrets.token_hex(32),
        active=True,
    )
    db.session.add(account)
    db.session.flush()
    record("account:created", viewer=viewer, now=now, object_kind="person", object_id=person_id)
    return account


def invite(viewer: Viewer, person_id: UUID, *, now: datetime) -> str:
    """Return the code of a link, good once, with which a worker chooses a password.

    Earlier links of theirs end.
    """
    _require_keeper(viewer, person_id, Verb.CREATE, now)
    links.revoke(LinkKind.SIGN_IN, person_id=person_id, now=now)
    code = links.issue(
        LinkKind.SIGN_IN,
        young_person_id=None,
        person_id=person_id,
        now=now,
        expires_at=now + INVITATION_LIFE,
    )
    record("account:invited", viewer=viewer, now=now, object_kind="person", object_id=person_id)
    return code


def choose_password(viewer: Viewer, link: Link, password_hash: str, *, now: datetime) -> None:
    """Keep a worker's own password and use up the link that let them choose it.

    Whatever was signed in as them before ends. Raises NotFound when the link is used up.
    """
    account = db.session.scalar(select(Account).where(Account.person_id == link.person_id))
    if account is None or not links.use_up(link, now=now):
        raise NotFound("link")
    account.password = password_hash
    account.fs_uniquifier = secrets.token_hex(32)
    end_sessions(viewer, account.person_id, now=now)
    record(
        "account:password_chosen",
        viewer=viewer,
        now=now,
        object_kind="person",
        object_id=account.person_id,
    )


def end_sessions(viewer: Viewer, person_id: UUID, *, now: datetime) -> None:
    """Sign somebody out everywhere, from their very next request."""
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    record("session:ended", viewer=viewer, now=now, object_kind="person", object_id=person_id)


def close_account(viewer: Viewer, person_id: UUID, *, now: datetime) -> None:
    """End a worker's time here: account, roles, sessions and links, all at this instant."""
    person = _require_keeper(viewer, person_id, Verb.EDIT, now)
    account = db.session.scalar(select(Account).where(Account.person_id == person_id))
    if account is None:
        raise NotFound("account")
    person.ended_at = now
    account.active = False
    db.session.execute(
        update(RoleGrant)
        .where(
            RoleGrant.person_id == person_id,
            or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
        )
        .values(ends_at=now)
    )
    links.revoke(LinkKind.SIGN_IN, person_id=person_id, now=now)
    end_sessions(viewer, person_id, now=now)
    record("account:closed", viewer=viewer, now=now, object_kind="person", object_id=person_id)


def _require_keeper(viewer: Viewer, person_id: UUID, verb: Verb, now: datetime) -> Person:
    """Return the worker, if the viewer may change staff, in their organisation, not themselves."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound("worker")
    if not viewer.is_system and viewer.organisation_id != person.organisation_id:
        raise NotFound("worker")
    # Only where they work now, and only teams the viewer supervises: a former team, or one in
    # which the viewer has another role, gives no say.
    held = or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)
    teams = db.session.scalars(
        select(RoleGrant.team_id).where(RoleGrant.person_id == person_id, held)
    )
    supervised = viewer.teams_as(Role.SUPERVISOR)
    team_id = next((team for team in teams if team in supervised), None)
    require(viewer, verb, Object.STAFF, None, now=now, owner_id=person_id, team_id=team_id)
    return person
