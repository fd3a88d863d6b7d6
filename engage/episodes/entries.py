"""What happened, in the one shape in which every part hands it to the timeline.

A part says of its tables which column tells when, what, who and the words. The timeline joins
all of them in one statement, so a page costs the same however many parts there are.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, Text, cast, literal, null, select

from engage.crypto import unseal
from engage.db import QuickUuid, UtcDateTime


class Line(NamedTuple):
    """One thing that happened, as it stands in its table: codes, ids and sealed words."""

    # Which kind of line: decides the words, and who may read it.
    source: str
    at: datetime
    id: UUID
    what: str
    also: str | None
    by_id: UUID | None
    # Somebody else it is about: whom one tried to reach.
    to_id: UUID | None
    # When it was written down, or until when something is due.
    other_at: datetime | None
    # Sealed words, and the row to which the first are bound.
    words: str | None
    words_row: UUID | None
    more: str | None


def lines(
    source: str,
    *,
    at: Any,
    id: Any,
    what: Any = "",
    also: Any = None,
    by: Any = None,
    to: Any = None,
    other_at: Any = None,
    words: Any = None,
    words_row: Any = None,
    more: Any = None,
) -> Select[Any]:
    """Select a part's lines; columns that it has not stay empty. The caller adds the conditions.

    Every branch has the same types, as PostgreSQL asks of what is joined.
    """
    text = literal(what, String) if isinstance(what, str) else cast(what, String)
    return select(
        literal(source, String).label("source"),
        at.label("at"),
        id.label("id"),
        text.label("what"),
        _or_nothing(also, String(), convert=True).label("also"),
        _or_nothing(by, QuickUuid()).label("by_id"),
        _or_nothing(to, QuickUuid()).label("to_id"),
        _or_nothing(other_at, UtcDateTime()).label("other_at"),
        _or_nothing(words, Text()).label("words"),
        (id if words_row is None else words_row).label("words_row"),
        _or_nothing(more, Text()).label("more"),
    )


def _or_nothing(column: Any, kind: Any, *, convert: bool = False) -> ColumnElement[Any]:
    if column is None:
        return cast(null(), kind)
    return cast(column, kind) if convert else column


def opened(value: str | None, column: str, row_id: UUID | None) -> str:
    """Return sealed words of a line, opened; nothing when there are none."""
    return unseal(value, column, row_id) if value and row_id else ""
