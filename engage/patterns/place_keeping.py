"""What is left of a place when words about it are erased: how often, and not who.

For each place and quarter a number of times and sixteen boxes stay. A keyed digest of the place,
the year and the young person says which box is theirs, so one who was there ten times fills one
box, and several share one. It never shows more young people than there were, often fewer. Whether
a quarter's place is shown at all is still decided by five. See decision 163.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from engage.checkins.ready_models import ReturnPlan
from engage.crypto import blind_index, unseal
from engage.db import db
from engage.episodes.models import Episode
from engage.missing_pack.models import PackFact
from engage.patterns.place_models import PlaceTally
from engage.patterns.place_reading import key_of, places_of
from engage.patterns.place_rules import BOXES, Left, is_enough
from engage.patterns.queries import YEARS
from engage.patterns.reading import returned_at
from engage.patterns.rules import TimeAway
from engage.people.models import Organisation

# A place too few stood behind goes so long after its year, when no words of that year are left.
LONE_KEPT = timedelta(days=180)
MOST = 500
# Where places stand that are compared.
COUNTED = (PackFact, ReturnPlan)
_tally: Any = PlaceTally.__table__


def box_of(place: str, year: int, young_person_id: UUID) -> int:
    """Return which box is theirs, as a bit: another one for each place and year."""
    digest = blind_index("place_tally", f"{year}|{place}|{young_person_id}")
    return 1 << int(digest, 16) % BOXES


def erase_counted(table: Any, ids: Collection[UUID], erase: Callable[[], int]) -> int:
    """Erase words with `erase`, and count the places of which nothing is left by that.

    A place stays uncounted while another record of the same time away still names it. For the
    retention, in its transaction; returns what `erase` does.
    """
    times = _times_behind(table, ids)
    before = places_of(times)
    count = erase()
    after = places_of(times)
    for each in times:
        if each.episode_id is not None:
            still = after.get(each.episode_id, frozenset())
            for place in sorted(before.get(each.episode_id, frozenset()) - still):
                _count(each, place)
    db.session.flush()
    return count


def _times_behind(table: Any, ids: Collection[UUID]) -> list[TimeAway]:
    wanted = select(Episode.young_person_id, Episode.opened_at, returned_at(), Episode.id).where(
        Episode.was_missing.is_(True)
    )
    if table is PackFact:
        wanted = wanted.where(
            Episode.id.in_(select(PackFact.episode_id).where(PackFact.id.in_(ids)))
        )
    else:
        young = select(ReturnPlan.young_person_id).where(ReturnPlan.id.in_(ids))
        wanted = wanted.where(Episode.young_person_id.in_(young))
    rows = db.session.execute(wanted.order_by(Episode.opened_at, Episode.id))
    return [TimeAway(who, opened, back, episode_id=id) for who, opened, back, id in rows]


def _count(one: TimeAway, place: str) -> None:
    episode = db.session.get_one(Episode, one.episode_id)
    house = db.session.get_one(Organisation, episode.organisation_id)
    local = one.opened_at.astimezone(ZoneInfo(house.time_zone))
    quarter = (local.month - 1) // 3 + 1
    tally = db.session.scalar(
        select(PlaceTally)
        .where(
            PlaceTally.organisation_id == house.id,
            PlaceTally.year == local.year,
            PlaceTally.quarter == quarter,
            PlaceTally.place_index == key_of(place),
        )
        .with_for_update()
    )
    if tally is None:
        tally = PlaceTally(
            organisation_id=house.id, year=local.year, quarter=quarter, boxes=0, times=0,
            place_index=key_of(place), place=place,
        )  # fmt: skip
        db.session.add(tally)
    tally.boxes |= box_of(place, local.year, one.young_person_id)
    tally.times += 1
    db.session.flush()


def left_of(house: UUID, year: int, quarters: Iterable[int]) -> Mapping[str, Left]:
    """Map the places of some quarters of a year to what is left of erased words about them."""
    rows = db.session.execute(
        select(_tally.c.id, _tally.c.place, _tally.c.boxes, _tally.c.times).where(
            _tally.c.organisation_id == house,
            _tally.c.year == year,
            _tally.c.quarter.in_(list(quarters)),
        )
    )
    found: dict[str, Left] = {}
    for row in rows:
        place = unseal(row.place, "place_tallies.place", row.id)
        found[place] = found.get(place, Left()) + Left(row.boxes, row.times)
    return found


def forget_tallies(*, now: datetime) -> int:
    """Delete counts that no page shows any more, and, half a year after their year, those of
    places too few stood behind; return how many.
    """
    latest = now.astimezone(UTC).year
    rows = db.session.execute(
        select(
            _tally.c.id, _tally.c.organisation_id, _tally.c.year, _tally.c.place_index,
            _tally.c.boxes,
        ).where(_tally.c.year < (now - LONE_KEPT).year)
    ).all()  # fmt: skip
    behind: dict[Any, int] = defaultdict(int)
    for row in rows:
        behind[row.organisation_id, row.year, row.place_index] |= row.boxes
    gone = [
        row.id
        for row in rows
        if row.year <= latest - YEARS
        or not is_enough(behind[row.organisation_id, row.year, row.place_index].bit_count())
    ]
    if gone:
        db.session.execute(delete(_tally).where(_tally.c.id.in_(gone[:MOST])))
    return len(gone[:MOST])
