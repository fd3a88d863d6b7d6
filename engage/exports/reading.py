"""The young people of a file, some at a time: who they are and when they were away."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from engage.care_records.models import CareRecord, read_details
from engage.crypto import unseal
from engage.db import db
from engage.episodes.models import Episode, EpisodeChange, EpisodeTime
from engage.episodes.rules import EpisodeState, Event
from engage.exports.rules import Absence, Child, ExportKind, Year, lacking, rows, within
from engage.interviews.models import InterviewEpisode, ReturnInterview
from engage.people.access import Viewer, visible_young_people
from engage.people.models import Organisation, Person, PersonKind

BATCH = 250
# From what is known best to what is always known.
BEGINNINGS = (Event.DISCOVERED, Event.DETERMINED_MISSING)
_person: Any = Person.__table__
_record: Any = CareRecord.__table__


@dataclass(frozen=True, slots=True)
class Life:
    """One young person of a file."""

    id: UUID
    child: Child
    absences: list[Absence]


def today(house: Organisation, now: datetime) -> date:
    """Return the organisation's own date."""
    return _day(now, house.time_zone)


def written(
    batch: Iterable[Life], kind: ExportKind, year: Year
) -> tuple[list[Sequence[str]], Counter[str]]:
    """Return the lines of some young people, and why how many of them cannot stand in the file."""
    lines: list[Sequence[str]] = []
    left_out: Counter[str] = Counter()
    for life in batch:
        lines += rows(kind, life.child, life.absences, year)
        why = lacking(life.child, kind)
        if why and within(life.absences, life.child, year):
            left_out[why] += 1
    return lines, left_out


def count_people(viewer: Viewer, house: Organisation, year: Year, *, now: datetime) -> int:
    """Count the young people of a file."""
    found = _people(viewer, house, year, now).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def lives(
    viewer: Viewer, house: Organisation, year: Year, *, now: datetime
) -> Iterator[list[Life]]:
    """Yield, some at a time, everybody the viewer may open who was away in a year."""
    after: UUID | None = None
    while True:
        page = _people(viewer, house, year, now).limit(BATCH)
        if after is not None:
            page = page.where(_person.c.id > after)
        found = db.session.execute(page).all()
        if not found:
            return
        after = found[-1].id
        away = _absences([row.id for row in found], house, year)
        yield [Life(row.id, _child(row), away[row.id]) for row in found]


def _people(viewer: Viewer, house: Organisation, year: Year, now: datetime) -> Select[Any]:
    was_away = exists().where(Episode.young_person_id == _person.c.id, _in_the_year(year, house))
    return (
        select(
            _person.c.id, _person.c.birth_date, _record.c.id.label("record_id"),
            _record.c.details, _record.c.care_began_on, _record.c.care_ended_on,
        )
        .outerjoin(_record, _record.c.young_person_id == _person.c.id)
        .where(
            _person.c.organisation_id == house.id,
            _person.c.kind == PersonKind.YOUNG_PERSON,
            visible_young_people(viewer, now=now),
            was_away,
        )
        .order_by(_person.c.id)
    )  # fmt: skip


def _in_the_year(year: Year, house: Organisation) -> ColumnElement[bool]:
    begins, ends = _span(year, house.time_zone)
    return and_(
        Episode.was_missing.is_(True),
        Episode.opened_at < ends,
        or_(Episode.closed_at.is_(None), Episode.closed_at >= begins),
    )


def _span(year: Year, zone: str) -> tuple[datetime, datetime]:
    first, after = (
        datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
        for day in (year.first, year.last + timedelta(days=1))
    )
    return first, after


def _child(row: Any) -> Child:
    born = unseal(row.birth_date, "people.birth_date", row.id) if row.birth_date else None
    known = (
        read_details(unseal(row.details, "care_records.details", row.record_id))
        if row.details
        else {}
    )
    return Child(
        reference=known.get("reference"),
        born_on=date.fromisoformat(born) if born else None,
        care_began_on=row.care_began_on,
        care_ended_on=row.care_ended_on,
        gender=known.get("gender"),
        ethnicity=known.get("ethnicity"),
        upn=known.get("upn"),
    )


def _absences(people: list[UUID], house: Organisation, year: Year) -> dict[UUID, list[Absence]]:
    zone = house.time_zone
    episodes = db.session.execute(
        select(Episode.id, Episode.young_person_id, Episode.opened_at)
        .where(Episode.young_person_id.in_(people), _in_the_year(year, house))
        .order_by(Episode.opened_at)
    ).all()
    ids = [row.id for row in episodes]
    times = _times(ids)
    lost = _lost(ids)
    talks = _talks(ids)
    found: dict[UUID, list[Absence]] = defaultdict(list)
    for row in episodes:
        known = times[row.id]
        began = next((known[event] for event in BEGINNINGS if event in known), row.opened_at)
        back = known.get(Event.RETURNED)
        offered, accepted = talks.get(row.id, ("N", "N") if back else ("NA", "NA"))
        found[row.young_person_id].append(
            Absence(
                _day(began, zone),
                _day(back, zone) if back else None,
                row.id in lost,
                str(row.id),
                offered,
                accepted,
            )
        )
    return found


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _times(episodes: list[UUID]) -> dict[UUID, dict[str, datetime]]:
    """Return each instant of each episode as it was last corrected."""
    wanted = (*BEGINNINGS, Event.RETURNED)
    rows = db.session.execute(
        select(EpisodeTime.episode_id, EpisodeTime.event, EpisodeTime.at)
        .where(EpisodeTime.episode_id.in_(episodes), EpisodeTime.event.in_(wanted))
        .order_by(EpisodeTime.number)
    )
    found: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    for episode_id, event, at in rows:
        found[episode_id][event] = at
    return found


def _lost(episodes: list[UUID]) -> set[UUID]:
    """Return those in which nobody knew where they were, at least once."""
    return set(
        db.session.scalars(
            select(EpisodeChange.episode_id).where(
                EpisodeChange.episode_id.in_(episodes),
                EpisodeChange.state == EpisodeState.MISSING,
            )
        )
    )


def _talks(episodes: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return whether a talk after each was offered, and taken up."""
    rows = db.session.execute(
        select(InterviewEpisode.episode_id, ReturnInterview.offered_at, ReturnInterview.done_at)
        .join(ReturnInterview, ReturnInterview.id == InterviewEpisode.interview_id)
        .where(InterviewEpisode.episode_id.in_(episodes))
    )
    return {
        episode_id: ("Y" if offered or done else "N", "Y" if done else "N")
        for episode_id, offered, done in rows
    }
