"""Starting, moving and ending the clocks of an episode."""

from datetime import datetime
from uuid import UUID

from engage.audit.actions import record
from engage.audit.models import Actor
from engage.db import db
from engage.episodes.models import Episode, EpisodeClock
from engage.episodes.notice_actions import NeedsEvidence, refresh_notices
from engage.episodes.notice_reading import clocks_with_open_notices
from engage.episodes.reading import OPEN_STAGES, age_of, clocks_by_name, known_times
from engage.episodes.rules import (
    RUNS_WHILE,
    Event,
    Stage,
    look,
    runs_while,
)
from engage.episodes.turns import open_for_change, set_next_due
from engage.people.access import Verb, Viewer
from engage.people.models import YoungPerson
from engage.people.viewer import SYSTEM
from engage.policy.clock_rules import Deadline, as_data, deadline, from_data
from engage.web.errors import Changed, NotFound

# Clocks that run again from when they were last seen to, and the event that stands for it.
_DONE_EVENTS = frozenset({"danger_checked", "effort_made", "worry_opened"})


def refresh_clocks(episode: Episode, *, now: datetime, viewer: Actor = SYSTEM) -> None:
    """Start what has begun, move what is due at another time, end what no longer applies.

    Called after every change of state, time or fact, in its transaction. It works with the
    rules kept when the episode began, never with a pack that changed since.
    """
    rows = clocks_by_name(episode.id)
    times = {str(event): each.at for event, each in known_times(episode.id).items()}
    rules = [from_data(each) for each in episode.rules]
    young_person = db.session.get_one(YoungPerson, episode.young_person_id)
    age = age_of(young_person.birth_date, episode.opened_at)
    for name in RUNS_WHILE:
        row = rows.get(name)
        if not runs_while(name, episode.state, was_missing=episode.was_missing):
            if row is not None and row.stage in OPEN_STAGES:
                _end(episode, row, viewer, now)
            continue
        began = _times_for(episode, name, times, row)
        found = deadline(rules, name, began, facts=episode.facts, age=age)
        if found is None or (row and row.stage not in OPEN_STAGES and not _again(found, row)):
            continue
        if row is None or row.stage not in OPEN_STAGES:
            _start(episode, found, row, viewer, now)
        elif (row.due_at, row.rule) != (_due(row, found), as_data(found.wins.clock)):
            _move(episode, row, found, viewer, now)
    db.session.flush()
    refresh_notices(episode, clocks_by_name(episode.id), age=age, now=now, viewer=viewer)
    set_next_due(episode)


def finish_clock(
    viewer: Viewer,
    episode_id: UUID,
    name: str,
    *,
    now: datetime,
    reason: str | None = None,
    not_needed: bool = False,
) -> None:
    """Note that what was due is done, or not needed and why. A repeating clock starts again.

    Raises Changed when it was done before, ValueError when "not needed" has no reason,
    NeedsEvidence while somebody on its list has not been told.
    """
    episode = open_for_change(viewer, episode_id, Verb.CREATE, now=now)
    row = clocks_by_name(episode.id).get(name)
    if row is None:
        raise NotFound("clock")
    if row.stage not in OPEN_STAGES:
        raise Changed(name)
    if name in clocks_with_open_notices(episode.id):
        raise NeedsEvidence(name)
    if not_needed and not (reason or "").strip():
        raise ValueError("Saying that it is not needed wants a reason.")
    finish_row(viewer, episode, row, now=now, reason=reason, not_needed=not_needed)


def finish_row(
    viewer: Viewer,
    episode: Episode,
    row: EpisodeClock,
    *,
    now: datetime,
    reason: str | None = None,
    not_needed: bool = False,
) -> None:
    """End a running clock; for callers that hold the episode and asked the access function."""
    row.stage = Stage.NOT_NEEDED if not_needed else Stage.DONE
    row.done_at, row.done_by_id, row.reason = now, viewer.person_id, reason or None
    row.next_look_at = None
    record(
        "episode:duty_not_needed" if not_needed else "episode:duty_done",
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="episode",
        object_id=episode.id,
        reason=row.name,
    )
    db.session.flush()
    refresh_clocks(episode, now=now, viewer=viewer)


def promise_to_look(viewer: Viewer, episode_id: UUID, at: datetime, *, now: datetime) -> datetime:
    """Note that somebody looked just now and will look again at this time (UTC).

    Returns when the re-check is due: never later than the rule says. Raises Changed when no
    re-check runs, because somebody decided already.
    """
    episode = open_for_change(viewer, episode_id, Verb.CREATE, now=now)
    row = clocks_by_name(episode.id).get("recheck")
    if row is None or row.stage not in OPEN_STAGES:
        raise Changed("recheck")
    finish_clock(viewer, episode_id, "recheck", now=now)
    db.session.flush()
    again = clocks_by_name(episode.id)["recheck"]
    again.promised_at = max(at, now)
    refresh_clocks(episode, now=now, viewer=viewer)
    return again.due_at


def look_sooner(viewer: Actor, episode: Episode, name: str, at: datetime, *, now: datetime) -> None:
    """Bring a running clock forward, so that somebody looks at this time (UTC) at the latest.

    For callers that hold the episode. Nothing happens to a clock that does not run.
    """
    row = clocks_by_name(episode.id).get(name)
    if row is None or row.stage not in OPEN_STAGES or row.due_at <= at:
        return
    row.promised_at = at
    refresh_clocks(episode, now=now, viewer=viewer)


def _times_for(
    episode: Episode, name: str, times: dict[str, datetime], row: EpisodeClock | None
) -> dict[str, datetime]:
    """Return when each event happened, as this clock counts it."""
    found = {"worry_opened": episode.opened_at, "danger_checked": episode.opened_at, **times}
    if Event.DETERMINED_MISSING in times:
        found["effort_made"] = times[Event.DETERMINED_MISSING]
    if row is not None and row.round and row.stage in OPEN_STAGES:
        # A later round counts from when the round before was done, which it keeps.
        found |= dict.fromkeys(_DONE_EVENTS, row.started_at)
    if row is not None and row.stage not in OPEN_STAGES and row.done_at is not None:
        found |= dict.fromkeys(_DONE_EVENTS, row.done_at)
    return found


def _again(found: Deadline, row: EpisodeClock) -> bool:
    # Not needed this time is no reason never to look again.
    return found.wins.clock.repeats and row.stage in (Stage.DONE, Stage.NOT_NEEDED)


def _start(
    episode: Episode, found: Deadline, before: EpisodeClock | None, viewer: Actor, now: datetime
) -> None:
    row = EpisodeClock(
        episode_id=episode.id,
        name=found.wins.clock.name,
        round=before.round + 1 if before is not None else 0,
    )
    _set(row, found, now)
    db.session.add(row)
    record(
        "episode:clock_started",
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="episode",
        object_id=episode.id,
        reason=row.name,
    )


def _move(
    episode: Episode, row: EpisodeClock, found: Deadline, viewer: Actor, now: datetime
) -> None:
    _set(row, found, now)
    record(
        "episode:clock_moved",
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="episode",
        object_id=episode.id,
        reason=row.name,
    )


def _set(row: EpisodeClock, found: Deadline, now: datetime) -> None:
    row.started_at, row.due_at = found.wins.started_at, _due(row, found)
    row.rule = as_data(found.wins.clock)
    row.others = [as_data(each.clock) for each in found.others]
    shown = look(row.started_at, row.due_at, now)
    # The sweep turns it amber and red, and tells people when it does.
    row.stage = Stage.RUNNING
    row.next_look_at = shown.next_look_at if shown.stage == Stage.RUNNING else now


def _due(row: EpisodeClock, found: Deadline) -> datetime:
    return min(found.due_at, row.promised_at) if row.promised_at else found.due_at


def _end(episode: Episode, row: EpisodeClock, viewer: Actor, now: datetime) -> None:
    """End a clock that the new state makes pointless; a report that was owed stays owed."""
    row.stage, row.next_look_at, row.done_at = Stage.NOT_NEEDED, None, now
    record(
        "episode:clock_ended",
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="episode",
        object_id=episode.id,
        reason=row.name,
    )
