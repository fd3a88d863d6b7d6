"""Asking the provider whether a text went, before anything else is done with it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from engage.crypto import unseal
from engage.db import db
from engage.messaging.delivery import Claimed
from engage.messaging.models import Message, MessageEvent
from engage.messaging.outcomes import Absent, Found, Outcome
from engage.messaging.provider import SentText
from engage.messaging.rules import MessageState

_table: Any = Message.__table__
_events: Any = MessageEvent.__table__
# Their clock and ours may differ a little.
CLOCKS_DIFFER = timedelta(seconds=60)


def ask_since(text: Claimed) -> datetime:
    """Return from when on a doubtful text could stand in the provider's list."""
    since: datetime = text.row.first_post_at - CLOCKS_DIFFER
    return since


def judge(text: Claimed, listed: list[SentText]) -> Outcome:
    """Decide from the provider's list whether a doubtful text went.

    Several texts with the same words to the same phone may be in doubt at once: the first
    of them owns the first listed one that is nobody's, and so on.
    """
    body = _words(text.row)
    same = sorted((sent for sent in listed if sent.body == body), key=lambda s: s.created_at)
    taken = _taken([sent.sid for sent in same]) if same else set()
    free = [sent for sent in same if sent.sid not in taken]
    if not free:
        return Absent()
    place = _twins_before(text, body)
    return Found(free[place].sid, free[place].status) if place < len(free) else Absent()


def _words(row: Any) -> str | None:
    return unseal(row.body, "messages.body", row.id) if row.body else None


def _taken(sids: list[str]) -> set[str]:
    """Return those of the provider's ids that belong to some text already."""
    held = select(_table.c.provider_sid).where(_table.c.provider_sid.in_(sids))
    told = select(_events.c.provider_sid).where(_events.c.provider_sid.in_(sids))
    return set(db.session.scalars(held)) | set(db.session.scalars(told))


def _twins_before(text: Claimed, body: str | None) -> int:
    rows = db.session.execute(
        select(_table.c.id, _table.c.body, _table.c.first_post_at).where(
            or_(
                _table.c.person_id == text.row.person_id,
                _table.c.person_id.is_(None) & (_table.c.phone_index == text.reader.phone_index),
            ),
            _table.c.state.in_([MessageState.SENDING, MessageState.UNKNOWN]),
            _table.c.provider_sid.is_(None),
            _table.c.first_post_at.is_not(None),
            _table.c.id != text.row.id,
        )
    )
    mine = (text.row.first_post_at, str(text.row.id))
    return sum((row.first_post_at, str(row.id)) < mine for row in rows if _words(row) == body)
