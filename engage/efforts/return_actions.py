"""Made before the return: what must be ready, and what of a court's must be recalled."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.efforts.models import CourtItem, Need
from engage.efforts.queries import owners_of
from engage.efforts.rules import CourtKind, NeedKind, NeedState
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.people.access import SYSTEM, Object, Verb, Viewer, require
from engage.web.errors import Changed, NotFound

NOTE = 1000


class NotYetIssued(ValueError):
    """A day that has not come yet."""


@dataclass(frozen=True)
class Issued:
    """What a court issued."""

    kind: CourtKind
    number: str
    court: str
    issued_on: date


def set_need(
    viewer: Viewer,
    episode_id: UUID,
    kind: NeedKind,
    state: NeedState,
    *,
    now: datetime,
    owner_id: UUID | None = None,
    note: str = "",
) -> Need:
    """Note how far something is that must be ready, and whose it is: never nobody's.

    Raises NotFound for an owner who is not around them, Changed when the episode is closed.
    """
    episode = _episode(viewer, Verb.CREATE, Object.EFFORTS, episode_id, now)
    if episode.state == EpisodeState.CLOSED:
        raise Changed("episode")
    assert viewer.person_id is not None
    # Somebody begins: whatever else must be ready stands there too, with an owner.
    begin_needs(episode, now=now)
    need = db.session.scalars(
        select(Need).where(Need.episode_id == episode_id, Need.kind == kind)
    ).one()
    # Whoever has it may keep it, also when they are not on duty any more.
    owner = owner_id or need.owner_id
    if owner_id is not None and owner_id not in owners_of(viewer, episode, now=now):
        raise NotFound("owner")
    need.owner_id, need.state = owner, state
    need.changed_by_id, need.changed_at = viewer.person_id, now
    need.note = " ".join(note.split())[:NOTE] or None
    db.session.flush()
    _note(f"need:{state}", "need", need.id, episode, viewer, now, kind)
    return need


def begin_needs(episode: Episode, *, now: datetime) -> int:
    """Lay out what must be ready, each with the episode's owner; return how many lacked.

    From when they count as missing, so that nothing is nobody's. What stands there stays.
    """
    found = select(Need.kind).where(Need.episode_id == episode.id)
    lacking = [kind for kind in NeedKind if kind not in set(db.session.scalars(found))]
    for kind in lacking:
        need = Need(
            episode_id=episode.id,
            kind=kind,
            owner_id=episode.owner_id,
            state=NeedState.OPEN,
            changed_at=now,
        )
        db.session.add(need)
        db.session.flush()
        _note("need:laid_out", "need", need.id, episode, SYSTEM, now, kind)
    return len(lacking)


def note_issued(
    viewer: Viewer, episode_id: UUID, issued: Issued, *, today: date, now: datetime
) -> CourtItem:
    """Note what a court issued; it stays to be recalled until somebody says that it is.

    `today` is the day where they live. Raises NotYetIssued, NotFound.
    """
    episode = _episode(viewer, Verb.CREATE, Object.COURT_ITEMS, episode_id, now)
    if issued.issued_on > today:
        raise NotYetIssued
    assert viewer.person_id is not None
    item = CourtItem(
        young_person_id=episode.young_person_id,
        episode_id=episode_id,
        kind=issued.kind,
        number=issued.number,
        court=issued.court,
        issued_on=issued.issued_on,
        noted_by_id=viewer.person_id,
        noted_at=now,
    )
    db.session.add(item)
    db.session.flush()
    _note("court_item:noted", "court_item", item.id, episode, viewer, now, issued.kind)
    return item


def note_recalled(viewer: Viewer, item_id: UUID, *, how: str, now: datetime) -> CourtItem:
    """Note that a warrant or order is recalled: who said so, and under which number.

    Raises Changed when it was recalled before, ValueError when nothing says how.
    """
    item = db.session.get(CourtItem, item_id)
    if item is None:
        raise NotFound("court item")
    episode = _episode(viewer, Verb.EDIT, Object.COURT_ITEMS, item.episode_id, now)
    db.session.refresh(item, with_for_update=True)
    if item.recalled_at is not None:
        raise Changed("court item")
    words = " ".join(how.split())[:NOTE]
    if not words:
        raise ValueError("Say who recalled it.")
    item.recalled_at, item.recalled_by_id, item.recalled_how = now, viewer.person_id, words
    _note("court_item:recalled", "court_item", item.id, episode, viewer, now, item.kind)
    return item


def _episode(viewer: Viewer, verb: Verb, obj: Object, episode_id: UUID, now: datetime) -> Episode:
    """Return the episode, locked so that two who change one thing make one row of it."""
    begin_write(db.session)
    episode = db.session.get(Episode, episode_id, with_for_update=True, populate_existing=True)
    if episode is None:
        raise NotFound("episode")
    require(viewer, verb, obj, episode.young_person_id, now=now)
    return episode


def _note(
    verb: str,
    kind: str,
    object_id: UUID,
    episode: Episode,
    viewer: Viewer,
    now: datetime,
    reason: str,
) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind=kind,
        object_id=object_id,
        reason=reason,
    )
