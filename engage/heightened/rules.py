"""What asks for an answer, from when, and what counts as one. Plain Python: no score anywhere.

Source: MISSION C8: the factors are those of Missouri's manual (S0); a carer notices a sign and
people get in touch before the young person leaves (S1); everything that is noted needs help with
an owner, since of 59 young people with high risk 7 were helped (S3, the inspectors). How long, how
often and how many are our defaults where nothing else is named.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from engage.outcomes.rules import first_look, morning_of


class Kind(StrEnum):
    """What was noted. In no order of weight: nothing here is added up."""

    EARLIER_TIMES = "earlier_times"
    MOVES = "moves"
    SIBLINGS = "siblings"
    GROUP_HOME = "group_home"
    SUBSTANCES = "substances"
    SELF_HARM = "self_harm"
    EXPLOITATION = "exploitation"
    OTHER = "other"
    SIGN = "sign"


class From(StrEnum):
    """Where it comes from."""

    RECORD = "record"
    BY_HAND = "by_hand"
    NOTICED = "noticed"


class Heard(StrEnum):
    """From where a worker knows what they note by hand."""

    THEMSELVES = "themselves"
    PLAN = "plan"
    TALK = "talk"
    HOME = "home"
    FAMILY = "family"
    SCHOOL = "school"
    HEALTH = "health"
    OTHER = "other"


class Sign(StrEnum):
    """What somebody noticed; a short list, and nobody has to pick."""

    PLAN = "plan"
    QUIET = "quiet"
    UPSET = "upset"
    BAD_NEWS = "bad_news"
    WANTS_TO_GO = "wants_to_go"
    PACKED = "packed"
    NEW_PEOPLE = "new_people"
    OTHER = "other"


class State(StrEnum):
    """How far an offer is; `not_now` is no offer but a reason, with a day to look again."""

    OFFERED = "offered"
    TAKEN_UP = "taken_up"
    DECLINED = "declined"
    DONE = "done"
    NOT_NOW = "not_now"


class Turn(StrEnum):
    """What was written down about an offer."""

    MADE = "made"
    MOVED = "moved"
    TAKEN_UP = "taken_up"
    DECLINED = "declined"
    DONE = "done"


class Ending(StrEnum):
    """Why it asks for nothing more."""

    UNDONE = "undone"
    NO_LONGER = "no_longer"


class Standing(StrEnum):
    """How it stands: words for people, never a colour or a number for a child."""

    NO_ANSWER = "no_answer"
    LATE = "late"
    IN_HAND = "in_hand"
    ANSWERED = "answered"


class Fix(StrEnum):
    """Why an answer cannot be written down like this."""

    PAST = "past"
    TOO_FAR = "too_far"
    NO_WORDS = "no_words"
    NOTHING_PICKED = "nothing_picked"


# What a worker may note by hand: those that no record holds, and those it may not know yet.
BY_HAND = tuple(kind for kind in Kind if kind is not Kind.SIGN)
OPEN = frozenset({State.OFFERED, State.TAKEN_UP})
MAY_BECOME = {
    State.OFFERED: frozenset({State.TAKEN_UP, State.DECLINED, State.DONE}),
    State.TAKEN_UP: frozenset({State.DECLINED, State.DONE}),
}
LOOKED_BACK = timedelta(days=365)
# Two moves make three homes in a year. Source: Department for Education, Stability measures for
# children looked after in England, 2024 ("three or more placements during the year").
ENOUGH_MOVES = 2
LONGEST_OFFER = timedelta(days=183)
LONGEST_NOT_NOW = timedelta(days=92)
# Somebody who said no is asked again, in another way.
ASK_AGAIN = timedelta(days=30)
UNDO_WITHIN = timedelta(hours=1)
# So long a page says that people hear of it now; then when they heard. Our default.
HEARD_WITHIN = timedelta(minutes=30)
# Two taps of one hand are one sign.
SAME_TAP = timedelta(minutes=10)
# The record is looked at so often.
LOOK_AGAIN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer to what was noted."""

    state: State
    made_at: datetime
    # By when the offer is done, or on which day to look again.
    due_on: date
    ended_at: datetime | None = None


def holds_until(reply: Reply, raised_at: datetime, zone: str) -> datetime | None:
    """Return until when a reply answers what was raised: None for good, `raised_at` for not.

    A running offer answers whatever comes while it runs, up to the morning after its day. What
    ended before something new came answers nothing of that.
    """
    if reply.state in OPEN:
        return first_look(reply.due_on, zone)
    said_at = reply.ended_at or reply.made_at
    if said_at < raised_at:
        return raised_at
    if reply.state is State.NOT_NOW:
        return morning_of(reply.due_on, zone)
    return None if reply.state is State.DONE else said_at + ASK_AGAIN


def asks_at(raised_at: datetime, replies: Iterable[Reply], zone: str) -> datetime | None:
    """Return from when it asks for an answer: since it was raised where there is none, None where
    one holds for good. The reply that holds longest counts.
    """
    latest = raised_at
    for reply in replies:
        until = holds_until(reply, raised_at, zone)
        if until is None:
            return None
        latest = max(latest, until)
    return latest


def standing(asks: datetime | None, raised_at: datetime, now: datetime) -> Standing:
    """Say how it stands. `asks`: what `asks_at` returned."""
    if asks is None:
        return Standing.ANSWERED
    if asks > now:
        return Standing.IN_HAND
    return Standing.NO_ANSWER if asks <= raised_at else Standing.LATE


def raised_again(
    raised_at: datetime, asks: datetime | None, happened_at: datetime, *, is_running: bool
) -> datetime:
    """Return since when it asks, now that something new happened.

    What waits already goes on waiting since then, or each new thing would make it look young.
    While an offer runs nothing new is asked.
    """
    waits = asks is not None and asks <= happened_at
    if is_running or waits or happened_at <= raised_at:
        return raised_at
    return happened_at


def days_waiting(since: datetime, now: datetime) -> int:
    """Return for how many whole days something has waited."""
    return max((now - since).days, 0)


def fix(
    state: State, due_on: date, words: str, picked: Collection[object], today: date
) -> Fix | None:
    """Say what is wrong with an offer or a reason, or None."""
    if not picked:
        return Fix.NOTHING_PICKED
    if not words.strip():
        return Fix.NO_WORDS
    return bad_day(state, due_on, today)


def bad_day(state: State, due_on: date, today: date) -> Fix | None:
    """Say what is wrong with a day, or None. An offer may be for today; to look again is later."""
    is_reason = state is State.NOT_NOW
    if due_on < today or (is_reason and due_on == today):
        return Fix.PAST
    longest = LONGEST_NOT_NOW if is_reason else LONGEST_OFFER
    return Fix.TOO_FAR if due_on - today > longest else None


def may_become(state: State, wanted: State) -> bool:
    """Say whether an offer may come to be in a state. What is over stays over."""
    return wanted in MAY_BECOME.get(state, frozenset())


@dataclass(frozen=True, slots=True)
class Found:
    """What the record says: what it is, how often, and when it last happened."""

    kind: Kind
    # None: it goes on, and nobody wrote down since when.
    happened_at: datetime | None
    number: int = 0


def earlier_times(ended: Iterable[datetime], now: datetime) -> Found | None:
    """Return the times away that ended within a year, or None."""
    lately = [at for at in ended if now - LOOKED_BACK < at <= now]
    return Found(Kind.EARLIER_TIMES, max(lately), len(lately)) if lately else None


def moves(began: Iterable[datetime], now: datetime) -> Found | None:
    """Return the moves from one home to another within a year, if they are many, or None.

    The first home is no move. `began`: when each stay began, of all that are known.
    """
    later: Sequence[datetime] = sorted(began)[1:]
    lately = [at for at in later if now - LOOKED_BACK < at <= now]
    return Found(Kind.MOVES, lately[-1], len(lately)) if len(lately) >= ENOUGH_MOVES else None


def latest(kind: Kind, happened: Iterable[datetime], now: datetime) -> Found | None:
    """Return what last happened within a year, or None."""
    lately = [at for at in happened if now - LOOKED_BACK < at <= now]
    return Found(kind, max(lately), len(lately)) if lately else None


# What a pack's triggers for short meetings ask for, by what was noted.
FACTS = {
    Kind.EXPLOITATION: "exploitation",
    Kind.SELF_HARM: "vulnerable",
    Kind.SUBSTANCES: "vulnerable",
}


def facts_of(kinds: Iterable[Kind]) -> frozenset[str]:
    """Return what these mean for the triggers of short meetings."""
    return frozenset(FACTS[kind] for kind in kinds if kind in FACTS)


class Hearing(StrEnum):
    """Who knows of a sign, as whoever noticed it reads."""

    NOW = "now"
    ASKED = "asked"
    TAKEN = "taken"
    OVER = "over"


def hearing(noted_at: datetime, now: datetime, *, is_taken: bool, is_over: bool) -> Hearing:
    """Say how far a sign has come: people hear of it, were asked, one has it, or it is over."""
    if is_over:
        return Hearing.OVER
    if is_taken:
        return Hearing.TAKEN
    return Hearing.NOW if now - noted_at < HEARD_WITHIN else Hearing.ASKED


def may_undo(noticed_at: datetime, now: datetime, *, is_answered: bool) -> bool:
    """Say whether whoever noticed a sign may still take it back."""
    return not is_answered and now - noticed_at <= UNDO_WITHIN
