"""Pieces of staffings and meetings, for callers that asked the access function."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.owner_queries import possible_owners
from engage.episodes.reading import age_of, known_times
from engage.episodes.rules import Event
from engage.heightened.reading import facts_of
from engage.people.access import Viewer, is_in_force
from engage.people.addresses import email_of
from engage.people.models import (
    Consent,
    Link,
    LinkKind,
    Organisation,
    Person,
    Relationship,
    RelationshipKind,
    Role,
    RoleGrant,
    YoungPerson,
)
from engage.plans.models import PersonTerms
from engage.policy.queries import pack
from engage.policy.trigger_rules import Standing, Trigger
from engage.staffings.models import (
    FacilitatorSlot,
    Meeting,
    MeetingGuest,
    Staffing,
    StaffingReason,
)
from engage.staffings.rules import MeetingState, Part, Slot, is_located, may_sit
from engage.web.errors import NotFound

COUNTED = timedelta(days=366)


@dataclass(frozen=True)
class Suggested:
    """Somebody of the record who belongs at the table, and in which part."""

    person_id: UUID
    name: str
    part: Part
    email: str = ""


def staffing_of(episode_id: UUID) -> Staffing | None:
    """Return the staffing of a time away, watched or more."""
    return db.session.scalar(select(Staffing).where(Staffing.episode_id == episode_id))


def reasons_of(staffing_id: UUID) -> Sequence[StaffingReason]:
    """List why it is proposed, the first noted first."""
    return db.session.scalars(
        select(StaffingReason)
        .where(StaffingReason.staffing_id == staffing_id)
        .order_by(StaffingReason.noted_at, StaffingReason.trigger)
    ).all()


def planned_of(episode_id: UUID) -> Sequence[Meeting]:
    """List the meetings of a time away that are still to be held, the soonest first."""
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.episode_id == episode_id, Meeting.state == MeetingState.PLANNED)
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()


def guests_of(meeting_id: UUID) -> Sequence[MeetingGuest]:
    """List who is asked to a meeting, in the order of their parts."""
    rows = db.session.scalars(
        select(MeetingGuest).where(
            MeetingGuest.meeting_id == meeting_id, MeetingGuest.removed_at.is_(None)
        )
    )
    order = list(Part)
    return sorted(rows, key=lambda each: (order.index(each.part), str(each.name), str(each.id)))


def triggers_of(organisation_id: UUID) -> tuple[Trigger, ...]:
    """Return the triggers of an organisation's pack."""
    return pack(db.session.get_one(Organisation, organisation_id).policy).staffings


def standing_of(episode: Episode, *, was_asked: bool) -> Standing:
    """Return what is known about a time away, to hold the triggers against."""
    times = known_times(episode.id)
    since = next(
        (times[each].at for each in (Event.DETERMINED_MISSING, Event.DISCOVERED) if each in times),
        episode.opened_at,
    )
    began = db.session.scalars(
        select(Episode.opened_at).where(
            Episode.young_person_id == episode.young_person_id,
            Episode.was_missing.is_(True),
            Episode.opened_at > episode.opened_at - COUNTED,
        )
    )
    birth_date = db.session.get_one(YoungPerson, episode.young_person_id).birth_date
    return Standing(
        is_unknown=not is_located(episode.state),
        missing_since=since,
        began=tuple(began),
        age=age_of(birth_date, episode.opened_at),
        # What is noted of them stands beside what this time away brought. Source: MISSION C8.
        facts=frozenset(episode.facts) | facts_of(episode.young_person_id),
        was_asked=was_asked,
    )


def zone_of(organisation_id: UUID) -> str:
    """Return the time zone by whose clocks an organisation meets."""
    return db.session.get_one(Organisation, organisation_id).time_zone


def slots_of(person_id: UUID) -> list[Slot]:
    """List the weekly slots of a facilitator."""
    rows = db.session.scalars(
        select(FacilitatorSlot).where(
            FacilitatorSlot.person_id == person_id, FacilitatorSlot.ended_at.is_(None)
        )
    )
    return [Slot(row.weekday, row.minute) for row in rows]


def taken_by(person_id: UUID, *, without: UUID | None = None) -> list[datetime]:
    """List when a facilitator already leads a meeting; without one that is being moved."""
    rows = db.session.execute(
        select(Meeting.id, Meeting.starts_at).where(
            Meeting.facilitator_id == person_id, Meeting.state == MeetingState.PLANNED
        )
    )
    return [row.starts_at for row in rows if row.id != without]


def link_of(guest_id: UUID) -> Link | None:
    """Return the link of somebody who is asked, while it is open."""
    return db.session.scalar(
        select(Link).where(
            Link.kind == LinkKind.MEETING, Link.object_id == guest_id, Link.revoked_at.is_(None)
        )
    )


def suggested(viewer: Viewer, episode: Episode, *, now: datetime) -> list[Suggested]:
    """List who of the record belongs at the table: workers, supervisors, carers, and those of
    the three who may be asked to a meeting. Source: S0, MISSION C37.
    """
    found: dict[UUID, Suggested] = {}
    for person, part in [*_related(episode, now), *_over(episode, now)]:
        if person.id not in found:
            email = email_of(person.id)
            found[person.id] = Suggested(person.id, str(person.name), part, email)
    order = list(Part)
    return sorted(found.values(), key=lambda each: (order.index(each.part), each.name))


def _related(episode: Episode, now: datetime) -> Iterable[tuple[Person, Part]]:
    rows = db.session.execute(
        select(Person, Relationship, PersonTerms)
        .join(Relationship, Relationship.person_id == Person.id)
        .outerjoin(PersonTerms, PersonTerms.relationship_id == Relationship.id)
        .where(
            Relationship.young_person_id == episode.young_person_id,
            Relationship.kind.in_(_PARTS),
            is_in_force(Relationship, now),
        )
        .order_by(Relationship.rank, Relationship.starts_at)
    )
    for person, related, terms in rows:
        is_trusted = related.kind == RelationshipKind.TRUSTED
        said_yes = related.consent == Consent.YES and terms is not None
        if is_trusted and not (said_yes and may_sit(terms.may_be_asked, terms.agreed_asks)):
            continue
        yield person, _PARTS[related.kind]


def _over(episode: Episode, now: datetime) -> Iterable[tuple[Person, Part]]:
    team_id = db.session.get_one(YoungPerson, episode.young_person_id).team_id
    if team_id is None:
        return
    over = select(RoleGrant.person_id).where(
        RoleGrant.team_id == team_id,
        RoleGrant.role == Role.SUPERVISOR,
        is_in_force(RoleGrant, now),
    )
    rows = db.session.scalars(select(Person).where(Person.id.in_(over)).order_by(Person.id))
    for person in rows:
        yield person, Part.SUPERVISOR


_PARTS = {
    RelationshipKind.SOCIAL_WORKER: Part.WORKER,
    RelationshipKind.CARER: Part.CARER,
    RelationshipKind.TRUSTED: Part.TRUSTED,
}


def owners_of(viewer: Viewer, meeting: Meeting, *, now: datetime) -> dict[UUID, str]:
    """Map who may answer for something agreed to their names: workers, and staff at the table."""
    ids = set(possible_owners(viewer, meeting.young_person_id, now=now))
    ids |= {meeting.facilitator_id} if meeting.facilitator_id else set()
    named = {
        person.id: str(person.name)
        for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))
    }
    return dict(sorted(named.items(), key=lambda pair: (pair[1], str(pair[0]))))


def guest_of(link: Link) -> tuple[MeetingGuest, Meeting]:
    """Return who holds a link and to which meeting. Raises NotFound."""
    guest = db.session.get(MeetingGuest, link.object_id) if link.object_id else None
    if guest is None or guest.removed_at is not None:
        raise NotFound("guest")
    return guest, db.session.get_one(Meeting, guest.meeting_id)
