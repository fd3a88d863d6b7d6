"""Incoming texts: stored once and for ever, whoever brings them and however often."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from engage.crypto import blind_index, seal
from engage.db import db, new_id
from engage.messaging.models import InboundMessage, OptOut
from engage.messaging.rules import PROVIDER_KEEPS
from engage.statements import Into, write_once

_table: Any = InboundMessage.__table__
_opt_outs: Any = OptOut.__table__


@dataclass(frozen=True)
class InboundText:
    """One text as a provider hands it over."""

    provider: str
    sid: str
    from_number: str
    to_number: str
    body: str
    sent_at: datetime | None = None
    opt_out_type: str | None = None


# Once and for ever; what comes again is counted.
INBOUND = Into(_table, once=["provider", "provider_sid"], hits="hits")
_SET_HANDLED = (
    update(_table)
    .where(_table.c.id == bindparam("row_id"), _table.c.handled_at.is_(None))
    .values(
        handled_at=bindparam("at"),
        person_id=bindparam("who"),
        set_aside_for_id=bindparam("aside"),
    )
)
_OPT_OUT = select(_opt_outs.c.since).where(_opt_outs.c.phone_index == bindparam("phone"))


def inbound_row(
    text: InboundText,
    *,
    source: str,
    now: datetime,
    person_id: UUID | None = None,
    handled: bool = False,
    set_aside_for: UUID | None = None,
) -> dict[str, Any]:
    """Return the row that keeps one incoming text, its words and number sealed.

    `handled`: the caller acts on it in this very transaction, so that no later step needs to.
    `set_aside_for`: the organisation whose people find it though nobody is told of it.
    """
    row_id = new_id(now)
    return {
        "id": row_id,
        "provider": text.provider,
        "provider_sid": text.sid,
        "from_number": seal(text.from_number, "inbound_messages.from_number", row_id),
        "phone_index": blind_index("phone", text.from_number),
        "to_number": text.to_number[:20],
        "body": seal(text.body, "inbound_messages.body", row_id),
        "received_at": now,
        "sent_at": text.sent_at,
        "opt_out_type": text.opt_out_type,
        "person_id": person_id,
        "source": source,
        "hits": 1,
        "handled_at": now if handled else None,
        "forget_at": now + PROVIDER_KEEPS,
        "set_aside_for_id": set_aside_for,
    }


def keep_inbound(
    text: InboundText,
    *,
    source: str,
    now: datetime,
    person_id: UUID | None = None,
    handled: bool = False,
) -> UUID | None:
    """Keep an incoming text; return its id if it is new, None if we have it already.

    A repeat is only counted. One statement. For `handled` see `inbound_row`.
    """
    row = inbound_row(text, source=source, now=now, person_id=person_id, handled=handled)
    row_id: UUID = row["id"]
    return row_id if write_once(db.connection, (INBOUND, row), ()) else None


def set_handled(
    inbound_id: UUID, *, person_id: UUID | None, now: datetime, set_aside_for: UUID | None = None
) -> bool:
    """Note that an incoming text was acted on, or set aside; False if somebody was quicker."""
    done = db.session.connection().execute(
        _SET_HANDLED, {"row_id": inbound_id, "at": now, "who": person_id, "aside": set_aside_for}
    )
    return done.rowcount == 1


def opted_out_since(phone_index: str, connection: Connection | None = None) -> datetime | None:
    """Return since when this phone wants no texts from us, or None."""
    target = connection or db.session.connection()
    return target.execute(_OPT_OUT, {"phone": phone_index}).scalar_one_or_none()
