"""Reading referrals: the inbox, one of them, who may have it, and which may be the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from engage.audit.models import Actor
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.reading import names_of
from engage.episodes.rules import STILL_OUT
from engage.intake.arriving import sender_digest
from engage.intake.models import Referral, ReferralFile, ReferralSender, ReferralTurn
from engage.intake.rules import OPEN, SAME_WITHIN, State
from engage.people.access import Object, Verb, Viewer, is_in_force, may, visible_young_people
from engage.people.models import (
    Organisation,
    Person,
    Relationship,
    RelationshipKind,
    Role,
    RoleGrant,
    Team,
)
from engage.people.words import fold
from engage.web.errors import NotFound

PAGE = 50
# So many are looked at for one that may be the same.
MOST_LOOKED_AT, MOST_SHOWN = 300, 20
WORKERS = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


@dataclass(frozen=True)
class ReferralPage:
    """One referral with all that belongs to it."""

    referral: Referral
    young_person: Person | None
    # May the viewer open the young person's own page?
    may_open: bool
    away: Episode | None
    may_begin: bool
    turns: Sequence[ReferralTurn]
    files: Sequence[ReferralFile]
    # Put together with this one, the first first.
    parts: Sequence[Referral]
    first: Referral | None
    alike: Sequence[Referral]
    names: Mapping[UUID | None, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to decide or do something."""
        return self.referral.state in OPEN


def _may_read(viewer: Viewer, verb: Verb, referral: Referral, now: datetime) -> bool:
    return (
        viewer.organisation_id == referral.organisation_id
        and may(viewer, verb, Object.REFERRAL, referral.young_person_id, now=now,
                owner_id=referral.owner_id)
    )  # fmt: skip


def get_referral(viewer: Viewer, referral_id: UUID, verb: Verb, *, now: datetime) -> Referral:
    """Return a referral the viewer may read or change, or raise NotFound.

    While nobody said whose it is, workers of the organisation may; then those of the young
    person, and whoever has it.
    """
    referral = db.session.get(Referral, referral_id)
    if referral is None or not _may_read(viewer, verb, referral, now):
        raise NotFound("referral")
    return referral


def get_page(viewer: Viewer, referral_id: UUID, *, now: datetime) -> ReferralPage:
    """Return one referral with its history, its files and those that may be the same."""
    referral = get_referral(viewer, referral_id, Verb.READ, now=now)
    turns = db.session.scalars(
        select(ReferralTurn)
        .where(ReferralTurn.referral_id == referral_id)
        .order_by(ReferralTurn.number)
    ).all()
    young = referral.young_person_id
    parts = db.session.scalars(
        select(Referral)
        .where(Referral.merged_into_id == referral_id)
        .order_by(Referral.received_at, Referral.id)
    ).all()
    files = db.session.scalars(
        select(ReferralFile)
        .where(ReferralFile.referral_id.in_([referral_id, *(each.id for each in parts)]))
        .order_by(ReferralFile.referral_id, ReferralFile.id)
    ).all()
    return ReferralPage(
        referral,
        db.session.get(Person, young) if young else None,
        young is not None and may(viewer, Verb.READ, Object.PROFILE, young, now=now),
        _away(viewer, young, now),
        young is not None and may(viewer, Verb.CREATE, Object.EPISODE, young, now=now),
        turns,
        files,
        parts,
        db.session.get(Referral, referral.merged_into_id) if referral.merged_into_id else None,
        alike(viewer, referral, now=now) if referral.state in OPEN else [],
        {**names_of([referral.owner_id, young, *(each.by_id for each in turns),
                     *(each.other_id for each in turns)]), **_team_names(turns, referral)},
    )  # fmt: skip


def _team_names(turns: Iterable[ReferralTurn], referral: Referral) -> dict[UUID | None, str]:
    ids = {each.other_id for each in turns} | {referral.team_id}
    rows = select(Team.id, Team.name).where(Team.id.in_([each for each in ids if each]))
    return {row.id: str(row.name) for row in db.session.execute(rows)}


def _away(viewer: Viewer, young_person_id: UUID | None, now: datetime) -> Episode | None:
    if young_person_id is None or not may(
        viewer, Verb.READ, Object.EPISODE, young_person_id, now=now
    ):
        return None
    return db.session.scalar(
        select(Episode).where(
            Episode.young_person_id == young_person_id, Episode.state.in_(STILL_OUT)
        )
    )


def find_file(
    viewer: Viewer, referral_id: UUID, file_id: UUID, *, now: datetime
) -> tuple[Referral, ReferralFile]:
    """Return a file of a referral the viewer may read, if it was kept; else NotFound."""
    referral = get_referral(viewer, referral_id, Verb.READ, now=now)
    file = db.session.get(ReferralFile, file_id)
    if file is None or file.referral_id != referral_id or not file.is_kept:
        raise NotFound("file")
    return referral, file


def is_seen(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """Tell, in SQL over Referral, which ones this viewer may read: lists match details (I11)."""
    ways: list[ColumnElement[bool]] = [Referral.owner_id == viewer.person_id]
    if may(viewer, Verb.READ, Object.REFERRAL, None, now=now):
        ways.append(Referral.young_person_id.is_(None))
        theirs = select(Person.id).where(visible_young_people(viewer, now=now))
        ways.append(Referral.young_person_id.in_(theirs))
    return and_(Referral.organisation_id == viewer.organisation_id, or_(*ways))


def inbox(
    viewer: Viewer, state: State, *, now: datetime, after: tuple[datetime, UUID] | None = None
) -> list[Referral]:
    """List a page of referrals of one state: open ones the oldest first, others the newest."""
    wanted = select(Referral).where(is_seen(viewer, now), Referral.state == state)
    key = tuple_(Referral.received_at, Referral.id)
    if state in OPEN:
        if after:
            wanted = wanted.where(key > after)
        wanted = wanted.order_by(Referral.received_at, Referral.id)
    else:
        if after:
            wanted = wanted.where(key < after)
        wanted = wanted.order_by(Referral.received_at.desc(), Referral.id.desc())
    return list(db.session.scalars(wanted.limit(PAGE)))


def referrals_about(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[Referral]:
    """List what came in about one young person, the newest first, or raise NotFound."""
    if not may(viewer, Verb.READ, Object.REFERRAL, young_person_id, now=now):
        raise NotFound("referrals")
    return list(
        db.session.scalars(
            select(Referral)
            .where(Referral.young_person_id == young_person_id, Referral.state != State.MERGED)
            .order_by(Referral.received_at.desc(), Referral.id.desc())
            .limit(PAGE)
        )
    )


def count_waiting(viewer: Viewer, *, now: datetime, at_most: int = 100) -> int:
    """Count what waits for the viewer: undecided ones, and those they have; up to a limit."""
    mine = and_(Referral.state == State.IN_HAND, Referral.owner_id == viewer.person_id)
    waiting = (
        select(Referral.id)
        .where(is_seen(viewer, now), or_(Referral.state == State.WAITING, mine))
        .limit(at_most)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0


def alike(viewer: Viewer, referral: Referral, *, now: datetime) -> list[Referral]:
    """List open referrals that may be the same: one reference, young person, phone or name.

    Names are sealed, so those that came within a month are opened, up to a limit.
    """
    wanted = (
        select(Referral)
        .where(
            is_seen(viewer, now),
            Referral.id != referral.id,
            Referral.state.in_(OPEN),
            Referral.received_at.between(
                referral.received_at - SAME_WITHIN, referral.received_at + SAME_WITHIN
            ),
        )
        .order_by(Referral.received_at.desc(), Referral.id)
    )
    # What an index finds is found however many there are; only names must be opened.
    exact = [
        getattr(Referral, name) == getattr(referral, name)
        for name in ("reference_index", "phone_index", "young_person_id")
        if getattr(referral, name)
    ]
    found = {}
    if exact:
        rows = db.session.scalars(wanted.where(or_(*exact)).limit(MOST_SHOWN))
        found = {each.id: each for each in rows}
    mine = _marks(referral)
    for each in db.session.scalars(wanted.limit(MOST_LOOKED_AT)):
        if mine & _marks(each):
            found.setdefault(each.id, each)
    return list(found.values())[:MOST_SHOWN]


def _marks(referral: Referral) -> set[tuple[str, Any]]:
    name = tuple(sorted(fold(str(referral.name or ""))))
    marks = {
        "reference": referral.reference_index,
        "person": referral.young_person_id,
        "phone": referral.phone_index,
        "name": (name, referral.birth_date) if name else None,
    }
    return {(kind, value) for kind, value in marks.items() if value}


def teams(viewer: Viewer) -> dict[UUID, str]:
    """Return the teams of the viewer's organisation, by name."""
    rows = db.session.execute(
        select(Team.id, Team.name).where(Team.organisation_id == viewer.organisation_id)
    )
    return dict(sorted(((row.id, row.name) for row in rows), key=lambda pair: pair[1].casefold()))


def owners(viewer: Viewer, *, now: datetime) -> dict[UUID, str]:
    """Return the workers of the viewer's organisation who may have a referral, by name."""
    if not may(viewer, Verb.READ, Object.REFERRAL, None, now=now):
        raise NotFound("owners")
    ids = (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            Person.organisation_id == viewer.organisation_id,
            or_(Person.ended_at.is_(None), Person.ended_at > now),
            RoleGrant.role.in_(WORKERS),
            is_in_force(RoleGrant, now),
        )
    )
    people = db.session.scalars(select(Person).where(Person.id.in_(ids)))
    found = [(each.id, str(each.name)) for each in people]
    return dict(sorted(found, key=lambda pair: (pair[1].casefold(), pair[0])))


def team_of(viewer: Viewer, referral: Referral, *, now: datetime) -> UUID | None:
    """Return the team of whom a referral is about, where the viewer may read it."""
    if referral.young_person_id is None or not _may_read(viewer, Verb.READ, referral, now):
        return None
    return db.session.get_one(Person, referral.young_person_id).team_id


def worker_of(viewer: Viewer, referral: Referral, *, now: datetime) -> UUID | None:
    """Return the social worker of whom a referral is about, where the viewer may read it."""
    if referral.young_person_id is None or not _may_read(viewer, Verb.READ, referral, now):
        return None
    return db.session.scalar(
        select(Relationship.person_id)
        .where(
            Relationship.young_person_id == referral.young_person_id,
            Relationship.kind == RelationshipKind.SOCIAL_WORKER,
            is_in_force(Relationship, now),
        )
        .order_by(Relationship.rank, Relationship.starts_at, Relationship.id)
        .limit(1)
    )


def zone_and_region(viewer: Viewer) -> tuple[str, str]:
    """Return the viewer's time zone and country, for what is typed."""
    house = db.session.get_one(Organisation, viewer.organisation_id)
    return house.time_zone, house.region


def find_sender(viewer: Actor, token: str) -> ReferralSender | None:
    """Return the program whose token this is, while it may send."""
    return db.session.scalar(
        select(ReferralSender).where(
            ReferralSender.token_digest == sender_digest(token),
            ReferralSender.revoked_at.is_(None),
        )
    )
