"""Letting a phone keep something of ours, and telling it to throw that away."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from engage.audit.actions import record
from engage.crypto import token_digest
from engage.db import db
from engage.people.access import SYSTEM, Object, Verb, Viewer, require
from engage.people.copy_models import PhoneCopy
from engage.people.copy_queries import (
    copy_lasts_until,
    holds_talks,
    is_asked_at_home,
    list_copies,
)
from engage.people.copy_rules import ENDED_KEPT, MOST_COPIES
from engage.web.errors import NotFound

AT_ONCE = 500


def keep_on_phone(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> str:
    """Let this phone keep pages for when there is no signal; return the token it keeps.

    For a young person signed in, or whoever holds their card. The oldest of too many ends.
    """
    require(viewer, Verb.CREATE, Object.CHECK_IN, young_person_id, now=now)
    return _keep(viewer, young_person_id, now)


def keep_on_own_phone(viewer: Viewer, *, now: datetime) -> str:
    """Let the own phone of a carer, or of somebody on the rota of nights and weekends, keep the
    questions and numbers, or that of an interviewer their talks; return the token it keeps. It
    ends with the role.

    A reading of ours beside SAFETY 5: they may turn it on and off, for their own phone alone.
    """
    require(viewer, Verb.CREATE, Object.LINKS, None, now=now, owner_id=viewer.person_id)
    if not (is_asked_at_home(viewer) or holds_talks(viewer)) or viewer.person_id is None:
        raise NotFound("phone")
    return _keep(viewer, viewer.person_id, now)


def _keep(viewer: Viewer, person_id: UUID, now: datetime) -> str:
    own = PhoneCopy.person_id == person_id
    open_ones = select(PhoneCopy.id).where(own, PhoneCopy.ended_at.is_(None))
    oldest = db.session.scalars(
        open_ones.order_by(PhoneCopy.made_at.desc()).offset(MOST_COPIES - 1)
    ).all()
    db.session.execute(update(PhoneCopy).where(PhoneCopy.id.in_(oldest)).values(ended_at=now))
    token = secrets.token_urlsafe(24)
    copy = PhoneCopy(
        person_id=person_id,
        link_id=viewer.link_id,
        token_digest=token_digest(f"copy|{token}"),
        made_at=now,
        expires_at=copy_lasts_until(viewer, now=now),
    )
    db.session.add(copy)
    db.session.flush()
    _record("phone_copy:made", viewer, person_id, copy.id, now)
    return token


def end_copy(viewer: Viewer, copy_id: UUID, *, now: datetime) -> None:
    """Tell one of the viewer's own phones to throw away what it keeps, next time it is online."""
    copy = next((one for one in list_copies(viewer, now=now) if one.id == copy_id), None)
    if copy is None:
        raise NotFound("copy")
    copy.ended_at = now
    _record("phone_copy:ended", viewer, copy.person_id, copy_id, now)


def end_copies(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> int:
    """Tell every phone of a young person to throw away what it keeps; return how many."""
    require(viewer, Verb.REVOKE, Object.LINKS, young_person_id, now=now)
    done = db.session.execute(
        update(PhoneCopy)
        .where(PhoneCopy.person_id == young_person_id, PhoneCopy.ended_at.is_(None))
        .values(ended_at=now)
    )
    count: int = done.rowcount  # type: ignore[attr-defined]
    if count:
        _record("phone_copy:all_ended", viewer, young_person_id, None, now)
    return count


def forget_copies(*, now: datetime) -> int:
    """Delete what we know of copies that ended or ran out two months ago; return how many."""
    old = (PhoneCopy.ended_at < now - ENDED_KEPT) | (PhoneCopy.expires_at < now - ENDED_KEPT)
    ids = db.session.scalars(select(PhoneCopy.id).where(old).limit(AT_ONCE)).all()
    if ids:
        db.session.execute(delete(PhoneCopy).where(PhoneCopy.id.in_(ids)))
        record("phone_copy:forgotten", viewer=SYSTEM, now=now)
    return len(ids)


def _record(
    verb: str, viewer: Viewer, young_person_id: UUID, copy_id: UUID | None, now: datetime
) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="phone_copy",
        object_id=copy_id,
    )
