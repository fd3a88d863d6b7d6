"""A year's times away of an organisation, with what is known of each."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select

from engage.care_records.models import CareRecord, read_details
from engage.care_records.rules import Details
from engage.crypto import unseal
from engage.danger.models import DangerLook
from engage.db import db
from engage.episodes.models import Episode, EpisodeTime
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import Phase
from engage.episodes.reading import counts
from engage.episodes.rules import Event
from engage.patterns.rules import NOT_NOTED, TimeAway, Trait
from engage.people.models import Organisation, Placement
from engage.returns.models import ReturnRecord

SOME = 500
_placement: Any = Placement.__table__
_record: Any = CareRecord.__table__


def returned_at() -> Any:
    """Return, in SQL beside Episode, when somebody came back."""
    return (
        select(EpisodeTime.at)
        .where(
            EpisodeTime.episode_id == Episode.id,
            EpisodeTime.event == Event.RETURNED,
            counts(),
        )
        .limit(1)
        .scalar_subquery()
    )


def times_away(house: Organisation, year: int) -> list[TimeAway]:
    """Return the times in which somebody counted as missing, by when each began."""
    zone = ZoneInfo(house.time_zone)
    begins, ends = (datetime(each, 1, 1, tzinfo=zone).astimezone(UTC) for each in (year, year + 1))
    returned = returned_at()
    told = (
        select(func.min(EpisodeNotice.told_at))
        .where(
            EpisodeNotice.episode_id == Episode.id,
            EpisodeNotice.phase == Phase.MISSING,
            EpisodeNotice.to == "police",
        )
        .scalar_subquery()
    )
    # The last word on how they came back.
    way = (
        select(ReturnRecord.way)
        .where(ReturnRecord.episode_id == Episode.id)
        .order_by(ReturnRecord.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    looked = exists().where(DangerLook.episode_id == Episode.id)
    rows = db.session.execute(
        select(
            Episode.young_person_id,
            Episode.opened_at,
            returned,
            told,
            looked,
            Episode.kind,
            way,
            Episode.id,
        ).where(
            Episode.organisation_id == house.id,
            Episode.opened_at >= begins,
            Episode.opened_at < ends,
            Episode.was_missing.is_(True),
        )
    ).all()
    people = {row[0] for row in rows}
    homes, traits = _homes(people), _traits(people)
    return [
        TimeAway(
            young, opened, back, police, bool(danger), str(kind), way_back or NOT_NOTED,
            _home_at(homes[young], opened), traits.get(young), episode,
        )
        for young, opened, back, police, danger, kind, way_back, episode in rows
    ]  # fmt: skip


def _homes(people: Iterable[UUID]) -> dict[UUID, list[tuple[datetime, datetime | None, str]]]:
    found: dict[UUID, list[tuple[datetime, datetime | None, str]]] = defaultdict(list)
    columns = _placement.c
    for some in _some(people):
        for row in db.session.execute(
            select(
                columns.id, columns.young_person_id, columns.starts_at, columns.ends_at,
                columns.home_name,
            ).where(columns.young_person_id.in_(some))
        ):  # fmt: skip
            name = unseal(row.home_name, "placements.home_name", row.id)
            found[row.young_person_id].append((row.starts_at, row.ends_at, name))
    return found


def _home_at(homes: list[tuple[datetime, datetime | None, str]], at: datetime) -> str:
    return next(
        (name for starts, ends, name in homes if starts <= at and (ends is None or ends > at)),
        NOT_NOTED,
    )


def _traits(people: Iterable[UUID]) -> dict[UUID, dict[Trait, str]]:
    found = {}
    for some in _some(people):
        for row in db.session.execute(
            select(_record.c.id, _record.c.young_person_id, _record.c.details).where(
                _record.c.young_person_id.in_(some), _record.c.details.is_not(None)
            )
        ):
            said = Details(**read_details(unseal(row.details, "care_records.details", row.id)))
            known = {
                Trait.ETHNICITY: said.ethnic_group if said.ethnicity else None,
                Trait.GENDER: said.gender,
                Trait.DISABILITY: said.disability,
                Trait.PLACEMENT_TYPE: said.placement_type,
                Trait.NEARNESS: said.nearness,
            }
            found[row.young_person_id] = {t: str(value) for t, value in known.items() if value}
    return found


def _some(people: Iterable[UUID]) -> Iterable[list[UUID]]:
    wanted = sorted(people)
    return (wanted[at : at + SOME] for at in range(0, len(wanted), SOME))
