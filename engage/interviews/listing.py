"""Lists in the order of an instant, a page at a time: a page costs the same however long the list.

What changes places meanwhile shows twice or on the next page; nothing falls out between two pages
because something before it went.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from engage.db import db

PAGE = 25
Line = TypeVar("Line")
Rows: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Page(Generic[Line]):
    """Some lines of a list, and after which one the next page begins; None: this is the last."""

    lines: Sequence[Line]
    next_after: UUID | None = None


@dataclass(frozen=True)
class ByTime:
    """An order: by this instant of a row, then by its id. Those without one stand first or last."""

    at: Any
    id: Any
    without_first: bool = False

    def rows(self, wanted: Rows, after: UUID | None, limit: int) -> list[Any]:
        """Return the rows after this one, and one more than a page holds, where there are more.

        In two statements, so that an index gives the order and only a page of it is read.
        """
        before = None
        if after is not None:
            before = db.session.execute(select(self.at).where(self.id == after)).first()
            if before is None:
                return []
        dated = before is not None and before[0] is not None
        parts = [self._without(wanted, after, before), self._with(wanted, after, before)]
        if before is not None and dated == self.without_first:
            # The page before ended in the part that comes second.
            del parts[0 if self.without_first else 1]
        elif not self.without_first:
            parts.reverse()
        found: list[Any] = []
        for part in parts:
            if len(found) <= limit:
                found += db.session.execute(part.limit(limit + 1 - len(found))).all()
        return found

    def _without(self, wanted: Rows, after: UUID | None, before: Any) -> Rows:
        rows = wanted.where(self.at.is_(None)).order_by(self.id)
        return rows.where(self.id > after) if before is not None and before[0] is None else rows

    def _with(self, wanted: Rows, after: UUID | None, before: Any) -> Rows:
        rows = wanted.where(self.at.is_not(None)).order_by(self.at, self.id)
        if before is None or before[0] is None:
            return rows
        later = or_(self.at > before[0], and_(self.at == before[0], self.id > after))
        return rows.where(self.at >= before[0], later)


def page_of(found: Sequence[tuple[UUID, Line]], limit: int) -> Page[Line]:
    """Cut what was found, one more than fits, to a page."""
    shown = found[:limit]
    return Page([line for _, line in shown], shown[-1][0] if len(found) > limit else None)
