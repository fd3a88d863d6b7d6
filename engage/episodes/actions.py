"""Opening an episode, saying what became of it, and closing it: always a named person."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.episodes.alert_actions import stop_alerts, tell
from engage.episodes.clock_actions import look_sooner, refresh_clocks
from engage.episodes.fact_actions import end_facts
from engage.episodes.models import Episode, EpisodeChange, EpisodeClock, EpisodeTime
from engage.episodes.notice_reading import clocks_with_open_notices
from engage.episodes.owner_queries import first_owner, possible_owners
from engage.episodes.reading import OPEN_STAGES, known_times
from engage.episodes.rules import (
    NEW_FACT_WAITS,
    STILL_OUT,
    EpisodeKind,
    EpisodeState,
    Event,
    Obstacle,
    Source,
    TimeProblem,
    is_missing_from_care,
    may_become,
    obstacles,
    time_problem,
)
from engage.episodes.turns import open_for_change
from engage.people.access import SYSTEM, Object, Verb, Viewer, require
from engage.people.models import Organisation, PersonKind, YoungPerson
from engage.people.rules import CircumstanceKind
from engage.policy.clock_rules import FACTS, as_data
from engage.policy.notice_rules import notice_data
from engage.policy.queries import pack
from engage.sharing import circumstance_actions as circumstances
from engage.web.errors import Changed, NotFound


class AlreadyOut(Exception):
    """There is an episode already from which this young person has not come back."""

    def __init__(self, episode_id: UUID):
        super().__init__("There is an open episode already.")
        self.episode_id = episode_id


class BadTime(ValueError):
    """A time that cannot be, with what is wrong with it."""

    def __init__(self, event: Event, problem: TimeProblem):
        super().__init__(f"{event}: {problem}")
        self.event, self.problem = event, problem


class NotYet(Exception):
    """It cannot be closed yet, and what stands against it."""

    def __init__(self, found: list[Obstacle]):
        super().__init__(", ".join(found))
        self.obstacles = found


def open_episode(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    state: EpisodeState,
    source: Source,
    address: str,
    now: datetime,
    times: Mapping[Event, datetime] | None = None,
    kind: EpisodeKind = EpisodeKind.NOT_KNOWN,
    facts: Iterable[str] = (),
    reason: str | None = None,
) -> Episode:
    """Begin an episode: its clocks start now, and the people around hear of it.

    `times` (aware, UTC) are those known; discovery and information count from now unless
    given. Raises AlreadyOut, BadTime, NotFound. `address` is our public address.
    """
    require(viewer, Verb.CREATE, Object.EPISODE, young_person_id, now=now)
    if state not in STILL_OUT:
        raise ValueError(f"An episode does not begin as {state}.")
    begin_write(db.session)
    young_person = db.session.get_one(YoungPerson, young_person_id, with_for_update=True)
    already = db.session.scalar(
        select(Episode.id).where(
            Episode.young_person_id == young_person_id, Episode.state.in_(STILL_OUT)
        )
    )
    if already is not None:
        raise AlreadyOut(already)
    organisation = db.session.get_one(Organisation, young_person.organisation_id)
    episode = Episode(
        young_person_id=young_person_id,
        organisation_id=organisation.id,
        state=state,
        kind=kind,
        opened_by_id=viewer.person_id,
        opened_at=now,
        owner_id=first_owner(viewer, young_person, now=now),
        **_rules_of(organisation.policy),
        facts=_known(facts) | _history_facts(young_person_id),
        was_missing=is_missing_from_care(state),
    )
    episode.facts = sorted(episode.facts)
    db.session.add(episode)
    db.session.flush()
    _add_change(episode, state, now, source, viewer, now, reason)
    given = {Event.DISCOVERED: now, Event.INFORMATION_RECEIVED: now, **(times or {})}
    if is_missing_from_care(state):
        given.setdefault(Event.DETERMINED_MISSING, now)
    for event in Event:
        if event in given:
            _add_time(episode, event, given[event], source, viewer, now, None)
    _note("episode:opened", episode, viewer, now, str(state))
    _open_what_is_shared(episode, viewer, now)
    refresh_clocks(episode, now=now, viewer=viewer)
    tell(viewer, episode, address=address, now=now)
    return episode


def change_state(
    viewer: Viewer,
    episode_id: UUID,
    state: EpisodeState,
    *,
    source: Source,
    address: str,
    now: datetime,
    at: datetime | None = None,
    reason: str | None = None,
) -> None:
    """Say what became of it: `at` is when it was so (UTC), now unless given.

    The first time somebody counts as missing, and the return, set their time. Raises Changed
    when it is in a state from which this cannot follow, BadTime, NotFound.
    """
    episode = open_for_change(viewer, episode_id, Verb.CREATE, now=now)
    if state == EpisodeState.CLOSED or not may_become(episode.state, state):
        raise Changed(f"{episode.state} to {state}")
    at = at or now
    first_missing = is_missing_from_care(state) and not episode.was_missing
    event = Event.DETERMINED_MISSING if first_missing else None
    if state == EpisodeState.RETURNED:
        event = Event.RETURNED
    if event is not None:
        _add_time(episode, event, at, source, viewer, now, None)
    episode.state = state
    episode.was_missing = episode.was_missing or is_missing_from_care(state)
    _add_change(episode, state, at, source, viewer, now, reason)
    _note("episode:changed", episode, viewer, now, str(state))
    db.session.flush()
    _open_what_is_shared(episode, viewer, now)
    refresh_clocks(episode, now=now, viewer=viewer)
    if first_missing:
        tell(viewer, episode, address=address, now=now)
    if state == EpisodeState.RETURNED:
        stop_alerts(viewer, episode, "info_back", now=now)


def set_time(
    viewer: Viewer,
    episode_id: UUID,
    event: Event,
    at: datetime,
    *,
    source: Source,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Note when something was (UTC). What was noted before stays readable.

    A correction of the return needs a reason. Raises BadTime, NotFound.
    """
    episode = open_for_change(viewer, episode_id, Verb.CREATE, now=now)
    if event == Event.RETURNED and episode.state in STILL_OUT:
        raise Changed("not back yet")
    _add_time(episode, event, at, source, viewer, now, reason)
    _note("episode:time_noted", episode, viewer, now, str(event))
    db.session.flush()
    refresh_clocks(episode, now=now, viewer=viewer)


def note_facts(viewer: Viewer, episode_id: UUID, facts: Iterable[str], *, now: datetime) -> None:
    """Add facts that make a stricter rule hold, such as a health need. None is taken back."""
    episode = open_for_change(viewer, episode_id, Verb.CREATE, now=now)
    added = _known(facts) - set(episode.facts)
    if not added:
        return
    episode.facts = sorted({*episode.facts, *added})
    _note("episode:facts_noted", episode, viewer, now, ",".join(sorted(added)))
    refresh_clocks(episode, now=now, viewer=viewer)
    if added != {"in_danger"}:
        # Something new: whoever noted it is asked at once; if they do not answer, others are.
        look_sooner(viewer, episode, "danger_check", now + NEW_FACT_WAITS, now=now)


def set_kind(viewer: Viewer, episode_id: UUID, kind: EpisodeKind, *, now: datetime) -> None:
    """Say why they are away, as far as anybody knows."""
    episode = open_for_change(viewer, episode_id, Verb.CREATE, now=now)
    episode.kind = kind
    _note("episode:kind_noted", episode, viewer, now, str(kind))


def hand_over(viewer: Viewer, episode_id: UUID, to_id: UUID, *, now: datetime) -> None:
    """Make somebody else answer for it: a worker who may change it themselves."""
    episode = open_for_change(viewer, episode_id, Verb.EDIT, now=now)
    if to_id not in possible_owners(viewer, episode.young_person_id, now=now):
        raise NotFound("owner")
    episode.owner_id = to_id
    _note("episode:handed_over", episode, viewer, now, str(to_id))


def close(viewer: Viewer, episode_id: UUID, *, now: datetime, reason: str | None = None) -> None:
    """Close it: nobody was missing (with a reason), or everything after the return is done.

    Raises NotYet with what stands against it. Nothing but a named person closes it.
    """
    episode = _open_for_closing(viewer, episode_id, now)
    if episode.state == EpisodeState.CLOSED:
        raise Changed("closed")
    reason = (reason or "").strip() or None
    found = obstacles(
        episode.state,
        open_clocks=_open_names(episode),
        has_return_time=Event.RETURNED in known_times(episode.id),
        has_reason=reason is not None,
        open_notices=len(clocks_with_open_notices(episode.id)),
    )
    if found:
        raise NotYet(found)
    if episode.state in STILL_OUT:  # nobody was missing: hours begun by hand end, too
        circumstances.end(SYSTEM, episode.young_person_id, CircumstanceKind.AWAY, now=now)
    episode.state, episode.closed_at = EpisodeState.CLOSED, now
    _add_change(episode, EpisodeState.CLOSED, now, _source_of(viewer), viewer, now, reason)
    _note("episode:closed", episode, viewer, now, None)
    db.session.flush()
    end_facts(episode, now=now)
    refresh_clocks(episode, now=now, viewer=viewer)
    stop_alerts(viewer, episode, "info_not_away", now=now)


def _open_for_closing(viewer: Viewer, episode_id: UUID, now: datetime) -> Episode:
    """Return the episode for somebody who may close it: a worker, a supervisor, and before
    anybody counted them as missing also the carer who was worried.
    """
    for verb in (Verb.EDIT, Verb.APPROVE):
        try:
            return open_for_change(viewer, episode_id, verb, now=now)
        except NotFound:
            continue
    episode = open_for_change(viewer, episode_id, Verb.CREATE, now=now)
    if episode.was_missing:
        raise NotFound("episode")
    return episode


def _source_of(viewer: Viewer) -> Source:
    return Source.CARER if viewer.kind is PersonKind.CARER else Source.WORKER


def _open_names(episode: Episode) -> list[str]:
    return list(
        db.session.scalars(
            select(EpisodeClock.name).where(
                EpisodeClock.episode_id == episode.id, EpisodeClock.stage.in_(OPEN_STAGES)
            )
        )
    )


def _rules_of(policy: str) -> dict[str, Any]:
    """Return the rules of a pack as the episode keeps them."""
    here = pack(policy)
    return {
        "packs": [policy],
        "rules": [as_data(clock) for clock in here.clocks],
        "notices": [notice_data(notice) for notice in here.notices],
    }


def _known(facts: Iterable[str]) -> set[str]:
    given = set(facts)
    if not given <= FACTS:
        raise ValueError(f"Unknown facts: {', '.join(sorted(given - FACTS))}")
    return given


def _history_facts(young_person_id: UUID) -> set[str]:
    before = select(Episode.id).where(
        Episode.young_person_id == young_person_id, Episode.was_missing.is_(True)
    )
    return {"repeat_episode"} if db.session.scalar(before.limit(1)) else set()


def _add_change(
    episode: Episode,
    state: EpisodeState,
    at: datetime,
    source: Source,
    viewer: Viewer,
    now: datetime,
    reason: str | None,
) -> None:
    db.session.add(
        EpisodeChange(
            episode_id=episode.id, state=state, at=at, source=source, by_id=viewer.person_id,
            recorded_at=now, number=_next(EpisodeChange, episode.id), reason=reason or None,
        )
    )  # fmt: skip
    db.session.flush()


def _add_time(
    episode: Episode,
    event: Event,
    at: datetime,
    source: Source,
    viewer: Viewer,
    now: datetime,
    reason: str | None,
) -> None:
    known = {str(each): row.at for each, row in known_times(episode.id).items()}
    reason = (reason or "").strip() or None
    problem = time_problem(event, at, known, now=now, has_reason=reason is not None)
    if problem is not None:
        raise BadTime(event, problem)
    db.session.add(
        EpisodeTime(
            episode_id=episode.id, event=event, at=at, source=source, by_id=viewer.person_id,
            recorded_at=now, number=_next(EpisodeTime, episode.id), reason=reason,
        )
    )  # fmt: skip
    db.session.flush()


def _next(table: type[EpisodeChange] | type[EpisodeTime], episode_id: UUID) -> int:
    last = select(func.max(table.number)).where(table.episode_id == episode_id)
    return (db.session.scalar(last) or 0) + 1


def _note(verb: str, episode: Episode, viewer: Viewer, now: datetime, reason: str | None) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="episode",
        object_id=episode.id,
        reason=reason,
    )


def _open_what_is_shared(episode: Episode, viewer: Viewer, now: datetime) -> None:
    """Let "only if missing" in the sharing agreement hold while they are, and not a moment longer.

    A carer who opens the door ends it too, though they may not edit an episode: the act that
    says so stands in the audit under their name.
    """
    if is_missing_from_care(episode.state):
        circumstances.note(
            viewer, episode.young_person_id, CircumstanceKind.AWAY, about_id=episode.id, now=now
        )
    elif episode.state == EpisodeState.RETURNED:
        # Their plan, and who sees what, are looked at again after each time away. Source: C5.
        for kind in CircumstanceKind:
            circumstances.end(SYSTEM, episode.young_person_id, kind, now=now)
