"""Who matters to a young person, for whoever may know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from engage.circle.models import ImportantPerson
from engage.circle.rules import Contact, contact_for, wants_checking
from engage.db import db
from engage.people.access import Access, Object, Verb, Viewer, access_to
from engage.people.models import Person
from engage.web.errors import NotFound


@dataclass(frozen=True)
class Important:
    """Somebody who matters, as one viewer may see them."""

    person: ImportantPerson
    added_by: str
    checked_by: str
    contact: Contact
    wants_checking: bool
    # Numbers and addresses: for the young person and their worker. Source: SAFETY 5, O5.
    shows_details: bool


@dataclass(frozen=True)
class ImportantPeople:
    """The list of one young person, and what this viewer may do with it."""

    young_person: Person
    people: list[Important]
    is_own: bool
    may_add: bool
    may_edit: bool


def get_important_people(
    viewer: Viewer, young_person_id: UUID, *, now: datetime
) -> ImportantPeople:
    """Return the people who matter to a young person, or raise NotFound. Two statements.

    Somebody who may add people but may not read the list gets an empty one.
    """
    access = access_to(viewer, young_person_id, now=now)
    may_read = access.may(Verb.READ, Object.IMPORTANT_PEOPLE)
    may_add = access.may(Verb.CREATE, Object.IMPORTANT_PEOPLE)
    young_person = db.session.get(Person, young_person_id)
    if young_person is None or not (may_read or may_add):
        raise NotFound("important people")
    found = _list(young_person_id, access, now) if may_read else []
    return ImportantPeople(
        young_person=young_person,
        people=found,
        is_own=viewer.person_id == young_person_id,
        may_add=may_add,
        may_edit=access.may(Verb.EDIT, Object.IMPORTANT_PEOPLE),
    )


def _list(young_person_id: UUID, access: Access, now: datetime) -> list[Important]:
    added, checked = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(ImportantPerson, added, checked)
        .join(added, added.id == ImportantPerson.added_by_id)
        .outerjoin(checked, checked.id == ImportantPerson.checked_by_id)
        .where(
            ImportantPerson.young_person_id == young_person_id,
            ImportantPerson.removed_at.is_(None),
        )
    )
    details = access.may(Verb.EDIT, Object.IMPORTANT_PEOPLE)
    found = [
        Important(
            person,
            str(who.name),
            str(checker.name) if checker else "",
            contact_for(person.may_call, bool(person.phone)),
            wants_checking(person.checked_on, now.date()),
            details,
        )
        for person, who, checker in rows
    ]
    return sorted(found, key=lambda one: str(one.person.name).casefold())


def get_important_person(
    viewer: Viewer, young_person_id: UUID, important_id: UUID, *, now: datetime
) -> Important:
    """Return one of the people who matter, for whoever may change them; else NotFound."""
    access = access_to(viewer, young_person_id, now=now)
    if access.may(Verb.EDIT, Object.IMPORTANT_PEOPLE):
        for one in _list(young_person_id, access, now):
            if one.person.id == important_id:
                return one
    raise NotFound("important person")
