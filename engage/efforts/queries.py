"""Reading what goes on while somebody is away: efforts, searchers, needs, and court items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.efforts.models import CourtItem, Effort, EffortMade, Need, Searcher, SearcherLine
from engage.efforts.reading import efforts_by_whom, to_recall, trusted_terms
from engage.efforts.rules import MayKnow, NeedKind, is_overdue, tellable
from engage.episodes.models import Episode
from engage.episodes.owner_queries import possible_owners
from engage.episodes.reading import names_of
from engage.episodes.rules import MISSING_FROM_CARE, STILL_OUT
from engage.people.access import Object, Verb, Viewer, may, require
from engage.people.models import Person, YoungPerson
from engage.web.errors import NotFound


@dataclass(frozen=True)
class EffortLine:
    """One effort with what was done so far, the last first."""

    effort: Effort
    made: tuple[EffortMade, ...]
    is_overdue: bool


@dataclass(frozen=True)
class SearcherPage:
    """One searcher, what happened, and what may be offered to be told."""

    searcher: Searcher
    lines: tuple[SearcherLine, ...]
    tellable: list[MayKnow]
    # Until when their own link works; None: they have none.
    link_until: datetime | None = None


@dataclass(frozen=True)
class Goings:
    """What goes on during one episode, as one viewer may see it."""

    episode: Episode
    young_person: YoungPerson
    efforts: tuple[EffortLine, ...] = ()
    searchers: tuple[Searcher, ...] = ()
    needs: Mapping[str, Need] = field(default_factory=dict)
    items: tuple[CourtItem, ...] = ()
    # Who may answer for something, and the names of everybody who did something.
    owners: Mapping[UUID, str] = field(default_factory=dict)
    names: Mapping[UUID | None, str] = field(default_factory=dict)
    may_add: bool = False
    may_change: bool = False

    @property
    def is_missing(self) -> bool:
        """Say whether efforts go on now."""
        return self.episode.state in MISSING_FROM_CARE

    @property
    def is_out(self) -> bool:
        """Say whether they have not come back yet."""
        return self.episode.state in STILL_OUT


def owners_of(viewer: Viewer, episode: Episode, *, now: datetime) -> dict[UUID, str]:
    """Map who may answer for something of an episode to their names, by name.

    For callers that asked the access function.
    """
    ids = {episode.owner_id, *possible_owners(viewer, episode.young_person_id, now=now)}
    found = db.session.scalars(select(Person).where(Person.id.in_(ids)))
    named = {person.id: str(person.name) for person in found}
    return dict(sorted(named.items(), key=lambda pair: (pair[1], str(pair[0]))))


def get_goings(
    viewer: Viewer, episode_id: UUID, *, now: datetime, of: Object = Object.EFFORTS
) -> Goings:
    """Return an episode's efforts, searchers and needs, or (`of`) what a court issued.

    Raises NotFound when it is not the viewer's to read.
    """
    episode = db.session.get(Episode, episode_id)
    if episode is None:
        raise NotFound("episode")
    about = (of, episode.young_person_id)
    require(viewer, Verb.READ, *about, now=now)
    is_court = of is Object.COURT_ITEMS
    efforts = () if is_court else _efforts(episode, now)
    items = tuple(_items(episode.id)) if is_court else ()
    needs = {} if is_court else _needs(episode.id)
    return Goings(
        episode,
        db.session.get_one(YoungPerson, episode.young_person_id),
        efforts,
        () if is_court else tuple(_searchers(episode.id)),
        needs,
        items,
        owners_of(viewer, episode, now=now),
        names_of(
            [
                *(line.effort.owner_id for line in efforts),
                *(made.by_id for line in efforts for made in line.made),
                *(need.owner_id for need in needs.values()),
                *(each for item in items for each in (item.noted_by_id, item.recalled_by_id)),
            ]
        ),
        may_add=may(viewer, Verb.CREATE, *about, now=now),
        may_change=may(viewer, Verb.EDIT, *about, now=now),
    )


def get_searcher(viewer: Viewer, searcher_id: UUID, *, now: datetime) -> SearcherPage:
    """Return a searcher whom the viewer may read about, or raise NotFound."""
    searcher = db.session.get(Searcher, searcher_id)
    if searcher is None:
        raise NotFound("searcher")
    episode = db.session.get_one(Episode, searcher.episode_id)
    require(viewer, Verb.READ, Object.EFFORTS, episode.young_person_id, now=now)
    lines = db.session.scalars(
        select(SearcherLine)
        .where(SearcherLine.searcher_id == searcher_id)
        .order_by(SearcherLine.number)
    )
    known = trusted_terms(episode.young_person_id)
    trusted = searcher.person_id in known
    agreed = known[searcher.person_id][1] if searcher.person_id in known else []
    until = searcher.link_until
    return SearcherPage(
        searcher,
        tuple(lines),
        tellable(agreed, is_trusted=trusted),
        until if until is not None and until > now else None,
    )


def needs_of(viewer: Viewer, episode_id: UUID, *, now: datetime) -> dict[str, Need]:
    """Map each kind of need that somebody looked at to how far it is: shown at the return."""
    return dict(get_goings(viewer, episode_id, now=now).needs)


def items_to_recall(viewer: Viewer, episode_id: UUID, *, now: datetime) -> Sequence[CourtItem]:
    """List what a court issued that must still be recalled. Raises NotFound."""
    episode = db.session.get(Episode, episode_id)
    if episode is None:
        raise NotFound("episode")
    require(viewer, Verb.READ, Object.COURT_ITEMS, episode.young_person_id, now=now)
    return to_recall(episode_id)


def _efforts(episode: Episode, now: datetime) -> tuple[EffortLine, ...]:
    efforts = efforts_by_whom(episode.id).values()
    made: dict[UUID, list[EffortMade]] = {}
    for one in db.session.scalars(
        select(EffortMade)
        .where(EffortMade.effort_id.in_([effort.id for effort in efforts]))
        .order_by(EffortMade.at.desc(), EffortMade.id)
    ):
        made.setdefault(one.effort_id, []).append(one)
    runs = episode.state in MISSING_FROM_CARE
    return tuple(
        EffortLine(each, tuple(made.get(each.id, ())), runs and is_overdue(each.next_due_at, now))
        for each in efforts
    )


def _searchers(episode_id: UUID) -> Sequence[Searcher]:
    return db.session.scalars(
        select(Searcher)
        .where(Searcher.episode_id == episode_id)
        .order_by(Searcher.added_at, Searcher.id)
    ).all()


def _needs(episode_id: UUID) -> dict[str, Need]:
    rows = db.session.scalars(select(Need).where(Need.episode_id == episode_id))
    found = {str(need.kind): need for need in rows}
    return {kind: found[kind] for kind in NeedKind if kind in found}


def _items(episode_id: UUID) -> Sequence[CourtItem]:
    return db.session.scalars(
        select(CourtItem)
        .where(CourtItem.episode_id == episode_id)
        .order_by(CourtItem.issued_on, CourtItem.noted_at, CourtItem.id)
    ).all()
