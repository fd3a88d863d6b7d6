"""Think over a time away, and say something to what another thought."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.episodes.models import Episode
from engage.people.access import Object, Verb, Viewer, require
from engage.supervision.models import Reflection, ReflectionNote
from engage.supervision.queries import get_reflection
from engage.supervision.rules import is_empty, kept
from engage.web.errors import NotFound


class NothingWritten(Exception):
    """There is nothing to keep."""


def keep_reflection(
    viewer: Viewer, episode_id: UUID, answers: dict[str, str], *, now: datetime
) -> Reflection:
    """Keep what the viewer thinks about a time away, in place of what they thought before.

    Raises NotFound, and NothingWritten when every answer is empty.
    """
    begin_write(db.session)
    episode = db.session.get(Episode, episode_id, with_for_update=True)
    if episode is None or viewer.person_id is None:
        raise NotFound("episode")
    require(viewer, Verb.CREATE, Object.SUPERVISION_NOTES, episode.young_person_id, now=now)
    if is_empty(answers):
        raise NothingWritten
    found = db.session.scalars(
        select(Reflection).where(
            Reflection.episode_id == episode_id, Reflection.by_id == viewer.person_id
        )
    ).one_or_none()
    if found is None:
        found = Reflection(episode_id=episode_id, by_id=viewer.person_id, began_at=now)
        db.session.add(found)
    found.answers, found.changed_at = kept(answers), now
    db.session.flush()
    _note("reflection:kept", viewer, episode.young_person_id, found.id, now)
    return found


def say_to(viewer: Viewer, reflection_id: UUID, words: str, *, now: datetime) -> None:
    """Add what a supervisor, or the worker, says to a reflection.

    Raises NotFound, and NothingWritten.
    """
    found = get_reflection(viewer, reflection_id, now=now)
    if not words.strip():
        raise NothingWritten
    db.session.add(
        ReflectionNote(reflection_id=found.id, by_id=viewer.person_id, at=now, words=words.strip())
    )
    db.session.flush()
    episode = db.session.get_one(Episode, found.episode_id)
    _note("reflection:answered", viewer, episode.young_person_id, found.id, now)


def note_opened(viewer: Viewer, reflection_id: UUID, *, now: datetime) -> None:
    """Write down that a supervisor read what a worker thinks; one's own leaves no line."""
    found = get_reflection(viewer, reflection_id, now=now)
    if found.by_id != viewer.person_id:
        episode = db.session.get_one(Episode, found.episode_id)
        _note("reflection:opened", viewer, episode.young_person_id, found.id, now)


def _note(verb: str, viewer: Viewer, about: UUID, reflection_id: UUID, now: datetime) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=about,
        object_kind="reflection",
        object_id=reflection_id,
    )
