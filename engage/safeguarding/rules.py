"""What is owed at once when somebody may have been hurt, and who must not see it. Plain Python.

Source: MISSION C49 (an allegation starts the child-protection path immediately; a mandated report
does not wait for the whole story; federal law wants a screening on return).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

Id = TypeVar("Id")

# Nobody has finished telling people this long after it was heard: everybody who may know hears
# again, and again this often until it is done. Our defaults.
FIRST_LOOK = timedelta(minutes=30)
LOOK_AGAIN = timedelta(hours=1)


class Seen(StrEnum):
    """From where somebody pressed."""

    TALK = "talk"
    FEEDBACK = "feedback"
    WELCOME = "welcome"
    PAGE = "page"


class About(StrEnum):
    """Who it is about, as far as anybody knows."""

    CARER = "carer"
    WORKER = "worker"
    OTHER = "other"
    UNKNOWN = "unknown"


class Whom(StrEnum):
    """Who outside must hear of it. A pack names those of its place."""

    POLICE = "police"
    CHILD_PROTECTION = "child_protection"
    DESIGNATED_OFFICER = "designated_officer"
    LICENSING = "licensing"
    PLACING_AUTHORITY = "placing_authority"


class Deed(StrEnum):
    """What was done about one of them."""

    TOLD = "told"
    TRIED = "tried"
    NOT_NEEDED = "not_needed"


class Stage(StrEnum):
    """Whether it goes on."""

    OPEN = "open"
    CLOSED = "closed"


class Found(StrEnum):
    """What a screening found. Not a verdict on anybody."""

    NONE = "none"
    SOME = "some"
    CLEAR = "clear"
    NOT_DONE = "not_done"


class Blank(StrEnum):
    """What is still missing before it can be closed."""

    WHO = "who"
    TOLD = "told"
    SAFE_NOW = "safe_now"
    THEY_KNOW = "they_know"


@dataclass(frozen=True, slots=True)
class Around(Generic[Id]):
    """Who takes part in a young person's care, by id."""

    carers: frozenset[Id]
    workers: frozenset[Id]
    # On duty or supervising for their team alone; those for the whole house stand outside.
    team: frozenset[Id]


def hidden_from(
    about: About, named: Collection[Id], around: Around[Id], opener: Id
) -> frozenset[Id]:
    """Say from whom it is kept: whom it is about, and whoever it may be about until that is known.

    Whoever opened it keeps it, unless it is named as being about them. Too many rather than one
    too few: it is said with one press that somebody else did it.
    """
    if named:
        return frozenset(named)
    may_be: frozenset[Id] = frozenset()
    if about in (About.CARER, About.UNKNOWN):
        may_be |= around.carers
    if about in (About.WORKER, About.UNKNOWN):
        may_be |= around.workers
    if about is About.WORKER:
        may_be |= around.team
    return may_be - {opener}


def still_to_tell(wanted: Iterable[Whom], done: Mapping[Whom, Deed]) -> list[Whom]:
    """List who has neither been told nor need be, in order. Trying is not telling."""
    return [whom for whom in wanted if done.get(whom) not in (Deed.TOLD, Deed.NOT_NEEDED)]


def blanks(
    about: About,
    to_tell: Collection[Whom],
    *,
    safe_now: str,
    they_know: str,
    is_about_somebody: bool,
) -> list[Blank]:
    """List what keeps it from being closed.

    `is_about_somebody`: False where nobody knows who wrote it; then nobody can tell them anything.
    """
    found = [Blank.TOLD] if to_tell else []
    if about is About.UNKNOWN:
        found.insert(0, Blank.WHO)
    if not safe_now.strip():
        found.append(Blank.SAFE_NOW)
    if is_about_somebody and not they_know.strip():
        found.append(Blank.THEY_KNOW)
    return found


def first_look(opened_at: datetime, due_at: datetime) -> datetime:
    """Return when people hear again because somebody is still to be told."""
    return max(due_at, opened_at + FIRST_LOOK)


def is_real_day(done_on: date, today: date) -> bool:
    """Say whether a screening can have been done on a day: not ahead, and not longer ago than
    somebody is young.
    """
    return today - timedelta(days=25 * 366) < done_on <= today
