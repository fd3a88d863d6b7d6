"""Counting how often a stored text could not be worked on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update

from engage.db import db
from engage.messaging.models import InboundMessage

_table: Any = InboundMessage.__table__
_NOTE_TRY = (
    update(_table)
    .where(_table.c.id == bindparam("row_id"), _table.c.handled_at.is_(None))
    .values(tries=_table.c.tries + 1, tried_at=bindparam("at"))
    .returning(_table.c.tries)
)


def note_try(inbound_id: UUID, *, now: datetime) -> int:
    """Count one try to act on a stored text that is still waiting; return how many there were."""
    done = db.session.connection().execute(_NOTE_TRY, {"row_id": inbound_id, "at": now})
    return done.scalar_one_or_none() or 0
