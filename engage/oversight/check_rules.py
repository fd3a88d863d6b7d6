"""Holding our register against somebody else's list: plain comparing, a person decides."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

# Two offices write down the same hour a little differently.
SAME_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Ours:
    """Somebody on our register: since when they may be said to be gone, first and last."""

    episode_id: UUID
    name: str
    birth_date: date | None
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Theirs:
    """A line of their list. `since` is a wall-clock time as they wrote it, or only a day."""

    line: int
    name: str
    birth_date: date | None
    since: datetime | date | None = None


@dataclass(frozen=True)
class Pair:
    """One of ours beside one of theirs."""

    ours: Ours
    theirs: Theirs


@dataclass
class Comparison:
    """What came of it. Everybody of ours, and every line of theirs, stands in one place."""

    both: list[Pair] = field(default_factory=list)
    other_times: list[Pair] = field(default_factory=list)
    # Alike, and not the same: a person looks.
    alike: list[Pair] = field(default_factory=list)
    only_ours: list[Ours] = field(default_factory=list)
    only_theirs: list[Theirs] = field(default_factory=list)


def plain_name(name: str) -> str:
    """Return a name as it is compared: "O'Neil,  Ann" and "ann o'neil" are the same."""
    last, comma, first = name.partition(",")
    turned = f"{first} {last}" if comma else name
    turned = unicodedata.normalize("NFKC", turned).replace("’", "'")
    return " ".join(turned.casefold().split())


def compare(ours: Iterable[Ours], theirs: Sequence[Theirs], zone: str) -> Comparison:
    """Hold two lists against each other: the same name and day of birth are the same person.

    A name alone, or a day of birth with a part of the name, is only alike. Times of theirs are
    read in this zone.
    """
    found = Comparison()
    exact: dict[tuple[str, date], list[Theirs]] = defaultdict(list)
    for line in theirs:
        if line.birth_date is not None:
            exact[plain_name(line.name), line.birth_date].append(line)
    left: list[Ours] = []
    used: set[int] = set()
    for one in ours:
        same = exact.get((plain_name(one.name), one.birth_date)) if one.birth_date else None
        same = [line for line in same or () if line.line not in used]
        if not same:
            left.append(one)
            continue
        used.add(same[0].line)
        pair = Pair(one, same[0])
        (found.both if same_time(pair, zone) else found.other_times).append(pair)
    rest = [line for line in theirs if line.line not in used]
    _look_alike(left, rest, found)
    return found


def same_time(pair: Pair, zone: str) -> bool:
    """Say whether their time is one that we know too, give or take an hour; none is no other."""
    since, ours = pair.theirs.since, pair.ours
    if since is None:
        return True
    if not isinstance(since, datetime):
        days = [at.astimezone(ZoneInfo(zone)).date() for at in (ours.first_at, ours.last_at)]
        return days[0] <= since <= days[1]
    at = since.replace(tzinfo=ZoneInfo(zone)) if since.tzinfo is None else since
    return ours.first_at - SAME_HOUR <= at <= ours.last_at + SAME_HOUR


def _look_alike(left: Sequence[Ours], rest: Sequence[Theirs], found: Comparison) -> None:
    by_name: dict[str, list[Theirs]] = defaultdict(list)
    by_birth: dict[date, list[Theirs]] = defaultdict(list)
    for line in rest:
        by_name[plain_name(line.name)].append(line)
        if line.birth_date is not None:
            by_birth[line.birth_date].append(line)
    used: set[int] = set()
    for one in left:
        words = set(plain_name(one.name).split())
        born = by_birth.get(one.birth_date, []) if one.birth_date else []
        maybe = [
            *by_name.get(plain_name(one.name), []),
            *(line for line in born if words & set(plain_name(line.name).split())),
        ]
        free = [each for each in maybe if each.line not in used]
        if not free:
            found.only_ours.append(one)
            continue
        used.add(free[0].line)
        found.alike.append(Pair(one, free[0]))
    found.only_theirs = [line for line in rest if line.line not in used]
