"""When a staffing is proposed, must be held again, and ends; who is asked to it. Plain Python."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from engage.episodes.rules import MISSING_FROM_CARE, EpisodeState


class StaffingState(StrEnum):
    """How far a staffing of one time away has come."""

    # Nothing holds yet; the clock looks again.
    WATCHED = "watched"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CLOSED = "closed"


class Purpose(StrEnum):
    """Which kind of meeting."""

    STAFFING = "staffing"
    TEAM = "team"


class MeetingState(StrEnum):
    """How far a meeting has come."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Part(StrEnum):
    """In which part somebody is asked to a meeting. Source: S0, MISSION C37."""

    YOUNG_PERSON = "young_person"
    WORKER = "worker"
    SUPERVISOR = "supervisor"
    FACILITATOR = "facilitator"
    CARER = "carer"
    TRUSTED = "trusted"
    FAMILY = "family"
    GUARDIAN = "guardian"
    COURT = "court"
    POLICE = "police"
    TREATMENT = "treatment"
    TRAFFICKING = "trafficking"
    OTHER = "other"


# Whom the record names by itself.
OF_RECORD = frozenset({
    Part.YOUNG_PERSON, Part.WORKER, Part.SUPERVISOR, Part.FACILITATOR, Part.CARER, Part.TRUSTED,
})  # fmt: skip


class Answer(StrEnum):
    """What somebody who was asked said."""

    NONE = "none"
    YES = "yes"
    NO = "no"


class Whose(StrEnum):
    """Whose words are heard in a meeting."""

    YOUNG_PERSON = "young_person"
    TRUSTED = "trusted"


class Ask(StrEnum):
    """A question to prepare with. Source: S0, MISSION C38."""

    KNOWN = "known"
    LAST_SPOKE = "last_spoke"
    WHERE = "where"
    PLAN = "plan"
    WORRIES = "worries"
    STRENGTHS = "strengths"
    TRIED = "tried"
    BRING_BACK = "bring_back"
    READY = "ready"
    WHO_DOES = "who_does"


# Source: S0 (at most half an hour).
LASTS = timedelta(minutes=30)
# What stands on the agenda and for how long: the young person's words come first.
AGENDA: Sequence[tuple[str, int]] = (
    ("words", 4), ("news", 6), ("where", 6), ("back", 6), ("who_does", 6), ("next", 2),
)  # fmt: skip
# How often it may be held again; ours, until a place says otherwise. Source: S0 (agreed there).
RHYTHMS = (1, 2, 3, 7, 14, 30)
AHEAD = timedelta(days=366)
# How far back somebody may write down that a meeting took place.
BEHIND = timedelta(days=31)
LOOK_AGAIN = timedelta(minutes=15)
REMIND = timedelta(days=1)
# How far ahead a free slot of a facilitator is looked for.
SEARCH_DAYS = 35
LINK_LASTS = timedelta(days=2)  # after the meeting
# Nobody knows where they are. In touch, or on the way, is not known yet.
UNKNOWN = MISSING_FROM_CARE - {EpisodeState.AWAY}
OPEN = frozenset({StaffingState.PROPOSED, StaffingState.CONFIRMED})
SITS = "meeting"


@dataclass(frozen=True)
class Slot:
    """A facilitator's time in each week, by the clock on the wall: Monday is 0."""

    weekday: int
    minute: int


@dataclass(frozen=True)
class Stop:
    """One point of the agenda and when it begins and ends (UTC)."""

    name: str
    starts_at: datetime
    ends_at: datetime


def agenda(starts_at: datetime) -> list[Stop]:
    """Return the points of a meeting with their times: together half an hour. Source: S0."""
    stops, at = [], starts_at
    for name, minutes in AGENDA:
        stops.append(Stop(name, at, at + timedelta(minutes=minutes)))
        at = stops[-1].ends_at
    return stops


def lasted_too_long(starts_at: datetime, ended_at: datetime) -> bool:
    """Say whether a meeting took longer than half an hour. Source: S0, MISSION's key figures."""
    return ended_at - starts_at > LASTS


def instants(slot: Slot, zone: str, after: datetime, days: int = SEARCH_DAYS) -> list[datetime]:
    """List when a weekly slot is in the coming days (UTC), the soonest first.

    A time that no clock shows, on the night the clocks go forward, is left out; of a time shown
    twice the first counts. Source: SAFETY R12.
    """
    local = ZoneInfo(zone)
    first = after.astimezone(local).date()
    found = []
    for day in (first + timedelta(days=n) for n in range(days)):
        at = _instant(slot, day, local) if day.weekday() == slot.weekday else None
        if at is not None and at > after:
            found.append(at)
    return found


def _instant(slot: Slot, day: date, zone: ZoneInfo) -> datetime | None:
    wall = datetime(day.year, day.month, day.day, slot.minute // 60, slot.minute % 60)  # noqa: DTZ001
    at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return at if at.astimezone(zone).replace(tzinfo=None) == wall else None


def clashes(starts_at: datetime, taken: Iterable[datetime]) -> bool:
    """Say whether a meeting at this instant would overlap one of those that begin at `taken`."""
    return any(abs(starts_at - other) < LASTS for other in taken)


def next_free(
    slots: Iterable[Slot], zone: str, taken: Collection[datetime], after: datetime
) -> datetime | None:
    """Return the soonest slot that overlaps nothing; None when all are taken."""
    ahead = sorted(at for slot in slots for at in instants(slot, zone, after))
    return next((at for at in ahead if not clashes(at, taken)), None)


def is_located(state: EpisodeState) -> bool:
    """Say whether it is known where they are, or they are back. Source: S0 (until located)."""
    return state not in UNKNOWN


def must_have_next(state: StaffingState, *, is_located: bool) -> bool:
    """Say whether a confirmed staffing needs a next date: until they are located. Source: S0."""
    return state is StaffingState.CONFIRMED and not is_located


def may_sit(may_be_asked: Iterable[str], agreed: Iterable[str] | None) -> bool:
    """Say whether one of the three may be asked to a meeting: chosen by the young person, and
    agreed to by themselves where what they agreed to is known.
    """
    return SITS in set(may_be_asked) and (agreed is None or SITS in set(agreed))
