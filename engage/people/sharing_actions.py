"""Saying who may see what, taking it back, and opening what is closed in an emergency."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.audit.actions import record
from engage.db import db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import ShareGrant
from engage.web.errors import NotFound


def share(
    viewer: Viewer,
    young_person_id: UUID,
    section: str,
    *,
    now: datetime,
    agreed_how: str,
    person_id: UUID | None = None,
    role: str | None = None,
    expires_at: datetime | None = None,
) -> ShareGrant:
    """Let one person, or everybody in a role around the young person, see a section.

    A worker proposes; only the young person's own agreement (`agreed_how`) makes it valid.
    """
    require(viewer, Verb.CREATE, Object.SHARING, young_person_id, now=now)
    grant = ShareGrant(
        young_person_id=young_person_id,
        section=section,
        grantee_kind="role" if role else "person",
        grantee_id=person_id,
        grantee_role=role,
        agreed_by_id=viewer.person_id or young_person_id,
        agreed_at=now,
        agreed_how=agreed_how,
        expires_at=expires_at,
    )
    db.session.add(grant)
    db.session.flush()
    record("share:agreed", viewer=viewer, now=now, subject_id=young_person_id, reason=section)
    return grant


def withdraw_share(viewer: Viewer, grant_id: UUID, *, now: datetime) -> None:
    """Stop sharing a section; it holds from the very next request."""
    grant = db.session.get(ShareGrant, grant_id)
    if grant is None:
        raise NotFound("share")
    require(viewer, Verb.REVOKE, Object.SHARING, grant.young_person_id, now=now)
    if grant.withdrawn_at is None:
        grant.withdrawn_at = now
        record(
            "share:withdrawn",
            viewer=viewer,
            now=now,
            subject_id=grant.young_person_id,
            reason=grant.section,
        )


def withdraw_shares_with(
    viewer: Viewer, young_person_id: UUID, person_id: UUID, *, now: datetime
) -> None:
    """Stop sharing anything with this one person."""
    grants = select(ShareGrant.id).where(
        ShareGrant.young_person_id == young_person_id,
        ShareGrant.grantee_id == person_id,
        ShareGrant.withdrawn_at.is_(None),
    )
    for grant_id in db.session.scalars(grants).all():
        withdraw_share(viewer, grant_id, now=now)
