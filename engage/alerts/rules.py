"""How an alert climbs: who is told first, who next, and when. Plain Python."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class AlertKind(StrEnum):
    """What an alert is about."""

    SOS = "sos"
    NOT_OK = "not_ok"
    HELP = "help"
    READY = "ready"
    TALK = "talk"
    WORDS = "words"
    WHERE = "where"
    TEXTS_OFF = "texts_off"
    WRONG_NUMBER = "wrong_number"
    UNMATCHED = "unmatched"
    # They asked to come back and no person has answered in time.
    UNANSWERED = "unanswered"
    # Below all others, so that nothing else ever joins it: it stops when they are heard.
    OVERDUE = "overdue"
    # About an episode, each raised once by it; nothing a young person sends joins these.
    NOT_BACK = "not_back"
    WORRIED = "worried"
    DUE = "due"
    LOOK_AGAIN = "look_again"
    CALL_CARER = "call_carer"
    # A step of somebody's way back did not work, or nobody said yes to it in time.
    STEP_FAILED = "step_failed"
    # Somebody close to them, or whoever looks after them, thinks that something is wrong.
    CONCERN = "concern"
    # Written without a name on the page for feedback: nobody knows whom it is about.
    FEEDBACK = "feedback"
    # Promised after a talk or a return, and not done a day after its day.
    PROMISE = "promise"
    # Somebody may have been hurt by a person: kept from whoever it may be about.
    HARM = "harm"
    # Somebody who looks says that they found them: a claim, until a person has spoken to them.
    SEEN = "seen"
    # Somebody noticed a warning sign: a good time to be in touch, before they leave.
    SIGN = "sign"
    # Somebody outside let us know that a young person is missing, and nobody has it in hand.
    REFERRAL = "referral"


class Urgency(StrEnum):
    """How soon a person must look."""

    NOW = "now"
    SOON = "soon"


class AlertState(StrEnum):
    """Whether somebody has said that they have it."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class How(StrEnum):
    """By which way somebody said that they have it."""

    LINK = "link"
    TEXT = "text"
    PAGE = "page"


URGENT = frozenset(
    {
        AlertKind.SOS,
        AlertKind.NOT_OK,
        AlertKind.HELP,
        AlertKind.READY,
        AlertKind.UNANSWERED,
        AlertKind.STEP_FAILED,
        AlertKind.OVERDUE,
        AlertKind.NOT_BACK,
        AlertKind.DUE,
        AlertKind.CONCERN,
        AlertKind.FEEDBACK,
        AlertKind.HARM,
        AlertKind.SEEN,
        AlertKind.REFERRAL,
    }
)
ABOUT_EPISODES = frozenset(
    {
        AlertKind.NOT_BACK,
        AlertKind.WORRIED,
        AlertKind.DUE,
        AlertKind.LOOK_AGAIN,
        AlertKind.CALL_CARER,
        AlertKind.CONCERN,
        AlertKind.SEEN,
    }
)
ALONE = ABOUT_EPISODES | {
    AlertKind.TEXTS_OFF,
    AlertKind.WRONG_NUMBER,
    AlertKind.UNANSWERED,
    AlertKind.STEP_FAILED,
    AlertKind.OVERDUE,
    AlertKind.FEEDBACK,
    AlertKind.PROMISE,
    AlertKind.HARM,
    AlertKind.SIGN,
    AlertKind.REFERRAL,
}
# An alert of the same or a lesser kind within this time joins the one that is open, so that
# ten texts in a row do not become ten alarms. Source: SAFETY R16.
QUIET = timedelta(minutes=5)
SLOW_NAG = timedelta(hours=1)
# Used only where a policy pack says nothing. Source: issue 4 (nags until resolved); our default.
REMIND = timedelta(minutes=30)
FAST_ROUNDS = 8
LATE = timedelta(seconds=60)  # what a working scheduler never exceeds; SAFETY R08 asks for 15 s


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone who may be told about a young person, and on which step of the chain."""

    person_id: UUID
    step: str
    rank: int = 0
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told now, at which level and round, and when to look again."""

    level: int
    round: int
    people: tuple[Contact, ...]
    next_due_at: datetime


@dataclass(frozen=True)
class Chain:
    """The levels of one kind of alert under a policy pack, with their waits."""

    levels: tuple[tuple[str, ...], ...]
    waits: tuple[timedelta, ...]
    nag: timedelta
    # How long somebody has an alert before we ask how it is now; and again.
    remind: timedelta = REMIND


def urgency_of(kind: AlertKind) -> Urgency:
    """Say how soon a person must look at this kind of alert."""
    return Urgency.NOW if kind in URGENT else Urgency.SOON


def may_join(kind: AlertKind, raised: AlertKind, state: AlertState) -> bool:
    """Say whether something of this kind adds nothing to an alert raised a moment ago.

    It never joins a lesser one; what is urgent never joins one that somebody took before they
    could know of it; and a phone that went silent is always told of on its own.
    """
    if kind in ALONE:
        return kind is raised and state is AlertState.OPEN
    order = list(AlertKind)
    if order.index(raised) > order.index(kind):
        return False
    return state is AlertState.OPEN or kind not in URGENT


def first_telling(chain: Chain, contacts: Sequence[Contact], now: datetime) -> Telling:
    """Say who is told when an alert is raised: the first level at which anybody stands."""
    return _tell_from(chain, contacts, 0, frozenset(), 0, now)


def next_telling(
    chain: Chain,
    contacts: Sequence[Contact],
    *,
    level: int,
    round_no: int,
    told: Collection[UUID],
    now: datetime,
) -> Telling:
    """Say who is told when nobody has it in time: the next level, or everybody once more."""
    if round_no == 0:
        return _tell_from(chain, contacts, level + 1, frozenset(told), 0, now)
    return _tell_again(chain, contacts, round_no + 1, now)


def _tell_from(
    chain: Chain,
    contacts: Sequence[Contact],
    level: int,
    told: frozenset[UUID],
    round_no: int,
    now: datetime,
) -> Telling:
    for at in range(level, len(chain.levels)):
        people = _on(contacts, chain.levels[at], told)
        if people:
            return Telling(at, round_no, people, now + chain.waits[at])
    return _tell_again(chain, contacts, round_no + 1, now)


def _tell_again(chain: Chain, contacts: Sequence[Contact], round_no: int, now: datetime) -> Telling:
    steps = tuple(step for level in chain.levels for step in level)
    wait = chain.nag if round_no <= FAST_ROUNDS else max(chain.nag, SLOW_NAG)
    people = _on(contacts, steps, frozenset())
    return Telling(len(chain.levels) - 1, round_no, people, now + wait)


def _on(
    contacts: Sequence[Contact], steps: tuple[str, ...], told: frozenset[UUID]
) -> tuple[Contact, ...]:
    here = [c for c in contacts if c.step in steps and c.person_id not in told]
    if len(here) > 1:
        here.sort(key=lambda c: (steps.index(c.step), c.rank))
    found: dict[UUID, Contact] = {}
    for contact in here:
        found.setdefault(contact.person_id, contact)
    return tuple(found.values())


def late_by(due_at: datetime, now: datetime) -> timedelta | None:
    """Return how late a step of the chain is taken, or None when it is on time."""
    late = now - due_at
    return late if late > LATE else None


def initials(name: str) -> str:
    """Return the initials that stand for a young person in a text to those around them."""
    return "".join(part[0].upper() for part in name.split() if part[0].isalnum())[:3] or "?"
