"""Making the notices of an episode appear, and what hangs on them."""

from collections.abc import Mapping
from datetime import datetime

from engage.audit.actions import record
from engage.audit.models import Actor
from engage.db import db
from engage.episodes.models import Episode, EpisodeClock
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_reading import kept_notices, notices_of
from engage.episodes.notice_rules import (
    TOLD_STATES,
    NoticeState,
    Phase,
    appears,
    is_moot,
)
from engage.episodes.reading import OPEN_STAGES
from engage.episodes.rules import EpisodeState
from engage.policy.notice_rules import Notice, notice_data


class NeedsEvidence(Exception):
    """Nothing ends this but saying who was told, when and how."""


def refresh_notices(
    episode: Episode,
    clocks: Mapping[str, EpisodeClock],
    *,
    age: int | None,
    now: datetime,
    viewer: Actor,
) -> None:
    """Let everybody appear who must hear of it now; nobody who was there goes away by itself.

    Only where they came back and never were missing, what nobody was told is over: a named
    person said so.
    """
    rows = {(each.phase, each.to): each for each in notices_of(episode.id)}
    running = {name for name, row in clocks.items() if row.stage in OPEN_STAGES}
    told = {row.to for row in rows.values() if row.state in TOLD_STATES}
    state = EpisodeState(episode.state)
    for notice in kept_notices(episode):
        if (notice.phase, notice.to) in rows or not notice.holds(episode.facts, age):
            continue
        if appears(
            notice.phase, notice.clock, state, running=running, was_missing=episode.was_missing,
            was_told=notice.to in told,
        ):  # fmt: skip
            _add(episode, notice, viewer, now)
    for row in rows.values():
        moot = is_moot(row.phase, NoticeState(row.state), state, was_missing=episode.was_missing)
        if moot:
            _end(episode, row, viewer, now)
    db.session.flush()


def _add(episode: Episode, notice: Notice, viewer: Actor, now: datetime) -> None:
    row = EpisodeNotice(
        episode_id=episode.id, to=notice.to, phase=Phase(notice.phase), clock=notice.clock,
        rule=notice_data(notice), appeared_at=now, state=NoticeState.OPEN,
    )  # fmt: skip
    db.session.add(row)
    _note("notice:appeared", episode, row, viewer, now)


def _end(episode: Episode, row: EpisodeNotice, viewer: Actor, now: datetime) -> None:
    row.state, row.ended_at, row.ended_by_id = NoticeState.NOT_NEEDED, now, viewer.person_id
    _note("notice:ended", episode, row, viewer, now)


def _note(verb: str, episode: Episode, row: EpisodeNotice, viewer: Actor, now: datetime) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="notice",
        object_id=row.id,
        reason=f"{row.phase} {row.to}",
    )
