"""Reading outreach: who leads it, who messaged today, what was tried, whom one may ask."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engage.conversations.queries import (
    CLOSED,
    ConversationPage,
    conversation_page,
    may_write,
    zone_of,
)
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.owner_queries import first_owner, possible_owners
from engage.episodes.reading import names_of
from engage.episodes.rules import EpisodeState
from engage.messaging.code_rules import PhoneTrouble
from engage.messaging.models import WorkerText
from engage.messaging.queries import phone_troubles
from engage.outreach.models import Channel, OutreachAsk, OutreachLead, OutreachTry
from engage.people.access import SYSTEM, Object, Verb, Viewer, access_to, is_in_force, require
from engage.people.models import (
    Consent,
    Link,
    Person,
    PersonKind,
    Relationship,
    RelationshipKind,
    RoleGrant,
    YoungPerson,
)
from engage.plans.models import PersonTerms
from engage.web.errors import NotFound

MOST = 50
ASK_AGAIN_AFTER = timedelta(hours=20)
_TRIO = (RelationshipKind.TRUSTED, RelationshipKind.CHECK_IN)


@dataclass(frozen=True)
class Lead:
    """Who leads the outreach, and since when. `by_rule`: nobody was named."""

    person_id: UUID
    since: datetime
    by_rule: bool
    ended_at: datetime | None = None
    name: str = ""


@dataclass(frozen=True)
class Contact:
    """Somebody reached out, or tried to: in the list of today and in the log."""

    at: datetime
    who: str
    channel: Channel
    outcome: str = ""
    words: str = ""
    account: str = ""


@dataclass(frozen=True)
class Teammate:
    """Somebody of the team whom one may ask to get in touch."""

    id: UUID
    name: str
    kind: str
    # When they were asked last, if that is too recent to ask again.
    asked_at: datetime | None = None


@dataclass(frozen=True)
class AskLine:
    """Somebody who was asked, and what they answered."""

    ask: OutreachAsk
    name: str


@dataclass(frozen=True)
class OutreachPage:
    """All about reaching out in one episode, as this viewer may know it."""

    episode: Episode
    person: YoungPerson
    lead: Lead
    leads: list[Lead]
    candidates: list[tuple[UUID, str]]
    today: list[Contact]
    log: list[Contact]
    asks: list[AskLine]
    teammates: list[Teammate]
    troubles: list[PhoneTrouble]
    may_add: bool
    may_lead: bool
    may_text: bool
    conversation: ConversationPage | None = None
    names: dict[UUID | None, str] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        """Say whether no text would reach this phone."""
        return bool(CLOSED & set(self.troubles))


def get_episode(viewer: Viewer, episode_id: UUID, *, now: datetime) -> Episode:
    """Return an episode whose outreach the viewer may read, or raise NotFound."""
    episode = db.session.get(Episode, episode_id)
    if episode is None:
        raise NotFound("episode")
    require(viewer, Verb.READ, Object.OUTREACH, episode.young_person_id, now=now)
    return episode


def outreach_page(viewer: Viewer, episode_id: UUID, *, now: datetime) -> OutreachPage:
    """Return everything about reaching out in an episode; NotFound when it is not theirs."""
    episode = get_episode(viewer, episode_id, now=now)
    young_person_id = episode.young_person_id
    access = access_to(viewer, young_person_id, now=now)
    person = db.session.get_one(YoungPerson, young_person_id)
    rows = _lead_rows(episode_id)
    current = current_lead(viewer, episode, now=now)
    candidates = possible_owners(viewer, young_person_id, now=now)
    is_open = episode.state != EpisodeState.CLOSED
    may_lead = is_open and access.may(Verb.EDIT, Object.OUTREACH)
    tries = _tries(episode)
    texts = _texts(episode)
    asks = _asks(episode_id)
    names = names_of(
        [current.person_id, *(r.person_id for r in rows), *candidates, *(t.by_id for t in tries),
         *(t.author_id for t in texts), *(a.person_id for a in asks)]
    )  # fmt: skip
    log = [_line_of_try(one, names) for one in tries] + [
        Contact(one.written_at, names.get(one.author_id, ""), Channel.TEXT) for one in texts
    ]
    log.sort(key=lambda one: one.at, reverse=True)
    begins = _day_begins(now, zone_of(viewer, person))
    writes = is_open and may_write(viewer, access)
    return OutreachPage(
        episode=episode,
        person=person,
        lead=_named(current, names),
        leads=[_named(_lead_of(row), names) for row in rows],
        candidates=sorted(((c, names.get(c, "")) for c in candidates), key=lambda one: one[1]),
        today=[one for one in log if one.at >= begins],
        log=log[:MOST],
        # What one of the trio answered is read by those who may know of the trio.
        asks=[AskLine(one, names.get(one.person_id, "")) for one in asks
              if _may_know(viewer, one.person_id, access.may(Verb.READ, Object.TRUSTED_PEOPLE))],
        teammates=teammates(viewer, episode, now=now) if may_lead else [],
        troubles=phone_troubles(viewer, [young_person_id], now=now).get(young_person_id, []),
        may_add=is_open and access.may(Verb.CREATE, Object.OUTREACH),
        may_lead=may_lead,
        may_text=writes,
        conversation=conversation_page(viewer, young_person_id, now=now) if writes else None,
        names=names,
    )  # fmt: skip


def _may_know(viewer: Viewer, person_id: UUID, may_read_trio: bool) -> bool:
    person = db.session.get_one(Person, person_id)
    is_trusted = person.kind == PersonKind.TRUSTED_PERSON
    return not is_trusted or may_read_trio or person_id == viewer.person_id


def current_lead(viewer: Viewer, episode: Episode, *, now: datetime) -> Lead:
    """Return who leads the outreach now: whoever was named, else the social worker, else the
    owner of the episode. Always somebody.
    """
    row = next((r for r in _lead_rows(episode.id) if r.ended_at is None), None)
    if row is not None and _still_works(row.person_id, now):
        return _lead_of(row)
    young_person = db.session.get_one(YoungPerson, episode.young_person_id)
    try:
        by_rule = first_owner(SYSTEM, young_person, now=now)
    except NotFound:
        by_rule = episode.owner_id
    return Lead(by_rule, row.since if row is not None else episode.opened_at, by_rule=True)


def _still_works(person_id: UUID, now: datetime) -> bool:
    person = db.session.get(Person, person_id)
    if person is None or (person.ended_at is not None and person.ended_at <= now):
        return False
    held = select(RoleGrant.id).where(RoleGrant.person_id == person_id, is_in_force(RoleGrant, now))
    return db.session.execute(held.limit(1)).first() is not None


def _lead_rows(episode_id: UUID) -> Sequence[OutreachLead]:
    return db.session.scalars(
        select(OutreachLead)
        .where(OutreachLead.episode_id == episode_id)
        .order_by(OutreachLead.since, OutreachLead.ended_at.is_(None), OutreachLead.id)
    ).all()


def _lead_of(row: OutreachLead) -> Lead:
    return Lead(row.person_id, row.since, row.named_by_id is None, row.ended_at)


def _named(lead: Lead, names: dict[UUID | None, str]) -> Lead:
    return Lead(
        lead.person_id, lead.since, lead.by_rule, lead.ended_at, names.get(lead.person_id, "")
    )


def _day_begins(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _tries(episode: Episode) -> Sequence[OutreachTry]:
    return db.session.scalars(
        select(OutreachTry)
        .where(OutreachTry.episode_id == episode.id)
        .order_by(OutreachTry.at.desc())
        .limit(MOST)
    ).all()


def _texts(episode: Episode) -> Sequence[WorkerText]:
    return db.session.scalars(
        select(WorkerText)
        .where(
            WorkerText.young_person_id == episode.young_person_id,
            WorkerText.written_at >= episode.opened_at - timedelta(days=1),
        )
        .order_by(WorkerText.written_at.desc())
        .limit(MOST)
    ).all()


def _line_of_try(one: OutreachTry, names: dict[UUID | None, str]) -> Contact:
    return Contact(
        one.at,
        names.get(one.by_id, ""),
        Channel(one.channel),
        str(one.outcome),
        str(one.words or ""),
        str(one.account or ""),
    )


def _asks(episode_id: UUID) -> Sequence[OutreachAsk]:
    return db.session.scalars(
        select(OutreachAsk)
        .where(OutreachAsk.episode_id == episode_id)
        .order_by(OutreachAsk.asked_at.desc())
        .limit(MOST)
    ).all()


def teammates(viewer: Viewer, episode: Episode, *, now: datetime) -> list[Teammate]:
    """List whom the viewer may ask to get in touch: carers, workers, and of the three those
    who said yes to being asked to message them, where the viewer may know of them.
    """
    young_person_id = episode.young_person_id
    access = access_to(viewer, young_person_id, now=now)
    kinds = [RelationshipKind.CARER, RelationshipKind.SOCIAL_WORKER, RelationshipKind.INTERVIEWER]
    if access.may(Verb.READ, Object.TRUSTED_PEOPLE):
        kinds += _TRIO
    rows = db.session.execute(
        select(Person, Relationship, PersonTerms)
        .join(Relationship, Relationship.person_id == Person.id)
        .outerjoin(PersonTerms, PersonTerms.relationship_id == Relationship.id)
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind.in_(kinds),
            is_in_force(Relationship, now),
            Person.phone_index.is_not(None),
            Person.phone_suspended_at.is_(None),
        )
        .order_by(Relationship.kind, Relationship.rank, Person.id)
    ).all()
    asked = {one.person_id: one.asked_at for one in reversed(_asks(episode.id))}
    found: dict[UUID, Teammate] = {}
    for person, related, terms in rows:
        if related.kind in _TRIO and not _may_message(related, terms):
            continue
        last = asked.get(person.id)
        recent = last if last is not None and last > now - ASK_AGAIN_AFTER else None
        found.setdefault(
            person.id, Teammate(person.id, str(person.name), str(related.kind), recent)
        )
    return [one for one in found.values() if one.id != viewer.person_id]


def _may_message(related: Relationship, terms: PersonTerms | None) -> bool:
    """Say whether one of the three said yes, and may be asked this by the young person's word."""
    if related.consent != Consent.YES:
        return False
    return terms is None or not terms.may_be_asked or "message" in terms.may_be_asked


@dataclass(frozen=True)
class Asked:
    """What somebody finds behind the link by which they were asked."""

    link: Link
    ask: OutreachAsk
    person: Person
    is_open: bool


def get_asked(viewer: Viewer, link: Link | None, *, now: datetime) -> Asked:
    """Return what this link asks; NotFound for one that is unknown, old or closed."""
    ask = db.session.get(OutreachAsk, link.object_id) if link and link.object_id else None
    if link is None or ask is None or ask.person_id != link.person_id:
        raise NotFound("link")
    episode = db.session.get_one(Episode, ask.episode_id)
    person = db.session.get_one(Person, ask.person_id)
    is_open = episode.state not in (EpisodeState.CLOSED, EpisodeState.RETURNED)
    return Asked(link, ask, person, is_open)
