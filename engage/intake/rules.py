"""What a referral is, how it goes on, and which young people it may be about. Plain Python.

Source: MISSION C54, as Plymouth's team works (seed 4): notified, matched, known to social care?,
the worker who has the case, what is needed, allocated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class CameBy(StrEnum):
    """How it reached us."""

    FORM = "form"
    SHEET = "sheet"
    EMAIL = "email"
    PROGRAM = "program"


class Referrer(StrEnum):
    """Who sends it."""

    POLICE = "police"
    SOCIAL_CARE = "social_care"
    HEALTH = "health"
    SCHOOL = "school"
    HOME = "home"
    FAMILY = "family"
    OTHER = "other"


class About(StrEnum):
    """What it says."""

    MISSING = "missing"
    RETURNED = "returned"
    WORRY = "worry"
    OTHER = "other"


class State(StrEnum):
    """How far it has come."""

    WAITING = "waiting"
    IN_HAND = "in_hand"
    DONE = "done"
    NOT_OURS = "not_ours"
    MERGED = "merged"


class Known(StrEnum):
    """Whether social care knows the young person, as whoever looked says."""

    NOT_ASKED = "not_asked"
    LOOKED_AFTER = "looked_after"
    KNOWN = "known"
    NOT_KNOWN = "not_known"


class Turn(StrEnum):
    """What happened to it, one line each."""

    CAME = "came"
    CORRECTED = "corrected"
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    KNOWN = "known"
    ALLOCATED = "allocated"
    MERGED = "merged"
    TOOK_IN = "took_in"
    NOT_OURS = "not_ours"
    DONE = "done"
    REOPENED = "reopened"


class Trouble(StrEnum):
    """Why a person must look at the original."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    CUT = "cut"
    FILES_LEFT = "files_left"


OPEN = frozenset({State.WAITING, State.IN_HAND})
MAY_BECOME: Mapping[State, frozenset[State]] = {
    State.WAITING: frozenset({State.IN_HAND, State.DONE, State.NOT_OURS, State.MERGED}),
    State.IN_HAND: frozenset({State.IN_HAND, State.DONE, State.NOT_OURS, State.MERGED}),
    State.DONE: frozenset({State.WAITING}),
    State.NOT_OURS: frozenset({State.WAITING}),
    State.MERGED: frozenset({State.WAITING}),
}
# Longest texts, in signs. What is longer is kept beside it as a file, whole.
MOST_WORDS, MOST_NAME, MOST_REFERENCE, MOST_CONTACT, MOST_REASON = 8000, 120, 80, 300, 1000
# Who is told of as missing is somebody's within this time, or those on duty hear of it: used only
# where a policy pack sets no `referral_seen`. Our default.
SEEN_WITHIN = timedelta(minutes=10)
# So many that come due at once are one alert: a sheet of a whole month, not a night's work.
MOST_APART = 5
# A clock of another house may be ahead of ours.
SKEW = timedelta(hours=1)
LONG_AGO = timedelta(days=366 * 2)
OLDEST = 30  # years; a date of birth before that is a slip of the pen
# Two that came within this time may be the same one. Our default.
SAME_WITHIN = timedelta(days=30)


def may_become(now: State, then: State) -> bool:
    """Say whether it can go from one state to another."""
    return then in MAY_BECOME[now]


# What shows that a person looked: to put a letter right in its name does not yet.
LOOKED = frozenset(Turn) - {Turn.CAME, Turn.CORRECTED, Turn.TOOK_IN, Turn.REOPENED}


def must_hear(about: About) -> bool:
    """Say whether those on duty must hear of it if nobody has it in time: who is missing."""
    return about is About.MISSING


def since_problem(since: datetime | None, now: datetime) -> bool:
    """Say whether what is told of cannot have been then: still to come, or years ago."""
    return since is not None and not now - LONG_AGO <= since <= now + SKEW


def birth_problem(born: date | None, today: date) -> bool:
    """Say whether nobody can be born then about whom a referral is: to come, or too long ago."""
    return born is not None and not date(today.year - OLDEST, 1, 1) <= born <= today


class Age(StrEnum):
    """How long something waits, in the words of people."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


def age(received_at: datetime, now: datetime) -> tuple[Age, int]:
    """Return how long it waits: minutes below an hour, hours below two days, then days."""
    minutes = max(0, int((now - received_at).total_seconds() // 60))
    if minutes < 60:
        return Age.MINUTES, minutes
    if minutes < 48 * 60:
        return Age.HOURS, minutes // 60
    return Age.DAYS, minutes // (24 * 60)


class Likeness(StrEnum):
    """Why a young person may be the one, the strongest reason first."""

    REFERENCE = "reference"
    EARLIER = "earlier"
    PHONE = "phone"
    NAME_AND_BIRTH = "name_and_birth"
    PART_AND_BIRTH = "part_and_birth"
    NAME_AND_NEAR_BIRTH = "name_and_near_birth"
    NAME = "name"
    BIRTH = "birth"
    PART = "part"


STRENGTH = {likeness: rank for rank, likeness in enumerate(Likeness)}
# So many are offered; who is not among them is found with better words.
MOST_OFFERED = 12
# So many are opened and compared. Measured: about 25 µs of CPU each, 2.4 s for all of these.
MOST_COMPARED = 100_000


class NameLikeness(StrEnum):
    """How alike two names are."""

    SAME = "same"
    PART = "part"
    OTHER = "other"


class BirthLikeness(StrEnum):
    """How alike two dates of birth are."""

    SAME = "same"
    NEAR = "near"
    OTHER = "other"
    NOT_SAID = "not_said"


Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """Who a referral says it is about: the words of the name, folded, and the date of birth."""

    name: Words
    born: date | None

    @property
    def says_anything(self) -> bool:
        """Say whether there is something to look for."""
        return bool(self.name or self.born)


def name_likeness(one: Words, other: Words) -> NameLikeness:
    """Compare two names, in any order of their words, one slip of the pen in each long word."""
    if not one or not other:
        return NameLikeness.OTHER
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return NameLikeness.SAME
    fewer, more = sorted((list(one), list(other)), key=len)
    found = 0
    for word in fewer:
        match = next((each for each in more if is_alike(word, each)), None)
        if match is not None:
            more.remove(match)
            found += 1
    if found == len(fewer) and not more:
        return NameLikeness.SAME
    return NameLikeness.PART if found else NameLikeness.OTHER


def is_alike(one: str, other: str) -> bool:
    """Say whether two words are the same but for one letter, or two that changed places."""
    if one == other:
        return True
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    first, second = one[start:], other[start:]
    return (
        first[1:] == second[1:]
        or first == second[1:]
        or first[1:] == second
        or (first[:2] == second[1::-1] and first[2:] == second[2:])
    )


def birth_likeness(one: date | None, other: date | None) -> BirthLikeness:
    """Compare two dates of birth: near are day and month swapped, or one of the three wrong."""
    if one is None or other is None:
        return BirthLikeness.NOT_SAID
    if one == other:
        return BirthLikeness.SAME
    swapped = (one.year, one.day, one.month) == (other.year, other.month, other.day)
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    is_near = swapped or sum(a == b for a, b in pairs) == 2
    return BirthLikeness.NEAR if is_near else BirthLikeness.OTHER


def likeness(name: NameLikeness, birth: BirthLikeness) -> Likeness | None:
    """Return how far name and date of birth speak for somebody; None: not at all.

    A part of a name alone speaks for somebody only where no date says otherwise.
    """
    if birth is BirthLikeness.SAME:
        return {
            NameLikeness.SAME: Likeness.NAME_AND_BIRTH,
            NameLikeness.PART: Likeness.PART_AND_BIRTH,
            NameLikeness.OTHER: Likeness.BIRTH,
        }[name]
    if name is NameLikeness.OTHER:
        return None
    if birth is BirthLikeness.NEAR:
        return Likeness.NAME_AND_NEAR_BIRTH
    if name is NameLikeness.SAME:
        return Likeness.NAME
    return Likeness.PART if birth is BirthLikeness.NOT_SAID else None


# A file of these kinds keeps its ending when somebody takes it along; every other is "bin".
ENDINGS = frozenset({"pdf", "doc", "docx", "odt", "rtf", "txt", "eml", "jpg", "jpeg", "png"})


def safe_ending(name: str) -> str:
    """Return the ending under which a file of a stranger may be taken along."""
    ending = name.rpartition(".")[2].lower()
    return ending if ending in ENDINGS else "bin"
