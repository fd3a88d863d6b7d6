"""Somebody who must hear of an episode: when that shows, and what may become of it."""

from collections.abc import Collection
from enum import StrEnum

from engage.episodes.rules import EpisodeState, is_missing_from_care, is_still_out


class Phase(StrEnum):
    """What they must hear: that somebody is missing, or that they are back."""

    MISSING = "missing"
    RETURNED = "returned"


class NoticeState(StrEnum):
    """How far telling somebody has come."""

    OPEN = "open"
    # Told, and something that is wanted is still blank.
    STARTED = "started"
    # They would not take it: somebody else has to be asked.
    REFUSED = "refused"
    # Said not to be safe or not to be needed, and a supervisor has not looked yet.
    WAITING = "waiting"
    DONE = "done"
    NOT_SAFE = "not_safe"
    NOT_NEEDED = "not_needed"


STILL_OPEN = frozenset({
    NoticeState.OPEN, NoticeState.STARTED, NoticeState.REFUSED, NoticeState.WAITING,
})  # fmt: skip
TOLD_STATES = frozenset({NoticeState.STARTED, NoticeState.DONE, NoticeState.REFUSED})
# Leaving these out lowers what watches over somebody: it takes a second person.
# Source: SAFETY, the rule that runs through all of it.
SECOND_LOOK = frozenset({"police", "ncmec"})


class ForYoung(StrEnum):
    """What a worker chose that the young person reads of it; nothing chosen: as the rule says."""

    OPEN = "open"
    HIDDEN = "hidden"


# That these heard could put somebody in danger who is watched: shown when a worker opens it.
KEPT_BACK = frozenset({"task_force"})


def young_person_reads(
    to: str, state: NoticeState, chosen: ForYoung | None, *, was_told: bool
) -> bool:
    """Say whether the young person reads on their own page that somebody was told of them.

    Whoever was told shows; who was not, because it was not safe, stays hidden with its why unless
    a worker opens it. Source: SAFETY 5 (O9, own words) and 5.2.
    """
    if chosen is not None:
        return chosen is ForYoung.OPEN
    return was_told and state is not NoticeState.NOT_SAFE and to not in KEPT_BACK


def appears(
    phase: str,
    clock: str,
    state: EpisodeState,
    *,
    running: Collection[str],
    was_missing: bool,
    was_told: bool,
) -> bool:
    """Say whether a notice that holds shows in this state.

    That somebody is missing: from when they count as missing, or sooner when its clock runs
    already. That they are back: once it is over, if they counted as missing or this very somebody
    was told that they were gone (`was_told`).
    """
    if phase == Phase.RETURNED:
        return not is_still_out(state) and (was_missing or was_told)
    return is_missing_from_care(state) or (is_still_out(state) and clock in running)


def is_moot(phase: str, notice: NoticeState, state: EpisodeState, *, was_missing: bool) -> bool:
    """Say whether somebody who was not told need not be: they came back, and never were missing."""
    untold = notice in (NoticeState.OPEN, NoticeState.WAITING)
    return phase == Phase.MISSING and untold and not was_missing and not is_still_out(state)
