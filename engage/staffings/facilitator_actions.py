"""Who leads staffings, in which region, and in which half hours of the week."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Person, PersonKind
from engage.staffings.models import FacilitatorSlot
from engage.staffings.rules import LASTS
from engage.web.errors import NotFound

REGION = 60
_MINUTES = int(LASTS.total_seconds() // 60)


class Overlaps(Exception):
    """Somebody has another half hour at that time of the week."""


def add_slot(
    viewer: Viewer, person_id: UUID, region: str, weekday: int, minute: int, *, now: datetime
) -> FacilitatorSlot:
    """Give a member of staff half an hour a week in which they lead staffings of a region.

    Raises Overlaps, NotFound for somebody who is not staff here, ValueError for no time of a week.
    """
    begin_write(db.session)
    require(viewer, Verb.CREATE, Object.FACILITATORS, None, now=now)
    person = db.session.get(Person, person_id)
    is_ours = person is not None and person.organisation_id == viewer.organisation_id
    if person is None or not is_ours or person.kind != PersonKind.WORKER:
        raise NotFound("facilitator")
    if not region.strip() or not 0 <= weekday <= 6 or not 0 <= minute <= 24 * 60 - _MINUTES:
        raise ValueError("slot")
    there = db.session.scalars(
        select(FacilitatorSlot.minute).where(
            FacilitatorSlot.person_id == person_id,
            FacilitatorSlot.weekday == weekday,
            FacilitatorSlot.ended_at.is_(None),
        )
    )
    if any(abs(minute - other) < _MINUTES for other in there):
        raise Overlaps("slot")
    slot = FacilitatorSlot(
        organisation_id=person.organisation_id,
        person_id=person_id,
        region=" ".join(region.split())[:REGION],
        weekday=weekday,
        minute=minute,
    )
    db.session.add(slot)
    db.session.flush()
    _note("facilitator:added", slot, viewer, now)
    return slot


def end_slot(viewer: Viewer, slot_id: UUID, *, now: datetime) -> None:
    """End a weekly half hour; what is booked in it stays. Ending twice changes nothing."""
    begin_write(db.session)
    require(viewer, Verb.REVOKE, Object.FACILITATORS, None, now=now)
    slot = db.session.get(FacilitatorSlot, slot_id)
    if slot is None or slot.organisation_id != viewer.organisation_id:
        raise NotFound("slot")
    if slot.ended_at is None:
        slot.ended_at = now
        _note("facilitator:ended", slot, viewer, now)


def _note(verb: str, slot: FacilitatorSlot, viewer: Viewer, now: datetime) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        object_kind="facilitator_slot",
        object_id=slot.id,
    )
