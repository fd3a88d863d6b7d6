"""Writing to the audit, and chaining what was written."""

from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, text, update

from engage.audit.models import Actor, AuditEntry, audit_digest
from engage.audit.rules import FIRST, link_hash
from engage.db import begin_write, db, new_id
from engage.statements import Into

SEAL_LOCK = 7_202_601  # any constant: names the advisory lock on PostgreSQL

request_id: ContextVar[str | None] = ContextVar("engage_request_id", default=None)
_table: Any = AuditEntry.__table__
LINES = Into(_table)


def entry(
    verb: str,
    *,
    viewer: Actor,
    now: datetime,
    subject_id: UUID | None = None,
    object_kind: str | None = None,
    object_id: UUID | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """Return the row for one act, for callers that insert several rows at once."""
    return {
        "id": new_id(now),
        "at": now,
        "actor_id": viewer.person_id,
        "actor_kind": viewer.actor_kind,
        "verb": verb,
        "subject_id": subject_id,
        "object_kind": object_kind,
        "object_id": object_id,
        "reason": reason,
        "request_id": request_id.get(),
    }


def record(
    verb: str,
    *,
    viewer: Actor,
    now: datetime,
    subject_id: UUID | None = None,
    object_kind: str | None = None,
    object_id: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Write down that someone did something, in the transaction of the act itself.

    `verb` is `subject:verb_past`; `subject_id` the young person it is about; `reason` a
    code, never content.
    """
    row = entry(
        verb,
        viewer=viewer,
        now=now,
        subject_id=subject_id,
        object_kind=object_kind,
        object_id=object_id,
        reason=reason,
    )
    db.session.flush()  # the act itself goes first
    LINES.insert(db.session.connection(), [row])


def record_many(
    rows: list[dict[str, Any]], connection: Connection, *, by_the_thousand: bool = False
) -> None:
    """Write rows made by `entry` in one statement."""
    (LINES.copy if by_the_thousand else LINES.insert)(connection, rows)


def seal(*, now: datetime, limit: int = 2000) -> int:
    """Chain the entries written since last time, oldest first; return how many.

    One sealer at a time: SQLite's writing turn, or an advisory lock on PostgreSQL.
    """
    if db.session.scalar(select(_table.c.id).where(_table.c.chain_no.is_(None)).limit(1)) is None:
        return 0
    begin_write(db.session)
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SEAL_LOCK})
    last = db.session.execute(
        select(_table.c.chain_no, _table.c.hash)
        .where(_table.c.chain_no.is_not(None))
        .order_by(_table.c.chain_no.desc())
        .limit(1)
    ).one_or_none()
    number, previous = (last.chain_no, last.hash) if last else (0, FIRST)
    unsealed = (
        select(_table)
        .where(_table.c.chain_no.is_(None), _table.c.at <= now)
        .order_by(_table.c.at, _table.c.id)
        .limit(limit)
    )
    rows = db.session.execute(unsealed).mappings().all()
    for row in rows:
        number += 1
        sealed_row = {**row, "chain_no": number}
        hashed = link_hash(sealed_row, previous, audit_digest)
        db.session.execute(
            update(_table)
            .where(_table.c.id == row["id"], _table.c.chain_no.is_(None))
            .values(chain_no=number, prev_hash=previous, hash=hashed)
        )
        previous = hashed
    return len(rows)


def count_unsealed(*, before: datetime) -> int:
    """Count the entries from before an instant that are not in the chain yet."""
    return (
        db.session.scalar(
            select(func.count()).where(_table.c.chain_no.is_(None), _table.c.at < before)
        )
        or 0
    )
