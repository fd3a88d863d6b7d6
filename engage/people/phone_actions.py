"""What belongs to somebody's phone: its number, the words typed on it, and losing it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select, update

from engage.audit.actions import record
from engage.db import db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.code_words import word_index
from engage.people.copy_models import PhoneCopy
from engage.people.models import (
    Link,
    LoginSession,
    Person,
    PersonKind,
    Role,
    SignInCode,
    YoungPerson,
)
from engage.web.errors import NotFound

KEEPERS = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR})


class NotUsableWords(ValueError):
    """The two words cannot serve: nothing is left of one, or both read the same."""


def set_phone(
    viewer: Viewer, person_id: UUID, number: str | None, *, now: datetime, verified: bool = False
) -> None:
    """Keep a new number (E.164) for somebody, or none. Unverified until a code is read back."""
    person = _person(viewer, person_id, Object.PHONE, now)
    person.phone = number
    person.phone_verified_at = now if verified else None
    person.phone_heard_at = None
    person.phone_suspended_at = None
    _record("phone:changed", viewer, person, now)


def verify_phone(viewer: Viewer, person_id: UUID, *, now: datetime) -> None:
    """Note that a number proved itself: somebody read back what was sent to it."""
    person = _person(viewer, person_id, Object.PHONE, now)
    person.phone_verified_at = now
    person.phone_heard_at = now
    _record("phone:verified", viewer, person, now)


def set_words(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    code_word: str | None,
    not_ok_word: str | None,
    now: datetime,
) -> None:
    """Keep a young person's code word and the different word that means: I am not OK.

    Only blind indexes are kept. Raises NotUsableWords when nothing is left of a word, or both
    read the same.
    """
    require(viewer, Verb.EDIT, Object.PROFILE, young_person_id, now=now)
    young_person = db.session.get(YoungPerson, young_person_id)
    if young_person is None:
        raise NotFound("young person")
    indexes = [word_index(word) if word else None for word in (code_word, not_ok_word)]
    given = [word for word in (code_word, not_ok_word) if word]
    if len([index for index in indexes if index]) != len(given) or (
        indexes[0] and indexes[0] == indexes[1]
    ):
        raise NotUsableWords
    young_person.code_word_index, young_person.not_ok_word_index = indexes
    record("words:set", viewer=viewer, now=now, subject_id=young_person_id)


def report_lost_phone(viewer: Viewer, person_id: UUID, *, now: datetime) -> None:
    """Close everything the phone can open, and send nothing more to it. Source: SAFETY T13.

    Links, sessions, codes and kept copies of this person end in this one transaction; texts stop
    until a number is set or verified again. A copy on the phone goes when it is next online.
    """
    person = _person(viewer, person_id, Object.LINKS, now, Verb.REVOKE)
    person.phone_suspended_at = now
    theirs = or_(
        Link.person_id == person_id,
        and_(Link.young_person_id == person_id, Link.person_id.is_(None)),
    )
    links = select(Link.id).where(theirs)
    db.session.execute(
        update(LoginSession)
        .where(
            LoginSession.revoked_at.is_(None),
            or_(LoginSession.person_id == person_id, LoginSession.link_id.in_(links)),
        )
        .values(revoked_at=now)
    )
    db.session.execute(update(Link).where(theirs, Link.revoked_at.is_(None)).values(revoked_at=now))
    db.session.execute(
        update(PhoneCopy)
        .where(PhoneCopy.person_id == person_id, PhoneCopy.ended_at.is_(None))
        .values(ended_at=now)
    )
    db.session.execute(
        update(SignInCode)
        .where(SignInCode.phone_index == person.phone_index, SignInCode.used_at.is_(None))
        .values(used_at=now)
    )
    _record("phone:reported_lost", viewer, person, now)


def _person(
    viewer: Viewer, person_id: UUID, obj: Object, now: datetime, verb: Verb = Verb.EDIT
) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound("person")
    if person.kind == PersonKind.YOUNG_PERSON:
        require(viewer, verb, obj, person_id, now=now)
    elif person.kind == PersonKind.WORKER:
        if viewer.person_id != person_id:
            require(viewer, Verb.EDIT, Object.STAFF, None, now=now, owner_id=person_id)
    elif not (viewer.is_system or viewer.person_id == person_id or _keeps(viewer, person, verb)):
        raise NotFound("person")
    return person


def _keeps(viewer: Viewer, person: Person, verb: Verb) -> bool:
    """Say whether this worker may change (or, easier, close) a grown-up's phone."""
    may = KEEPERS if verb is Verb.EDIT else KEEPERS | {Role.OUT_OF_HOURS}
    return viewer.organisation_id == person.organisation_id and bool(viewer.roles & may)


def _record(verb: str, viewer: Viewer, person: Person, now: datetime) -> None:
    young = person.kind == PersonKind.YOUNG_PERSON
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=person.id if young else None,
        object_kind=person.kind,
        object_id=person.id,
    )
