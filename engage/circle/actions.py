"""Keeping the list of people who matter: adding, changing, checking, "don't call", taking out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from engage.audit.actions import record
from engage.circle.models import ImportantPerson, MayCall, Tie
from engage.circle.queries import get_important_person
from engage.circle.rules import may_change_calling
from engage.db import db
from engage.people.access import Object, Verb, Viewer, require
from engage.plans.turns import take_turn
from engage.questions.answer_rules import clean
from engage.web.errors import NotFound

WORDS = (
    "email", "social", "other_languages", "visits", "calls", "distance", "needed", "for_carer",
)  # fmt: skip


@dataclass(frozen=True)
class About:
    """What is said about somebody who matters. Phones are in E.164 or empty."""

    name: str
    tie: Tie
    may_call: MayCall
    phone: str = ""
    other_phone: str = ""
    languages: tuple[str, ...] = ()
    words: dict[str, str] = field(default_factory=dict)


def add_important_person(
    viewer: Viewer, young_person_id: UUID, about: About, *, now: datetime
) -> ImportantPerson:
    """Put somebody on the list; the young person's own, or added by their worker."""
    require(viewer, Verb.CREATE, Object.IMPORTANT_PEOPLE, young_person_id, now=now)
    assert viewer.person_id is not None
    take_turn(young_person_id)
    person = ImportantPerson(
        young_person_id=young_person_id, added_by_id=viewer.person_id, added_at=now
    )
    db.session.add(person)
    _keep(viewer, person, about, now)
    db.session.flush()
    _record("added", viewer, person, now)
    return person


def change_important_person(
    viewer: Viewer, young_person_id: UUID, important_id: UUID, about: About, *, now: datetime
) -> None:
    """Change what is said about somebody. Another number has to be checked anew.

    "Don't call" that the young person said stays, whatever anybody else sends.
    """
    take_turn(young_person_id)
    person = get_important_person(viewer, young_person_id, important_id, now=now).person
    before = (person.phone, person.other_phone)
    _keep(viewer, person, about, now)
    if (person.phone, person.other_phone) != before:
        person.checked_on = person.checked_by_id = None
    _record("changed", viewer, person, now)


def note_checked(
    viewer: Viewer, young_person_id: UUID, important_id: UUID, *, now: datetime
) -> None:
    """Note that somebody made sure today that this is still right."""
    person = get_important_person(viewer, young_person_id, important_id, now=now).person
    person.checked_on, person.checked_by_id = now.date(), viewer.person_id
    _record("checked", viewer, person, now)


def say_never(viewer: Viewer, young_person_id: UUID, important_id: UUID, *, now: datetime) -> None:
    """Mark, as the young person alone can, that nobody calls this person."""
    take_turn(young_person_id)
    person = get_important_person(viewer, young_person_id, important_id, now=now).person
    if viewer.person_id != young_person_id:
        raise NotFound("important person")
    person.may_call, person.never_said_by_young_person = MayCall.NEVER, True
    person.changed_at = now
    _record("never_call", viewer, person, now)


def take_off_list(
    viewer: Viewer, young_person_id: UUID, important_id: UUID, *, now: datetime
) -> None:
    """Take somebody off the list; the young person alone. What was kept about them is erased."""
    require(viewer, Verb.REVOKE, Object.IMPORTANT_PEOPLE, young_person_id, now=now)
    person = get_important_person(viewer, young_person_id, important_id, now=now).person
    person.removed_at, person.name = now, ""
    person.phone = person.other_phone = None
    for name in WORDS:
        setattr(person, name, None)
    _record("taken_off", viewer, person, now)


def _keep(viewer: Viewer, person: ImportantPerson, about: About, now: datetime) -> None:
    is_own = viewer.person_id == person.young_person_id
    person.name = clean(about.name)
    person.tie = about.tie
    person.phone = about.phone or None
    person.other_phone = about.other_phone or None
    person.languages = list(about.languages)
    if may_change_calling(
        is_young_person=is_own, never_by_young_person=bool(person.never_said_by_young_person)
    ):
        person.may_call = about.may_call
        person.never_said_by_young_person = is_own and about.may_call is MayCall.NEVER
    words: dict[str, Any] = about.words
    for name in WORDS:
        if name in words:
            setattr(person, name, clean(words[name]) or None)
    person.changed_at = now


def _record(verb: str, viewer: Viewer, person: ImportantPerson, now: datetime) -> None:
    record(
        f"important_person:{verb}",
        viewer=viewer,
        now=now,
        subject_id=person.young_person_id,
        object_kind="important_person",
        object_id=person.id,
    )
