"""Which phones keep something for whom, and whether they may go on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from engage.crypto import token_digest
from engage.db import db
from engage.people.access import Object, Verb, Viewer, is_in_force, require
from engage.people.copy_models import PhoneCopy
from engage.people.copy_rules import COPY_LASTS, is_good
from engage.people.models import Link, LinkKind, Person, PersonKind, Role, RoleGrant

LONGEST_TOKEN = 64


@dataclass(frozen=True)
class Holder:
    """Who speaks through a phone that keeps a copy, and whether the copy may stay."""

    viewer: Viewer
    young_person_id: UUID
    is_good: bool


@dataclass(frozen=True)
class KeptFor:
    """Whose copy a phone keeps: a young person's, a carer's, or of somebody on the rota."""

    person_id: UUID
    kind: PersonKind
    organisation_id: UUID
    is_good: bool


def find_kept_for(viewer: Viewer, token: str, *, now: datetime) -> KeptFor | None:
    """Return for whom a phone keeps a copy, by its token; None for one we never gave.

    For the system: the token signs nobody in.
    """
    row = _find(viewer, token, now)
    if row is None:
        return None
    copy, organisation_id, _locale, kind, link = row
    return KeptFor(copy.person_id, PersonKind(kind), organisation_id, _is_good(copy, link, now))


def find_holder(viewer: Viewer, token: str, *, now: datetime) -> Holder | None:
    """Return who turned a copy on, by the token the phone keeps; None for one we never gave, and
    for a carer's: nothing that comes with it is from a young person.

    For the system, on behalf of a phone that shows no other sign of who holds it. What comes
    with the token is as sure as what comes with a card, and no surer.
    """
    row = _find(viewer, token, now)
    if row is None or row[3] != PersonKind.YOUNG_PERSON:
        return None
    copy, organisation_id, locale, _kind, link = row
    speaker = Viewer(
        organisation_id=organisation_id,
        locale=locale,
        area="link",
        link_id=copy.link_id,
        link_kind=LinkKind.CHECK_IN,
        young_person_id=copy.person_id,
    )
    return Holder(speaker, copy.person_id, _is_good(copy, link, now))


def _is_good(copy: PhoneCopy, link: Link | None, now: datetime) -> bool:
    opened = link is None or (
        link.revoked_at is None and (link.expires_at is None or link.expires_at > now)
    )
    return is_good(expires_at=copy.expires_at, ended_at=copy.ended_at, link_is_open=opened, now=now)


def _find(viewer: Viewer, token: str, now: datetime) -> Any:
    if not viewer.is_system or not token or len(token) > LONGEST_TOKEN:
        return None
    return db.session.execute(
        select(PhoneCopy, Person.organisation_id, Person.locale, Person.kind, Link)
        .join(Person, Person.id == PhoneCopy.person_id)
        .outerjoin(Link, Link.id == PhoneCopy.link_id)
        .where(
            PhoneCopy.token_digest == token_digest(f"copy|{token}"),
            or_(Person.ended_at.is_(None), Person.ended_at > now),
        )
    ).one_or_none()


def is_asked_at_home(viewer: Viewer) -> bool:
    """Say whether this is somebody who goes through the questions away from a desk: a carer, or
    somebody on the rota of nights and weekends.
    """
    is_on_rota = viewer.kind is PersonKind.WORKER and Role.OUT_OF_HOURS in viewer.roles
    return viewer.kind is PersonKind.CARER or is_on_rota


def holds_talks(viewer: Viewer) -> bool:
    """Say whether this is somebody who talks with young people after they came back."""
    return viewer.kind is PersonKind.WORKER and Role.INTERVIEWER in viewer.roles


def copy_lasts_until(viewer: Viewer, *, now: datetime) -> datetime:
    """Return until when a phone may keep something for the viewer: never longer than they are
    on the rota, or hold talks, if that is why it may (UTC).
    """
    latest = now + COPY_LASTS
    if viewer.kind is not PersonKind.WORKER:
        return latest
    ends = db.session.scalars(
        select(RoleGrant.ends_at).where(
            RoleGrant.person_id == viewer.person_id,
            RoleGrant.role.in_((Role.OUT_OF_HOURS, Role.INTERVIEWER)),
            is_in_force(RoleGrant, now),
        )
    ).all()
    return min(latest, max((end or latest for end in ends), default=now))


def list_copies(viewer: Viewer, *, now: datetime) -> list[PhoneCopy]:
    """List the phones that keep something of the viewer's own, the newest first."""
    about = viewer.person_id if viewer.kind is PersonKind.YOUNG_PERSON else None
    require(viewer, Verb.REVOKE, Object.LINKS, about, now=now, owner_id=viewer.person_id)
    return list(
        db.session.scalars(
            select(PhoneCopy)
            .where(
                PhoneCopy.person_id == viewer.person_id,
                PhoneCopy.ended_at.is_(None),
                PhoneCopy.expires_at > now,
            )
            .order_by(PhoneCopy.made_at.desc())
        )
    )
