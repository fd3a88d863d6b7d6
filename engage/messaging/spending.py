"""Counting the segments that leave on each day (UTC)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from engage.db import db
from engage.messaging.delivery import Claimed
from engage.messaging.models import SendDay
from engage.messaging.rules import Klass, segments

_days: Any = SendDay.__table__
_SPENT = select(_days.c.segments).where(_days.c.sent_on == bindparam("day"))


def _add(insert: Any) -> Any:
    made = insert(_days)
    return made.on_conflict_do_update(
        index_elements=["sent_on"],
        set_={
            "segments": _days.c.segments + made.excluded.segments,
            "staff_segments": _days.c.staff_segments + made.excluded.staff_segments,
        },
    ).returning(_days.c.segments)


_ADD = {"sqlite": _add(sqlite.insert), "postgresql": _add(postgresql.insert)}


def spent(*, now: datetime) -> int:
    """Return how many segments left so far on this day (UTC)."""
    return db.session.connection().execute(_SPENT, {"day": now.date()}).scalar_one_or_none() or 0


def note_spent(texts: Iterable[Claimed], *, now: datetime) -> tuple[int, int]:
    """Count texts that are about to leave; return the day's total before and after them."""
    alerts = others = 0
    for text in texts:
        count = segments(text.body).count
        if text.row.klass == Klass.STAFF:
            alerts += count
        else:
            others += count
    row = {
        "id": uuid4(),
        "sent_on": now.date(),
        "segments": alerts + others,
        "staff_segments": alerts,
    }
    connection = db.session.connection()
    total: int = connection.execute(_ADD[connection.dialect.name], row).scalar_one()
    return total - alerts - others, total
