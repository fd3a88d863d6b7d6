"""Naming those who were at one place, for a reason: each name is a line of the audit."""

from datetime import datetime

from engage.audit.actions import record
from engage.patterns.place_queries import OnePlace, get_place
from engage.patterns.place_rules import Why
from engage.people.access import Viewer


def name_people(
    viewer: Viewer, year: str, first: int, key: str, why: Why, *, now: datetime
) -> OnePlace:
    """Return a place with the names of those the viewer may open, and write down why they asked.

    One line for the asking, and one for each young person named. Raises NotFound.
    """
    found = get_place(viewer, year, first, key, now=now, with_names=True)
    record("same_place:asked", viewer=viewer, now=now, object_kind="pattern", reason=str(why))
    for young_person_id, _name in found.people:
        record(
            "same_place:named",
            viewer=viewer,
            now=now,
            subject_id=young_person_id,
            object_kind="young_person",
            object_id=young_person_id,
            reason=str(why),
        )
    return found
