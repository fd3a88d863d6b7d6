"""When a check-in is expected, and what becomes of it: agreed times, in plain Python.

A deadline is an instant (UTC) that comes from a wall time in a zone; durations are added in UTC.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from engage.messaging.rules import QUIET_FROM, QUIET_UNTIL

# Source: MISSION 2.1 and issue 4 (defaults, agreed anew with each young person).
GRACES = (15, 30, 60, 120, 240)  # minutes
GRACE = 30
EVERY = (2, 3, 4, 6, 8, 12, 24)  # hours
MOST = 6  # agreed times that hold at once, for one young person
ASK_BEFORE_QUIET = timedelta(minutes=15)
ASK_EARLY = timedelta(hours=2)
COUNTS_FOR = timedelta(hours=6)
# Texts within this time of the last one do not start the hours of "while away" anew.
SETTLES_DOWN = timedelta(minutes=30)
LONGEST_PAUSE = timedelta(days=28)
WEEK = frozenset(range(7))  # from Monday


class Repeat(StrEnum):
    """How often."""

    WEEKLY = "weekly"
    WHILE_AWAY = "while_away"


class TimeState(StrEnum):
    """How far an agreed time has come."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ENDED = "ended"


class ExpectedState(StrEnum):
    """What became of one expected check-in."""

    WAITING = "waiting"
    ASKED = "asked"
    OVERDUE = "overdue"
    MET = "met"
    # Sent in time; the network brought it after the deadline.
    MET_UNSEEN = "met_unseen"
    LATE = "late"
    HEARD = "heard"
    CALLED_OFF = "called_off"


class ProposalProblem(StrEnum):
    """What is missing before a clock could follow it."""

    NO_HOURS = "no_hours"
    NO_DAYS = "no_days"
    NO_TIME = "no_time"
    NO_GRACE = "no_grace"


@dataclass(frozen=True)
class Proposal:
    """What somebody proposes. `wall` is a wall time like "22:00"; `days` count from Monday, 0."""

    repeat: Repeat
    days: frozenset[int] = frozenset()
    wall: str | None = None
    every_hours: int | None = None
    grace_minutes: int = GRACE
    may_ask: bool = True


def proposal_problems(proposal: Proposal) -> list[ProposalProblem]:
    """List what is missing; what belongs to the other way is passed over. Source: S1."""
    found = []
    if proposal.repeat is Repeat.WHILE_AWAY and proposal.every_hours not in EVERY:
        found.append(ProposalProblem.NO_HOURS)
    if proposal.repeat is Repeat.WEEKLY:
        if not proposal.days or not proposal.days <= WEEK:
            found.append(ProposalProblem.NO_DAYS)
        if not is_wall_time(proposal.wall or ""):
            found.append(ProposalProblem.NO_TIME)
    if proposal.grace_minutes not in GRACES:
        found.append(ProposalProblem.NO_GRACE)
    return found


def is_wall_time(text: str) -> bool:
    """Say whether this is a time of day as "HH:MM", in digits of ours."""
    hours, colon, minutes = text.partition(":")
    if not colon or len(hours) != 2 or len(minutes) != 2 or not (hours + minutes).isascii():
        return False
    return (hours + minutes).isdigit() and int(hours) < 24 and int(minutes) < 60


@dataclass(frozen=True)
class Terms:
    """What was agreed: on which days by when, or every so many hours while away."""

    repeat: Repeat
    zone: str
    grace: timedelta
    days: frozenset[int] = frozenset()  # 0 is Monday
    wall: time | None = None
    every: timedelta | None = None
    may_ask: bool = True


@dataclass(frozen=True)
class Deadline:
    """One expected check-in: from when one counts, when we ask, by when, when people are told."""

    opens_at: datetime
    asks_at: datetime | None
    due_at: datetime
    overdue_at: datetime

    @property
    def first_step_at(self) -> datetime:
        """When something happens first: the question, else telling people."""
        return self.asks_at or self.overdue_at


def next_after(
    terms: Terms,
    due_at: datetime,
    now: datetime,
    *,
    state: TimeState,
    running_since: datetime | None,
    paused_until: datetime | None,
) -> Deadline | None:
    """Return what is expected after a check-in that was met or missed; None when nothing is."""
    away = terms.repeat is Repeat.WHILE_AWAY
    if state != TimeState.ACTIVE or (away and running_since is None):
        return None
    after = now if away else max(due_at, now)
    return next_deadline(terms, max(after, paused_until or after))


def still_holds(
    due_at: datetime,
    *,
    repeat: Repeat,
    running_since: datetime | None,
    paused_at: datetime | None,
    paused_until: datetime | None,
    ended_at: datetime | None,
) -> bool:
    """Say whether what was expected by `due_at` is expected still, when its time has come.

    A pause and an end concern what was not due yet: they silence nothing that was missed before.
    Ending, pausing and coming back call off what is expected; this is for what was being written
    at that very moment.
    """
    if ended_at is not None and ended_at < due_at:
        return False
    if repeat == Repeat.WHILE_AWAY and running_since is None and ended_at is None:
        return False
    if paused_at is None or paused_until is None:
        return True
    return not paused_at < due_at < paused_until


def instant_of(day: date, wall: time, zone: str) -> datetime:
    """Return the instant of a wall time, in UTC.

    A time that a clock change skips moves forward by the gap; one that comes twice is the first.
    Source: SAFETY R12.
    """
    return datetime.combine(day, wall, ZoneInfo(zone)).astimezone(UTC)


def next_deadline(terms: Terms, after: datetime) -> Deadline:
    """Return the first deadline after this instant; while away, one interval after it."""
    if terms.repeat is Repeat.WHILE_AWAY:
        assert terms.every is not None
        due_at = after + terms.every
        return _deadline(terms, after + SETTLES_DOWN, due_at)
    assert terms.wall is not None and terms.days
    today = after.astimezone(ZoneInfo(terms.zone)).date()
    for ahead in range(9):
        day = today + timedelta(days=ahead)
        due_at = instant_of(day, terms.wall, terms.zone)
        if day.weekday() in terms.days and due_at > after:
            return _deadline(terms, _opens(terms, day, due_at), due_at)
    raise AssertionError("every weekday comes within a week")


def _opens(terms: Terms, day: date, due_at: datetime) -> datetime:
    # Whatever came on that day counts, and for an early deadline the evening before.
    return min(instant_of(day, time(0), terms.zone), due_at - COUNTS_FOR)


def _deadline(terms: Terms, opens_at: datetime, due_at: datetime) -> Deadline:
    asks_at = ask_at(due_at, terms.zone) if terms.may_ask else None
    if asks_at is not None and asks_at <= opens_at:
        asks_at = None
    return Deadline(opens_at, asks_at, due_at, due_at + terms.grace)


def ask_at(due_at: datetime, zone: str) -> datetime | None:
    """Return when to ask them first, before anybody is told; None when a text would wake them.

    At the deadline; for one in the quiet hours a quarter of an hour before these begin, if that
    is not too early to make sense.
    """
    local = due_at.astimezone(ZoneInfo(zone))
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return due_at
    evening = local.date() if local.time() >= QUIET_FROM else local.date() - timedelta(days=1)
    before = instant_of(evening, QUIET_FROM, zone) - ASK_BEFORE_QUIET
    return before if due_at - before <= ASK_EARLY else None


def mask_of(days: Collection[int]) -> int:
    """Return weekdays (0 is Monday) as one number for the database."""
    return sum(1 << day for day in set(days))


def days_of(mask: int) -> frozenset[int]:
    """Return the weekdays of such a number."""
    return frozenset(day for day in range(7) if mask >> day & 1)
