"""What an episode may become, when its clocks run, and what stands against closing it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class EpisodeState(StrEnum):
    """How far it has come. Source: MISSION C20, ACIN I-14-19."""

    LATE = "late"
    WORRIED = "worried"
    MISSING = "missing"
    AWAY = "away"
    IN_TOUCH = "in_touch"
    READY = "ready_to_return"
    RETURNING = "returning"
    RETURNED = "returned"
    CLOSED = "closed"


class EpisodeKind(StrEnum):
    """Why somebody is away, as far as anybody knows. Source: S4."""

    CHOSE_TO_GO = "chose_to_go"
    MADE_TO_LEAVE = "made_to_leave"
    NOT_KNOWN = "not_known"


class Event(StrEnum):
    """The instants that are kept apart, each with its source. Names as in the policy packs."""

    EXPECTED_BACK = "expected_back"
    LAST_CONTACT = "last_contact"
    DISCOVERED = "discovered"
    INFORMATION_RECEIVED = "information_received"
    DETERMINED_MISSING = "determined_missing"
    REPORT_MADE = "report_made"
    RETURNED = "returned"


class Source(StrEnum):
    """From whom something is known."""

    YOUNG_PERSON = "young_person"
    CARER = "carer"
    TRUSTED_PERSON = "trusted_person"
    WORKER = "worker"
    POLICE = "police"
    OTHER = "other"


class Stage(StrEnum):
    """How far a clock has run."""

    RUNNING = "running"
    AMBER = "amber"
    RED = "red"
    DONE = "done"
    NOT_NEEDED = "not_needed"


# Nobody knows that they are safe at home: they count as missing from care. Knowing where
# somebody is, and that they will not come back, does not change that. Source: ACIN I-14-19.
MISSING_FROM_CARE = frozenset({
    EpisodeState.MISSING, EpisodeState.AWAY, EpisodeState.IN_TOUCH, EpisodeState.READY,
    EpisodeState.RETURNING,
})  # fmt: skip
BEFORE_MISSING = frozenset({EpisodeState.LATE, EpisodeState.WORRIED})
STILL_OUT = BEFORE_MISSING | MISSING_FROM_CARE
_WHILE_OUT = MISSING_FROM_CARE | {EpisodeState.RETURNED}
MAY_BECOME: Mapping[EpisodeState, frozenset[EpisodeState]] = {
    EpisodeState.LATE: frozenset({
        EpisodeState.WORRIED, EpisodeState.MISSING, EpisodeState.AWAY, EpisodeState.IN_TOUCH,
        EpisodeState.RETURNED, EpisodeState.CLOSED,
    }),
    EpisodeState.WORRIED: frozenset({
        EpisodeState.MISSING, EpisodeState.AWAY, EpisodeState.IN_TOUCH, EpisodeState.RETURNED,
        EpisodeState.CLOSED,
    }),
    **{state: _WHILE_OUT - {state} for state in MISSING_FROM_CARE},
    EpisodeState.RETURNED: frozenset({EpisodeState.CLOSED}),
    EpisodeState.CLOSED: frozenset(),
}  # fmt: skip

# While which states each clock of a policy pack runs. A clock that is not here is another
# part's (plans, check-ins). Reports run from the first worry: a kind question must not hide
# a legal clock. Source: MISSION, the second thing.
RUNS_WHILE: Mapping[str, frozenset[EpisodeState]] = {
    "recheck": BEFORE_MISSING,
    "count_as_missing": BEFORE_MISSING,
    "report_police": STILL_OUT,
    "report_ncmec": STILL_OUT,
    "inform_supervisor": STILL_OUT,
    "inform_listed_people": STILL_OUT,
    "inform_partners": MISSING_FROM_CARE,
    "danger_check": STILL_OUT,
    "search_efforts": MISSING_FROM_CARE,
    "update_police": MISSING_FROM_CARE,
    "update_ncmec": MISSING_FROM_CARE,
    "return_notices": frozenset({EpisodeState.RETURNED}),
    "health_check": frozenset({EpisodeState.RETURNED}),
}
# These are asked for by law once somebody was missing, even when they came back quickly.
OWED_AFTER_RETURN = frozenset({"report_police", "report_ncmec", "inform_listed_people"})
REPORTS = frozenset({"report_police", "report_ncmec"})
CLOCK_SKEW = timedelta(minutes=5)  # how far a phone's clock may run ahead of ours
LONGEST_AGO = timedelta(days=366)
# After something new was noted, whoever noted it has this long to look at danger again before
# others are asked. Source: MISSION C25 ("on every new fact"); how long is our default.
NEW_FACT_WAITS = timedelta(minutes=5)


def is_missing_from_care(state: EpisodeState) -> bool:
    """Say whether somebody counts as missing now."""
    return state in MISSING_FROM_CARE


def is_still_out(state: EpisodeState) -> bool:
    """Say whether they have not come back yet."""
    return state in STILL_OUT


def may_become(state: EpisodeState, new: EpisodeState) -> bool:
    """Say whether an episode in one state may be put into another."""
    return new in MAY_BECOME[state]


class TimeProblem(StrEnum):
    """What is wrong with a time that somebody gave."""

    FUTURE = "future"
    TOO_LONG_AGO = "too_long_ago"
    BEFORE_LAST_CONTACT = "before_last_contact"
    RETURNED_BEFORE_MISSING = "returned_before_missing"
    NEEDS_REASON = "needs_reason"


def time_problem(
    event: Event,
    at: datetime,
    known: Mapping[str, datetime],
    *,
    now: datetime,
    has_reason: bool = False,
) -> TimeProblem | None:
    """Say what is wrong with a time for this event, given those known; None if nothing is.

    The time of return is set once: another one is a correction and needs a reason.
    Source: MISSION C45.
    """
    if event != Event.EXPECTED_BACK and at > now + CLOCK_SKEW:
        return TimeProblem.FUTURE
    if at < now - LONGEST_AGO:
        return TimeProblem.TOO_LONG_AGO
    last = known.get(Event.LAST_CONTACT)
    if event == Event.RETURNED:
        noticed = [
            known[each]
            for each in (Event.LAST_CONTACT, Event.DETERMINED_MISSING, Event.DISCOVERED)
            if each in known
        ]
        if any(at < each for each in noticed):
            return TimeProblem.RETURNED_BEFORE_MISSING
        if event in known and not has_reason:
            return TimeProblem.NEEDS_REASON
    elif event in (Event.DISCOVERED, Event.DETERMINED_MISSING) and last is not None and at < last:
        return TimeProblem.BEFORE_LAST_CONTACT
    if event == Event.LAST_CONTACT and at > known.get(Event.RETURNED, now + CLOCK_SKEW):
        return TimeProblem.RETURNED_BEFORE_MISSING
    return None


def amber_at(started_at: datetime, due_at: datetime) -> datetime:
    """Return when a clock turns amber: at three quarters, but with at least ten minutes left.

    A clock shorter than that is amber from its start.
    """
    late = started_at + (due_at - started_at) * 3 / 4
    return max(started_at, min(late, due_at - timedelta(minutes=10)))


@dataclass(frozen=True)
class Look:
    """What a clock shows now, and when it must be looked at again (None: never)."""

    stage: Stage
    next_look_at: datetime | None


def look(started_at: datetime, due_at: datetime, now: datetime) -> Look:
    """Say how far an open clock has run at this instant."""
    if now >= due_at:
        return Look(Stage.RED, None)
    amber = amber_at(started_at, due_at)
    if now >= amber:
        return Look(Stage.AMBER, due_at)
    return Look(Stage.RUNNING, amber)


def runs_while(name: str, state: EpisodeState, *, was_missing: bool) -> bool:
    """Say whether this clock runs in this state.

    A check-in is not among the reasons to stop one. Source: MISSION, the third thing.
    """
    if name in OWED_AFTER_RETURN and state == EpisodeState.RETURNED:
        return was_missing
    return state in RUNS_WHILE.get(name, frozenset())


class Obstacle(StrEnum):
    """What stands against closing an episode."""

    NOT_BACK = "not_back"
    NO_RETURN_TIME = "no_return_time"
    NO_REASON = "no_reason"
    DUTIES_OPEN = "duties_open"
    NOTICES_OPEN = "notices_open"


def obstacles(
    state: EpisodeState,
    *,
    open_clocks: Collection[str],
    has_return_time: bool,
    has_reason: bool,
    open_notices: int = 0,
) -> list[Obstacle]:
    """List what stands against closing: nothing closes with blanks. Source: MISSION C23, C44.

    Late or worried, and never missing, it closes with a reason. Missing, it closes only
    after the return, with its time, when every duty is done or said not to be needed.
    """
    found = []
    if state in MISSING_FROM_CARE:
        found.append(Obstacle.NOT_BACK)
    if state == EpisodeState.RETURNED:
        if not has_return_time:
            found.append(Obstacle.NO_RETURN_TIME)
        if open_clocks:
            found.append(Obstacle.DUTIES_OPEN)
        if open_notices:
            found.append(Obstacle.NOTICES_OPEN)
    if state in BEFORE_MISSING and not has_reason:
        found.append(Obstacle.NO_REASON)
    return found
