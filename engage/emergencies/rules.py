"""What holds for opening closed parts in an emergency. Plain Python. Source: SAFETY 5.3, T11."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from engage.people.rules import EMERGENCY_AGAIN, EMERGENCY_REASON

# Whoever was found by name or number may be asked for so long, then they are looked up again.
FOUND_FOR = timedelta(minutes=30)
# More people than this with one name: the search says too little about whom it means.
MOST_MATCHES = 5
# A request that no supervisor answered for so long is no emergency any more.
ANSWER_WITHIN = timedelta(hours=24)
# Source: SAFETY T11 (more than 30 different young people within an hour).
MOST_READ = 30
READ_WITHIN = timedelta(hours=1)
WEEKS_COUNTED = 4


class ReasonCode(StrEnum):
    """Why somebody opens what is closed to them."""

    MISSING = "missing"
    SERIOUS_HARM = "serious_harm"
    COURT_ORDER = "court_order"


def says_enough(reason: str) -> bool:
    """Say whether a reason is long enough to be reviewed; spaces do not count twice."""
    return len(" ".join(reason.split())) >= EMERGENCY_REASON


def needs_supervisor(opened: Iterable[datetime], *, is_supervisor: bool, now: datetime) -> bool:
    """Say whether somebody must say yes first: the second time for one person within 7 days.

    `opened`: when this worker opened this young person's record before. Source: SAFETY 5.3.
    """
    return not is_supervisor and any(at > now - EMERGENCY_AGAIN for at in opened)


def is_too_old(asked_at: datetime, now: datetime) -> bool:
    """Say whether a request waited so long that nobody may say yes to it any more."""
    return now - asked_at >= ANSWER_WITHIN


def minutes_left(ends_at: datetime, now: datetime) -> int:
    """Return how many minutes are left, rounded up, so that the last one is not called none."""
    return max(-int((now - ends_at).total_seconds() // 60), 0)


def week_of(at: datetime, zone: str) -> date:
    """Return the Monday of the week in which this instant lies on the reader's calendar."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return day - timedelta(days=day.weekday())


def weeks_until(now: datetime, zone: str) -> list[date]:
    """Return the Mondays of the weeks that are counted, this one first."""
    this = week_of(now, zone)
    return [this - timedelta(weeks=back) for back in range(WEEKS_COUNTED)]
