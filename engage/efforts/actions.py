"""Efforts that go on: starting them, making one, and handing one over. Nothing stops one."""

from datetime import datetime
from uuid import UUID

from engage.audit.actions import record
from engage.audit.models import Actor
from engage.db import begin_write, db
from engage.efforts.models import Effort, EffortMade
from engage.efforts.queries import owners_of
from engage.efforts.reading import efforts_by_whom
from engage.efforts.rules import Result, Whom, next_due, rhythm
from engage.episodes.clock_actions import finish_clock
from engage.episodes.models import Episode
from engage.episodes.reading import OPEN_STAGES, clocks_by_name
from engage.episodes.rules import MISSING_FROM_CARE
from engage.people.access import SYSTEM, Object, Verb, Viewer, may, require
from engage.policy.clock_rules import from_data
from engage.web.errors import Changed, NotFound

NOTE = 1000
# Trying again counts as an effort, unless the rule wants it made to somebody official.
TRY_AGAIN = "search_efforts"
OFFICIAL = frozenset({"police", "ncmec"})


def start_efforts(episode: Episode, *, now: datetime, viewer: Actor = SYSTEM) -> list[Effort]:
    """Begin what an episode still lacks, each with its next time and the episode's owner.

    Only while somebody is missing from care; beginning twice changes nothing.
    """
    begin_write(db.session)
    if episode.state not in MISSING_FROM_CARE:
        return []
    there = efforts_by_whom(episode.id)
    how_often = rhythm(from_data(rule) for rule in episode.rules)
    started = []
    for whom in Whom:
        if whom in there:
            continue
        due = next_due(now, how_often.every)
        effort = Effort(
            episode_id=episode.id,
            whom=whom,
            owner_id=episode.owner_id,
            every_seconds=int(how_often.every.total_seconds()),
            source=how_often.source,
            link=how_often.link,
            started_at=now,
            next_due_at=due,
            next_look_at=due,
        )
        db.session.add(effort)
        db.session.flush()
        _note("effort:started", episode, effort.id, viewer, now, whom)
        started.append(effort)
    return started


def make_effort(
    viewer: Viewer,
    effort_id: UUID,
    result: Result,
    *,
    now: datetime,
    note: str = "",
) -> EffortMade:
    """Note that somebody was asked, and what came of it; the next time counts from now.

    No answer is an effort too. Raises Changed when the episode is over, NotFound.
    """
    effort, episode = _open(viewer, effort_id, Verb.CREATE, now)
    assert viewer.person_id is not None
    made = EffortMade(
        effort_id=effort.id,
        by_id=viewer.person_id,
        at=now,
        due_at=effort.next_due_at,
        result=result,
        note=" ".join(note.split())[:NOTE] or None,
    )
    db.session.add(made)
    effort.next_due_at = next_due(now, effort.every)
    effort.next_look_at = effort.next_due_at
    db.session.flush()
    _note("effort:made", episode, effort.id, viewer, now, result)
    _try_again(viewer, episode, now)
    return made


def hand_over_effort(viewer: Viewer, effort_id: UUID, to_id: UUID, *, now: datetime) -> None:
    """Make somebody else answer for an effort: a worker, or somebody on duty. Raises NotFound."""
    effort, episode = _open(viewer, effort_id, Verb.EDIT, now)
    if to_id not in owners_of(viewer, episode, now=now):
        raise NotFound("owner")
    effort.owner_id = to_id
    _note("effort:handed_over", episode, effort.id, viewer, now, effort.whom)


def _open(viewer: Viewer, effort_id: UUID, verb: Verb, now: datetime) -> tuple[Effort, Episode]:
    """Return an effort and its episode, locked; raises NotFound, Changed when it is over."""
    begin_write(db.session)
    effort = db.session.get(Effort, effort_id, with_for_update=True, populate_existing=True)
    if effort is None:
        raise NotFound("effort")
    episode = db.session.get_one(Episode, effort.episode_id)
    require(viewer, verb, Object.EFFORTS, episode.young_person_id, now=now)
    if episode.state not in MISSING_FROM_CARE:
        raise Changed("effort")
    return effort, episode


def _try_again(viewer: Viewer, episode: Episode, now: datetime) -> None:
    """Count an effort as trying again, where that is ours to do and this viewer may say so."""
    row = clocks_by_name(episode.id).get(TRY_AGAIN)
    if row is None or row.stage not in OPEN_STAGES or OFFICIAL & set(from_data(row.rule).to):
        return
    if may(viewer, Verb.CREATE, Object.EPISODE, episode.young_person_id, now=now):
        finish_clock(viewer, episode.id, TRY_AGAIN, now=now)


def _note(
    verb: str, episode: Episode, effort_id: UUID, viewer: Actor, now: datetime, reason: str
) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="effort",
        object_id=effort_id,
        reason=reason,
    )
