"""The talks that wait for somebody: to be held and written down, or to be signed off.

Whom a list is about is asked in SQL, as for every list: whoever is their interviewer, or their
supervisor, now. Only the names that are shown are opened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from engage.db import db
from engage.interviews.listing import PAGE, ByTime, Page, Rows, page_of
from engage.interviews.models import ReturnInterview
from engage.interviews.rules import OPEN
from engage.people.access import Object, Verb, Viewer, access_to, visible_young_people
from engage.people.models import Person, Role, YoungPerson
from engage.talks.models import Talk
from engage.talks.rules import TalkState

MOST_PEOPLE = 200
_BY_BOOKING = ByTime(ReturnInterview.booked_for, ReturnInterview.id)
_BY_HANDING_IN = ByTime(Talk.handed_in_at, Talk.id)


@dataclass(frozen=True)
class HeldTalk:
    """A talk somebody holds, or that waits for a supervisor."""

    young_person_id: UUID
    name: str
    interview: ReturnInterview
    talk: Talk | None


def held_by(
    viewer: Viewer, *, now: datetime, after: UUID | None = None, limit: int = PAGE
) -> Page[HeldTalk]:
    """List the talks that the viewer holds and has not finished, the one booked first on top.

    `after`: the last talk of the page before.
    """
    finished = Talk.state == TalkState.SIGNED_OFF
    found = _held(_BY_BOOKING.rows(_of(viewer, now, ~finished), after, limit))
    return page_of([(each.interview.id, each) for each in found], limit)


def to_write(viewer: Viewer, *, now: datetime, limit: int) -> Sequence[HeldTalk]:
    """List the talks that the viewer holds and has not handed in, the one booked first on top."""
    writing = Talk.state == TalkState.WRITING
    return _held(_BY_BOOKING.rows(_of(viewer, now, writing), None, limit - 1))


def may_begin_with(viewer: Viewer, interview: ReturnInterview | None, *, now: datetime) -> bool:
    """Say whether this talk is the viewer's to begin, and nobody did yet."""
    if interview is None or interview.state not in OPEN:
        return False
    if viewer.person_id is None or interview.interviewer_id != viewer.person_id:
        return False
    if db.session.scalar(select(exists().where(Talk.interview_id == interview.id))):
        return False
    access = access_to(viewer, interview.young_person_id, now=now)
    return access.may(Verb.CREATE, Object.INTERVIEW_NOTES)


def young_people_held(viewer: Viewer, *, now: datetime) -> Sequence[YoungPerson]:
    """List the young people whose interviewer this viewer is, while they are."""
    theirs = _theirs(viewer, Role.INTERVIEWER, now)
    return db.session.scalars(select(YoungPerson).where(theirs).limit(MOST_PEOPLE)).all()


def to_sign_off(
    viewer: Viewer, *, now: datetime, after: UUID | None = None, limit: int = PAGE
) -> Page[HeldTalk]:
    """List the records that wait for this supervisor, the one handed in first on top.

    `after`: the last record of the page before.
    """
    waiting = (
        select(ReturnInterview, Talk, Person)
        .join(Talk, Talk.interview_id == ReturnInterview.id)
        .join(Person, Person.id == Talk.young_person_id)
        .where(
            _theirs(viewer, Role.SUPERVISOR, now),
            Talk.state == TalkState.HANDED_IN,
            Talk.interviewer_id != viewer.person_id,
        )
    )
    found = _held(_BY_HANDING_IN.rows(waiting, after, limit))
    return page_of([(each.talk.id, each) for each in found if each.talk], limit)


def _of(viewer: Viewer, now: datetime, wanted: ColumnElement[bool]) -> Rows:
    """Select what the viewer holds: records in this state, and talks with no record yet."""
    mine = ReturnInterview.interviewer_id == viewer.person_id
    not_begun = and_(Talk.id.is_(None), mine, ReturnInterview.state.in_(sorted(OPEN)))
    return (
        select(ReturnInterview, Talk, Person)
        .outerjoin(Talk, Talk.interview_id == ReturnInterview.id)
        .join(Person, Person.id == ReturnInterview.young_person_id)
        .where(
            _theirs(viewer, Role.INTERVIEWER, now),
            or_(not_begun, and_(Talk.interviewer_id == viewer.person_id, wanted)),
        )
    )


def _theirs(viewer: Viewer, role: Role, now: datetime) -> ColumnElement[bool]:
    """Tell, in SQL over Person, whom the viewer sees in this role alone."""
    grants = frozenset(grant for grant in viewer.grants if grant[0] is role)
    return visible_young_people(replace(viewer, grants=grants), now=now)


def _held(rows: Iterable[Any]) -> list[HeldTalk]:
    return [
        HeldTalk(person.id, str(person.name), interview, talk) for interview, talk, person in rows
    ]
