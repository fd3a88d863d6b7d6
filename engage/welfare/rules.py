"""What a welfare meeting is about, when it was, and when what was agreed in it is late.

Plain Python. Source: MISSION C55 (reflective welfare meetings, with minutes and actions).
"""

from datetime import date, timedelta
from enum import StrEnum


class About(StrEnum):
    """What people thought about together. Never one young person."""

    PLACE = "place"
    PATTERN = "pattern"
    OTHER = "other"


class State(StrEnum):
    """How far something agreed has come."""

    OPEN = "open"
    DONE = "done"
    NOT_DONE = "not_done"


class Turn(StrEnum):
    """What was written down about something agreed."""

    AGREED = "agreed"
    MOVED = "moved"
    DONE = "done"
    NOT_DONE = "not_done"


class Fix(StrEnum):
    """Why it cannot be written down like this."""

    TO_COME = "to_come"
    LONG_AGO = "long_ago"
    PAST = "past"
    TOO_FAR = "too_far"
    NO_WORDS = "no_words"


# Minutes of what was held; ours, so that a slip of the pen in the year is found.
OLDEST = timedelta(days=366)
LONGEST = timedelta(days=183)


def held_problem(held_on: date, today: date) -> Fix | None:
    """Say why a meeting cannot have been on a day: it is still to come, or over a year ago."""
    if held_on > today:
        return Fix.TO_COME
    return Fix.LONG_AGO if today - held_on > OLDEST else None


def due_problem(due_on: date, today: date) -> Fix | None:
    """Say why something cannot be due on a day: it is over, or more than half a year ahead."""
    if due_on < today:
        return Fix.PAST
    return Fix.TOO_FAR if due_on - today > LONGEST else None


def is_late(state: State, due_on: date, today: date) -> bool:
    """Say whether it should be done by now. The day it is due on still counts as in time."""
    return state is State.OPEN and today > due_on
