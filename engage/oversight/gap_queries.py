"""What is left over all times away, by worker and by home, for whoever may read it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from engage.crypto import unseal
from engage.db import db
from engage.episodes.models import Episode, EpisodeClock
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import STILL_OPEN
from engage.episodes.reading import OPEN_STAGES
from engage.evidence.queries import READERS
from engage.evidence.rules import is_late
from engage.heightened.sign_queries import count_signs
from engage.oversight.gap_models import GapMailStop
from engage.oversight.gap_rules import Count, Left, counted
from engage.people.access import Viewer, is_in_force, visible_young_people
from engage.people.models import (
    Person,
    Placement,
    Relationship,
    RelationshipKind,
    YoungPerson,
)

SOME = 500
_person: Any = Person.__table__
_placement: Any = Placement.__table__


@dataclass(frozen=True)
class GapCounts:
    """How much is left, and with whom."""

    open: int
    late: int
    by_worker: list[Count]
    by_home: list[Count]
    # Warning signs that nobody answered yet: a number, and nothing of whose they are.
    signs: int = 0

    @property
    def is_any(self) -> bool:
        """Say whether there is something to tell of."""
        return bool(self.open or self.signs)


def gap_counts(viewer: Viewer, *, now: datetime) -> GapCounts:
    """Count what the list of gaps holds for this viewer, by worker and by home, and the signs.

    One statement for the signs; three for each five hundred young people. Source: MISSION C52.
    """
    left = _left(viewer, now)
    people = sorted({each.young_person_id for each in left})
    return GapCounts(
        len(left),
        sum(each.is_late for each in left),
        counted(left, _workers(people, now)),
        counted(left, _homes(people, now)),
        count_signs(viewer, now=now),
    )


def wants_mail(viewer: Viewer) -> bool:
    """Say whether this supervisor gets the daily mail."""
    stopped = select(GapMailStop.id).where(GapMailStop.person_id == viewer.person_id)
    return db.session.scalar(stopped) is None


def _left(viewer: Viewer, now: datetime) -> list[Left]:
    grants = frozenset(grant for grant in viewer.grants if grant[0] in READERS)
    if not grants:
        return []
    clock, notice = EpisodeClock, EpisodeNotice
    open_clock = and_(
        clock.episode_id == notice.episode_id,
        clock.name == notice.clock,
        clock.stage.in_(OPEN_STAGES),
    )
    rows = db.session.execute(
        select(
            Episode.young_person_id,
            notice.told_at,
            notice.ended_at,
            clock.started_at,
            clock.due_at,
        )
        .select_from(notice)
        .join(Episode, Episode.id == notice.episode_id)
        .join(YoungPerson, YoungPerson.id == Episode.young_person_id)
        .outerjoin(clock, open_clock)
        .where(
            notice.state.in_(STILL_OPEN),
            visible_young_people(replace(viewer, grants=grants), now=now),
        )
    )
    return [
        Left(row[0], is_late(row.told_at or row.ended_at, row.started_at, row.due_at, now=now))
        for row in rows
    ]


def _workers(people: list[UUID], now: datetime) -> dict[UUID, str]:
    """Map young people to the name of the worker who is theirs first."""
    found: dict[UUID, str] = {}
    for some in _some(people):
        rows = db.session.execute(
            select(Relationship.young_person_id, _person.c.id, _person.c.name)
            .join(_person, _person.c.id == Relationship.person_id)
            .where(
                Relationship.young_person_id.in_(some),
                Relationship.kind == RelationshipKind.SOCIAL_WORKER,
                is_in_force(Relationship, now),
            )
            .order_by(Relationship.rank, Relationship.starts_at, Relationship.id)
        )
        for row in rows:
            found.setdefault(row[0], unseal(row.name, "people.name", row.id))
    return found


def _homes(people: list[UUID], now: datetime) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    columns = _placement.c
    for some in _some(people):
        rows = db.session.execute(
            select(columns.id, columns.young_person_id, columns.home_name)
            .where(columns.young_person_id.in_(some), is_in_force(columns, now))
            .order_by(columns.starts_at, columns.id)
        )
        for row in rows:
            found[row.young_person_id] = unseal(row.home_name, "placements.home_name", row.id)
    return found


def _some(people: list[UUID]) -> Iterable[list[UUID]]:
    return (people[at : at + SOME] for at in range(0, len(people), SOME))
