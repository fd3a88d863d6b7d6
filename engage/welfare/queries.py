"""Welfare meetings for those who were there, and for staff who say why they need to read them.

Whoever was there, wrote it down or does something agreed there opens it at once. Other social
workers and supervisors of the organisation say why first, which is kept. The names of young people
stand only for those who may open their page anyway (O60, O62). Source: MISSION C55.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from engage.db import db
from engage.episodes.reading import names_of
from engage.outcomes.reading import today_in
from engage.patterns.place_queries import READERS
from engage.people.access import (
    Object,
    Verb,
    Viewer,
    is_in_force,
    may,
    require,
    visible_young_people,
)
from engage.people.models import Person, PersonKind, Role, RoleGrant
from engage.people.queries import young_people
from engage.web.errors import NotFound
from engage.welfare.models import (
    WelfareAction,
    WelfareLine,
    WelfareMeeting,
    WelfareNote,
    WelfarePresent,
    WelfareYoungPerson,
)
from engage.welfare.rules import About, State, is_late

PAGE = 100
MOST_STAFF = 150
# Who may be asked to do something, and may have been there.
STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR)


@dataclass(frozen=True)
class ActionLine:
    """Something agreed, in a list."""

    action: WelfareAction
    owner: str
    is_late: bool


@dataclass(frozen=True)
class MeetingLine:
    """One meeting in a list; what it was about stands there only where it gives nobody away."""

    meeting: WelfareMeeting
    is_mine: bool

    @property
    def subject(self) -> str:
        """Return what it was about, or nothing: words of their own are for those who were there."""
        is_open = self.is_mine or self.meeting.about != About.OTHER
        return str(self.meeting.subject or "") if is_open else ""


@dataclass(frozen=True)
class MeetingPage:
    """The minutes of one meeting with all that came later."""

    meeting: WelfareMeeting
    present: Sequence[str]
    notes: Sequence[WelfareNote]
    actions: Sequence[ActionLine]
    # Those thought of whose page the viewer may open; whether there are others is not told.
    young_people: Sequence[tuple[UUID, str]]
    names: Mapping[UUID | None, str]
    may_add: bool


@dataclass(frozen=True)
class ActionPage:
    """Something agreed with every turn of it."""

    action: WelfareAction
    meeting: WelfareMeeting
    lines: Sequence[WelfareLine]
    names: Mapping[UUID | None, str]
    owners: Mapping[UUID, str]
    is_late: bool


def meetings(viewer: Viewer, *, now: datetime) -> list[MeetingLine]:
    """List the organisation's meetings, the latest first. Raises NotFound."""
    require(viewer, Verb.READ, Object.WELFARE, None, now=now)
    rows = db.session.scalars(
        select(WelfareMeeting)
        .where(WelfareMeeting.organisation_id == viewer.organisation_id)
        .order_by(WelfareMeeting.held_on.desc(), WelfareMeeting.id.desc())
        .limit(PAGE)
    ).all()
    mine = _mine(viewer, [row.id for row in rows])
    return [MeetingLine(row, row.id in mine) for row in rows]


def my_actions(viewer: Viewer, *, now: datetime) -> list[ActionLine]:
    """List what the viewer took on in meetings and has not ended, by day."""
    require(viewer, Verb.READ, Object.WELFARE, None, now=now)
    rows = db.session.scalars(
        select(WelfareAction)
        .where(WelfareAction.owner_id == viewer.person_id, WelfareAction.state == State.OPEN)
        .order_by(WelfareAction.due_on, WelfareAction.id)
        .limit(PAGE)
    ).all()
    return _lines(rows, now)


def count_mine(viewer: Viewer) -> int:
    """Count what the viewer took on and has not ended, for their start page."""
    mine = select(WelfareAction.id).where(
        WelfareAction.owner_id == viewer.person_id, WelfareAction.state == State.OPEN
    )
    return len(db.session.scalars(mine.limit(PAGE)).all())


def find_meeting(viewer: Viewer, meeting_id: UUID, *, now: datetime) -> tuple[WelfareMeeting, bool]:
    """Return a meeting of the viewer's organisation, and whether they open it without a reason.

    Raises NotFound. What it holds is for `get_meeting`.
    """
    meeting = db.session.get(WelfareMeeting, meeting_id)
    if (
        meeting is None
        or meeting.organisation_id != viewer.organisation_id
        or not may(viewer, Verb.READ, Object.WELFARE, None, now=now)
    ):
        raise NotFound("welfare meeting")
    return meeting, meeting.id in _mine(viewer, [meeting.id])


def get_meeting(viewer: Viewer, meeting_id: UUID, *, now: datetime) -> MeetingPage:
    """Return the minutes for somebody who was there, or who said why. Raises NotFound."""
    meeting, is_mine = find_meeting(viewer, meeting_id, now=now)
    present = db.session.scalars(
        select(WelfarePresent.person_id).where(WelfarePresent.meeting_id == meeting_id)
    ).all()
    notes = db.session.scalars(
        select(WelfareNote)
        .where(WelfareNote.meeting_id == meeting_id)
        .order_by(WelfareNote.at, WelfareNote.id)
    ).all()
    actions = db.session.scalars(
        select(WelfareAction)
        .where(WelfareAction.meeting_id == meeting_id)
        .order_by(WelfareAction.due_on, WelfareAction.id)
    ).all()
    names = names_of([*present, meeting.written_by_id, *(note.by_id for note in notes)])
    there = sorted(((names[each], str(each)) for each in present),
                   key=lambda each: (each[0].casefold(), each[1]))  # fmt: skip
    return MeetingPage(
        meeting,
        [name for name, _id in there],
        notes,
        _lines(actions, now),
        _thought_of(viewer, meeting_id, now),
        names,
        _may_add(viewer, meeting, is_mine, now),
    )


def meeting_to_change(viewer: Viewer, meeting_id: UUID, *, now: datetime) -> WelfareMeeting:
    """Return a meeting to which the viewer may add: they were there, or supervise. Or NotFound."""
    meeting, is_mine = find_meeting(viewer, meeting_id, now=now)
    if not _may_add(viewer, meeting, is_mine, now):
        raise NotFound("welfare meeting")
    return meeting


def find_action(viewer: Viewer, action_id: UUID, *, now: datetime) -> WelfareAction:
    """Return something agreed that the viewer may read and end: they do it, were there, or
    supervise. Raises NotFound.
    """
    action = db.session.get(WelfareAction, action_id)
    if action is None:
        raise NotFound("welfare action")
    meeting_to_change(viewer, action.meeting_id, now=now)
    return action


def get_action(viewer: Viewer, action_id: UUID, *, now: datetime) -> ActionPage:
    """Return something agreed with its history, or raise NotFound."""
    action = find_action(viewer, action_id, now=now)
    lines = db.session.scalars(
        select(WelfareLine).where(WelfareLine.action_id == action_id).order_by(WelfareLine.number)
    ).all()
    names = names_of([action.owner_id, *(x.by_id for x in lines), *(x.owner_id for x in lines)])
    return ActionPage(
        action,
        db.session.get_one(WelfareMeeting, action.meeting_id),
        lines,
        names,
        staff_here(viewer, now=now) | {action.owner_id: names[action.owner_id]},
        is_late(State(action.state), action.due_on, today_in(action.organisation_id, now)),
    )


def staff_here(viewer: Viewer, *, now: datetime) -> dict[UUID, str]:
    """Map those who may have been there, or may do something, to their names, by name."""
    require(viewer, Verb.CREATE, Object.WELFARE, None, now=now)
    held = select(RoleGrant.person_id).where(RoleGrant.role.in_(STAFF), is_in_force(RoleGrant, now))
    found = db.session.scalars(
        select(Person)
        .where(
            Person.organisation_id == viewer.organisation_id,
            Person.kind == PersonKind.WORKER,
            or_(Person.ended_at.is_(None), Person.ended_at > now),
            Person.id.in_(held),
        )
        .order_by(Person.id)
        .limit(MOST_STAFF)
    )
    named = [(person.id, str(person.name)) for person in found]
    return dict(sorted(named, key=lambda pair: (pair[1].casefold(), str(pair[0]))))


def their_young_people(viewer: Viewer, *, now: datetime) -> list[tuple[UUID, str]]:
    """List the young people whom the viewer may put beside a meeting: those whose page they may
    open as a worker or supervisor, by name.
    """
    return [(each.id, str(each.name)) for each in young_people(_as_reader(viewer), now=now)]


def meetings_about(
    viewer: Viewer, young_person_id: UUID, *, now: datetime
) -> list[tuple[WelfareMeeting, Sequence[ActionLine]]]:
    """List the meetings in which one young person was thought of, with what was agreed, for a
    case file. Raises NotFound for whoever may not read them.
    """
    require(viewer, Verb.READ, Object.SAME_PLACE, young_person_id, now=now)
    found = db.session.scalars(
        select(WelfareMeeting)
        .join(WelfareYoungPerson, WelfareYoungPerson.meeting_id == WelfareMeeting.id)
        .where(WelfareYoungPerson.young_person_id == young_person_id)
        .order_by(WelfareMeeting.held_on, WelfareMeeting.id)
    ).all()
    agreed = db.session.scalars(
        select(WelfareAction)
        .where(WelfareAction.meeting_id.in_([each.id for each in found]))
        .order_by(WelfareAction.due_on, WelfareAction.id)
    ).all()
    lines = _lines(agreed, now)
    return [(each, [line for line in lines if line.action.meeting_id == each.id]) for each in found]


def _as_reader(viewer: Viewer) -> Viewer:
    return replace(viewer, grants=frozenset(each for each in viewer.grants if each[0] in READERS))


def _thought_of(viewer: Viewer, meeting_id: UUID, now: datetime) -> list[tuple[UUID, str]]:
    there = db.session.scalars(
        select(Person)
        .join(WelfareYoungPerson, WelfareYoungPerson.young_person_id == Person.id)
        .where(
            WelfareYoungPerson.meeting_id == meeting_id,
            visible_young_people(_as_reader(viewer), now=now),
        )
    )
    named = [(person.id, str(person.name)) for person in there]
    return sorted(named, key=lambda each: (each[1].casefold(), str(each[0])))


def _may_add(viewer: Viewer, meeting: WelfareMeeting, is_mine: bool, now: datetime) -> bool:
    owner = viewer.person_id if is_mine else meeting.written_by_id
    return may(viewer, Verb.EDIT, Object.WELFARE, None, now=now, owner_id=owner)


def _mine(viewer: Viewer, ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these meetings that the viewer is part of."""

    def part_of(column: Any, who: Any) -> Iterable[UUID]:
        return db.session.scalars(
            select(column).where(column.in_(ids), who == viewer.person_id)
        ).all()

    return {
        *part_of(WelfareMeeting.id, WelfareMeeting.written_by_id),
        *part_of(WelfarePresent.meeting_id, WelfarePresent.person_id),
        *part_of(WelfareAction.meeting_id, WelfareAction.owner_id),
    }


def _lines(actions: Sequence[WelfareAction], now: datetime) -> list[ActionLine]:
    if not actions:
        return []
    today: date = today_in(actions[0].organisation_id, now)
    names = names_of(each.owner_id for each in actions)
    return [
        ActionLine(
            each, names.get(each.owner_id, ""), is_late(State(each.state), each.due_on, today)
        )
        for each in actions
    ]
