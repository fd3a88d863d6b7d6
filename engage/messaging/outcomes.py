"""What becomes of a text after the provider answered, or did not: written in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, update

from engage.db import db
from engage.messaging.actions import opt_out
from engage.messaging.callbacks import needs_person
from engage.messaging.code_rules import Trouble, trouble_of
from engage.messaging.delivery import Claimed, Timing, Verdict
from engage.messaging.models import Message
from engage.messaging.provider import Accepted, Answer, Doubtful, Refused
from engage.messaging.rules import (
    FINAL_RANK,
    POISON_LIMIT,
    PROVIDER_KEEPS,
    RANKS,
    REPORT_AFTER,
    Klass,
    MessageState,
    Reason,
    backoff,
    resend_on_doubt,
)

_table: Any = Message.__table__
ASK_AGAIN = timedelta(minutes=5)
STOP_ASKING = timedelta(hours=24)
SETTINGS_RETRY = timedelta(minutes=5)


@dataclass(frozen=True)
class Unposted:
    """The text was not handed over after all: it may simply go later."""


@dataclass(frozen=True)
class Found:
    """Asked about a doubtful text, the provider has it."""

    sid: str
    status: str


@dataclass(frozen=True)
class Absent:
    """Asked about a doubtful text, the provider does not have it."""


@dataclass(frozen=True)
class NoAnswer:
    """Asked about a doubtful text, the provider gave no answer."""


Outcome = Answer | Unposted | Found | Absent | NoAnswer | Verdict
COLUMNS = (
    "state",
    "reason",
    "due_at",
    "first_post_at",
    "provider_sid",
    "status_rank",
    "error_code",
    "last_error",
    "strikes",
    "finished_at",
    "forget_at",
    "needs_person_at",
)
_HELD = update(_table).where(
    _table.c.id == bindparam("row_id"),
    # A worker that was slower than its lease changes nothing.
    _table.c.fence == bindparam("row_fence"),
    or_(_table.c.state == MessageState.SENDING, _table.c.state == MessageState.UNKNOWN),
)
# What nearly always happens, with few values to carry.
_TAKEN = _HELD.values(
    state=bindparam("became"),
    provider_sid=bindparam("sid"),
    status_rank=bindparam("rank"),
    due_at=None,
    reason=None,
    error_code=None,
    last_error=None,
    strikes=0,
    lease_owner=None,
    forget_at=bindparam("look_at"),
)
_WRITE = _HELD.values({name: bindparam(f"new_{name}") for name in COLUMNS} | {"lease_owner": None})


def values_for(
    text: Claimed, outcome: Outcome, now: datetime, timing: Timing, luck: float
) -> dict[str, Any]:
    """Return every column an outcome decides. `luck` in 0..1 spreads retries."""
    row = text.row
    values: dict[str, Any] = dict.fromkeys(COLUMNS)
    values |= {"state": row.state, "status_rank": 0, "strikes": row.strikes}
    match outcome:
        case Accepted(sid, status) | Found(sid, status):
            values |= _accepted(text, sid, status, now)
        case Refused():
            values |= _refused(text, outcome, now, luck)
        case Doubtful(note):
            values |= {"due_at": now + timing.settle, "last_error": note}
            values["first_post_at"] = row.first_post_at or text.marked_at
        case Unposted():
            values |= {"state": MessageState.PENDING, "due_at": now}
        case Absent():
            values |= _absent(row, now)
        case NoAnswer():
            values |= _no_answer(row, now)
        case Verdict():
            values |= _held(row, outcome, now, luck)
    return values


def _accepted(text: Claimed, sid: str, status: str, now: datetime) -> dict[str, Any]:
    known = RANKS.get(status)
    rank, state = (known.rank, known.state) if known else (0, MessageState.ACCEPTED)
    done = rank >= FINAL_RANK
    return {
        "state": state,
        # Empty when the provider gave one id twice: it went, but is nobody's to ask after.
        "provider_sid": sid or None,
        "status_rank": rank,
        "strikes": 0,
        "first_post_at": text.row.first_post_at or text.marked_at,
        "finished_at": now if done else None,
        "forget_at": now + (PROVIDER_KEEPS if done else REPORT_AFTER),
    }


def _refused(text: Claimed, answer: Refused, now: datetime, luck: float) -> dict[str, Any]:
    row, trouble = text.row, trouble_of(answer.code)
    values = {"error_code": answer.code, "last_error": answer.note, "strikes": 0}
    if trouble in (Trouble.OPTED_OUT, Trouble.NUMBER, Trouble.CONTENT):
        gone = trouble is Trouble.OPTED_OUT
        return values | {
            "state": MessageState.BLOCKED if gone else MessageState.FAILED,
            "reason": Reason.OPTED_OUT if gone else Reason.REFUSED,
            "finished_at": now,
            "needs_person_at": needs_person(row.klass, now),
        }
    wait = SETTINGS_RETRY if trouble is Trouble.SETTINGS else backoff(row.attempts, luck)
    wait = max(wait, timedelta(seconds=answer.retry_after))
    # At its deadline the text is looked at once more, to be given up in time.
    return values | {"state": MessageState.PENDING, "due_at": min(now + wait, row.not_after)}


def _absent(row: Any, now: datetime) -> dict[str, Any]:
    if row.state == MessageState.UNKNOWN:
        return {
            "state": MessageState.EXPIRED,
            "reason": Reason.NEVER_WENT,
            "finished_at": now,
            "needs_person_at": needs_person(row.klass, now),
        }
    return {"state": MessageState.PENDING, "due_at": now}


def _no_answer(row: Any, now: datetime) -> dict[str, Any]:
    if row.klass == Klass.STAFF:
        if resend_on_doubt(row.klass, row.first_post_at, now):
            return {"state": MessageState.PENDING, "due_at": now}
        return {"first_post_at": row.first_post_at, "due_at": now + timedelta(seconds=60)}
    # Never sent again on doubt. We go on asking, and a person is told meanwhile.
    asking = now - row.first_post_at < STOP_ASKING
    return {
        "state": MessageState.UNKNOWN,
        "reason": Reason.IN_DOUBT,
        "first_post_at": row.first_post_at,
        "due_at": now + ASK_AGAIN if asking else None,
        "needs_person_at": needs_person(row.klass, now),
    }


def _held(row: Any, verdict: Verdict, now: datetime, luck: float) -> dict[str, Any]:
    if verdict.wait_until is not None:
        return {
            "state": MessageState.PENDING,
            "reason": verdict.reason,
            "due_at": verdict.wait_until,
        }
    if verdict.reason is Reason.BROKEN:
        strikes = row.strikes + 1
        values = {"strikes": strikes, "last_error": (verdict.error or "")[:200]}
        if strikes < POISON_LIMIT:
            wait = backoff(strikes, luck)
            return values | {
                "state": MessageState.PENDING,
                "due_at": min(now + wait, row.not_after),
            }
        return values | {
            "state": MessageState.DEAD,
            "reason": Reason.BROKEN,
            "finished_at": now,
            "needs_person_at": needs_person(row.klass, now),
        }
    # A text that comes too late needs nobody's care; one that cannot go does.
    lapsed = verdict.state is MessageState.EXPIRED
    return {
        "state": verdict.state,
        "reason": verdict.reason,
        "finished_at": now,
        "needs_person_at": None if lapsed else needs_person(row.klass, now),
    }


def write_outcomes(
    outcomes: Iterable[tuple[Claimed, Outcome]], now: datetime, timing: Timing, luck: float
) -> set[UUID]:
    """Write what became of these texts; those another worker took over are left alone.

    Returns the people whose phones turned out to take no texts from us: the caller tells
    their workers.
    """
    rows, taken, silent = [], [], set()
    for text, outcome in outcomes:
        row = {"row_id": text.row.id, "row_fence": text.row.fence}
        word = RANKS.get(outcome.status) if isinstance(outcome, Accepted) else None
        if isinstance(outcome, Accepted) and word is not None and word.rank < FINAL_RANK:
            taken.append(
                row
                | {
                    "sid": outcome.sid or None,
                    "rank": word.rank,
                    "became": word.state,
                    "look_at": now + REPORT_AFTER,
                }
            )
            continue
        values = values_for(text, outcome, now, timing, luck)
        rows.append(row | {f"new_{name}": values[name] for name in COLUMNS})
        if isinstance(outcome, Refused) and trouble_of(outcome.code) is Trouble.OPTED_OUT:
            index = text.reader.phone_index
            if index is not None:
                opt_out(index, how="provider", now=now, person_id=text.row.person_id)
            if text.row.person_id is not None:
                silent.add(text.row.person_id)
    connection = db.session.connection()
    if taken:
        connection.execute(_TAKEN, taken)
    if rows:
        connection.execute(_WRITE, rows)
    return silent


def is_outage(outcome: Outcome) -> bool | None:
    """Say whether the provider is unwell by this outcome; None if it says nothing of that."""
    match outcome:
        case Refused():
            return outcome.is_outage
        case Doubtful() | NoAnswer():
            return True
        case Accepted() | Found() | Absent():
            return False
    return None
