"""Note what is known of a young person's time in care."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engage.audit.actions import record
from engage.care_records.models import CareRecord, as_text
from engage.care_records.queries import is_taken
from engage.care_records.rules import Details, Flaw, flaws
from engage.crypto import blind_index
from engage.db import db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import YoungPerson


class CannotStand(Exception):
    """Something in it cannot be; `flaws` names each field and why."""

    def __init__(self, found: dict[str, Flaw]):
        super().__init__(", ".join(sorted(found)))
        self.flaws = found


def note_care_record(
    viewer: Viewer, young_person_id: UUID, details: Details, *, now: datetime
) -> CareRecord:
    """Keep what is known of a young person's time in care, in place of what was kept before.

    Raises NotFound, and CannotStand when something in it cannot be.
    """
    require(viewer, Verb.EDIT, Object.PROFILE, young_person_id, now=now)
    young_person = db.session.get_one(YoungPerson, young_person_id)
    born = date.fromisoformat(young_person.birth_date) if young_person.birth_date else None
    today = now.astimezone(ZoneInfo(young_person.organisation.time_zone)).date()
    found = flaws(details, born_on=born, today=today)
    reference = details.reference
    is_new = bool(reference) and "reference" not in found
    if is_new and is_taken(viewer, str(reference), by_other_than=young_person_id):
        found["reference"] = Flaw.REFERENCE_TAKEN
    if found:
        raise CannotStand(found)
    kept = db.session.scalars(
        select(CareRecord).where(CareRecord.young_person_id == young_person_id)
    ).one_or_none()
    if kept is None:
        kept = CareRecord(
            young_person_id=young_person_id, organisation_id=young_person.organisation_id
        )
        db.session.add(kept)
    kept._details = as_text(details)
    kept.reference_index = blind_index("child_reference", reference) if reference else None
    kept.care_began_on, kept.care_ended_on = details.care_began_on, details.care_ended_on
    db.session.flush()
    record(
        "care_record:noted",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="care_record",
        object_id=kept.id,
    )
    return kept
