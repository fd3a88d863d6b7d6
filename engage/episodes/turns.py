"""One change at a time: the episode is locked, and what is due next is kept on it."""

from datetime import datetime
from uuid import UUID

from engage.db import begin_write, db
from engage.episodes.models import Episode
from engage.episodes.reading import OPEN_STAGES, clocks_by_name
from engage.episodes.rules import is_still_out
from engage.people.access import Object, Verb, Viewer, require
from engage.web.errors import NotFound


def open_for_change(viewer: Viewer, episode_id: UUID, verb: Verb, *, now: datetime) -> Episode:
    """Return an episode that this viewer may change, locked until the transaction ends.

    Raises NotFound when it is not theirs.
    """
    begin_write(db.session)
    episode = db.session.get(Episode, episode_id, with_for_update=True, populate_existing=True)
    if episode is None:
        raise NotFound("episode")
    require(viewer, verb, Object.EPISODE, episode.young_person_id, now=now)
    return episode


def set_next_due(episode: Episode) -> None:
    """Keep on the episode when the next thing is due: lists are ordered by it.

    While they are not back it is never empty, even where a pack has no rule: then it is overdue.
    """
    due = [each.due_at for each in clocks_by_name(episode.id).values() if each.stage in OPEN_STAGES]
    nothing = episode.opened_at if is_still_out(episode.state) else None
    episode.next_due_at = min(due, default=nothing)
