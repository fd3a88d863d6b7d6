"""Read a care record, for those who may know who a young person is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.care_records.models import CareRecord
from engage.care_records.rules import Details
from engage.crypto import blind_index
from engage.db import db
from engage.people.access import Object, Verb, Viewer, access_to
from engage.people.models import YoungPerson
from engage.web.errors import NotFound


@dataclass(frozen=True)
class CareRecordPage:
    """One young person's care record, and whether the viewer may change it."""

    young_person: YoungPerson
    details: Details
    may_edit: bool
    is_own: bool


def find_record(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> CareRecord | None:
    """Return what is kept, or None when nobody noted anything. Raises NotFound."""
    _allowed(viewer, young_person_id, now)
    return db.session.scalars(
        select(CareRecord).where(CareRecord.young_person_id == young_person_id)
    ).one_or_none()


def get_page(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> CareRecordPage:
    """Return what the page shows. Raises NotFound."""
    found = find_record(viewer, young_person_id, now=now)
    young_person = db.session.get(YoungPerson, young_person_id)
    if young_person is None:
        raise NotFound("young person")
    is_own = viewer.person_id == young_person_id
    return CareRecordPage(
        young_person,
        found.details if found else Details(),
        # A young person reads what is noted of them; whoever answers for it writes it down.
        may_edit=not is_own
        and access_to(viewer, young_person_id, now=now).may(Verb.EDIT, Object.PROFILE),
        is_own=is_own,
    )


def is_taken(viewer: Viewer, reference: str, *, by_other_than: UUID) -> bool:
    """Say whether another young person of the viewer's organisation has this reference."""
    return (
        db.session.scalar(
            select(CareRecord.id).where(
                CareRecord.organisation_id == viewer.organisation_id,
                CareRecord.reference_index == blind_index("child_reference", reference),
                CareRecord.young_person_id != by_other_than,
            )
        )
        is not None
    )


def _allowed(viewer: Viewer, young_person_id: UUID, now: datetime) -> None:
    if not access_to(viewer, young_person_id, now=now).may(Verb.READ, Object.PROFILE):
        raise NotFound("care record")
