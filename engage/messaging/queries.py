"""Reading texts: for those who may, and for the pages that watch over delivery."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, or_, select

from engage.db import db
from engage.messaging.code_rules import PhoneTrouble
from engage.messaging.inbound import opted_out_since
from engage.messaging.models import Heartbeat, InboundMessage, Message, OptOut
from engage.messaging.rules import POISON_LIMIT, MessageState, backoff, is_stale_number
from engage.people.models import Person
from engage.people.viewer import Viewer

ALIVE = timedelta(seconds=60)  # Source: SAFETY 6 R09
_messages: Any = Message.__table__
_inbound: Any = InboundMessage.__table__
_beats: Any = Heartbeat.__table__

_people: Any = Person.__table__
_opt_outs: Any = OptOut.__table__
_unreached = exists().where(
    _messages.c.young_person_id == _people.c.id,
    _messages.c.person_id == _people.c.id,
    _messages.c.needs_person_at.is_not(None),
    _messages.c.handled_at.is_(None),
    _messages.c.state.in_([MessageState.FAILED, MessageState.UNKNOWN, MessageState.DEAD]),
)
_PHONES = (
    select(
        _people.c.id,
        _people.c.phone_index,
        _people.c.phone_verified_at,
        _people.c.phone_heard_at,
        _people.c.phone_suspended_at,
        _opt_outs.c.since,
        _unreached.label("is_unreached"),
    )
    .outerjoin(_opt_outs, _opt_outs.c.phone_index == _people.c.phone_index)
    .where(_people.c.id.in_(bindparam("people", expanding=True)))
)


def find_opt_out(viewer: Viewer, phone_index: str) -> datetime | None:
    """Return since when this phone wants no texts from us, or None."""
    return opted_out_since(phone_index)


def find_last_heartbeat(viewer: Viewer) -> datetime | None:
    """Return when any worker last went round, or None if none ever did."""
    return db.session.scalar(
        select(func.max(_beats.c.at)).where(_beats.c.name.startswith("worker:"))
    )


def find_delay(viewer: Viewer, *, now: datetime) -> datetime | None:
    """Return since when alerts are delayed because no worker goes round; None if all is well."""
    last = find_last_heartbeat(viewer)
    if last is None:
        return now
    return last if now - last > ALIVE else None


def phone_troubles(
    viewer: Viewer, people: Sequence[UUID], *, now: datetime
) -> dict[UUID, list[PhoneTrouble]]:
    """Say of each of these people why a text may not reach them. One statement.

    The caller has asked which people this viewer may see. Those without trouble are left out.
    """
    found: dict[UUID, list[PhoneTrouble]] = {}
    for row in db.session.execute(_PHONES, {"people": list(people)}):
        holds = {
            PhoneTrouble.NO_NUMBER: row.phone_index is None,
            PhoneTrouble.OPTED_OUT: row.since is not None,
            PhoneTrouble.LOST: row.phone_suspended_at is not None,
            PhoneTrouble.STALE: is_stale_number(row.phone_verified_at, row.phone_heard_at, now),
            PhoneTrouble.UNREACHABLE: row.is_unreached,
        }
        troubles = [trouble for trouble, is_so in holds.items() if is_so]
        if troubles:
            found[row.id] = troubles
    return found


def texts_needing_person(
    viewer: Viewer, young_person_ids: list[UUID], *, limit: int = 50
) -> list[Message]:
    """List texts of these young people that may not have gone or cannot go, newest first.

    The caller has asked the access function which young people this viewer may see.
    """
    return list(
        db.session.scalars(
            select(Message)
            .where(
                Message.young_person_id.in_(young_person_ids),
                Message.needs_person_at.is_not(None),
                Message.handled_at.is_(None),
            )
            .order_by(Message.needs_person_at.desc())
            .limit(limit)
        )
    )


def texts_of(viewer: Viewer, person_id: UUID, *, limit: int = 50) -> list[Message]:
    """List the texts sent to one person, newest first. The caller has asked for access."""
    return list(
        db.session.scalars(
            select(Message)
            .where(Message.person_id == person_id)
            .order_by(Message.created_at.desc())
            .limit(limit)
        )
    )


def texts_on_phone(viewer: Viewer, phone_index: str, *, limit: int = 50) -> list[Message]:
    """List what one phone received, newest first, its owner known or not. Demonstration only."""
    owners = select(Person.id).where(Person.phone_index == phone_index)
    ours = select(Message.id).where(Message.person_id.in_(owners))
    strangers = select(Message.id).where(
        Message.person_id.is_(None), Message.phone_index == phone_index
    )
    return list(
        db.session.scalars(
            select(Message)
            .where(
                Message.id.in_(ours.union_all(strangers)),
                Message.state.in_(
                    [MessageState.ACCEPTED, MessageState.SENT, MessageState.DELIVERED]
                ),
            )
            .order_by(Message.created_at.desc())
            .limit(limit)
        )
    )


def texts_not_gone(
    viewer: Viewer, person_ids: Sequence[UUID], *, since: datetime, now: datetime
) -> list[Any]:
    """List the texts to these people that wait, or were held back, as they stand in the table.

    With `reason` and `due_at`. Demonstration only.
    """
    held = (MessageState.PENDING, MessageState.EXPIRED, MessageState.BLOCKED)
    # What goes in a moment waits for nothing.
    waits = _messages.c.due_at > now + timedelta(minutes=1)
    return list(
        db.session.execute(
            select(_messages).where(
                _messages.c.person_id.in_(person_ids),
                _messages.c.created_at > since,
                _messages.c.state.in_(held),
                or_(_messages.c.reason.is_not(None), waits),
            )
        )
    )


def texts_from_phone(viewer: Viewer, phone_index: str, *, limit: int = 50) -> list[InboundMessage]:
    """List what one phone sent us, newest first. The caller has asked for access."""
    return list(
        db.session.scalars(
            select(InboundMessage)
            .where(InboundMessage.phone_index == phone_index)
            .order_by(InboundMessage.received_at.desc())
            .limit(limit)
        )
    )


def unhandled_inbound(viewer: Viewer, *, now: datetime, limit: int = 200) -> list[InboundMessage]:
    """List incoming texts nobody acted on yet and whose next try is due, in order of sending.

    Those tried five times are left to a human. Costs what waits, not what exists.
    """
    rest = [
        _inbound.c.tried_at.is_(None),
        *(
            and_(_inbound.c.tries == tries, _inbound.c.tried_at <= now - backoff(tries + 1, 0.5))
            for tries in range(1, POISON_LIMIT)
        ),
    ]
    return list(
        db.session.scalars(
            select(InboundMessage)
            .where(InboundMessage.handled_at.is_(None), or_(*rest))
            .order_by(func.coalesce(InboundMessage.sent_at, InboundMessage.received_at))
            .limit(limit)
        )
    )


def count_by_state(viewer: Viewer, *, since: datetime) -> dict[str, int]:
    """Count the texts queued since an instant, by where they stand. For operators."""
    rows = db.session.execute(
        select(_messages.c.state, func.count().label("number"))
        .where(_messages.c.created_at >= since)
        .group_by(_messages.c.state)
    )
    return {row.state: row.number for row in rows}


def count_overdue(viewer: Viewer, *, now: datetime, version: int | None = None) -> int:
    """Count texts that should have been looked at five minutes ago: a sign of trouble.

    With `version`, only those written by a newer version of Engage. Source: SAFETY 6 R22.
    """
    late = select(func.count()).where(_messages.c.due_at <= now - timedelta(minutes=5))
    if version is not None:
        late = late.where(_messages.c.payload_v > version)
    return db.session.scalar(late) or 0
