"""Reading what happened: one page of it, or all of it, as far as this reader may know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all

from engage.db import db
from engage.episodes.entries import Line, opened
from engage.episodes.models import Episode, EpisodeTime
from engage.episodes.reading import names_of
from engage.people.access import Object, Verb, Viewer, access_to
from engage.people.models import PersonKind, YoungPerson
from engage.timeline.parts import GROUP_OF, PARTS, SEALED
from engage.timeline.rules import MOST, PAGE, Group, Mark, Narrowed
from engage.timeline.scope import Scope, Sight
from engage.web.errors import NotFound

# Whoever writes at once needs a few minutes too.
AT_ONCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Happening:
    """One thing that happened, ready to be put into words."""

    line: Line
    group: Group
    words: str
    more: str
    # Who did or said it, and whom it was about; empty for the young person's own view.
    by: str
    to: str

    @property
    def noted_at(self) -> datetime | None:
        """When it was written down, where that was later than it happened."""
        noted = self.line.other_at if self.line.source in ("state", "time") else None
        return noted if noted is not None and noted - self.line.at > AT_ONCE else None


@dataclass(frozen=True)
class Timeline:
    """Some of what happened, newest first, or all of it, oldest first."""

    young_person: YoungPerson
    episode: Episode | None
    happenings: list[Happening]
    # The groups this reader may look for, and who did something.
    groups: list[Group]
    people: dict[UUID, str]
    is_own: bool
    may_export: bool
    # Where the next page starts; None when this is the last.
    next_mark: Mark | None = None
    # There is more than one file or print may hold.
    is_cut: bool = False


@dataclass(frozen=True)
class _Asked:
    """Who looks at what."""

    young_person: YoungPerson
    episode: Episode | None
    scope: Scope
    sight: Sight

    def branches(self, groups: Collection[Group] = ()) -> list[Any]:
        """Return what there is to join, of these groups or of all."""
        wanted = groups or PARTS
        return [
            branch.subquery()
            for group, part in PARTS.items()
            if group in wanted
            for branch in part(self.scope, self.sight)
        ]


def find_timeline(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    now: datetime,
    episode_id: UUID | None = None,
    narrowed: Narrowed | None = None,
    after: Mark | None = None,
    limit: int = PAGE,
) -> Timeline:
    """Return one page of what happened, newest first; `after` is where the page before ended.

    A fixed number of statements, however many parts and lines there are. Raises NotFound.
    """
    asked = _ask(viewer, young_person_id, episode_id, now)
    found = _read(asked, narrowed or Narrowed(), after, limit + 1, newest_first=True)
    lines, rest = found[:limit], found[limit:]
    mark = Mark(lines[-1].at, lines[-1].id, lines[-1].source) if rest else None
    return _timeline(asked, lines, next_mark=mark)


def whole_timeline(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    now: datetime,
    episode_id: UUID | None = None,
    narrowed: Narrowed | None = None,
) -> Timeline:
    """Return all that happened, oldest first, for paper and files. Raises NotFound.

    Without what only an emergency opens, as paper and files stay. Source: SAFETY 5.3.
    """
    asked = _ask(viewer, young_person_id, episode_id, now, on_paper=True)
    found = _read(asked, narrowed or Narrowed(), None, MOST + 1, newest_first=False)
    return _timeline(asked, found[:MOST], is_cut=len(found) > MOST)


def young_person_of(viewer: Viewer, episode_id: UUID) -> UUID:
    """Return whose an episode is, for callers that ask the access function next."""
    found = db.session.scalar(select(Episode.young_person_id).where(Episode.id == episode_id))
    if found is None:
        raise NotFound("episode")
    return found


def _ask(
    viewer: Viewer,
    young_person_id: UUID,
    episode_id: UUID | None,
    now: datetime,
    *,
    on_paper: bool = False,
) -> _Asked:
    access = access_to(viewer, young_person_id, now=now)
    access = access.on_paper() if on_paper else access
    if not access.may(Verb.READ, Object.EPISODE):
        raise NotFound("timeline")
    is_own = viewer.kind is PersonKind.YOUNG_PERSON
    young_person = db.session.get(YoungPerson, young_person_id)
    if young_person is None:
        raise NotFound("young person")
    episode, begins_at = _episode(young_person_id, episode_id)
    scope = Scope(
        young_person_id,
        now,
        episode_id,
        begins_at,
        episode.closed_at if episode is not None else None,
    )
    return _Asked(young_person, episode, scope, Sight(access, is_own))


def _episode(
    young_person_id: UUID, episode_id: UUID | None
) -> tuple[Episode | None, datetime | None]:
    """Return the episode, and the first instant that belongs to it."""
    if episode_id is None:
        return None, None
    row = db.session.execute(
        select(Episode, func.min(EpisodeTime.at))
        .outerjoin(EpisodeTime, EpisodeTime.episode_id == Episode.id)
        .where(Episode.id == episode_id, Episode.young_person_id == young_person_id)
        .group_by(Episode.id)
    ).one_or_none()
    if row is None:
        raise NotFound("episode")
    episode, first_at = row
    return episode, min(episode.opened_at, first_at or episode.opened_at)


def _read(
    asked: _Asked, narrowed: Narrowed, after: Mark | None, limit: int, *, newest_first: bool
) -> list[Line]:
    """Read lines in order, each branch no further than the page needs."""
    branches = []
    for b in asked.branches(narrowed.groups):
        found = select(b).where(*_wanted(b.c, narrowed, after))
        order = [_order(column, newest_first) for column in (b.c.at, b.c.source, b.c.id)]
        # In brackets of its own: SQLite knows no order inside a union.
        branches.append(select(found.order_by(*order).limit(limit).subquery()))
    if not branches:
        return []
    joined = union_all(*branches).subquery()
    columns = [joined.c[name] for name in Line._fields]
    order = [_order(joined.c[name], newest_first) for name in ("at", "source", "id")]
    rows = db.session.execute(select(*columns).order_by(*order).limit(limit))
    return [Line(*row) for row in rows]


def _order(column: Any, newest_first: bool) -> Any:
    return column.desc() if newest_first else column.asc()


def _wanted(c: Any, narrowed: Narrowed, after: Mark | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if narrowed.by_id is not None:
        found.append(c.by_id == narrowed.by_id)
    if narrowed.since is not None:
        found.append(c.at >= narrowed.since)
    if narrowed.until is not None:
        found.append(c.at < narrowed.until)
    if after is not None:
        same_source = and_(c.source == after.source, c.id < after.id)
        same_time = and_(c.at == after.at, or_(c.source < after.source, same_source))
        found.append(or_(c.at < after.at, same_time))
    return found


def _timeline(
    asked: _Asked, lines: list[Line], *, next_mark: Mark | None = None, is_cut: bool = False
) -> Timeline:
    own = asked.sight.is_own
    people = {} if own else _people(asked)
    names = names_of({*people, *(each for line in lines for each in _named(line, own))})
    return Timeline(
        asked.young_person,
        asked.episode,
        [_happening(line, names, own) for line in lines],
        [
            group
            for group, part in PARTS.items()
            if any(True for _ in part(asked.scope, asked.sight))
        ],
        {person_id: names[person_id] for person_id in people},
        own,
        may_export=any(
            asked.sight.access.may(verb, Object.EXPORTS) for verb in (Verb.CREATE, Verb.APPROVE)
        ),
        next_mark=next_mark,
        is_cut=is_cut,
    )


def _named(line: Line, own: bool) -> list[UUID | None]:
    """Return whose names a line needs; the young person reads only who reached out to them."""
    if own:
        return [line.by_id, line.to_id] if line.source in OWN_NAMES else []
    return [line.to_id, _now_has_it(line)]


def _now_has_it(line: Line) -> UUID | None:
    return UUID(line.what) if line.source == "handed_over" else line.to_id


def _people(asked: _Asked) -> list[UUID]:
    """List who did something here, for the choice of whom to look for."""
    branches = [
        select(b.c.by_id).where(b.c.by_id.is_not(None)).distinct() for b in asked.branches()
    ]
    joined = union_all(*branches).subquery()
    return list(db.session.scalars(select(joined.c.by_id).distinct().limit(200)))


def _happening(line: Line, names: dict[UUID | None, str], own: bool) -> Happening:
    words_column, more_column = SEALED.get(line.source, ("", ""))
    # Of what adults wrote to each other the young person reads nothing here.
    shown = not own or line.source in OWN_WORDS
    return Happening(
        line,
        GROUP_OF[line.source],
        opened(line.words, words_column, line.words_row) if shown else "",
        opened(line.more, more_column, line.id) if shown else "",
        "" if own and line.source not in OWN_NAMES else names.get(line.by_id, ""),
        "" if own and line.source not in OWN_NAMES else names.get(_now_has_it(line), ""),
    )


OWN_WORDS = frozenset({"check_in", "text"})
OWN_NAMES = frozenset({"own_reached", "own_asked"})
