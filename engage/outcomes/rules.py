"""What may come of a talk or a return, by when, and when somebody hears that it was not done.

Source: MISSION C50 (outcomes with owners and dates; a pre-assessment needs consent; brief help for
up to three months with the four aims of the Plymouth protocol; the plan is looked at again).
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

# Source: MISSION C50 (S4: brief intervention up to three months).
BRIEF_MONTHS = 3
# Nothing is promised further ahead than this: a longer promise is a wish. Our default.
LONGEST = timedelta(days=366)
# Where no pack says how soon the plan is looked at again. Our default.
PLAN_WITHIN = timedelta(days=7)
# Its owner hears on the morning after the day it was due; a day later the supervisors.
MORNING = time(9, 0)
CLIMBS_AFTER = timedelta(days=1)


class Kind(StrEnum):
    """What will happen."""

    PRE_ASSESSMENT = "pre_assessment"
    ASSESSMENT = "assessment"
    BRIEF_HELP = "brief_help"
    SIGNPOST = "signpost"
    PLAN = "plan"
    CHANGE = "change"
    OTHER = "other"


class Aim(StrEnum):
    """The four aims of help after a time away. Source: MISSION C50 (S4)."""

    DANGERS = "dangers"
    TRUST = "trust"
    SAFER_WAYS = "safer_ways"
    QUESTIONS = "questions"


class Consent(StrEnum):
    """What the young person said to a pre-assessment."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not_asked"


class State(StrEnum):
    """What became of it."""

    OPEN = "open"
    DONE = "done"
    NOT_DONE = "not_done"


class Turn(StrEnum):
    """What was written down about it."""

    MADE = "made"
    MOVED = "moved"
    DONE = "done"
    NOT_DONE = "not_done"


class Standing(StrEnum):
    """How it stands against its day."""

    OPEN = "open"
    SOON = "soon"
    OVERDUE = "overdue"
    DONE = "done"
    NOT_DONE = "not_done"


class From(StrEnum):
    """What it came of."""

    TALK = "talk"
    RETURN = "return"


class Fix(StrEnum):
    """Why something cannot be promised like this."""

    PAST = "past"
    TOO_FAR = "too_far"
    TOO_LONG = "too_long"
    NEEDS_AIM = "needs_aim"
    NEEDS_CONSENT = "needs_consent"


SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Promise:
    """What is about to be written down."""

    kind: Kind
    due_on: date
    aims: tuple[Aim, ...] = ()
    consent: Consent = Consent.NOT_ASKED


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it has no such day."""
    at = day.month - 1 + months
    year, month = day.year + at // 12, at % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def latest_day(kind: Kind, today: date) -> date:
    """Return the last day that may be named: three months for brief help, else a year."""
    return months_after(today, BRIEF_MONTHS) if kind is Kind.BRIEF_HELP else today + LONGEST


def fix(promise: Promise, today: date) -> Fix | None:
    """Say what is wrong with a promise, or None.

    Brief help has an aim and ends within three months. A pre-assessment is begun only after a yes.
    """
    if promise.due_on < today:
        return Fix.PAST
    if promise.due_on > latest_day(promise.kind, today):
        return Fix.TOO_LONG if promise.kind is Kind.BRIEF_HELP else Fix.TOO_FAR
    if promise.kind is Kind.BRIEF_HELP and not promise.aims:
        return Fix.NEEDS_AIM
    if promise.kind is Kind.PRE_ASSESSMENT and promise.consent is not Consent.YES:
        return Fix.NEEDS_CONSENT
    return None


def standing(state: State, due_on: date, today: date) -> Standing:
    """Say how something stands on a day. The day it is due on still counts as in time."""
    if state is not State.OPEN:
        return Standing(state.value)
    if today > due_on:
        return Standing.OVERDUE
    return Standing.SOON if due_on - today <= SOON else Standing.OPEN


def morning_of(day: date, zone: str) -> datetime:
    """Return nine o'clock of a day there, as UTC."""
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)


def first_look(due_on: date, zone: str) -> datetime:
    """Return when its owner hears that it was not done: the next morning there, as UTC."""
    return morning_of(due_on + timedelta(days=1), zone)


def next_look(looked_at: datetime, times_told: int) -> datetime | None:
    """Return when somebody hears of it next: the supervisors a day after its owner, then nobody.

    What supervisors hear is an alert, which climbs by itself until somebody has it.
    """
    return looked_at + CLIMBS_AFTER if times_told == 1 else None
