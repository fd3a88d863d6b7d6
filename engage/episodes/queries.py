"""Reading episodes: who is missing right now, what is due, and how one came about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engage.db import db
from engage.episodes.models import Episode, EpisodeChange, EpisodeClock, EpisodeTime
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_reading import notices_of
from engage.episodes.notice_rules import STILL_OPEN
from engage.episodes.reading import OPEN_STAGES, age_of, latest_times, names_of, times_of
from engage.episodes.rules import (
    STILL_OUT,
    Event,
    Stage,
    is_still_out,
    look,
)
from engage.people.access import Object, Verb, Viewer, may, require
from engage.people.models import YoungPerson
from engage.policy.clock_rules import Clock, Deadline, deadline, from_data
from engage.policy.queries import pack
from engage.web.errors import NotFound


@dataclass(frozen=True)
class ClockLine:
    """One thing that is due, with the rule that wins and those it won against."""

    clock: EpisodeClock
    rule: Clock
    others: tuple[Clock, ...]
    stage: Stage
    # What the pack says today, when that is not what it said when the episode began.
    changed_to: datetime | None = None

    @classmethod
    def of(
        cls, clock: EpisodeClock, now: datetime, changed_to: datetime | None = None
    ) -> "ClockLine":
        """Return a clock as it is at this instant, not as the sweep last saw it."""
        stage = Stage(clock.stage)
        if stage in OPEN_STAGES:
            stage = look(clock.started_at, clock.due_at, now).stage
        others = tuple(from_data(each) for each in clock.others)
        return cls(clock, from_data(clock.rule), others, stage, changed_to)

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to do it."""
        return self.stage in OPEN_STAGES


@dataclass(frozen=True)
class EpisodePage:
    """One episode with all that belongs to it, in the order in which it happened."""

    episode: Episode
    young_person: YoungPerson
    owner: str
    times: dict[Event, EpisodeTime]
    # Times that were corrected, oldest first.
    earlier_times: tuple[EpisodeTime, ...]
    changes: tuple[EpisodeChange, ...]
    clocks: tuple[ClockLine, ...]
    names: Mapping[UUID | None, str] = field(default_factory=dict)
    may_add: bool = False
    may_close: bool = False
    may_reflect: bool = False
    # Who must hear of it, for those who may know.
    notices: tuple[EpisodeNotice, ...] = ()

    @property
    def by_notice(self) -> frozenset[str]:
        """Return the clocks that only telling somebody ends."""
        return frozenset(each.clock for each in self.notices if each.state in STILL_OPEN)

    def due_of(self, notice: EpisodeNotice) -> datetime | None:
        """Return when somebody must have heard: when its clock is due (None: it has not begun)."""
        found = [each.clock for each in self.clocks if each.clock.name == notice.clock]
        return found[-1].due_at if found else None

    @property
    def open_clocks(self) -> list[ClockLine]:
        """What is still to be done, the soonest first."""
        return [line for line in self.clocks if line.is_open]


def find_open(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Episode | None:
    """Return the episode from which this young person has not come back, if there is one."""
    require(viewer, Verb.READ, Object.EPISODE, young_person_id, now=now)
    return db.session.scalar(
        select(Episode).where(
            Episode.young_person_id == young_person_id, Episode.state.in_(STILL_OUT)
        )
    )


def get_episode(viewer: Viewer, episode_id: UUID, *, now: datetime) -> EpisodePage:
    """Return an episode the viewer may read, or raise NotFound."""
    row = db.session.execute(
        select(Episode, YoungPerson)
        .join(YoungPerson, YoungPerson.id == Episode.young_person_id)
        .where(Episode.id == episode_id)
    ).one_or_none()
    if row is None:
        raise NotFound("episode")
    episode, young_person = row
    about = (Object.EPISODE, episode.young_person_id)
    require(viewer, Verb.READ, *about, now=now)
    times = times_of([episode_id])[episode_id]
    changes = db.session.scalars(
        select(EpisodeChange)
        .where(EpisodeChange.episode_id == episode_id)
        .order_by(EpisodeChange.number)
    ).all()
    clocks = db.session.scalars(
        select(EpisodeClock)
        .where(EpisodeClock.episode_id == episode_id)
        .order_by(EpisodeClock.due_at, EpisodeClock.name)
    ).all()
    latest = latest_times(times)
    birth_date = young_person.birth_date
    return EpisodePage(
        episode,
        young_person,
        names_of([episode.owner_id])[episode.owner_id],
        latest,
        tuple(each for each in times if latest[each.event] is not each),
        tuple(changes),
        tuple(
            ClockLine.of(each, now, _today(episode, each, latest, birth_date, now))
            for each in clocks
        ),
        names_of(
            [
                *(change.by_id for change in changes),
                *(time.by_id for time in times),
                *(clock.done_by_id for clock in clocks),
            ]
        ),
        may_add=may(viewer, Verb.CREATE, *about, now=now),
        may_close=any(may(viewer, verb, *about, now=now) for verb in (Verb.EDIT, Verb.APPROVE)),
        may_reflect=may(viewer, Verb.CREATE, Object.SUPERVISION_NOTES, about[1], now=now),
        notices=tuple(_notices(viewer, episode, now)),
    )


def _notices(viewer: Viewer, episode: Episode, now: datetime) -> list[EpisodeNotice]:
    about = (Verb.READ_MASKED, Object.EVIDENCE, episode.young_person_id)
    return notices_of(episode.id) if may(viewer, *about, now=now) else []


def count_before(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> int:
    """Count the episodes in which this young person was missing."""
    require(viewer, Verb.READ, Object.EPISODE, young_person_id, now=now)
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Episode)
            .where(Episode.young_person_id == young_person_id, Episode.was_missing.is_(True))
        )
        or 0
    )


def _today(
    episode: Episode,
    clock: EpisodeClock,
    times: Mapping[Event, EpisodeTime],
    birth_date: str | None,
    now: datetime,
) -> datetime | None:
    """Return when the clock would be due under today's packs, if that is another time."""
    if clock.stage not in OPEN_STAGES or not is_still_out(episode.state):
        return None
    found: Deadline | None = deadline(
        [rule for name in episode.packs for rule in pack(name).clocks],
        clock.name,
        {from_data(clock.rule).starts_at: clock.started_at}
        | {str(event): each.at for event, each in times.items()},
        facts=episode.facts,
        age=age_of(birth_date, now),
    )
    if found is None or found.due_at == clock.due_at or found.wins.clock.repeats:
        return None
    return found.due_at
