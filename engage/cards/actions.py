"""The young person's own card: a QR and a typed code that open `/now`, until they are revoked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from engage.audit.actions import record
from engage.db import db
from engage.people import links
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Link, LinkKind


@dataclass(frozen=True)
class Card:
    """The two codes of a card: the long one is in the QR, the short one is typed."""

    code: str
    typed: str


def find_card(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Card | None:
    """Return the card in use so that it can be printed again, and note who looked at it.

    Source: SAFETY 5, O20: whoever may make or close a link may see it.
    """
    _require_keeper(viewer, young_person_id, now=now)
    codes = [
        str(link.code)
        for link in db.session.scalars(
            select(Link).where(
                Link.kind == LinkKind.CHECK_IN,
                Link.young_person_id == young_person_id,
                Link.revoked_at.is_(None),
                or_(Link.expires_at.is_(None), Link.expires_at > now),
            )
        )
        if link.code is not None
    ]
    long = next((code for code in codes if len(code) == links.CARRIED), None)
    typed = next((code for code in codes if len(code) == links.TYPED), None)
    if long is None or typed is None:
        return None
    record(
        "card:opened",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="card",
    )
    return Card(long, typed)


def make_card(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Card:
    """Make a new card; the former one opens nothing any more."""
    _require_keeper(viewer, young_person_id, now=now)
    links.revoke(LinkKind.CHECK_IN, young_person_id=young_person_id, now=now)
    codes = [
        links.issue(
            LinkKind.CHECK_IN, young_person_id=young_person_id, typed=typed, keep=True, now=now
        )
        for typed in (False, True)
    ]
    record("card:made", viewer=viewer, now=now, subject_id=young_person_id, object_kind="card")
    return Card(*codes)


def revoke_card(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> int:
    """Close the card at once, and every page that was opened with it."""
    _require_keeper(viewer, young_person_id, now=now)
    closed = links.revoke(LinkKind.CHECK_IN, young_person_id=young_person_id, now=now)
    record("card:revoked", viewer=viewer, now=now, subject_id=young_person_id, object_kind="card")
    return closed


def _require_keeper(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> None:
    """Raise NotFound unless the viewer may close this young person's links: nobody whose own links
    are others, such as an interviewer or a trusted person.
    """
    require(viewer, Verb.REVOKE, Object.LINKS, young_person_id, now=now)
