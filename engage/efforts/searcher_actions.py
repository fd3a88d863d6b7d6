"""Asking people to look, to keep a door open or to listen: what each may know, and when to stop."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engage.db import begin_write, db
from engage.efforts.models import Searcher, SearcherLine
from engage.efforts.reading import forget_link, last_line, trusted_terms
from engage.efforts.rules import (
    AskedTo,
    MayKnow,
    SearcherKind,
    SearcherState,
    may_become,
    tellable,
)
from engage.efforts.turns import write_down
from engage.episodes.models import Episode
from engage.episodes.rules import STILL_OUT
from engage.people.access import Object, Verb, Viewer, require
from engage.web.errors import Changed, NotFound

NOTE = 1000


@dataclass(frozen=True)
class Asked:
    """Who is asked to do what, and what they may know. `phone` as typed, or empty."""

    name: str
    kind: SearcherKind
    asked_to: Iterable[AskedTo]
    may_know: Iterable[MayKnow] = ()
    phone: str = ""
    # A trusted person of the plan.
    person_id: UUID | None = None


def add_searcher(viewer: Viewer, episode_id: UUID, asked: Asked, *, now: datetime) -> Searcher:
    """Note somebody who could be asked. What they may not be told is left out, whoever ticked it.

    Raises Changed when the episode is over, NotFound.
    """
    episode = _episode(viewer, episode_id, now)
    assert viewer.person_id is not None
    known = trusted_terms(episode.young_person_id)
    if asked.person_id is not None and asked.person_id not in known:
        raise NotFound("person")
    person, agreed = known[asked.person_id] if asked.person_id else (None, [])
    offered = tellable(agreed, is_trusted=person is not None)
    searcher = Searcher(
        episode_id=episode.id,
        person_id=person.id if person is not None else None,
        kind=asked.kind,
        name=str(person.name) if person is not None else asked.name,
        phone=(person.phone if person is not None else asked.phone) or None,
        asked_to=[each.value for each in AskedTo if each in set(asked.asked_to)],
        may_know=[each.value for each in offered if each in set(asked.may_know)],
        state=SearcherState.NOTED,
        added_by_id=viewer.person_id,
        added_at=now,
    )
    db.session.add(searcher)
    db.session.flush()
    write_down("searcher:added", viewer, episode, searcher, now=now, reason=asked.kind)
    return searcher


def change_what_they_know(
    viewer: Viewer, searcher_id: UUID, may_know: Iterable[MayKnow], *, now: datetime
) -> None:
    """Choose anew, line by line, what a searcher may be told from now on."""
    searcher, episode = _open(viewer, searcher_id, now)
    known = trusted_terms(episode.young_person_id)
    agreed = known[searcher.person_id][1] if searcher.person_id in known else []
    offered = tellable(agreed, is_trusted=searcher.person_id in known)
    searcher.may_know = [each.value for each in offered if each in set(may_know)]
    write_down("searcher:may_know_changed", viewer, episode, searcher, now=now)


def note_searcher(
    viewer: Viewer, searcher_id: UUID, state: SearcherState, *, now: datetime, note: str = ""
) -> None:
    """Note that somebody was asked, what they answered, or that they are not asked any more.

    The same state again notes something more they said. Raises Changed when it cannot follow.
    """
    searcher, episode = _open(viewer, searcher_id, now)
    words = " ".join(note.split())[:NOTE] or None
    same = state == searcher.state and words is not None
    if not same and not may_become(SearcherState(searcher.state), state):
        raise Changed("searcher")
    assert viewer.person_id is not None
    searcher.state = state
    if state in (SearcherState.STOPPED, SearcherState.NO):
        forget_link(searcher, now=now)
    db.session.add(
        SearcherLine(
            searcher_id=searcher.id,
            state=state,
            by_id=viewer.person_id,
            at=now,
            number=last_line(searcher) + 1,
            note=words,
        )
    )
    write_down(f"searcher:{state}", viewer, episode, searcher, now=now)


def _open(viewer: Viewer, searcher_id: UUID, now: datetime) -> tuple[Searcher, Episode]:
    begin_write(db.session)
    searcher = db.session.get(Searcher, searcher_id, with_for_update=True, populate_existing=True)
    if searcher is None:
        raise NotFound("searcher")
    return searcher, _episode(viewer, searcher.episode_id, now)


def _episode(viewer: Viewer, episode_id: UUID, now: datetime) -> Episode:
    episode = db.session.get(Episode, episode_id)
    if episode is None:
        raise NotFound("episode")
    require(viewer, Verb.CREATE, Object.EFFORTS, episode.young_person_id, now=now)
    if episode.state not in STILL_OUT:
        raise Changed("episode")
    return episode
