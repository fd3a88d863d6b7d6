"""Which patterns are looked at, and what of them may be shown. Plain Python.

Nothing about one person may come out, also not by comparing two pages: a year is cut into blocks of
finished quarters that never overlap and never change once shown; a cell stands for five young
people or more, however often each was away; numbers are rounded to five.
Source: MISSION C55, C56 (min cell 5); SAFETY 5, O19 and I9.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

from engage.feedback.rules import SMALLEST, to_five

QUARTERS = (1, 2, 3, 4)
NOT_NOTED = "not_noted"
_NIGHT, _MORNING, _AFTERNOON, _EVENING = "night", "morning", "afternoon", "evening"
# From which hour of the day, by the organisation's clock.
PARTS_OF_DAY = ((0, _NIGHT), (6, _MORNING), (12, _AFTERNOON), (18, _EVENING))
LENGTHS = (
    (timedelta(hours=6), "under_6_hours"),
    (timedelta(hours=24), "under_a_day"),
    (timedelta(days=3), "under_3_days"),
    (timedelta(days=7), "under_a_week"),
)
LONGER = "longer"


class Pattern(StrEnum):
    """By what times away are put together."""

    WEEKDAY = "weekday"
    PART_OF_DAY = "part_of_day"
    LENGTH = "length"
    KIND = "kind"
    WAY_BACK = "way_back"
    HOME = "home"


class Trait(StrEnum):
    """By what it is looked at whether all are treated alike."""

    ETHNICITY = "ethnicity"
    GENDER = "gender"
    DISABILITY = "disability"
    PLACEMENT_TYPE = "placement_type"
    NEARNESS = "nearness"


@dataclass(frozen=True, slots=True)
class TimeAway:
    """One time missing. Instants are aware; None: not noted."""

    young_person_id: UUID
    opened_at: datetime
    returned_at: datetime | None = None
    told_police_at: datetime | None = None
    looked_at_danger: bool = False
    kind: str = NOT_NOTED
    way_back: str = NOT_NOTED
    home: str = NOT_NOTED
    traits: Mapping[Trait, str] | None = None
    episode_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Quarters of one year that are shown together or not at all."""

    first: int
    last: int
    times: tuple[TimeAway, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of a pattern: how many times away, rounded; None where too few stand behind it."""

    value: str
    times: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """How it went for one group of young people; None where fewer than five stand behind it."""

    value: str
    times: int | None = None
    hours_to_police: int | None = None
    hours_away: int | None = None
    tenths_by_police: int | None = None
    tenths_danger: int | None = None


def blocks(
    times: Iterable[TimeAway], *, over: int, quarter_of: Callable[[datetime], int]
) -> list[Block]:
    """Put a year's finished quarters (1 to `over`) into blocks of five young people or more.

    A quarter with too few waits for those after it, and is never shown if the year ends first.
    """
    by_quarter: dict[int, list[TimeAway]] = defaultdict(list)
    for each in times:
        by_quarter[quarter_of(each.opened_at)].append(each)
    made: list[Block] = []
    waiting: list[TimeAway] = []
    first = 1
    for quarter in QUARTERS[:over]:
        waiting += by_quarter[quarter]
        if people(waiting) >= SMALLEST:
            made.append(Block(first, quarter, tuple(waiting)))
            waiting, first = [], quarter + 1
    return made


def people(times: Iterable[TimeAway]) -> int:
    """Count the young people behind some times away."""
    return len({each.young_person_id for each in times})


def value_of(pattern: Pattern, one: TimeAway, zone: str) -> str:
    """Say where a time away belongs in a pattern, by the organisation's clock and calendar."""
    local = one.opened_at.astimezone(ZoneInfo(zone))
    match pattern:
        case Pattern.WEEKDAY:
            return str(local.isoweekday())
        case Pattern.PART_OF_DAY:
            return [name for hour, name in PARTS_OF_DAY if local.hour >= hour][-1]
        case Pattern.LENGTH:
            return _length(one)
        case Pattern.KIND:
            return one.kind
        case Pattern.WAY_BACK:
            return one.way_back
    return one.home


def _length(one: TimeAway) -> str:
    if one.returned_at is None:
        return NOT_NOTED
    lasted = one.returned_at - one.opened_at
    return next((name for limit, name in LENGTHS if lasted < limit), LONGER)


def cells(pattern: Pattern, times: Iterable[TimeAway], zone: str) -> list[Cell]:
    """Count the times away of a block by a pattern, each value once, the most first.

    Values with too few young people come last, without a number, in no order of size.
    """
    found: dict[str, list[TimeAway]] = defaultdict(list)
    for each in times:
        found[value_of(pattern, each, zone)].append(each)
    made = [
        Cell(value, to_five(len(some)) if people(some) >= SMALLEST else None)
        for value, some in found.items()
    ]
    return sorted(made, key=lambda cell: (cell.times is None, -(cell.times or 0), cell.value))


def groups(trait: Trait, times: Iterable[TimeAway]) -> list[Group]:
    """Say how it went for each group of a block, by one trait.

    Each number by itself stands for five young people or more: who was not told of is not in the
    time it took to tell.
    """
    found: dict[str, list[TimeAway]] = defaultdict(list)
    for each in times:
        found[(each.traits or {}).get(trait, NOT_NOTED)].append(each)
    return [_group(value, found[value]) for value in sorted(found)]


def _group(value: str, times: Sequence[TimeAway]) -> Group:
    if people(times) < SMALLEST:
        return Group(value)
    told = [each for each in times if each.told_police_at is not None]
    back = [each for each in times if each.returned_at is not None]
    return Group(
        value,
        to_five(len(times)),
        _median_hours(told, lambda each: each.told_police_at),
        _median_hours(back, lambda each: each.returned_at),
        _tenths([each.way_back == "police" for each in back], people(back)),
        _tenths([each.looked_at_danger for each in times], people(times)),
    )


def _median_hours(
    times: Sequence[TimeAway], until: Callable[[TimeAway], datetime | None]
) -> int | None:
    if people(times) < SMALLEST:
        return None
    hours = [(at - each.opened_at) / timedelta(hours=1) for each in times if (at := until(each))]
    return max(round(median(hours)), 0)


def _tenths(found: Sequence[bool], behind: int) -> int | None:
    if behind < SMALLEST:
        return None
    return round(10 * sum(found) / len(found))


def quarters_over(year: int, now: datetime, zone: str) -> int:
    """Return how many quarters of a year have ended."""
    local = now.astimezone(ZoneInfo(zone))
    if year != local.year:
        return 4 if year < local.year else 0
    return (local.month - 1) // 3
