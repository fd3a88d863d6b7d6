"""Pieces of an episode, for callers that asked the access function."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from engage.db import db
from engage.episodes.models import EpisodeClock, EpisodeTime
from engage.episodes.rules import Event, Stage
from engage.people.models import Person
from engage.policy.clock_rules import age_on

OPEN_STAGES = (Stage.RUNNING, Stage.AMBER, Stage.RED)


def clocks_by_name(episode_id: UUID) -> dict[str, EpisodeClock]:
    """Return the last round of each clock."""
    rows: Iterable[EpisodeClock] = db.session.scalars(
        select(EpisodeClock)
        .where(EpisodeClock.episode_id == episode_id)
        .order_by(EpisodeClock.round)
    )
    return {each.name: each for each in rows}


def latest_times(times: Iterable[EpisodeTime]) -> dict[Event, EpisodeTime]:
    """Return the time that counts for each event: the last one recorded."""
    return {each.event: each for each in times}


def counts() -> ColumnElement[bool]:
    """Tell, in SQL over EpisodeTime, whether a time counts: none noted later corrected it."""
    later = aliased(EpisodeTime)
    return ~exists().where(
        later.episode_id == EpisodeTime.episode_id,
        later.event == EpisodeTime.event,
        later.number > EpisodeTime.number,
    )


def known_times(episode_id: UUID) -> dict[Event, EpisodeTime]:
    """Return the times of an episode that count. For callers that asked the access function."""
    return latest_times(times_of([episode_id])[episode_id])


def names_of(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the names of people who did something; for callers that may read the episode."""
    wanted = {each for each in ids if each}
    found: dict[UUID | None, str] = dict.fromkeys(wanted, "")
    if wanted:
        for person in db.session.scalars(select(Person).where(Person.id.in_(wanted))):
            found[person.id] = str(person.name)
    return found


def age_of(birth_date: str | None, on: datetime) -> int | None:
    """Return somebody's age on a day; None when the birth date is not known."""
    return age_on(date.fromisoformat(birth_date), on.date()) if birth_date else None


def times_of(episode_ids: Collection[UUID]) -> dict[UUID, list[EpisodeTime]]:
    """Return every time noted for these episodes, in the order they were noted."""
    found: dict[UUID, list[EpisodeTime]] = defaultdict(list)
    for each in db.session.scalars(
        select(EpisodeTime)
        .where(EpisodeTime.episode_id.in_(episode_ids))
        .order_by(EpisodeTime.number)
    ):
        found[each.episode_id].append(each)
    return found
