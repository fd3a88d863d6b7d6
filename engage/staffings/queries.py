"""Reading staffings and meetings: what is proposed, what is due, one meeting with all it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engage.crypto import unseal
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.reading import names_of
from engage.people.access import (
    Object,
    Verb,
    Viewer,
    is_in_force,
    may,
    require,
    visible_young_people,
)
from engage.people.models import Person, Role, RoleGrant, YoungPerson
from engage.staffings.models import (
    FacilitatorSlot,
    Meeting,
    MeetingAction,
    MeetingGuest,
    MeetingWords,
    Preparation,
    Staffing,
    StaffingReason,
)
from engage.staffings.reading import (
    Suggested,
    guests_of,
    link_of,
    owners_of,
    reasons_of,
    slots_of,
    staffing_of,
    suggested,
    taken_by,
    zone_of,
)
from engage.staffings.rules import (
    OPEN,
    Ask,
    MeetingState,
    Purpose,
    Slot,
    StaffingState,
    Stop,
    agenda,
    is_located,
    must_have_next,
    next_free,
)
from engage.web.errors import NotFound

PAGE = 200
_person: Any = Person.__table__
# Those whose pages show the meetings they lead.
LEADERS = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


@dataclass(frozen=True)
class StaffingLine:
    """One staffing in a list."""

    staffing: Staffing
    name: str
    next_at: datetime | None


@dataclass(frozen=True)
class StaffingPage:
    """What is known about meetings of one time away."""

    episode: Episode
    young_person: YoungPerson
    staffing: Staffing | None
    reasons: Sequence[StaffingReason] = ()
    meetings: Sequence[Meeting] = ()
    prepared: Mapping[str, Preparation] = field(default_factory=dict)
    suggested: Sequence[Suggested] = ()
    names: Mapping[UUID | None, str] = field(default_factory=dict)
    may_edit: bool = False

    @property
    def is_located(self) -> bool:
        """Say whether it is known where they are."""
        return is_located(self.episode.state)

    @property
    def state(self) -> StaffingState:
        """Return how far the staffing has come."""
        return StaffingState(self.staffing.state) if self.staffing else StaffingState.WATCHED

    @property
    def planned(self) -> Meeting | None:
        """Return the staffing that is held next."""
        return next(
            (
                each
                for each in self.meetings
                if each.state == MeetingState.PLANNED and each.purpose == Purpose.STAFFING
            ),
            None,
        )


@dataclass(frozen=True)
class GuestLine:
    """Somebody who is asked, with the code of their link while it is open."""

    guest: MeetingGuest
    code: str


@dataclass(frozen=True)
class MeetingPage:
    """One meeting: who is asked, what the young person says, the agenda, and what was agreed."""

    meeting: Meeting
    episode: Episode
    young_person: YoungPerson
    staffing: Staffing | None
    guests: Sequence[GuestLine]
    words: Sequence[MeetingWords]
    actions: Sequence[MeetingAction]
    prepared: Mapping[str, Preparation]
    agenda: Sequence[Stop]
    owners: Mapping[UUID, str]
    names: Mapping[UUID | None, str]
    may_edit: bool = False
    # They belong to the young person's team, and are not only leading this meeting.
    is_near: bool = True

    @property
    def is_planned(self) -> bool:
        """Say whether it is still to be held."""
        return self.meeting.state == MeetingState.PLANNED

    @property
    def needs_next(self) -> bool:
        """Say whether it must not end without the next date."""
        if self.staffing is None or self.meeting.purpose != Purpose.STAFFING:
            return False
        return must_have_next(
            StaffingState(self.staffing.state), is_located=is_located(self.episode.state)
        )


def episode_for(viewer: Viewer, episode_id: UUID, verb: Verb, *, now: datetime) -> Episode:
    """Return an episode whose staffing the viewer may read or change, or raise NotFound."""
    episode = db.session.get(Episode, episode_id)
    if episode is None:
        raise NotFound("episode")
    require(viewer, verb, Object.STAFFING, episode.young_person_id, now=now)
    return episode


def get_staffing(viewer: Viewer, episode_id: UUID, *, now: datetime) -> StaffingPage:
    """Return the staffing of one time away, or raise NotFound."""
    episode = episode_for(viewer, episode_id, Verb.READ, now=now)
    staffing = staffing_of(episode_id)
    meetings = db.session.scalars(
        select(Meeting)
        .where(Meeting.episode_id == episode_id)
        .order_by(Meeting.starts_at.desc(), Meeting.id)
    ).all()
    reasons = reasons_of(staffing.id) if staffing else []
    prepared = _prepared(staffing)
    return StaffingPage(
        episode,
        db.session.get_one(YoungPerson, episode.young_person_id),
        staffing,
        reasons,
        meetings,
        prepared,
        suggested(viewer, episode, now=now),
        names_of(
            [
                staffing.decided_by_id if staffing else None,
                *(each.by_id for each in reasons),
                *(each.by_id for each in prepared.values()),
                *(each.facilitator_id for each in meetings),
            ]
        ),
        may_edit=may(viewer, Verb.EDIT, Object.STAFFING, episode.young_person_id, now=now),
    )


def find_meeting(viewer: Viewer, meeting_id: UUID, verb: Verb, *, now: datetime) -> Meeting:
    """Return a meeting the viewer may read or change, or raise NotFound.

    Whoever leads it may, too, for as long as they do.
    """
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound("meeting")
    about = (Object.STAFFING, meeting.young_person_id)
    require(viewer, verb, *about, now=now, owner_id=meeting.facilitator_id)
    return meeting


def get_meeting(viewer: Viewer, meeting_id: UUID, *, now: datetime) -> MeetingPage:
    """Return one meeting with all that belongs to it, or raise NotFound."""
    meeting = find_meeting(viewer, meeting_id, Verb.READ, now=now)
    about = (Object.STAFFING, meeting.young_person_id)
    words = _of(MeetingWords, meeting_id, MeetingWords.at)
    actions = _of(MeetingAction, meeting_id, MeetingAction.due_at)
    staffing = db.session.get(Staffing, meeting.staffing_id) if meeting.staffing_id else None
    owners = owners_of(viewer, meeting, now=now)
    near = may(viewer, Verb.READ, *about, now=now)
    named = names_of(
        [
            meeting.facilitator_id,
            meeting.held_by_id,
            *(each.by_id for each in words),
            *(each.owner_id for each in actions),
        ]
    )
    return MeetingPage(
        meeting,
        db.session.get_one(Episode, meeting.episode_id),
        db.session.get_one(YoungPerson, meeting.young_person_id),
        staffing,
        [_guest_line(each) for each in guests_of(meeting_id)],
        words,
        actions,
        _prepared(staffing),
        agenda(meeting.starts_at),
        owners,
        named,
        may_edit=may(viewer, Verb.EDIT, *about, now=now, owner_id=meeting.facilitator_id),
        is_near=near,
    )


def staffings(viewer: Viewer, *, now: datetime) -> list[StaffingLine]:
    """List the staffings that are proposed or go on, those to decide about first, then by date.

    Two statements however many there are. Those who hold no role that reads staffings get none.
    """
    grants = frozenset(grant for grant in viewer.grants if grant[0] in LEADERS)
    if not grants:
        return []
    next_at = (
        select(func.min(Meeting.starts_at))
        .where(Meeting.episode_id == Staffing.episode_id, Meeting.state == MeetingState.PLANNED)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Staffing, _person.c.name, next_at)
        .join(_person, _person.c.id == Staffing.young_person_id)
        .where(
            Staffing.state.in_(sorted(OPEN)),
            Staffing.young_person_id.in_(
                select(Person.id).where(
                    visible_young_people(replace(viewer, grants=grants), now=now)
                )
            ),
        )
        .order_by(Staffing.state.desc(), Staffing.proposed_at, Staffing.id)
        .limit(PAGE)
    )
    lines = [
        StaffingLine(row, unseal(name, "people.name", row.young_person_id), at)
        for row, name, at in rows
    ]
    return sorted(
        lines,
        key=lambda line: (
            line.staffing.state != StaffingState.PROPOSED,
            line.next_at.timestamp() if line.next_at else 0,
            line.name,
        ),
    )


def leading(viewer: Viewer, *, now: datetime) -> Sequence[Meeting]:
    """List the meetings that the viewer themselves leads, the soonest first."""
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.facilitator_id == viewer.person_id, Meeting.state == MeetingState.PLANNED)
        .order_by(Meeting.starts_at)
        .limit(PAGE)
    ).all()


def consult_days(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Sequence[date]:
    """List the days on which a staffing was also the supervisor's consult, the last first."""
    require(viewer, Verb.READ, Object.STAFFING, young_person_id, now=now)
    return db.session.scalars(
        select(Meeting.consult_on)
        .where(Meeting.young_person_id == young_person_id, Meeting.consult_on.is_not(None))
        .order_by(Meeting.consult_on.desc())
    ).all()  # type: ignore[return-value]


@dataclass(frozen=True)
class FacilitatorLine:
    """One facilitator: their region, weekly slots, and when they are free next."""

    person_id: UUID
    name: str
    region: str
    slots: Sequence[FacilitatorSlot]
    free_at: datetime | None


def facilitators(viewer: Viewer, *, now: datetime) -> list[FacilitatorLine]:
    """List who leads staffings in the viewer's organisation, who is free soonest first."""
    require(viewer, Verb.READ, Object.FACILITATORS, None, now=now)
    assert viewer.organisation_id is not None
    zone = zone_of(viewer.organisation_id)
    rows = db.session.execute(
        select(FacilitatorSlot, Person)
        .join(Person, Person.id == FacilitatorSlot.person_id)
        .where(
            FacilitatorSlot.organisation_id == viewer.organisation_id,
            FacilitatorSlot.ended_at.is_(None),
        )
        .order_by(FacilitatorSlot.weekday, FacilitatorSlot.minute)
    )
    found: dict[tuple[UUID, str], tuple[str, list[FacilitatorSlot]]] = {}
    for slot, person in rows:
        key = (person.id, slot.region)
        found.setdefault(key, (str(person.name), []))[1].append(slot)
    lines = []
    for (person_id, region), (name, slots) in found.items():
        weekly = [Slot(each.weekday, each.minute) for each in slots]
        free = next_free(weekly, zone, taken_by(person_id), now)
        lines.append(FacilitatorLine(person_id, name, region, slots, free))
    return sorted(
        lines,
        key=lambda line: (
            line.free_at.timestamp() if line.free_at else 1e12,
            line.region,
            line.name,
        ),
    )


def staff_here(viewer: Viewer, *, now: datetime) -> list[tuple[str, str]]:
    """List the members of staff of the viewer's organisation who may lead: (id, name), by name."""
    require(viewer, Verb.READ, Object.FACILITATORS, None, now=now)
    holds = select(RoleGrant.person_id).where(is_in_force(RoleGrant, now))
    found = db.session.scalars(
        select(Person).where(
            Person.organisation_id == viewer.organisation_id,
            Person.id.in_(holds.where(RoleGrant.role.in_(LEADERS))),
        )
    )
    named = [(str(person.id), str(person.name)) for person in found]
    return sorted(named, key=lambda each: (each[1].casefold(), each[0]))


def soonest(viewer: Viewer, region: str, *, now: datetime) -> tuple[UUID, datetime] | None:
    """Return who of a region (empty: any) is free soonest, and when; None when nobody is."""
    for line in facilitators(viewer, now=now):
        if line.free_at is not None and region in ("", line.region):
            return line.person_id, line.free_at
    return None


def free_at(viewer: Viewer, person_id: UUID, *, now: datetime) -> datetime | None:
    """Return when this facilitator is free next, or None."""
    require(viewer, Verb.READ, Object.FACILITATORS, None, now=now)
    assert viewer.organisation_id is not None
    zone = zone_of(viewer.organisation_id)
    return next_free(slots_of(person_id), zone, taken_by(person_id), now)


def _guest_line(guest: MeetingGuest) -> GuestLine:
    link = link_of(guest.id)
    return GuestLine(guest, str(link.code) if link and link.code else "")


def _prepared(staffing: Staffing | None) -> dict[str, Preparation]:
    if staffing is None:
        return {}
    rows = db.session.scalars(select(Preparation).where(Preparation.staffing_id == staffing.id))
    found = {str(each.question): each for each in rows}
    return {each: found[each] for each in Ask if each in found}


def _of(table: Any, meeting_id: UUID, order: Any) -> Sequence[Any]:
    rows = select(table).where(table.meeting_id == meeting_id)
    return db.session.scalars(rows.order_by(order, table.id)).all()
