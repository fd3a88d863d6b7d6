"""One chapter of a case file. All of it comes from what features show their reader."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from engage.case_files import agreed, told
from engage.case_files.reading import Reader, may_take
from engage.case_files.rules import Chapter, Written
from engage.db import db
from engage.people.access import Viewer
from engage.people.models import Organisation, YoungPerson
from engage.web.errors import NotFound


def gather(viewer: Viewer, young_person_id: UUID, chapter: Chapter, *, now: datetime) -> Written:
    """Return one chapter in the language in use. Raises NotFound if they may not take any."""
    if not may_take(viewer, young_person_id, now=now):
        raise NotFound("case file")
    person = db.session.get_one(YoungPerson, young_person_id)
    house = db.session.get_one(Organisation, person.organisation_id)
    return _CHAPTERS[chapter](Reader(viewer, young_person_id, house, now))


_CHAPTERS: dict[Chapter, Callable[[Reader], Written]] = {
    Chapter.PERSON: told.person,
    Chapter.PLAN: told.plan,
    Chapter.HAPPENED: told.happened,
    Chapter.TALKS: told.held_talks,
    Chapter.APART: told.apart,
    Chapter.MEETINGS: agreed.meetings,
    Chapter.NEXT_STEPS: agreed.next_steps,
}
