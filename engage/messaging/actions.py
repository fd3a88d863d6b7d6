"""What people and providers do about texts. `queue` and its kin are offered from here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, select, update

from engage.audit.actions import LINES, entry, record
from engage.db import db
from engage.messaging.callbacks import StatusChange, note_status
from engage.messaging.inbound import InboundText, inbound_row, keep_inbound, set_handled
from engage.messaging.models import ConsentEntry, InboundMessage, Message, OptOut
from engage.messaging.outbox import message_row, queue, queue_many
from engage.messaging.rules import BODIES_KEPT, MessageState, Reason
from engage.people.viewer import SYSTEM, Viewer
from engage.statements import Addition, Change, Into, Row, write

__all__ = [
    "InboundText",
    "cancel_texts",
    "forget_bodies",
    "inbound_row",
    "keep_inbound",
    "mark_handled",
    "message_row",
    "opt_in",
    "opt_out",
    "queue",
    "queue_many",
    "record_status",
    "set_handled",
    "wish_of",
]

_messages: Any = Message.__table__
_inbound: Any = InboundMessage.__table__
_opt_outs: Any = OptOut.__table__
_OPT_OUTS = Into(_opt_outs, once=["phone_index"])
_CONSENT = Into(ConsentEntry.__table__)
_OPT_IN = Change(delete(_opt_outs).where(_opt_outs.c.phone_index == bindparam("phone")))


def opt_out(
    phone_index: str,
    *,
    how: str,
    now: datetime,
    viewer: Viewer = SYSTEM,
    person_id: UUID | None = None,
    inbound_id: UUID | None = None,
) -> bool:
    """Send this phone no more texts until it asks again; what it sends is still read.

    `how`: text, provider or staff. Returns False when it had opted out before. A safety event:
    the caller tells the worker to use another way. Source: SAFETY T05, H11.
    """
    wish = wish_of(
        phone_index, is_stop=True, how=how, now=now, viewer=viewer, person_id=person_id,
        inbound_id=inbound_id,
    )  # fmt: skip
    return _fulfil(wish)


def opt_in(
    phone_index: str,
    *,
    how: str,
    now: datetime,
    viewer: Viewer = SYSTEM,
    person_id: UUID | None = None,
    inbound_id: UUID | None = None,
) -> bool:
    """Allow texts to this phone again. Returns False when it had not opted out."""
    wish = wish_of(
        phone_index, is_stop=False, how=how, now=now, viewer=viewer, person_id=person_id,
        inbound_id=inbound_id,
    )  # fmt: skip
    return _fulfil(wish)


@dataclass(frozen=True)
class Wish:
    """A change in whether a phone wants our texts, for whoever writes it with other rows."""

    out: list[Addition]
    back: list[tuple[Change, Row]]
    consent: Addition
    # Its line for the audit.
    line: Row


def wish_of(
    phone_index: str,
    *,
    is_stop: bool,
    how: str,
    now: datetime,
    viewer: Viewer = SYSTEM,
    person_id: UUID | None = None,
    inbound_id: UUID | None = None,
) -> Wish:
    """Return what `opt_out` or `opt_in` writes, when it is known to change anything."""
    change = "opted_out" if is_stop else "opted_in"
    consent: Row = {
        "id": uuid4(),
        "phone_index": phone_index,
        "person_id": person_id,
        "change": change,
        "how": how,
        "inbound_id": inbound_id,
        "at": now,
    }
    opt_out = {"id": uuid4(), "phone_index": phone_index, "how": how, "since": now}
    line = entry(
        f"phone:{change}",
        viewer=viewer,
        now=now,
        subject_id=person_id,
        object_kind="consent_entry",
        object_id=consent["id"],
        reason=how,
    )
    return Wish(
        out=[(_OPT_OUTS, [opt_out])] if is_stop else [],
        back=[] if is_stop else [(_OPT_IN, {"phone": phone_index})],
        consent=(_CONSENT, [consent]),
        line=line,
    )


def _fulfil(wish: Wish) -> bool:
    connection = db.session.connection()
    if not write(connection, wish.out, wish.back):
        return False
    write(connection, [wish.consent, (LINES, [wish.line])])
    return True


def record_status(
    provider: str,
    *,
    message_id: UUID | None,
    sid: str,
    status: str,
    error_code: int | None = None,
    now: datetime,
) -> StatusChange | None:
    """Keep what the provider reports of a text; a refused number counts as opted out.

    Reports of progress are the provider's, not somebody's act: only an opt-out is audited.
    """
    change = note_status(
        provider, message_id=message_id, sid=sid, status=status, error_code=error_code, now=now
    )
    if change is not None and change.opted_out_index is not None:
        opt_out(change.opted_out_index, how="provider", now=now, person_id=change.person_id)
    return change


def mark_handled(viewer: Viewer, message_id: UUID, *, now: datetime) -> bool:
    """Note that somebody took care of a text that did not reach its reader.

    The caller has asked the access function. Returns False if it was taken care of before.
    """
    done = db.session.execute(
        update(_messages)
        .where(
            _messages.c.id == message_id,
            _messages.c.needs_person_at.is_not(None),
            _messages.c.handled_at.is_(None),
        )
        .values(handled_at=now, handled_by_id=viewer.person_id)
        .returning(_messages.c.young_person_id)
    ).one_or_none()
    if done is None:
        return False
    record(
        "text:handled",
        viewer=viewer,
        now=now,
        subject_id=done.young_person_id,
        object_kind="message",
        object_id=message_id,
    )
    return True


def cancel_texts(viewer: Viewer, person_id: UUID, *, now: datetime) -> int:
    """Withdraw every text to this person that has not left us. Returns how many."""
    done = db.session.execute(
        update(_messages)
        .where(_messages.c.person_id == person_id, _messages.c.state == MessageState.PENDING)
        .values(state=MessageState.BLOCKED, reason=Reason.CANCELLED, due_at=None, finished_at=now)
    )
    count: int = done.rowcount  # type: ignore[attr-defined]
    if count:
        record("texts:cancelled", viewer=viewer, now=now, object_kind="person", object_id=person_id)
    return count


def forget_bodies(*, now: datetime, kept: timedelta = BODIES_KEPT, limit: int = 500) -> int:
    """Erase the words of old texts both ways, keeping kind and time. Returns how many.

    Source: SAFETY 10 (90 days).
    """
    count = 0
    for table, at, words in (
        (_messages, _messages.c.created_at, {"body": None, "params": None, "to_number": None}),
        (_inbound, _inbound.c.received_at, {"body": None}),
    ):
        old = select(table.c.id).where(at < now - kept, table.c.body.is_not(None)).limit(limit)
        done = db.session.execute(update(table).where(table.c.id.in_(old)).values(**words))
        count += done.rowcount  # type: ignore[attr-defined]
    if count:
        record("texts:erased", viewer=SYSTEM, now=now, reason="retention")
    return count
