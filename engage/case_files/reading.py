"""Who may have a case file, who gathers it about whom, and how times stand in it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engage.case_files.rules import Entry, Said
from engage.people.access import Object, Verb, Viewer, access_to
from engage.people.models import Organisation
from engage.web.when import local_words

AT = "EEE d MMM y HH:mm"


def may_take(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> bool:
    """Say whether the viewer may ask for a case file: their worker, or who supervises the team.

    The young person takes what they may read from their own pages. Source: SAFETY 5, O21.
    """
    access = access_to(viewer, young_person_id, now=now)
    if viewer.is_system or viewer.person_id == young_person_id:
        return False
    return access.may(Verb.CREATE, Object.EXPORTS) or access.may(Verb.APPROVE, Object.EXPORTS)


@dataclass(frozen=True)
class Reader:
    """Who gathers what about whom, and when; times are written in the organisation's zone."""

    viewer: Viewer
    young_person_id: UUID
    house: Organisation
    now: datetime

    def when(self, at: datetime, pattern: str = AT) -> str:
        """Write an instant in the language in use."""
        return local_words(at, pattern, self.house.time_zone)

    def entry(self, heading: object, at: datetime | None = None, *lines: Said) -> Entry:
        """Return an entry, with its instant for people and for programs."""
        if at is None:
            return Entry(str(heading), said=lines)
        return Entry(str(heading), self.when(at), at.isoformat(timespec="seconds"), lines)
