"""What the provider tells us later of a text it took: kept, and never believed backwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engage.db import begin_write, db
from engage.messaging.code_rules import UNREACHED, Trouble, trouble_of
from engage.messaging.models import Message, MessageEvent
from engage.messaging.rules import (
    ARRIVED_RANK,
    FINAL_RANK,
    PROVIDER_KEEPS,
    STATUSES,
    UNREACHED_RETRY,
    Klass,
    MessageState,
    Reason,
    Status,
)

_table: Any = Message.__table__
_events: Any = MessageEvent.__table__
_COLUMNS = (
    "id",
    "klass",
    "state",
    "provider_sid",
    "former_sids",
    "status_rank",
    "status_conflict",
    "not_after",
    "fence",
    "phone_index",
    "person_id",
    "error_code",
)
_known = select(*(_table.c[name] for name in _COLUMNS))
_by_id = _known.where(_table.c.id == bindparam("m")).with_for_update()
_by_sid = _known.where(_table.c.provider_sid == bindparam("sid")).with_for_update()


def _event(insert: Any) -> Any:
    made = insert(_events)
    return made.on_conflict_do_update(
        index_elements=["provider", "provider_sid", "status"],
        set_={"hits": _events.c.hits + 1},
    )


_EVENT = {"sqlite": _event(sqlite.insert), "postgresql": _event(postgresql.insert)}


@dataclass(frozen=True)
class StatusChange:
    """What one report from the provider did to a text."""

    message_id: UUID
    state: MessageState
    opted_out_index: str | None = None
    person_id: UUID | None = None


def note_status(
    provider: str,
    *,
    message_id: UUID | None,
    sid: str,
    status: str,
    error_code: int | None = None,
    now: datetime,
) -> StatusChange | None:
    """Keep what the provider reports and move the text up, never down; None for unknown texts.

    A report that carries our own id proves that the provider took the text, even if the
    process that sent it died before it could write that down. Source: SAFETY 6 R05 and 7.
    """
    begin_write(db.session)
    connection = db.session.connection()
    found = None
    if message_id is not None:
        found = connection.execute(_by_id, {"m": message_id}).one_or_none()
    if found is None:
        found = connection.execute(_by_sid, {"sid": sid}).one_or_none()
    if found is None:
        return None
    event = {
        "id": uuid4(),
        "message_id": found.id,
        "provider": provider,
        "provider_sid": sid,
        "status": status[:20],
        "error_code": error_code,
        "received_at": now,
        "hits": 1,
    }
    connection.execute(_EVENT[connection.dialect.name], event)
    word = STATUSES[provider].get(status)
    if word is None:
        return None
    if sid in (found.former_sids or ()):
        return _arrived_after_all(found, word, sid, now)
    if found.provider_sid is not None and found.provider_sid != sid:
        return None
    values = status_values(found, word, sid=sid, error_code=error_code, now=now)
    if not values:
        return None
    connection.execute(update(_table).where(_table.c.id == found.id).values(**values))
    gone = trouble_of(error_code) is Trouble.OPTED_OUT
    state = values.get("state", found.state)
    return StatusChange(found.id, state, found.phone_index if gone else None, found.person_id)


def _arrived_after_all(found: Any, word: Status, sid: str, now: datetime) -> StatusChange | None:
    """Believe a late arrival of an earlier try: what has not left again must not go twice.

    Source: SAFETY 7, H04 (a doubled text on a watched phone).
    """
    if word.rank < ARRIVED_RANK:
        return None
    values: dict[str, Any] = {"status_conflict": True}
    if found.state == MessageState.PENDING and found.provider_sid is None:
        values |= {
            "provider_sid": sid,
            "status_rank": word.rank,
            "state": word.state,
            "reason": None,
            "due_at": None,
            "needs_person_at": None,
            "finished_at": now,
            "forget_at": now + PROVIDER_KEEPS,
            "fence": found.fence + 1,
        }
    changed = update(_table).where(_table.c.id == found.id).values(**values)
    db.session.connection().execute(changed)
    return StatusChange(found.id, values.get("state", found.state))


def status_values(
    row: Any, word: Status, *, sid: str, error_code: int | None, now: datetime
) -> dict[str, Any]:
    """Return the columns that one report changes; an empty dict if it is old news.

    `row` holds the text as it stands. A text that ended unreached goes back to pending while
    it still makes sense: the phone of somebody missing is often off.
    """
    values: dict[str, Any] = {}
    if row.provider_sid is None:
        values["provider_sid"] = sid
    if _contradicts(row.status_rank, word.rank) and not row.status_conflict:
        values["status_conflict"] = True
    if word.rank <= row.status_rank:
        return values
    values |= {
        "status_rank": word.rank,
        "state": word.state,
        "error_code": error_code or row.error_code,
        "reason": None,
        "due_at": None,
        "needs_person_at": None,
    }
    if word.rank >= FINAL_RANK:
        values |= {"finished_at": now, "forget_at": now + PROVIDER_KEEPS}
    if word.state is MessageState.FAILED:
        values |= _failed_values(row, sid, error_code, now)
    return values


def _contradicts(old: int, new: int) -> bool:
    low, high = sorted((old, new))
    return FINAL_RANK <= low < ARRIVED_RANK <= high


def _failed_values(row: Any, sid: str, error_code: int | None, now: datetime) -> dict[str, Any]:
    if error_code in UNREACHED and now + UNREACHED_RETRY < row.not_after:
        return {
            "state": MessageState.PENDING,
            "status_rank": 0,
            "provider_sid": None,
            "former_sids": [*(row.former_sids or ()), sid],
            "first_post_at": None,
            "finished_at": None,
            # The provider keeps a copy of this try too.
            "forget_at": now + PROVIDER_KEEPS,
            "due_at": now + UNREACHED_RETRY,
            "fence": row.fence + 1,
        }
    if trouble_of(error_code) is Trouble.OPTED_OUT:
        return {
            "state": MessageState.BLOCKED,
            "reason": Reason.OPTED_OUT,
            "needs_person_at": needs_person(row.klass, now),
        }
    late = trouble_of(error_code) is Trouble.LATE
    return {
        "reason": Reason.TOO_LATE if late else Reason.REFUSED,
        "needs_person_at": needs_person(row.klass, now),
    }


def needs_person(klass: str, now: datetime) -> datetime | None:
    """Say since when somebody should find another way; None for texts that can just lapse."""
    return None if klass == Klass.OTHER else now
