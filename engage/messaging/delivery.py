"""Deciding whether each text that was claimed may go now, and with which words.

Nothing here waits for the network: the worker ends the transaction before it calls the
provider, and writes the outcome in a new one. Source: SAFETY 7.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, exists, or_, select, update

from engage.crypto import CannotUnseal, seal, unseal
from engage.db import db
from engage.i18n import DEFAULT, render_text
from engage.messaging.budget_rules import Limits, may_spend
from engage.messaging.models import Message, OptOut
from engage.messaging.rules import (
    LAST_WORD,
    LEASE,
    SETTLE,
    Klass,
    MessageState,
    Reason,
    is_fresh_answer,
    is_quiet,
    is_stale_number,
    quiet_ends_at,
)
from engage.people.models import Organisation, Person, PersonKind

log = structlog.get_logger("engage.messaging")
_table: Any = Message.__table__
_people: Any = Person.__table__
_opt_outs: Any = OptOut.__table__
NO_LIMITS = Limits()
# A number that does not open: the key it needs may be put back at any moment.
LOCKED_RETRY = timedelta(minutes=1)


@dataclass(frozen=True)
class Timing:
    """How long a lease lasts, and how long a doubtful text settles before we ask."""

    lease: timedelta = LEASE
    settle: timedelta = SETTLE


@dataclass(frozen=True)
class Reader:
    """What decides whether this person may be texted now."""

    number: str | None
    phone_index: str | None
    locale: str
    zone: str | None = None
    is_staff: bool = False
    verified_at: datetime | None = None
    heard_at: datetime | None = None
    is_suspended: bool = False
    has_ended: bool = False
    has_opted_out: bool = False
    # The number is there, and does not open with our keys.
    is_locked: bool = False


@dataclass(frozen=True)
class Verdict:
    """What to do with a claimed text: send `body`, or the reason not to (now)."""

    body: str | None = None
    reason: Reason | None = None
    state: MessageState | None = None
    wait_until: datetime | None = None
    error: str | None = None


@dataclass(frozen=True)
class Claimed:
    """A text this worker holds until its lease ends, and who reads it."""

    row: Any
    reader: Reader
    body: str = ""
    marked_at: datetime | None = None

    @property
    def is_in_doubt(self) -> bool:
        """Say whether an earlier try may have reached the provider."""
        return self.row.first_post_at is not None


_READERS = (
    select(
        _people.c.id,
        _people.c.kind,
        _people.c.phone,
        _people.c.phone_index,
        _people.c.locale,
        _people.c.phone_verified_at,
        _people.c.phone_heard_at,
        _people.c.phone_suspended_at,
        _people.c.ended_at,
        Organisation.time_zone,
    )
    .join(Organisation, Organisation.id == _people.c.organisation_id)
    .where(_people.c.id.in_(bindparam("ids", expanding=True)))
)
_GONE = select(_opt_outs.c.phone_index).where(
    _opt_outs.c.phone_index.in_(bindparam("indexes", expanding=True))
)


def readers_of(rows: Sequence[Any]) -> list[Reader]:
    """Return who reads each of these texts, as things stand now. Two statements."""
    connection = db.session.connection()
    ids = {row.person_id for row in rows if row.person_id is not None}
    people = {p.id: p for p in connection.execute(_READERS, {"ids": list(ids)})} if ids else {}
    indexes = {p.phone_index for p in people.values()} | {r.phone_index for r in rows}
    wanted = {"indexes": [index for index in indexes if index]}
    gone = set(connection.execute(_GONE, wanted).scalars()) if wanted["indexes"] else set()
    # Many texts of one round often go to the same phone.
    numbers = {p.id: _opened(p.phone, "people._phone_number", p.id) for p in people.values()}
    return [_reader(row, people.get(row.person_id), numbers, gone) for row in rows]


def _reader(row: Any, person: Any, numbers: Mapping[UUID, str | None], gone: set[str]) -> Reader:
    if person is None:
        number = _opened(row.to_number, "messages.to_number", row.id)
        locale = row.locale or DEFAULT
        gone_out, is_locked = row.phone_index in gone, bool(row.to_number) and number is None
        return Reader(number, row.phone_index, locale, has_opted_out=gone_out, is_locked=is_locked)
    return Reader(
        number=numbers[person.id],
        phone_index=person.phone_index,
        locale=row.locale or person.locale,
        zone=person.time_zone,
        is_staff=person.kind == PersonKind.WORKER,
        verified_at=person.phone_verified_at,
        heard_at=person.phone_heard_at,
        is_suspended=person.phone_suspended_at is not None,
        has_ended=person.ended_at is not None,
        has_opted_out=person.phone_index in gone,
        is_locked=bool(person.phone) and numbers[person.id] is None,
    )


def _opened(value: str | None, column: str, row_id: UUID) -> str | None:
    """Return a number, or None when it does not open: one must not stop the others."""
    try:
        return unseal(value, column, row_id) if value else None
    except CannotUnseal:
        log.error("number does not open", column=column, row=row_id)
        return None


def verdict_on(row: Any, reader: Reader, now: datetime, limits: Limits = NO_LIMITS) -> Verdict:
    """Decide whether a claimed text may go now, and with which words."""
    if now >= row.not_after:
        quiet = _must_be_quiet(row, reader, now)
        return Verdict(
            state=MessageState.EXPIRED, reason=Reason.QUIET_HOURS if quiet else Reason.TOO_LATE
        )
    if reader.is_locked:
        return Verdict(reason=Reason.BROKEN, wait_until=now + LOCKED_RETRY)
    blocked = _block(row, reader, now) or _hold_back(row, reader, limits)
    if blocked is not None:
        return Verdict(state=MessageState.BLOCKED, reason=blocked)
    if _must_be_quiet(row, reader, now):
        until = quiet_ends_at(now, reader.zone) if reader.zone else None
        if until is None or until >= row.not_after:
            return Verdict(state=MessageState.EXPIRED, reason=Reason.QUIET_HOURS)
        return Verdict(reason=Reason.QUIET_HOURS, wait_until=until)
    try:
        return Verdict(body=words_of(row, reader.locale))
    except Exception as error:  # noqa: BLE001 - one bad text must not stop the others
        return Verdict(reason=Reason.BROKEN, error=f"{type(error).__name__}: {row.template}")


def _block(row: Any, reader: Reader, now: datetime) -> Reason | None:
    if reader.number is None:
        return Reason.NO_NUMBER
    if reader.has_opted_out and row.template != LAST_WORD:
        return Reason.OPTED_OUT
    if reader.is_suspended:
        return Reason.SUSPENDED
    if reader.has_ended:
        return Reason.ENDED
    # An alert must reach the adults on duty even if they never text us.
    alert = row.klass == Klass.STAFF or reader.is_staff
    if not alert and is_stale_number(reader.verified_at, reader.heard_at, now):
        return Reason.STALE_NUMBER
    return None


def _hold_back(row: Any, reader: Reader, limits: Limits) -> Reason | None:
    """Return why the budget or the country forbids this text. Source: SAFETY T21."""
    is_known = row.person_id is not None
    if not may_spend(limits.stage, klass=row.klass, template=row.template, is_known=is_known):
        return Reason.OVER_BUDGET
    if row.klass == Klass.OTHER and not is_known and not _is_answered(reader.number, limits):
        return Reason.COUNTRY
    return None


def _is_answered(number: str | None, limits: Limits) -> bool:
    # Every phone number of the world is known to a library that few workers ever need.
    from engage.people.phones import countries_of

    named = frozenset(filter(None, map(str.strip, limits.countries.split(","))))
    answered = named or countries_of(limits.own_number)
    return not answered or bool(countries_of(number or "") & answered)


def _must_be_quiet(row: Any, reader: Reader, now: datetime) -> bool:
    if row.klass == Klass.STAFF or is_fresh_answer(row.answers_at, now):
        return False
    # Where we do not know the reader's clock, only an answer at once is sure not to wake them.
    return reader.zone is None or is_quiet(now, reader.zone)


def words_of(row: Any, locale: str) -> str:
    """Render the words of a text in its reader's language."""
    if not row.params:
        return _fixed_words(row.template, locale)
    params: Mapping[str, Any] = json.loads(unseal(row.params, "messages.params", row.id))
    return render_text(f"sms/{row.template}.txt", locale, **params)


@functools.lru_cache(maxsize=512)
def _fixed_words(template: str, locale: str) -> str:
    return render_text(f"sms/{template}.txt", locale)


_MARK = (
    update(_table)
    .where(
        _table.c.id == bindparam("row_id"),
        _table.c.fence == bindparam("row_fence"),
        _table.c.state == MessageState.SENDING,
        _table.c.due_at > bindparam("now"),
        or_(
            _table.c.template == LAST_WORD,
            ~exists().where(_opt_outs.c.phone_index == bindparam("index")),
        ),
    )
    .values(
        first_post_at=bindparam("now"),
        body=bindparam("sealed"),
        phone_index=bindparam("index"),
        provider=bindparam("by"),
    )
)
_MARKED = select(_table.c.id).where(
    _table.c.id.in_(bindparam("ids", expanding=True)), _table.c.first_post_at == bindparam("now")
)


@dataclass
class Prepared:
    """What became of the texts just claimed."""

    to_send: list[Claimed] = field(default_factory=list)
    to_ask: list[Claimed] = field(default_factory=list)
    held: list[tuple[Claimed, Verdict]] = field(default_factory=list)


def prepare(rows: Sequence[Any], now: datetime, limits: Limits = NO_LIMITS) -> Prepared:
    """Sort claimed texts: what goes, what the provider must be asked about, what is held back."""
    found = Prepared()
    if not rows:
        return found
    for row, reader in zip(rows, readers_of(rows), strict=True):
        claimed = Claimed(row, reader)
        if claimed.is_in_doubt:
            found.to_ask.append(claimed)
            continue
        verdict = verdict_on(row, reader, now, limits)
        if verdict.body is None:
            found.held.append((claimed, verdict))
        else:
            found.to_send.append(Claimed(row, reader, verdict.body, now))
    return found


def mark_posting(texts: Sequence[Claimed], provider: str, now: datetime) -> list[Claimed]:
    """Write down that these are about to leave; return those that still may.

    One who opted out, or whose lease went to another worker, in the meantime is left out.
    Commit before the provider is called.
    """
    if not texts:
        return []
    marks = [
        {
            "row_id": text.row.id,
            "row_fence": text.row.fence,
            "now": now,
            "index": text.reader.phone_index,
            "sealed": seal(text.body, "messages.body", text.row.id),
            "by": provider,
        }
        for text in texts
    ]
    connection = db.session.connection()
    if connection.execute(_MARK, marks).rowcount == len(marks):
        return list(texts)
    ids: list[UUID] = [text.row.id for text in texts]
    marked = set(connection.execute(_MARKED, {"ids": ids, "now": now}).scalars())
    return [text for text in texts if text.row.id in marked]


def may_still_post(text: Claimed, now: datetime, timing: Timing) -> bool:
    """Say, right before the call, whether lease, freshness and deadline still allow it.

    Leaves room for the longest call before the lease ends, so that two workers never hold
    the same text on the line. Source: SAFETY 7 (0 of 150 doubled with this check).
    """
    room = timing.lease * 35 / 120
    fresh = text.marked_at is None or now - text.marked_at <= min(timedelta(seconds=1), room)
    return fresh and now < text.row.due_at - room and now < text.row.not_after
