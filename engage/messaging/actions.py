"""What people and providers do about texts. `queue` and its kin are offered from here."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engage.audit.actions import record
from engage.db import db
from engage.messaging.callbacks import StatusChange, note_status
from engage.messaging.inbound import InboundText, inbound_row, keep_inbound, set_handled
from engage.messaging.models import ConsentEntry, InboundMessage, Message, OptOut
from engage.messaging.outbox import message_row, queue, queue_many
from engage.messaging.rules import BODIES_KEPT, MessageState, Reason
from engage.people.viewer import SYSTEM, Viewer

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
]

_messages: Any = Message.__table__
_inbound: Any = InboundMessage.__table__
_opt_outs: Any = OptOut.__table__
_OPT_OUT = {
    "sqlite": sqlite.insert(_opt_outs).on_conflict_do_nothing(index_elements=["phone_index"]),
    "postgresql": postgresql.insert(_opt_outs).on_conflict_do_nothing(
        index_elements=["phone_index"]
    ),
}


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
    connection = db.session.connection()
    row = {"id": uuid4(), "phone_index": phone_index, "how": how, "since": now}
    # PostgreSQL tells how many rows an INSERT added only when asked to.
    once = _OPT_OUT[connection.dialect.name].execution_options(preserve_rowcount=True)
    if not connection.execute(once, row).rowcount:
        return False
    _note_consent(phone_index, "opted_out", how, now, viewer, person_id, inbound_id)
    return True


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
    gone = delete(_opt_outs).where(_opt_outs.c.phone_index == phone_index)
    if not db.session.connection().execute(gone).rowcount:
        return False
    _note_consent(phone_index, "opted_in", how, now, viewer, person_id, inbound_id)
    return True


def _note_consent(
    phone_index: str,
    change: str,
    how: str,
    now: datetime,
    viewer: Viewer,
    person_id: UUID | None,
    inbound_id: UUID | None,
) -> None:
    entry = ConsentEntry(
        phone_index=phone_index,
        person_id=person_id,
        change=change,
        how=how,
        inbound_id=inbound_id,
        at=now,
    )
    db.session.add(entry)
    record(
        f"phone:{change}",
        viewer=viewer,
        now=now,
        subject_id=person_id,
        object_kind="consent_entry",
        object_id=entry.id,
        reason=how,
    )


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
