"""From answers to advice: what to do next and why. No score, and nothing hides the report."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from engage.worries.prompt_rules import Effect


class WorryState(StrEnum):
    """How far one worry is. A waiting one always has a time to look again."""

    ASKING = "asking"
    WAITING = "waiting"
    NOT_MISSING = "not_missing"
    MISSING = "missing"
    BACK = "back"


OPEN_STATES = frozenset({WorryState.ASKING, WorryState.WAITING})


class AdviceKind(StrEnum):
    """What somebody who is worried may do now, the gravest first."""

    REPORT_NOW = "report_now"
    ASK_OUT_OF_HOURS = "ask_out_of_hours"
    TRY_FIRST = "try_first"
    WAIT = "wait"


class Because(StrEnum):
    """Why. Each is shown as a sentence of its own."""

    DANGER = "danger"
    SOMEBODY_MAKES_THEM = "somebody_makes_them"
    HEALTH = "health"
    YOUNG = "young"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    WAITED_ENOUGH = "waited_enough"
    DIFFERENT = "different"
    FIRST_TIME = "first_time"
    LONGER_THAN_BEFORE = "longer_than_before"
    TRUSTED_WORRIED = "trusted_worried"
    NEEDS = "needs"
    NIGHT = "night"
    PLAN_STEPS_LEFT = "plan_steps_left"
    PEOPLE_LEFT = "people_left"
    KNOWN_SAFE = "known_safe"
    USUAL = "usual"
    NOTHING_POINTS_TO_DANGER = "nothing_points_to_danger"


@dataclass(frozen=True)
class Circumstances:
    """All that advice is made from."""

    effects: Collection[Effect]
    age: int | None
    # When they were expected back, or when the worry began if nobody said.
    since: datetime
    # By when the law or the pack wants a report, if they are missing. None: once decided.
    report_due_at: datetime | None
    # What the plan says is a reasonable time to wait; None: it says nothing.
    agreed_wait: timedelta | None
    # At most this long until somebody looks again, by the policy pack.
    recheck_every: timedelta
    # So long after they were expected nobody waits any more for somebody as young as they are, by
    # the policy pack. None: they are not that young, or nobody knows how old they are.
    young_wait: timedelta | None = None
    plan_steps_left: int = 0
    people_left: int = 0
    # How long each earlier time away lasted.
    earlier: Sequence[timedelta] = ()
    is_night: bool = False
    # One of the three has heard from them, and is worried.
    trusted_worried: bool = False


@dataclass(frozen=True)
class Advice:
    """One thing to do, and why; `at` for "wait": when to look again (UTC)."""

    kind: AdviceKind
    because: tuple[Because, ...] = field(default_factory=tuple)
    at: datetime | None = None


SOON = timedelta(minutes=30)
SHORTEST_WAIT = timedelta(minutes=5)
REPORT_MARGIN = timedelta(minutes=10)
# What somebody may press: look again in so many minutes.
WAIT_MINUTES = (10, 15, 30, 60)


def advise(about: Circumstances, now: datetime) -> list[Advice]:
    """Return what to do, the gravest first: always something, each with its reasons.

    Danger, pressure, a health need, a low age or a legal time that is near mean: report now.
    Other signs mean: ask out of hours. What the plan and its people have not been tried for
    comes before waiting, and waiting always has a time. Source: ACIN I-14-19 (reasonable time
    by age, development and health, unless there is danger), MISSION C16, C17.
    """
    found = []
    grave = _grave(about, now)
    if grave:
        found.append(Advice(AdviceKind.REPORT_NOW, grave))
    uneasy = _uneasy(about, now)
    if uneasy or grave:
        found.append(Advice(AdviceKind.ASK_OUT_OF_HOURS, uneasy or grave[:1]))
    left = _left(about)
    if left:
        found.append(Advice(AdviceKind.TRY_FIRST, left))
    if not grave:
        found.append(Advice(AdviceKind.WAIT, _calm(about, uneasy), look_again_at(about, now)))
    return found


def _grave(about: Circumstances, now: datetime) -> tuple[Because, ...]:
    why = []
    if Effect.DANGER in about.effects:
        why.append(Because.DANGER)
    if {Effect.MADE_TO_GO, Effect.EXPLOITATION} & set(about.effects):
        why.append(Because.SOMEBODY_MAKES_THEM)
    if Effect.HEALTH in about.effects:
        why.append(Because.HEALTH)
    if Effect.REPORT in about.effects and not why:
        why.append(Because.DIFFERENT)
    until = _young_until(about)
    if until is not None and now > until:
        why.append(Because.YOUNG)
    if about.report_due_at is not None:
        if about.report_due_at <= now:
            why.append(Because.OVERDUE)
        elif about.report_due_at - now <= SOON:
            why.append(Because.DUE_SOON)
    return tuple(why)


def _young_until(about: Circumstances) -> datetime | None:
    """Return until when one may wait for somebody this young; None where age sets no end to it,
    or somebody says that they are safe.
    """
    if about.young_wait is None or Effect.KNOWN_SAFE in about.effects:
        return None
    return about.since + about.young_wait


def _uneasy(about: Circumstances, now: datetime) -> tuple[Because, ...]:
    why = []
    if Effect.DIFFERENT in about.effects:
        why.append(Because.DIFFERENT)
    gone = now - about.since
    if about.agreed_wait is not None and gone > about.agreed_wait:
        why.append(Because.WAITED_ENOUGH)
    if not about.earlier:
        why.append(Because.FIRST_TIME)
    elif gone > max(about.earlier):
        why.append(Because.LONGER_THAN_BEFORE)
    if about.trusted_worried:
        why.append(Because.TRUSTED_WORRIED)
    if Effect.NEEDS in about.effects:
        why.append(Because.NEEDS)
    if about.is_night:
        why.append(Because.NIGHT)
    return tuple(why)


def _left(about: Circumstances) -> tuple[Because, ...]:
    why = []
    if about.plan_steps_left:
        why.append(Because.PLAN_STEPS_LEFT)
    if about.people_left:
        why.append(Because.PEOPLE_LEFT)
    return tuple(why)


def _calm(about: Circumstances, uneasy: Collection[Because]) -> tuple[Because, ...]:
    why = []
    if Effect.KNOWN_SAFE in about.effects:
        why.append(Because.KNOWN_SAFE)
    if Effect.USUAL in about.effects:
        why.append(Because.USUAL)
    return tuple(why) or (() if uneasy else (Because.NOTHING_POINTS_TO_DANGER,))


def look_again_at(about: Circumstances, now: datetime) -> datetime:
    """Return when to look again at the latest: what is left of the agreed wait, never longer
    than the pack allows, also for their age, and always before the report is due.
    """
    times = [now + about.recheck_every]
    until = _young_until(about)
    if until is not None and until > now:
        times.append(until)
    if about.agreed_wait is not None and about.since + about.agreed_wait > now:
        times.append(about.since + about.agreed_wait)
    if about.report_due_at is not None:
        times.append(about.report_due_at - REPORT_MARGIN)
    return max(min(times), now + SHORTEST_WAIT)


def wait_problem(at: datetime, about: Circumstances, now: datetime) -> bool:
    """Say whether somebody chose to wait longer than they may, or not at all."""
    return not now < at <= look_again_at(about, now)


def tidy_reason(typed: str) -> str:
    """Return a reason without space around it; empty when it says nothing, such as signs alone."""
    return typed.strip() if any(sign.isalnum() for sign in typed) else ""


def last_time_of_day(typed: str, now: datetime, zone: str) -> datetime | None:
    """Return the last time it was that late on the wall, as an instant (UTC); None if unreadable.

    Takes what people type: "21:30", "9.30", "2130", "21", in any digits. A time that the clocks
    skipped counts as the moment they skipped to; one that came twice is the first.
    Source: SAFETY R12.
    """
    digits = [str(unicodedata.digit(c)) if c.isdigit() else " " for c in typed.strip()]
    parts = "".join(digits).split()
    if len(parts) == 1 and len(parts[0]) in (3, 4):
        parts = [parts[0][:-2], parts[0][-2:]]
    if not 1 <= len(parts) <= 2 or any(len(part) > 2 for part in parts):
        return None
    hour, minute = int(parts[0]), int(parts[1]) if len(parts) == 2 else 0
    if hour > 23 or minute > 59:
        return None
    local = now.astimezone(ZoneInfo(zone))
    wall = local.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    if wall.astimezone(UTC) > now:
        wall -= timedelta(days=1)
    return wall.replace(fold=0).astimezone(UTC)
