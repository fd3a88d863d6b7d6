"""Write down a welfare meeting, add to it, and agree who does what by when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.outcomes.reading import today_in
from engage.outcomes.rules import first_look
from engage.patterns.place_rules import Why
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Organisation
from engage.web.errors import Changed, NotFound
from engage.welfare import rules
from engage.welfare.models import (
    WelfareAction,
    WelfareLine,
    WelfareMeeting,
    WelfareNote,
    WelfarePresent,
    WelfareYoungPerson,
)
from engage.welfare.queries import (
    MeetingPage,
    find_action,
    find_meeting,
    get_meeting,
    meeting_to_change,
    staff_here,
    their_young_people,
)
from engage.welfare.rules import About, Fix, State, Turn


class CannotWrite(Exception):
    """It cannot be written down like this; `fix` says why."""

    def __init__(self, problem: Fix):
        super().__init__(problem)
        self.fix = problem


@dataclass(frozen=True)
class Draft:
    """The minutes of one meeting. `subject`: a place in its own words, or the code of a pattern."""

    about: About
    subject: str
    held_on: date
    present: frozenset[UUID]
    noticed: str
    decided: str = ""
    others: str = ""


def write_down(viewer: Viewer, draft: Draft, *, now: datetime) -> WelfareMeeting:
    """Keep the minutes of a meeting that took place. Raises CannotWrite, NotFound for strangers."""
    require(viewer, Verb.CREATE, Object.WELFARE, None, now=now)
    if viewer.person_id is None or viewer.organisation_id is None:
        raise NotFound("welfare meeting")
    if not draft.present <= set(staff_here(viewer, now=now)):
        raise NotFound("staff")
    problem = rules.held_problem(draft.held_on, today_in(viewer.organisation_id, now))
    if not draft.noticed.strip() or not draft.subject.strip():
        problem = problem or Fix.NO_WORDS
    if problem is not None:
        raise CannotWrite(problem)
    meeting = WelfareMeeting(
        organisation_id=viewer.organisation_id,
        held_on=draft.held_on,
        about=draft.about,
        subject=draft.subject.strip(),
        others=draft.others.strip() or None,
        noticed=draft.noticed.strip(),
        decided=draft.decided.strip() or None,
        written_by_id=viewer.person_id,
        written_at=now,
    )
    db.session.add(meeting)
    db.session.flush()
    db.session.add_all(
        WelfarePresent(meeting_id=meeting.id, person_id=each) for each in sorted(draft.present)
    )
    db.session.flush()
    _note("welfare_meeting:written", viewer, meeting.id, now)
    return meeting


def open_meeting(viewer: Viewer, meeting_id: UUID, why: Why, *, now: datetime) -> MeetingPage:
    """Return the minutes to somebody who was not there, once it is written down why they read
    them. Raises NotFound.
    """
    find_meeting(viewer, meeting_id, now=now)
    _note("welfare_meeting:opened", viewer, meeting_id, now, reason=str(why))
    return get_meeting(viewer, meeting_id, now=now)


def add_note(viewer: Viewer, meeting_id: UUID, words: str, *, now: datetime) -> None:
    """Add words to the minutes; what stands there stays. Raises CannotWrite, NotFound."""
    meeting_to_change(viewer, meeting_id, now=now)
    assert viewer.person_id is not None
    if not words.strip():
        raise CannotWrite(Fix.NO_WORDS)
    db.session.add(
        WelfareNote(meeting_id=meeting_id, by_id=viewer.person_id, at=now, words=words.strip())
    )
    db.session.flush()
    _note("welfare_meeting:added", viewer, meeting_id, now)


def think_of(
    viewer: Viewer, meeting_id: UUID, young_people: Collection[UUID], *, now: datetime
) -> None:
    """Say of whom of those one may open a meeting thought; of others nothing changes.

    A line of the audit for each who is put there or taken away. Raises NotFound.
    """
    begin_write(db.session)
    meeting = meeting_to_change(viewer, meeting_id, now=now)
    db.session.refresh(meeting, with_for_update=True)
    theirs = {each for each, _name in their_young_people(viewer, now=now)}
    if not set(young_people) <= theirs:
        raise NotFound("young person")
    assert viewer.person_id is not None
    there = {
        row.young_person_id: row
        for row in db.session.scalars(
            select(WelfareYoungPerson).where(WelfareYoungPerson.meeting_id == meeting_id)
        )
    }
    for each in sorted(theirs):
        if each in young_people and each not in there:
            db.session.add(
                WelfareYoungPerson(
                    meeting_id=meeting_id, young_person_id=each, by_id=viewer.person_id, at=now
                )
            )
            _note("welfare_meeting:thought_of", viewer, meeting_id, now, subject_id=each)
        elif each in there and each not in young_people:
            db.session.delete(there[each])
            _note("welfare_meeting:not_thought_of", viewer, meeting_id, now, subject_id=each)
    db.session.flush()


def agree(
    viewer: Viewer, meeting_id: UUID, what: str, *, owner_id: UUID, due_on: date, now: datetime
) -> WelfareAction:
    """Agree that somebody does something by a day. Raises CannotWrite, NotFound for an owner who
    does not work here.
    """
    meeting = meeting_to_change(viewer, meeting_id, now=now)
    _check(viewer, meeting.organisation_id, owner_id, due_on, what, now)
    action = WelfareAction(
        meeting_id=meeting_id,
        organisation_id=meeting.organisation_id,
        what=what.strip(),
        owner_id=owner_id,
        due_on=due_on,
        state=State.OPEN,
        next_look_at=first_look(due_on, _zone(meeting.organisation_id)),
        times_told=0,
    )
    db.session.add(action)
    db.session.flush()
    _turn(viewer, action, Turn.AGREED, "", now)
    return action


def move(
    viewer: Viewer, action_id: UUID, *, owner_id: UUID, due_on: date, reason: str, now: datetime
) -> None:
    """Give it another owner or another day, and say why. Raises CannotWrite, NotFound, Changed."""
    action = _to_change(viewer, action_id, now)
    _check(viewer, action.organisation_id, owner_id, due_on, reason, now, was=action.owner_id)
    action.owner_id, action.due_on, action.times_told = owner_id, due_on, 0
    action.next_look_at = first_look(due_on, _zone(action.organisation_id))
    _turn(viewer, action, Turn.MOVED, reason.strip(), now)


def end(viewer: Viewer, action_id: UUID, state: State, did: str, *, now: datetime) -> None:
    """Say that it was done and what, or why it could not be. Raises CannotWrite without words,
    NotFound, Changed when it is over.
    """
    if state is State.OPEN or not did.strip():
        raise CannotWrite(Fix.NO_WORDS)
    action = _to_change(viewer, action_id, now)
    action.state, action.did = state, did.strip()
    action.ended_at, action.next_look_at = now, None
    _turn(viewer, action, Turn(state.value), "", now)


def _check(
    viewer: Viewer, house: UUID, owner_id: UUID, due_on: date, words: str, now: datetime,
    *, was: UUID | None = None,
) -> None:  # fmt: skip
    if owner_id != was and owner_id not in staff_here(viewer, now=now):
        raise NotFound("owner")
    problem = rules.due_problem(due_on, today_in(house, now))
    if problem is None and not words.strip():
        problem = Fix.NO_WORDS
    if problem is not None:
        raise CannotWrite(problem)


def _to_change(viewer: Viewer, action_id: UUID, now: datetime) -> WelfareAction:
    begin_write(db.session)
    action = find_action(viewer, action_id, now=now)
    db.session.refresh(action, with_for_update=True)
    if action.state != State.OPEN:
        raise Changed("welfare action")
    return action


def _zone(organisation_id: UUID) -> str:
    return str(db.session.get_one(Organisation, organisation_id).time_zone)


def _turn(viewer: Viewer, action: WelfareAction, turn: Turn, reason: str, now: datetime) -> None:
    highest = select(func.max(WelfareLine.number)).where(WelfareLine.action_id == action.id)
    db.session.add(
        WelfareLine(
            action_id=action.id, number=(db.session.scalar(highest) or 0) + 1, turn=turn, at=now,
            by_id=viewer.person_id, owner_id=action.owner_id, due_on=action.due_on,
            reason=reason or None,
        )
    )  # fmt: skip
    db.session.flush()
    record(
        f"welfare_action:{turn}",
        viewer=viewer,
        now=now,
        object_kind="welfare_action",
        object_id=action.id,
    )


def _note(
    verb: str,
    viewer: Viewer,
    meeting_id: UUID,
    now: datetime,
    *,
    subject_id: UUID | None = None,
    reason: str | None = None,
) -> None:
    # No words: lines of the audit hold no content.
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=subject_id,
        object_kind="welfare_meeting",
        object_id=meeting_id,
        reason=reason,
    )
