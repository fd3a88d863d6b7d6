"""What was thought over, for whoever wrote it and their supervisor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.reading import names_of
from engage.feedback import queries as feedback
from engage.feedback.rules import Line, Subject, lines
from engage.people.access import Access, Object, Verb, Viewer, access_to
from engage.people.models import Person
from engage.supervision.models import Reflection, ReflectionNote
from engage.web.errors import NotFound


@dataclass(frozen=True)
class Thought:
    """One worker's reflection and what was said to it."""

    reflection: Reflection
    by: str
    is_own: bool
    notes: Sequence[ReflectionNote]


@dataclass(frozen=True)
class ReflectionPage:
    """One time away as those who were part of it think about it."""

    episode: Episode
    name: str
    own: Thought | None
    others: list[Thought]
    # What young people say about workers, in groups that hide everybody; empty: too few.
    feedback: Sequence[Line]


def get_page(viewer: Viewer, episode_id: UUID, *, now: datetime) -> ReflectionPage:
    """Return one's own reflection and those one supervises. Raises NotFound."""
    episode, access = _asked(viewer, episode_id, now)
    found = db.session.scalars(
        select(Reflection)
        .where(Reflection.episode_id == episode_id)
        .order_by(Reflection.began_at, Reflection.id)
    ).all()
    thoughts, _names = _thoughts(viewer, [each for each in found if _may_read(access, each)])
    person = db.session.get_one(Person, episode.young_person_id)
    return ReflectionPage(
        episode,
        person.name,
        next((each for each in thoughts if each.is_own), None),
        [each for each in thoughts if not each.is_own],
        _about_workers(viewer, now),
    )


def get_thought(
    viewer: Viewer, reflection_id: UUID, *, now: datetime
) -> tuple[Thought, dict[UUID | None, str]]:
    """Return one reflection with what was said to it, and the names. Raises NotFound."""
    found, names = _thoughts(viewer, [get_reflection(viewer, reflection_id, now=now)])
    return found[0], names


def _thoughts(
    viewer: Viewer, found: Sequence[Reflection]
) -> tuple[list[Thought], dict[UUID | None, str]]:
    notes = _notes([each.id for each in found])
    names = names_of([*(each.by_id for each in found), *(note.by_id for note in notes)])
    return [
        Thought(
            each,
            names.get(each.by_id, ""),
            each.by_id == viewer.person_id,
            [note for note in notes if note.reflection_id == each.id],
        )
        for each in found
    ], names


def get_reflection(viewer: Viewer, reflection_id: UUID, *, now: datetime) -> Reflection:
    """Return one's own reflection, or one that one supervises. Raises NotFound."""
    found = db.session.get(Reflection, reflection_id)
    if found is None:
        raise NotFound("reflection")
    _episode, access = _asked(viewer, found.episode_id, now)
    if not _may_read(access, found):
        raise NotFound("reflection")
    return found


def _asked(viewer: Viewer, episode_id: UUID, now: datetime) -> tuple[Episode, Access]:
    episode = db.session.get(Episode, episode_id)
    if episode is None:
        raise NotFound("episode")
    access = access_to(viewer, episode.young_person_id, now=now)
    if not access.may(Verb.CREATE, Object.SUPERVISION_NOTES):
        raise NotFound("episode")
    return episode, access


def _may_read(access: Access, reflection: Reflection) -> bool:
    return access.may(Verb.READ, Object.SUPERVISION_NOTES, owner_id=reflection.by_id)


def _notes(reflections: list[UUID]) -> Sequence[ReflectionNote]:
    return db.session.scalars(
        select(ReflectionNote)
        .where(ReflectionNote.reflection_id.in_(reflections))
        .order_by(ReflectionNote.at, ReflectionNote.id)
    ).all()


def _about_workers(viewer: Viewer, now: datetime) -> list[Line]:
    shown = feedback.results(viewer, now=now)[Subject.WORKER]
    return lines(shown) if shown else []
