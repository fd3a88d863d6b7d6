"""Who is missing right now: one exact list, however long it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import defer

from engage.db import db
from engage.episodes.models import Episode, EpisodeClock
from engage.episodes.queries import ClockLine
from engage.episodes.reading import OPEN_STAGES, names_of
from engage.episodes.rules import MISSING_FROM_CARE, STILL_OUT, EpisodeState
from engage.people.access import Viewer, visible_young_people
from engage.people.models import Person, YoungPerson

PAGE = 50
MOST_COUNTED = 500


@dataclass(frozen=True)
class Away:
    """One line of the register: who is not back, since when, and what is due next."""

    episode: Episode
    young_person: YoungPerson
    owner: str
    next_due: ClockLine | None

    @property
    def mark(self) -> str:
        """Return where the page after this line starts, for an address."""
        due = self.episode.next_due_at
        return f"{due.isoformat() if due else ''}~{self.episode.id.hex}"


def register(
    viewer: Viewer,
    *,
    now: datetime,
    states: Collection[EpisodeState] = MISSING_FROM_CARE,
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[Away]:
    """List who is missing right now among those the viewer may see; what is due first comes first.

    Away with whereabouts known still counts. Three statements, however many there are; `after`
    is where the page before ended. Source: MISSION C53.
    """
    wanted = (
        select(Episode, YoungPerson)
        .join(YoungPerson, YoungPerson.id == Episode.young_person_id)
        # The rules it began with are long, and no list shows them.
        .options(defer(Episode.rules), defer(Episode.notices))
        .where(
            _is_seen(viewer, now),
            Episode.state.in_(states),
            # Never empty while they are not back: see `turns.set_next_due`.
            Episode.next_due_at.is_not(None),
        )
        .order_by(Episode.next_due_at, Episode.id)
        .limit(limit)
    )
    if viewer.organisation_id is not None:
        wanted = wanted.where(Episode.organisation_id == viewer.organisation_id)
    if after is not None:
        due_at, episode_id = after
        later = and_(Episode.next_due_at == due_at, Episode.id > episode_id)
        wanted = wanted.where(or_(Episode.next_due_at > due_at, later))
    rows = db.session.execute(wanted).all()
    soonest = _soonest([episode.id for episode, _ in rows], now)
    owners = names_of([episode.owner_id for episode, _ in rows])
    return [
        Away(episode, young_person, owners[episode.owner_id], soonest.get(episode.id))
        for episode, young_person in rows
    ]


def count_out(viewer: Viewer, *, now: datetime) -> dict[EpisodeState, int]:
    """Count who is not back among those the viewer may see, by how far it has come.

    Up to `MOST_COUNTED` of them, so that counting never costs more than the page.
    """
    out = select(Episode.state).where(
        _is_seen(viewer, now), Episode.state.in_(STILL_OUT), Episode.next_due_at.is_not(None)
    )
    if viewer.organisation_id is not None:
        out = out.where(Episode.organisation_id == viewer.organisation_id)
    some = out.limit(MOST_COUNTED).subquery()
    rows = db.session.execute(select(some.c.state, func.count()).group_by(some.c.state))
    return {EpisodeState(state): number for state, number in rows}


def count_missing(viewer: Viewer, *, now: datetime) -> int:
    """Count who is missing right now among those the viewer may see."""
    counted = count_out(viewer, now=now)
    return sum(number for state, number in counted.items() if state in MISSING_FROM_CARE)


def _is_seen(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """Tell, in SQL over Episode, whether the viewer may see whose it is."""
    # Asked of each episode, in the order of the index: a join would sort everybody first.
    seen = select(Person.id).where(
        Person.id == Episode.young_person_id, visible_young_people(viewer, now=now)
    )
    return seen.correlate(Episode.__table__).exists()


def _soonest(episode_ids: Collection[UUID], now: datetime) -> dict[UUID, ClockLine]:
    if not episode_ids:
        return {}
    # What is due next is the clock that gave the episode its time: one row, not all it has.
    rows = db.session.scalars(
        select(EpisodeClock)
        .join(Episode, Episode.id == EpisodeClock.episode_id)
        .where(
            EpisodeClock.episode_id.in_(episode_ids),
            EpisodeClock.due_at == Episode.next_due_at,
            EpisodeClock.stage.in_(OPEN_STAGES),
        )
        .order_by(EpisodeClock.name)
    )
    found: dict[UUID, ClockLine] = {}
    for each in rows:
        found.setdefault(each.episode_id, ClockLine.of(each, now))
    return found
