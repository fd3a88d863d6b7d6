"""The way back in steps: who is asked, until when, and what follows when it does not work."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from engage.checkins.ready_rules import CALL_ME, MEET, SEND_A_LIFT, TALK_FIRST
from engage.people.words import fold

# Names of steps, as `StepKind` has them.
WAYS = frozenset({"meet", "lift", "call", "talk", "own"})
WAY = "way"
TALKS = frozenset({"call", "talk"})
# A yes is all that is needed; nothing happens at an hour of its own.
PROMISES = frozenset({"food", "not_tonight", "not_there"})
LIVE = frozenset({"asked", "agreed"})
CHOSEN = {MEET: "meet", SEND_A_LIFT: "lift", CALL_ME: "call", TALK_FIRST: "talk"}
BY_PLAN = {"met": "meet", "lift": "lift", "own": "own", "talk": "talk"}
# Ours: long enough for a car across town, short enough for somebody who waits in the dark.
USUAL_WAIT = timedelta(minutes=60)
GRACE = timedelta(minutes=15)
# Nothing is asked of anybody further ahead than this: a wish for next week is for the worker.
LONGEST_AHEAD = timedelta(hours=24)
PLANNED, INSTEAD = 0, 1
_NEAR = ("carer", "out_of_hours", "social_worker", "supervisor", "check_in")
_STAFF = ("out_of_hours", "social_worker", "supervisor", "carer", "check_in")
_ORDER = {
    "meet": _NEAR,
    "lift": _NEAR,
    "own": _NEAR,
    "food": _NEAR,
    "not_tonight": _NEAR,
    "call": _STAFF,
    "talk": _STAFF,
    "not_there": _STAFF,
    "by_hand": _STAFF,
}


class Saying(StrEnum):
    """What one may say to a step."""

    YES = "yes"
    NO = "no"
    DONE = "done"
    FAILED = "failed"
    MINE = "mine"


@dataclass(frozen=True)
class Wanted:
    """One step as the young person wishes it."""

    kind: str
    due_at: datetime
    words: str = ""
    place: str = ""
    instead: str = ""
    is_from_plan: bool = False

    @property
    def slot(self) -> str:
        """Return what it excludes: there is one way to come, and one of each promise."""
        return slot_of(self.kind)


def slot_of(kind: str) -> str:
    """Return the slot of a kind of step."""
    return WAY if kind in WAYS else kind


def due_of(kind: str, wish_at: datetime | None, *, within: timedelta, now: datetime) -> datetime:
    """Return when a step should have happened.

    A call comes within the pack's time for an answer; the rest when they said, else in an hour.
    """
    if kind in TALKS:
        return now + within
    if wish_at is None or wish_at <= now:
        return now + USUAL_WAIT
    return min(wish_at, now + LONGEST_AHEAD)


def next_look(state: str, *, asked_at: datetime, due_at: datetime, within: timedelta) -> datetime:
    """Return when somebody looks at a live step again: at a yes that did not come, or at
    something that was to happen and of which nobody said that it did.
    """
    return asked_at + within if state == "asked" else due_at + GRACE


def owner_for(
    kind: str,
    contacts: Sequence[tuple[str, UUID]],
    *,
    named: UUID | None = None,
    unwanted: Collection[UUID] = (),
    not_again: Iterable[UUID] = (),
) -> UUID | None:
    """Return who is asked: whom they named, else the nearest for this kind of step.

    `contacts` are (step of the chain, person), in their order. Nobody who is unwanted, and if
    possible nobody who said no or did not answer (`not_again`). None when nobody is left.
    """
    passed = set(not_again)
    order = _ORDER[kind]
    near = [c for c in contacts if c[1] not in unwanted and c[0] in order]
    near.sort(key=lambda c: order.index(c[0]))
    people = list(dict.fromkeys(person for _, person in near))
    if named is not None and named not in unwanted and kind != "by_hand":
        people = [named, *(p for p in people if p != named)]
    fresh = [person for person in people if person not in passed]
    return next(iter(fresh or people), None)


def named_in(words: str, names: Iterable[tuple[UUID, str]]) -> set[UUID]:
    """Return who is meant by words such as "not Jo": everybody whose first name stands in them."""
    said = set(fold(words))
    said |= {word[:-1] for word in said if word.endswith("s")}
    found = set()
    for person_id, name in names:
        first = fold(name)[:1]
        if first and first[0] in said:
            found.add(person_id)
    return found
