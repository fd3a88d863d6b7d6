"""How an interview stands against its clock, and who may hold it. Plain Python.

Source: MISSION C46 (the young person chooses), C47 (72 hours in England; 48 or 24 where a narrower
rule holds, see the policy packs; an offer in time that is declined is no breach; a missing return
time is a state of its own).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Somebody is told this long before it is due, as long as nothing is booked. Our default.
SOON = timedelta(hours=12)
# After "not now" it is offered again this much later unless a worker says when. Our default.
OFFER_AGAIN_AFTER = timedelta(days=7)


class InterviewState(StrEnum):
    """What happened so far."""

    OWED = "owed"
    OFFERED = "offered"
    DECLINED = "declined"
    BOOKED = "booked"
    DONE = "done"
    # They went again before it took place: one talk covers all of those times.
    GONE_AGAIN = "gone_again"


OPEN = frozenset(
    {
        InterviewState.OWED,
        InterviewState.OFFERED,
        InterviewState.DECLINED,
        InterviewState.BOOKED,
        InterviewState.GONE_AGAIN,
    }
)


class Standing(StrEnum):
    """How it stands against the rule."""

    NO_RETURN_TIME = "no_return_time"
    IN_TIME = "in_time"
    SOON = "soon"
    LATE = "late"
    DECLINED_IN_TIME = "declined_in_time"
    DONE_IN_TIME = "done_in_time"
    DONE_LATE = "done_late"


# In these the rule was not kept. An offer in time that was declined is no breach (C47).
BREACHES = frozenset({Standing.LATE, Standing.DONE_LATE})


class Who(StrEnum):
    """Whom a young person would like to talk to. Source: MISSION C46."""

    INDEPENDENT = "independent"
    ADVOCATE = "advocate"
    YOUTH_WORKER = "youth_worker"
    TEACHER = "teacher"
    OWN_WORKER = "own_worker"
    SOMEONE_ELSE = "someone_else"
    NOT_NOW = "not_now"


class Wish(StrEnum):
    """Whether it matters who sits there."""

    ANYBODY = "anybody"
    NOT_A_MAN = "not_a_man"
    NOT_A_WOMAN = "not_a_woman"


class Manner(StrEnum):
    """How they would like to talk."""

    WALK = "walk"
    CAR = "car"
    ROOM = "room"
    CALL = "call"
    VIDEO = "video"
    TEXT = "text"


class Reached(StrEnum):
    """What came of trying to reach somebody for it."""

    TALKED = "talked"
    NO_ANSWER = "no_answer"
    LEFT_WORD = "left_word"


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides how an interview stands. Instants are aware; None: it has not happened."""

    state: InterviewState
    due_at: datetime | None
    offered_at: datetime | None = None
    declined_at: datetime | None = None
    done_at: datetime | None = None


def standing(facts: Facts, now: datetime) -> Standing:
    """Say how an interview stands at an instant.

    Without a return time nothing can be in time, and nothing is called late either: somebody
    must say when they came back. A "no" counts only after an offer, and both before it was due.
    """
    if facts.due_at is None:
        return Standing.NO_RETURN_TIME
    if facts.done_at is not None:
        return Standing.DONE_IN_TIME if facts.done_at <= facts.due_at else Standing.DONE_LATE
    if was_declined_in_time(facts):
        return Standing.DECLINED_IN_TIME
    if now > facts.due_at:
        return Standing.LATE
    return Standing.SOON if now >= facts.due_at - SOON else Standing.IN_TIME


def was_declined_in_time(facts: Facts) -> bool:
    """Say whether they said no, after an offer, and both before it was due."""
    return (
        facts.state == InterviewState.DECLINED
        and facts.due_at is not None
        and facts.offered_at is not None
        and facts.declined_at is not None
        and facts.offered_at <= facts.declined_at <= facts.due_at
    )


def next_look(facts: Facts, now: datetime, *, again_at: datetime | None = None) -> datetime | None:
    """Return when somebody must be told next, or None when nothing is left to tell.

    Twelve hours before it is due while nothing is booked, when it is due, and when it is to be
    offered again. What was told at an instant is not told at that instant again.
    """
    if facts.state not in OPEN:
        return None
    times = []
    if facts.state == InterviewState.DECLINED:
        times.append(again_at)
        if not was_declined_in_time(facts):
            times.append(facts.due_at)
    elif facts.due_at is not None:
        times.append(facts.due_at)
        if facts.state != InterviewState.BOOKED:
            times.append(facts.due_at - SOON)
    return min((at for at in times if at is not None and at > now), default=None)


# Source: MISSION C46 (a reminder in neutral words); a day and two hours are our default.
REMIND_BEFORE = (timedelta(days=1), timedelta(hours=2))


def reminders_past(at: datetime, now: datetime) -> int:
    """Return how many reminders of a time that is arranged are due or past: 0, 1 or 2."""
    return sum(now >= at - before for before in REMIND_BEFORE)


def is_choice_heard(who: Who, *, is_involved: bool, independent_offered: bool) -> bool:
    """Say whether somebody may hold the interview.

    Somebody who takes part in the care may, if that is the choice, and only after an independent
    person was offered as well. Source: MISSION C46 (independence).
    """
    if not is_involved:
        return True
    return who in (Who.OWN_WORKER, Who.SOMEONE_ELSE, Who.TEACHER) and independent_offered
