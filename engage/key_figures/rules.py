"""Which figures there are, what may be shown of them, and what they are held against. Plain Python.

Source: MISSION C58 (the set of figures, and what was measured in England and in Plymouth),
SAFETY 5 O19 (no group smaller than five).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from engage.feedback.rules import SMALLEST

QUARTER = re.compile(r"(\d{4})-Q([1-4])")
FIRST_YEAR = 2000
TALK_WITHIN = timedelta(hours=72)  # Source: statutory guidance of England, 2014
SOON, AT_MOST = timedelta(hours=24), timedelta(hours=48)  # Source: Plymouth's team (seed 4)


class Figure(StrEnum):
    """What is counted. In the order in which they stand on the page."""

    REFERRALS = "referrals"
    EPISODES = "episodes"
    CHILDREN_MISSING = "children_missing"
    WENT_AGAIN = "went_again"
    WITHOUT_POLICE = "without_police"
    POLICE_ON_TIME = "police_on_time"
    NCMEC_ON_TIME = "ncmec_on_time"
    OTHERS_ON_TIME = "others_on_time"
    HEALTH_CHECKS = "health_checks"
    CONTACTED_24 = "contacted_24"
    CONTACTED_48 = "contacted_48"
    TALKS_72 = "talks_72"
    TALKS_ON_TIME = "talks_on_time"
    TALKS_DONE = "talks_done"
    CHOSE_WHO = "chose_who"
    PLANS_AGREED = "plans_agreed"
    TRIOS = "trios"


class Part(StrEnum):
    """What a figure is about; pages show one part after the other."""

    CAME_IN = "came_in"
    AWAY = "away"
    TOLD = "told"
    BACK = "back"
    BEFORE = "before"


PARTS: Mapping[Part, tuple[Figure, ...]] = {
    Part.CAME_IN: (Figure.REFERRALS,),
    Part.AWAY: (
        Figure.EPISODES, Figure.CHILDREN_MISSING, Figure.WENT_AGAIN, Figure.WITHOUT_POLICE,
    ),
    Part.TOLD: (Figure.POLICE_ON_TIME, Figure.NCMEC_ON_TIME, Figure.OTHERS_ON_TIME),
    Part.BACK: (
        Figure.HEALTH_CHECKS, Figure.CONTACTED_24, Figure.CONTACTED_48, Figure.TALKS_72,
        Figure.TALKS_ON_TIME, Figure.TALKS_DONE, Figure.CHOSE_WHO,
    ),
    Part.BEFORE: (Figure.PLANS_AGREED, Figure.TRIOS),
}  # fmt: skip
# These are numbers of something; all the others are so many of so many.
COUNTS = frozenset({Figure.EPISODES, Figure.CHILDREN_MISSING})


class LeftOut(StrEnum):
    """Why something belongs to a figure and still is not in it."""

    NO_RETURN_TIME = "no_return_time"
    DECLINED_IN_TIME = "declined_in_time"
    NOT_YET_DUE = "not_yet_due"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What others measured: a share in whole percent, whose it was, and when."""

    percent: int
    whose: str


# Source: missingpeople.org.uk, delivery of return interviews across England 2023-24.
BENCHMARKS = {Figure.TALKS_72: Benchmark(63, "england")}
# Source: seed 4, Plymouth's team in its first quarter, April to June 2013.
PLYMOUTH_REFERRALS, PLYMOUTH_LOOKED_AFTER = 122, 42


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months by the organisation's own calendar."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def starts_on(self) -> date:
        """Return its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def ends_on(self) -> date:
        """Return its last day."""
        return self.next.starts_on - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """Return the one after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """Return the one before it."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    def span(self, zone: str) -> tuple[datetime, datetime]:
        """Return the instants (UTC) from which and before which things lie in it."""
        first, after = (
            datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
            for day in (self.starts_on, self.next.starts_on)
        )
        return first, after

    def is_over(self, zone: str, now: datetime) -> bool:
        """Say whether nothing more can happen in it."""
        return now >= self.span(zone)[1]


def quarter_at(now: datetime, zone: str) -> Quarter:
    """Return the quarter that runs at an instant in a zone."""
    day = now.astimezone(ZoneInfo(zone)).date()
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def read_quarter(text: str, *, latest: Quarter) -> Quarter | None:
    """Read a quarter like 2026-Q4; None for what is none or has not begun."""
    if not (found := QUARTER.fullmatch(text)):
        return None
    quarter = Quarter(int(found[1]), int(found[2]))
    return quarter if quarter.year >= FIRST_YEAR and quarter <= latest else None


def quarters_back(latest: Quarter, many: int) -> list[Quarter]:
    """List quarters, the latest first."""
    found = [latest]
    while len(found) < many:
        found.append(found[-1].before)
    return found


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of one quarter: so many (`counted`) of so many (`of`), and what was left out."""

    figure: Figure
    of: int
    counted: int
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)

    @property
    def is_count(self) -> bool:
        """Say whether it is a number of something, not a share."""
        return self.figure in COUNTS

    @property
    def is_shown(self) -> bool:
        """Say whether enough stand behind it that it tells of nobody."""
        return self.of >= SMALLEST

    @property
    def percent(self) -> int | None:
        """Return the share in whole percent, halves up; None for numbers and too few."""
        if self.is_count or not self.is_shown:
            return None
        return (200 * self.counted + self.of) // (2 * self.of)

    def left_out_shown(self) -> dict[LeftOut, int | None]:
        """Return why how many were left out; None where they are too few to say."""
        return {
            why: number if number >= SMALLEST else None
            for why, number in self.left_out.items()
            if number
        }


def as_cells(measured: Measured) -> dict[str, str]:
    """Return a figure as cells of a table: empty where nothing may be shown."""
    shown = measured.is_shown
    return {
        "figure": str(measured.figure),
        "numerator": str(measured.counted) if shown else "",
        "denominator": "" if measured.is_count or not shown else str(measured.of),
        "percent": "" if measured.percent is None else str(measured.percent),
        "left_out": " ".join(
            f"{why}:{'<5' if number is None else number}"
            for why, number in sorted(measured.left_out_shown().items())
        ),
    }


@dataclass(frozen=True, slots=True)
class TalkFacts:
    """What decides how a talk counts. Instants are aware; None: it has not happened.

    `returned_at` is when they came back from the first of the times away that it covers.
    """

    returned_at: datetime | None
    due_at: datetime | None = None
    reached_at: datetime | None = None
    offered_at: datetime | None = None
    declined_at: datetime | None = None
    done_at: datetime | None = None


def on_time(due_at: datetime, done_at: datetime | None, now: datetime) -> bool | LeftOut:
    """Say whether something was done by when it was due; what may still be done is left out."""
    if done_at is None and now <= due_at:
        return LeftOut.NOT_YET_DUE
    return done_at is not None and done_at <= due_at


def talk_by(limit: datetime | None, talk: TalkFacts, now: datetime) -> bool | LeftOut:
    """Say whether a talk was held by a limit. Offered and declined by then is no breach (C47)."""
    if talk.returned_at is None or limit is None:
        return LeftOut.NO_RETURN_TIME
    held = on_time(limit, talk.done_at, now)
    if held is True or talk.done_at is not None:
        return held
    offered, declined = talk.offered_at, talk.declined_at
    if offered is not None and declined is not None and offered <= declined <= limit:
        return LeftOut.DECLINED_IN_TIME
    return held


def contacted_by(after: timedelta, talk: TalkFacts, now: datetime) -> bool | LeftOut:
    """Say whether somebody reached out within a time of the return: tried, or offered a talk."""
    if talk.returned_at is None:
        return LeftOut.NO_RETURN_TIME
    tries = [at for at in (talk.reached_at, talk.offered_at, talk.done_at) if at is not None]
    return on_time(talk.returned_at + after, min(tries, default=None), now)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing a figure is made of: whose it is (None: nobody here), what, whether it counts."""

    young_person_id: UUID | None
    subject_id: UUID
    counts: bool | LeftOut


def measured(figure: Figure, cases: Iterable[Case]) -> Measured:
    """Count the cases of a figure."""
    of = counted = 0
    left_out: Counter[LeftOut] = Counter()
    for case in cases:
        if isinstance(case.counts, LeftOut):
            left_out[case.counts] += 1
        else:
            of += 1
            counted += case.counts
    return Measured(figure, of, counted, dict(left_out))
