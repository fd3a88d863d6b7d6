"""What goes on while somebody is away: how often, what may be told, what stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from engage.policy.clock_rules import Clock


class Whom(StrEnum):
    """Who is asked again and again. Source: ACIN I-14-19, MISSION C35."""

    FAMILY = "family"
    FRIENDS = "friends"
    SCHOOL = "school"
    COUNSELLORS = "counsellors"


class Result(StrEnum):
    """What came of asking."""

    NEWS = "news"
    NO_NEWS = "no_news"
    NO_ANSWER = "no_answer"


class SearcherKind(StrEnum):
    """What a searcher is to the young person. Source: S2, MISSION C32."""

    FAMILY = "family"
    FRIEND = "friend"
    NEIGHBOUR = "neighbour"
    COMMUNITY = "community"
    YOUTH_WORKER = "youth_worker"
    OTHER = "other"


class AskedTo(StrEnum):
    """What a searcher is asked to do."""

    LOOK = "look"
    DOOR = "door"
    LISTEN = "listen"


class MayKnow(StrEnum):
    """What a searcher may be told, one line at a time."""

    NOT_BACK = "not_back"
    CLOTHES = "clothes"
    LAST_SEEN = "last_seen"
    # What the young person's own choices about a trusted person open (see `tellable`).
    WORRIED = "worried"
    READY = "ready"
    BACK = "back"
    PLAN = "plan"


class SearcherState(StrEnum):
    """How far asking somebody has come."""

    NOTED = "noted"
    ASKED = "asked"
    YES = "yes"
    NO = "no"
    STOPPED = "stopped"


class Looked(StrEnum):
    """What a searcher answers behind their own link, by one tap."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    CANNOT = "cannot"


class NeedKind(StrEnum):
    """What must be ready when they come back. Source: S0, MISSION C39."""

    HEALTH = "health"
    CLOTHES = "clothes"
    BED = "bed"
    PLACEMENT = "placement"
    COUNSELLOR = "counsellor"
    SCHOOL = "school"


class NeedState(StrEnum):
    """How far something is."""

    OPEN = "open"
    READY = "ready"
    NOT_NEEDED = "not_needed"


class CourtKind(StrEnum):
    """What a court may have issued. Source: ACIN I-14-19, MISSION C40."""

    WARRANT = "warrant"
    ORDER = "order"
    OTHER = "other"


# Only when a place's rules say nothing at all; a pack's rule always goes before it.
EVERY = timedelta(days=7)
OWN_SOURCE = ""
# Facts of today that a worker may tell; nothing of the plan is among them.
TODAY = (MayKnow.NOT_BACK, MayKnow.CLOTHES, MayKnow.LAST_SEEN)
MAY_BECOME: dict[SearcherState, frozenset[SearcherState]] = {
    SearcherState.NOTED: frozenset({SearcherState.ASKED, SearcherState.STOPPED}),
    SearcherState.ASKED: frozenset({
        SearcherState.YES, SearcherState.NO, SearcherState.STOPPED,
    }),
    SearcherState.YES: frozenset({SearcherState.NO, SearcherState.STOPPED}),
    SearcherState.NO: frozenset({SearcherState.YES, SearcherState.STOPPED}),
    # Nobody is asked again who said that it is enough.
    SearcherState.STOPPED: frozenset(),
}  # fmt: skip
# A searcher's link works for a day of looking; pressed twice in ten minutes counts once.
LINK_LASTS = timedelta(hours=24)
ONCE_IN = timedelta(minutes=10)
# Raised once a day while it stays undone: an alert that was taken must not end the effort.
REMIND = timedelta(days=1)


@dataclass(frozen=True)
class Rhythm:
    """How often somebody is asked, and whose rule it is (empty: ours, no pack says anything)."""

    every: timedelta
    source: str
    link: str = ""


def rhythm(rules: Iterable[Clock]) -> Rhythm:
    """Return how often contacts are made: the shortest of the rules kept with the episode.

    A rule about contacts goes before the one about trying again in general. Source: the packs;
    Missouri's manual of May 2020 says at least monthly.
    """
    known = [*rules]
    for name in ("contact_people", "search_efforts"):
        found = sorted((c for c in known if c.name == name), key=lambda clock: clock.duration)
        if found:
            return Rhythm(found[0].duration, found[0].source, found[0].link)
    return Rhythm(EVERY, OWN_SOURCE)


def next_due(last_at: datetime, every: timedelta) -> datetime:
    """Return when somebody is asked again: counted from when they were last asked."""
    return last_at + every


def is_overdue(due_at: datetime, now: datetime) -> bool:
    """Say whether an effort should have been made by now."""
    return now >= due_at


def tellable(agreed: Iterable[str], *, is_trusted: bool) -> list[MayKnow]:
    """List what may be offered to be told to a searcher.

    Facts of today for everybody. More only for a trusted person who said yes, and only what the
    young person chose that they may be told. Nothing of the plan for anybody else.
    """
    chosen = set(agreed) if is_trusted else set()
    return [each for each in MayKnow if each in TODAY or each.value in chosen]


def may_become(state: SearcherState, new: SearcherState) -> bool:
    """Say whether asking somebody may go from one state to another."""
    return new in MAY_BECOME[state]


def may_invite(state: SearcherState, invited_at: datetime | None, now: datetime) -> bool:
    """Say whether a searcher may be sent a link now: never who stopped, nor twice in a moment."""
    if state is SearcherState.STOPPED:
        return False
    return invited_at is None or now - invited_at >= ONCE_IN


def is_said_again(
    last: Looked | None, last_at: datetime | None, said: Looked, now: datetime
) -> bool:
    """Say whether an answer is the last one pressed twice, which is kept once."""
    return last == said and last_at is not None and now - last_at < ONCE_IN


def state_after(said: Looked) -> SearcherState:
    """Return how far asking somebody is once they answered."""
    return SearcherState.NO if said is Looked.CANNOT else SearcherState.YES
