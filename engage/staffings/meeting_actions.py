"""A meeting is planned, moved, called off or held; things are agreed, and done."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engage.audit.actions import record
from engage.audit.models import Actor
from engage.db import begin_write, db
from engage.episodes.models import Episode
from engage.episodes.rules import MISSING_FROM_CARE
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Person
from engage.staffings.guest_actions import ask_guest, ask_people
from engage.staffings.models import FacilitatorSlot, Meeting, MeetingAction, Staffing
from engage.staffings.queries import episode_for, find_meeting
from engage.staffings.reading import guests_of, owners_of, planned_of, taken_by, zone_of
from engage.staffings.rules import (
    AHEAD,
    BEHIND,
    RHYTHMS,
    MeetingState,
    Part,
    Purpose,
    StaffingState,
    clashes,
    is_located,
    must_have_next,
)
from engage.staffings.telling import tell_change
from engage.web.errors import Changed, NotFound

NOTES = 6000
WORDS = 500
LONGEST = timedelta(hours=4)


class BadTime(Exception):
    """A time that cannot be: ahead to plan it, behind to have held it."""


class Taken(Exception):
    """The facilitator already leads another meeting then."""


class NeedsNext(Exception):
    """Nobody knows yet where they are: a staffing does not end without the next date."""


@dataclass(frozen=True)
class Plan:
    """When and how people meet, and who of the record is asked."""

    starts_at: datetime
    address: str
    facilitator_id: UUID | None = None
    link: str = ""
    place: str = ""
    person_ids: tuple[UUID, ...] = ()
    # Also the young person themselves, by text.
    with_young_person: bool = False


@dataclass(frozen=True)
class Held:
    """What came of a staffing: how long it took, what stands in its notes, and what is next."""

    minutes: int
    notes: str
    counts_as_consult: bool = False
    every_days: int | None = None
    # None only where it is known where they are.
    next_plan: Plan | None = None
    actions: tuple[tuple[str, UUID, datetime], ...] = field(default=())


def plan_meeting(
    viewer: Viewer,
    episode_id: UUID,
    purpose: Purpose,
    plan: Plan,
    *,
    now: datetime,
    staffing: Staffing | None = None,
) -> Meeting:
    """Set a meeting and ask people to it.

    Raises BadTime for a time that has passed, Taken when the facilitator leads another then,
    Changed when they are back or a staffing is set already.
    """
    begin_write(db.session)
    episode = episode_for(viewer, episode_id, Verb.CREATE, now=now)
    if episode.state not in MISSING_FROM_CARE:
        raise Changed("meeting")
    if purpose is Purpose.STAFFING and _another(episode_id):
        raise Changed("meeting")
    return _plan(viewer, episode_id, episode.young_person_id, purpose, plan, staffing, now)


def _plan(
    viewer: Viewer,
    episode_id: UUID,
    young_person_id: UUID,
    purpose: Purpose,
    plan: Plan,
    staffing: Staffing | None,
    now: datetime,
) -> Meeting:
    _book(viewer, plan.facilitator_id, plan.starts_at, now)
    assert viewer.person_id is not None
    meeting = Meeting(
        episode_id=episode_id,
        young_person_id=young_person_id,
        staffing_id=staffing.id if staffing else None,
        purpose=purpose,
        state=MeetingState.PLANNED,
        starts_at=plan.starts_at,
        facilitator_id=plan.facilitator_id,
        planned_by_id=viewer.person_id,
        link=plan.link.strip() or None,
        place=plan.place.strip() or None,
        sequence=0,
    )
    db.session.add(meeting)
    db.session.flush()
    _note("meeting:planned", meeting, viewer, now)
    ids = [*plan.person_ids, *([plan.facilitator_id] if plan.facilitator_id else [])]
    ask_people(viewer, meeting, ids, plan.address, now=now)
    if plan.with_young_person:
        young = db.session.get_one(Person, young_person_id)
        ask_guest(
            viewer, meeting, Part.YOUNG_PERSON, str(young.name), address=plan.address, now=now,
            person=young,
        )  # fmt: skip
    return meeting


def move_meeting(
    viewer: Viewer,
    meeting_id: UUID,
    starts_at: datetime,
    *,
    link: str,
    place: str,
    address: str,
    now: datetime,
) -> Meeting:
    """Set another time or place; everybody asked is told, and at another time answers anew.

    Raises BadTime, Taken.
    """
    begin_write(db.session)
    meeting = _planned(viewer, meeting_id, now)
    _book(viewer, meeting.facilitator_id, starts_at, now, without=meeting.id)
    is_other_time = starts_at != meeting.starts_at
    meeting.starts_at, meeting.sequence = starts_at, meeting.sequence + 1
    meeting.link, meeting.place = link.strip() or None, place.strip() or None
    db.session.flush()
    tell_change(meeting, address, now=now, forget_answers=is_other_time)
    _note("meeting:moved", meeting, viewer, now)
    return meeting


def cancel_meeting(viewer: Viewer, meeting_id: UUID, *, address: str, now: datetime) -> None:
    """Call a meeting off; everybody asked is told.

    Raises NeedsNext for the only staffing set while nobody knows where they are: move it instead.
    """
    begin_write(db.session)
    meeting = _planned(viewer, meeting_id, now)
    if meeting.purpose == Purpose.STAFFING and _needs_next(viewer, meeting, now):
        raise NeedsNext("meeting")
    call_off(meeting, viewer, now=now, address=address)


def call_off(meeting: Meeting, viewer: Actor, *, address: str, now: datetime) -> None:
    """Mark a meeting as called off: calendars and phones hear of it."""
    meeting.state, meeting.sequence = MeetingState.CANCELLED, meeting.sequence + 1
    db.session.flush()
    tell_change(meeting, address, now=now)
    _note("meeting:cancelled", meeting, viewer, now)


def hold(viewer: Viewer, meeting_id: UUID, held: Held, *, now: datetime) -> Meeting | None:
    """Write down that a meeting took place, what was agreed, and set the next one; return it.

    Raises NeedsNext when a staffing would end without the next date while nobody knows where
    they are; BadTime when it cannot have been over yet; ValueError for a rhythm that is none.
    """
    begin_write(db.session)
    meeting = _planned(viewer, meeting_id, now)
    if not timedelta(0) < timedelta(minutes=held.minutes) <= LONGEST:
        raise BadTime("minutes")
    if not now - BEHIND <= meeting.starts_at <= now:
        raise BadTime("held")
    is_staffing = meeting.purpose == Purpose.STAFFING
    if is_staffing and held.next_plan is None and _needs_next(viewer, meeting, now):
        raise NeedsNext("meeting")
    meeting.state, meeting.held_by_id = MeetingState.HELD, viewer.person_id
    meeting.ended_at = meeting.starts_at + timedelta(minutes=held.minutes)
    meeting.notes = held.notes.strip()[:NOTES] or None
    meeting.consult_on = _day_of(meeting) if held.counts_as_consult else None
    staffing = db.session.get(Staffing, meeting.staffing_id) if meeting.staffing_id else None
    if staffing is not None and held.every_days is not None:
        if held.every_days not in RHYTHMS:
            raise ValueError("every_days")
        staffing.every_days = held.every_days
    db.session.flush()
    _note("meeting:held", meeting, viewer, now)
    for words, owner_id, due_at in held.actions:
        agree(viewer, meeting_id, words, owner_id, due_at, now=now)
    if held.next_plan is None:
        return None
    following = _plan(
        viewer, meeting.episode_id, meeting.young_person_id, Purpose(meeting.purpose),
        held.next_plan, staffing, now,
    )  # fmt: skip
    _ask_outside_again(viewer, meeting, following, held.next_plan.address, now)
    return following


def _ask_outside_again(
    viewer: Viewer, meeting: Meeting, following: Meeting, address: str, now: datetime
) -> None:
    """Ask whoever came from outside to the next one, too: nobody would think of them twice."""
    for guest in guests_of(meeting.id):
        if guest.person_id is None:
            ask_guest(
                viewer, following, Part(guest.part), str(guest.name), address=address, now=now,
                email=str(guest.email or ""),
            )  # fmt: skip


def agree(
    viewer: Viewer,
    meeting_id: UUID,
    words: str,
    owner_id: UUID,
    due_at: datetime,
    *,
    now: datetime,
) -> MeetingAction:
    """Keep what somebody will do by when. It climbs when it is late. Raises BadTime, NotFound."""
    begin_write(db.session)
    meeting = find_meeting(viewer, meeting_id, Verb.EDIT, now=now)
    if not words.strip():
        raise ValueError("words")
    if not now < due_at <= now + AHEAD:
        raise BadTime("due")
    if owner_id not in owners_of(viewer, meeting, now=now):
        raise NotFound("owner")
    action = MeetingAction(
        meeting_id=meeting_id, owner_id=owner_id, words=words.strip()[:WORDS], due_at=due_at,
        next_look_at=due_at,
    )  # fmt: skip
    db.session.add(action)
    db.session.flush()
    _note("meeting:agreed", meeting, viewer, now)
    return action


def finish_action(viewer: Viewer, action_id: UUID, *, now: datetime) -> Meeting:
    """Note that something agreed is done; doing it twice changes nothing. Raises NotFound."""
    begin_write(db.session)
    action = db.session.get(MeetingAction, action_id, with_for_update=True)
    if action is None:
        raise NotFound("action")
    meeting = find_meeting(viewer, action.meeting_id, Verb.EDIT, now=now)
    if action.done_at is None:
        action.done_at, action.done_by_id, action.next_look_at = now, viewer.person_id, None
        _note("meeting:done", meeting, viewer, now)
    return meeting


def _day_of(meeting: Meeting) -> date:
    """Return the day of a meeting by the clocks of those who meet."""
    young = db.session.get_one(Person, meeting.young_person_id)
    return meeting.starts_at.astimezone(ZoneInfo(zone_of(young.organisation_id))).date()


def _book(
    viewer: Viewer,
    facilitator_id: UUID | None,
    starts_at: datetime,
    now: datetime,
    *,
    without: UUID | None = None,
) -> None:
    """See that a time is ahead and that whoever leads is free, their slots locked until then."""
    if not now < starts_at <= now + AHEAD:
        raise BadTime("starts")
    if facilitator_id is None:
        return
    require(viewer, Verb.READ, Object.FACILITATORS, None, now=now)
    slots = db.session.scalars(
        select(FacilitatorSlot)
        .where(
            FacilitatorSlot.person_id == facilitator_id,
            FacilitatorSlot.organisation_id == viewer.organisation_id,
        )
        .order_by(FacilitatorSlot.id)
        .with_for_update()
    ).all()
    if not slots:
        raise NotFound("facilitator")
    if clashes(starts_at, taken_by(facilitator_id, without=without)):
        raise Taken("facilitator")


def _another(episode_id: UUID, without: UUID | None = None) -> bool:
    return any(
        each.purpose == Purpose.STAFFING and each.id != without for each in planned_of(episode_id)
    )


def _needs_next(viewer: Viewer, meeting: Meeting, now: datetime) -> bool:
    staffing = db.session.get(Staffing, meeting.staffing_id) if meeting.staffing_id else None
    if staffing is None or _another(meeting.episode_id, without=meeting.id):
        return False
    episode = db.session.get_one(Episode, meeting.episode_id)
    return must_have_next(StaffingState(staffing.state), is_located=is_located(episode.state))


def _planned(viewer: Viewer, meeting_id: UUID, now: datetime) -> Meeting:
    """Return a meeting that is still to be held, locked. Raises NotFound, Changed."""
    find_meeting(viewer, meeting_id, Verb.EDIT, now=now)
    meeting = db.session.get_one(Meeting, meeting_id, with_for_update=True, populate_existing=True)
    if meeting.state != MeetingState.PLANNED:
        raise Changed("meeting")
    return meeting


def _note(verb: str, meeting: Meeting, viewer: Actor, now: datetime) -> None:
    """Write the line of the audit about a meeting."""
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=meeting.young_person_id,
        object_kind="meeting",
        object_id=meeting.id,
        reason=str(meeting.purpose),
    )
