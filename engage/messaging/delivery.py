"""Taking texts from the outbox under a lease, and deciding whether each may go now.

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

from sqlalchemy import bindparam, case, exists, literal, or_, select, union_all, update

from engage.crypto import seal, unseal
from engage.db import db
from engage.i18n import DEFAULT, render_text
from engage.messaging.models import PAYLOAD_VERSION, Message, OptOut
from engage.messaging.rules import (
    CLAIM_ORDER,
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

_table: Any = Message.__table__
_people: Any = Person.__table__
_opt_outs: Any = OptOut.__table__


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


def _due(klass: Klass) -> Any:
    return select(_table.c.id).where(
        _table.c.klass == klass,
        _table.c.due_at <= bindparam("now"),
        _table.c.payload_v <= PAYLOAD_VERSION,
    )


_PROBE = union_all(*(select(literal(str(k)).label("klass")).where(exists(_due(k))) for k in Klass))
_CLAIMED_COLUMNS = [
    _table.c[name]
    for name in (
        "id",
        "klass",
        "template",
        "person_id",
        "to_number",
        "phone_index",
        "locale",
        "params",
        "body",
        "state",
        "not_after",
        "answers_at",
        "fence",
        "attempts",
        "strikes",
        "first_post_at",
        "due_at",
        "former_sids",
        "young_person_id",
    )
]


def _claim(klass: Klass) -> Any:
    chosen = _due(klass).order_by(_table.c.due_at).limit(bindparam("n"))
    state = _table.c.state
    return (
        update(_table)
        .where(_table.c.id.in_(chosen.with_for_update(skip_locked=True)))
        .values(
            # A text given up as unknown is only asked after, never sent again.
            state=_keep_unknown(state),
            due_at=bindparam("lease_until"),
            lease_owner=bindparam("owner"),
            fence=_table.c.fence + 1,
            attempts=_table.c.attempts + 1,
        )
        .returning(*_CLAIMED_COLUMNS)
    )


def _keep_unknown(state: Any) -> Any:
    return case((state == MessageState.UNKNOWN, state), else_=literal(str(MessageState.SENDING)))


_CLAIMS = {klass: _claim(klass) for klass in CLAIM_ORDER}


def classes_due(now: datetime) -> set[str]:
    """Return the classes in which a text is due; costs the same however many exist."""
    return set(db.session.connection().execute(_PROBE, {"now": now}).scalars())


def claim(*, owner: str, now: datetime, limit: int, timing: Timing) -> list[Any]:
    """Take up to `limit` due texts under a lease: alerts to staff, then replies, then the rest."""
    due = classes_due(now) if limit > 0 else set()
    taken: list[Any] = []
    for klass in CLAIM_ORDER:
        if klass in due and len(taken) < limit:
            values = {
                "now": now,
                "n": limit - len(taken),
                "owner": owner,
                "lease_until": now + timing.lease,
            }
            taken += db.session.connection().execute(_CLAIMS[klass], values).all()
    return taken


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
    numbers = {
        p.id: p.phone and unseal(p.phone, "people._phone_number", p.id) for p in people.values()
    }
    return [_reader(row, people.get(row.person_id), numbers, gone) for row in rows]


def _reader(row: Any, person: Any, numbers: Mapping[UUID, str | None], gone: set[str]) -> Reader:
    if person is None:
        number = row.to_number and unseal(row.to_number, "messages.to_number", row.id)
        locale = row.locale or DEFAULT
        return Reader(number, row.phone_index, locale, has_opted_out=row.phone_index in gone)
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
    )


def verdict_on(row: Any, reader: Reader, now: datetime) -> Verdict:
    """Decide whether a claimed text may go now, and with which words."""
    if now >= row.not_after:
        quiet = _must_be_quiet(row, reader, now)
        return Verdict(
            state=MessageState.EXPIRED, reason=Reason.QUIET_HOURS if quiet else Reason.TOO_LATE
        )
    blocked = _block(row, reader, now)
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


def prepare(rows: Sequence[Any], now: datetime) -> Prepared:
    """Sort claimed texts: what goes, what the provider must be asked about, what is held back."""
    found = Prepared()
    if not rows:
        return found
    for row, reader in zip(rows, readers_of(rows), strict=True):
        claimed = Claimed(row, reader)
        if claimed.is_in_doubt:
            found.to_ask.append(claimed)
            continue
        verdict = verdict_on(row, reader, now)
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
