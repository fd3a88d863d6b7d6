"""What asks for help about a young person, what was offered, and what they themselves read.

A young person never reads what was noted of them here: only what is offered to them, in the words
that were written for them. A carer reads the signs that they noticed, and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.owner_queries import possible_owners
from engage.episodes.reading import names_of
from engage.heightened.models import Flag, Offer, OfferFlag, OfferLine
from engage.heightened.reading import replies_to
from engage.heightened.rules import (
    OPEN,
    Standing,
    State,
    days_waiting,
    standing,
)
from engage.outcomes.reading import today_in
from engage.people.access import (
    Access,
    Object,
    Verb,
    Viewer,
    access_to,
    require,
    visible_young_people,
)
from engage.people.models import Person, Role
from engage.web.errors import NotFound

STAFF = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS})
PAGE = 100


@dataclass(frozen=True)
class FlagLine:
    """One thing that was noted, with how it stands."""

    flag: Flag
    standing: Standing
    # For how many days it has waited for an answer.
    days: int
    name: str
    by: str
    # Why there is no help now, where that was said last.
    reason: str


@dataclass(frozen=True)
class OfferLines:
    """One offer in a list, with what it answers."""

    offer: Offer
    owner: str
    name: str
    is_late: bool


@dataclass(frozen=True)
class SupportPage:
    """All that could help one young person."""

    young_person: Person
    asking: Sequence[FlagLine]
    in_hand: Sequence[FlagLine]
    answered: Sequence[FlagLine]
    offers: Sequence[OfferLines]
    over: Sequence[OfferLines]
    may_change: bool
    may_end: bool


@dataclass(frozen=True)
class OfferPage:
    """One offer with every turn of it."""

    offer: Offer
    young_person: Person
    flags: Sequence[Flag]
    lines: Sequence[OfferLine]
    names: Mapping[UUID | None, str]
    owners: Mapping[UUID, str]
    is_late: bool
    may_change: bool


def get_support(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> SupportPage:
    """Return what asks for help and what was offered, the longest waiting first, or NotFound."""
    access = _staff_access(viewer, young_person_id, Verb.READ, now)
    young_person = db.session.get_one(Person, young_person_id)
    flags = db.session.scalars(
        select(Flag)
        .where(Flag.young_person_id == young_person_id, Flag.ended_at.is_(None))
        .order_by(Flag.raised_at, Flag.id)
        .limit(PAGE * 2)
    ).all()
    known = {young_person_id: str(young_person.name)}
    lines = _flag_lines(flags, known, now)
    rows = db.session.scalars(
        select(Offer)
        .where(Offer.young_person_id == young_person_id, Offer.state != State.NOT_NOW)
        .order_by(Offer.due_on, Offer.id)
        .limit(PAGE * 2)
    ).all()
    offers = _offer_lines(rows, known, now)
    asking = (Standing.NO_ANSWER, Standing.LATE)
    return SupportPage(
        young_person,
        [line for line in lines if line.standing in asking],
        [line for line in lines if line.standing is Standing.IN_HAND],
        [line for line in lines if line.standing is Standing.ANSWERED],
        [line for line in offers if line.offer.state in OPEN],
        [line for line in reversed(offers) if line.offer.state not in OPEN],
        access.may(Verb.CREATE, Object.HELP),
        access.may(Verb.EDIT, Object.HELP),
    )


def needing_answer(viewer: Viewer, *, now: datetime) -> list[FlagLine]:
    """List what waits for an answer or is late among those the viewer works for: by time alone,
    the longest waiting first. Whoever is in it most often is not on top.
    """
    seen = replace(viewer, grants=frozenset(each for each in viewer.grants if each[0] in STAFF))
    if not seen.grants:
        return []
    rows = db.session.scalars(
        select(Flag)
        .join(Person, Person.id == Flag.young_person_id)
        .where(
            Flag.organisation_id == viewer.organisation_id,
            Flag.asks_at <= now,
            Flag.ended_at.is_(None),
            visible_young_people(seen, now=now),
        )
        .order_by(Flag.asks_at, Flag.id)
        .limit(PAGE)
    ).all()
    names = names_of(row.young_person_id for row in rows)
    return _flag_lines(rows, names, now)


def my_offers(viewer: Viewer, *, now: datetime) -> list[OfferLines]:
    """List what the viewer offered and has not ended, by day; of those they still work for."""
    rows = db.session.scalars(
        select(Offer)
        .where(Offer.owner_id == viewer.person_id, Offer.state.in_(sorted(OPEN)))
        .order_by(Offer.due_on, Offer.id)
        .limit(PAGE)
    ).all()
    mine = {
        each
        for each in {row.young_person_id for row in rows}
        if access_to(viewer, each, now=now).may(Verb.READ, Object.HELP)
    }
    kept = [row for row in rows if row.young_person_id in mine]
    return _offer_lines(kept, names_of(mine), now)


def get_offer(viewer: Viewer, offer_id: UUID, *, now: datetime) -> OfferPage:
    """Return one offer that a worker may read, or raise NotFound."""
    offer, access = offer_for(viewer, offer_id, Verb.READ, now=now)
    lines = db.session.scalars(
        select(OfferLine).where(OfferLine.offer_id == offer_id).order_by(OfferLine.number)
    ).all()
    flags = db.session.scalars(
        select(Flag)
        .join(OfferFlag, OfferFlag.flag_id == Flag.id)
        .where(OfferFlag.offer_id == offer_id)
        .order_by(Flag.raised_at, Flag.id)
    ).all()
    ids = {offer.owner_id, *(line.by_id for line in lines), *(line.owner_id for line in lines)}
    return OfferPage(
        offer,
        db.session.get_one(Person, offer.young_person_id),
        flags,
        lines,
        names_of(ids),
        owners_of(viewer, offer.young_person_id, now=now) | _named([offer.owner_id]),
        _is_late(offer, today_in(offer.organisation_id, now)),
        access.may(Verb.EDIT, Object.HELP, owner_id=offer.owner_id),
    )


def offer_for(viewer: Viewer, offer_id: UUID, verb: Verb, *, now: datetime) -> tuple[Offer, Access]:
    """Return an offer with what a worker may do to it, or raise NotFound."""
    offer = db.session.get(Offer, offer_id)
    if offer is None or offer.state == State.NOT_NOW:
        raise NotFound("offer")
    access = access_to(viewer, offer.young_person_id, now=now)
    is_own = viewer.person_id == offer.young_person_id
    if is_own or not access.may(verb, Object.HELP, owner_id=offer.owner_id):
        raise NotFound("offer")
    return offer, access


def owners_of(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> dict[UUID, str]:
    """Map who may offer something to a young person to their names, by name."""
    _staff_access(viewer, young_person_id, Verb.READ, now)
    return _named(possible_owners(viewer, young_person_id, now=now))


def flags_to_answer(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[Flag]:
    """List what an offer, or a reason, may answer: all that was noted and is not over."""
    _staff_access(viewer, young_person_id, Verb.CREATE, now)
    return list(
        db.session.scalars(
            select(Flag)
            .where(Flag.young_person_id == young_person_id, Flag.ended_at.is_(None))
            .order_by(Flag.raised_at, Flag.id)
            .limit(PAGE * 2)
        )
    )


def flag_for(viewer: Viewer, flag_id: UUID, verb: Verb, *, now: datetime) -> Flag:
    """Return something that was noted, for a worker who may do this to it, or raise NotFound."""
    flag = db.session.get(Flag, flag_id)
    if flag is None or flag.ended_at is not None:
        raise NotFound("flag")
    _staff_access(viewer, flag.young_person_id, verb, now)
    return flag


@dataclass(frozen=True)
class Offered:
    """One thing that is offered to a young person, as they read it."""

    offer: Offer
    # The first name of whoever offers it.
    who: str


def offered_to(viewer: Viewer, *, now: datetime) -> list[Offered]:
    """List what is offered to a young person, the newest first. Only for themselves, and never
    what was noted, nor what would put them in danger to read.
    """
    assert viewer.person_id is not None
    require(viewer, Verb.READ, Object.HELP, viewer.person_id, now=now)
    rows = db.session.scalars(
        select(Offer)
        .where(
            Offer.young_person_id == viewer.person_id,
            Offer.is_theirs_to_read.is_(True),
            Offer.state != State.NOT_NOW,
        )
        .order_by(Offer.made_at.desc(), Offer.id)
        .limit(PAGE)
    ).all()
    names = names_of(row.owner_id for row in rows)
    return [Offered(row, names.get(row.owner_id, "").partition(" ")[0]) for row in rows]


def _staff_access(viewer: Viewer, young_person_id: UUID, verb: Verb, now: datetime) -> Access:
    """Return what a worker may do; NotFound for everybody else, and for the young person."""
    access = access_to(viewer, young_person_id, now=now)
    is_own = viewer.person_id == young_person_id
    if is_own or not access.may(Verb.READ, Object.HELP) or not access.may(verb, Object.HELP):
        raise NotFound("support")
    return access


def _named(ids: Iterable[UUID]) -> dict[UUID, str]:
    found = db.session.scalars(select(Person).where(Person.id.in_(list(ids))))
    named = [(person.id, str(person.name)) for person in found]
    return dict(sorted(named, key=lambda pair: (pair[1].casefold(), str(pair[0]))))


def _flag_lines(
    flags: Sequence[Flag], people: Mapping[UUID, str] | Mapping[UUID | None, str], now: datetime
) -> list[FlagLine]:
    offers = replies_to(flag.id for flag in flags)
    names = names_of(flag.by_id for flag in flags)
    return [
        FlagLine(
            flag,
            standing(flag.asks_at, flag.raised_at, now),
            days_waiting(flag.asks_at or now, now),
            people.get(flag.young_person_id, ""),
            names.get(flag.by_id, ""),
            _reason(offers.get(flag.id, ())),
        )
        for flag in flags
    ]


def _reason(offers: Sequence[Offer]) -> str:
    last = offers[-1] if offers else None
    return str(last.what or "") if last is not None and last.state == State.NOT_NOW else ""


def _is_late(offer: Offer, today: date) -> bool:
    return offer.state in OPEN and offer.due_on < today


def _offer_lines(
    offers: Sequence[Offer], people: Mapping[UUID, str] | Mapping[UUID | None, str], now: datetime
) -> list[OfferLines]:
    if not offers:
        return []
    today = today_in(offers[0].organisation_id, now)
    names = names_of(offer.owner_id for offer in offers)
    return [
        OfferLines(
            offer,
            names.get(offer.owner_id, ""),
            people.get(offer.young_person_id, ""),
            _is_late(offer, today),
        )
        for offer in offers
    ]
