"""Noting that a young person is away or in danger, and that it is over: it opens what they share
for that case, and closes it again, from the very next request.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Person
from engage.people.rules import CircumstanceKind
from engage.people.sharing_models import Circumstance, SharingAgreement


def note_away(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    now: datetime,
    began_at: datetime | None = None,
    about_id: UUID | None = None,
) -> Circumstance:
    """Note that a young person is missing or away (S1 counts both); returns the open note.

    Once noted it stays one note, whoever notes it again. `about_id`: what it follows from.
    """
    return _note(viewer, young_person_id, CircumstanceKind.AWAY, began_at, about_id, now=now)


def note_danger(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    now: datetime,
    began_at: datetime | None = None,
    about_id: UUID | None = None,
) -> Circumstance:
    """Note that a young person is in danger; returns the open note."""
    return _note(viewer, young_person_id, CircumstanceKind.DANGER, began_at, about_id, now=now)


def end_away(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> bool:
    """Note that a young person is back. False if nothing was open."""
    return _end(viewer, young_person_id, CircumstanceKind.AWAY, now=now)


def end_danger(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> bool:
    """Note that the danger is over. False if nothing was open."""
    return _end(viewer, young_person_id, CircumstanceKind.DANGER, now=now)


def _note(
    viewer: Viewer,
    young_person_id: UUID,
    kind: CircumstanceKind,
    began_at: datetime | None,
    about_id: UUID | None,
    *,
    now: datetime,
) -> Circumstance:
    require(viewer, Verb.CREATE, Object.EPISODE, young_person_id, now=now)
    found = _open(young_person_id, kind)
    if found is not None:
        return found
    # A time still to come would open nothing yet: it is so now, or was before.
    circumstance = Circumstance(
        young_person_id=young_person_id,
        kind=kind,
        began_at=min(began_at or now, now),
        opened_by_id=viewer.person_id,
        about_id=about_id,
    )
    db.session.add(circumstance)
    db.session.flush()
    _record("noted", viewer, circumstance, now)
    return circumstance


def _end(viewer: Viewer, young_person_id: UUID, kind: CircumstanceKind, *, now: datetime) -> bool:
    require(viewer, Verb.EDIT, Object.EPISODE, young_person_id, now=now)
    found = _open(young_person_id, kind)
    if found is None:
        return False
    found.ended_at, found.ended_by_id = now, viewer.person_id
    # Source: SAFETY 5.1: who sees what is looked at again after each episode.
    db.session.execute(
        update(SharingAgreement)
        .where(
            SharingAgreement.young_person_id == young_person_id,
            SharingAgreement.review_due_at > now,
        )
        .values(review_due_at=now)
    )
    _record("ended", viewer, found, now)
    return True


def _open(young_person_id: UUID, kind: CircumstanceKind) -> Circumstance | None:
    """Take the turn on this young person, and return what is noted and not over."""
    begin_write(db.session)
    db.session.execute(select(Person.id).where(Person.id == young_person_id).with_for_update())
    return db.session.scalar(
        select(Circumstance)
        .where(
            Circumstance.young_person_id == young_person_id,
            Circumstance.kind == kind,
            Circumstance.ended_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )


def _record(verb: str, viewer: Viewer, circumstance: Circumstance, now: datetime) -> None:
    record(
        f"circumstance:{verb}",
        viewer=viewer,
        now=now,
        subject_id=circumstance.young_person_id,
        object_kind=circumstance.kind,
        object_id=circumstance.id,
    )
