"""Adding a member of staff with everything they need to begin, and a link that works once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app

from engage.people import accounts, actions
from engage.people.access import SYSTEM
from engage.people.models import Role

FIRST_LINK = timedelta(days=7)


@dataclass(frozen=True)
class NewStaff:
    """Who was added, and the link with which they set their password."""

    person_id: UUID
    link: str


def create(
    *,
    organisation_id: UUID,
    name: str,
    email: str,
    roles: Iterable[Role],
    team_id: UUID | None,
    now: datetime,
    phone: str | None = None,
    locale: str = "en",
) -> NewStaff:
    """Add a member of staff with an account, roles in a team and a first link.

    An administrator's role holds in the whole organisation.
    """
    worker = actions.create_worker(
        SYSTEM, organisation_id=organisation_id, name=name, now=now, phone=phone, locale=locale
    )
    for role in roles:
        where = None if role is Role.ADMIN else team_id
        actions.grant_role(SYSTEM, worker.id, role, now=now, team_id=where)
    accounts.create_account(SYSTEM, worker.id, email=email, now=now)
    code = accounts.first_link(SYSTEM, worker.id, now=now, expires_at=now + FIRST_LINK)
    public_url = current_app.extensions["engage"].public_url
    return NewStaff(worker.id, f"{public_url}{accounts.FIRST_PATH}{code}")
