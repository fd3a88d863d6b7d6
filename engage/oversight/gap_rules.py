"""When the daily mail of what is left is due, and how it counts. Plain Python."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

# A mail that somebody began to send and nothing was heard of is sent again after this.
LEASE = timedelta(minutes=30)
MOST_TRIES = 6
LONGEST_WAIT = timedelta(hours=1)
NOBODY = ""


@dataclass(frozen=True)
class Left:
    """Something that is left to do about one young person."""

    young_person_id: UUID
    is_late: bool


@dataclass(frozen=True)
class Count:
    """How much is left with one worker or in one home; an empty name: with nobody."""

    name: str
    open: int
    late: int


def day_due(zone: str, now: datetime, at: time) -> date | None:
    """Return the day whose mail is due by the clock on the wall, or None before that hour.

    Weekends are days: who is away on a Saturday is looked for on that Saturday. An hour that
    no clock shows is due when the clocks have gone forward. Source: MISSION C52 (daily).
    """
    local = now.astimezone(ZoneInfo(zone))
    return local.date() if local.time() >= at else None


def counted(left: Iterable[Left], names: Mapping[UUID, str]) -> list[Count]:
    """Count what is left by name, the most first; what has no name comes last."""
    all_of, late_of = Counter[str](), Counter[str]()
    for each in left:
        name = names.get(each.young_person_id, NOBODY)
        all_of[name] += 1
        late_of[name] += each.is_late
    found = [Count(name, number, late_of[name]) for name, number in all_of.items()]
    return sorted(found, key=lambda one: (not one.name, -one.open, one.name.casefold()))


def next_try(tries: int, now: datetime) -> datetime | None:
    """Return when a mail that did not go is tried again; None when that was the last time."""
    if tries >= MOST_TRIES:
        return None
    return now + min(timedelta(minutes=2**tries), LONGEST_WAIT)
