"""One text on its way in: the row that keeps it for ever, and what it says of its phone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, update

from engage.alerts.rows import Rows
from engage.checkins.rules import Kind
from engage.checkins.senders import Known, Sender
from engage.db import UtcDateTime
from engage.messaging.actions import InboundText, inbound_row, set_handled, wish_of
from engage.messaging.inbound import INBOUND
from engage.people.models import Person
from engage.statements import Change, Changes, Into, Row, write_once

_person: Any = Person.__table__
_HEARD = Change(
    update(_person)
    .where(_person.c.id == bindparam("who", type_=Uuid()))
    .values(
        phone_heard_at=bindparam("at", type_=UtcDateTime()),
        phone_suspended_at=bindparam("suspended", type_=UtcDateTime()),
    )
)


@dataclass(frozen=True)
class Arrival:
    """One text on its way in."""

    text: InboundText
    phone_index: str
    address: str
    now: datetime
    source: str
    # The row that keeps it, when it was stored before and is worked on only now.
    stored_as: UUID | None

    def keep(
        self,
        connection: Connection,
        person_id: UUID | None,
        *,
        set_aside_for: UUID | None = None,
    ) -> UUID | None:
        """Keep the raw text as worked on, or as set aside; None if it was before."""
        inbound_id, first = self.to_keep(connection, person_id, set_aside_for=set_aside_for)
        if inbound_id is None or first is None:
            return inbound_id
        return inbound_id if write_once(connection, first, ()) else None

    def to_keep(
        self,
        connection: Connection,
        person_id: UUID | None,
        *,
        set_aside_for: UUID | None = None,
    ) -> tuple[UUID | None, tuple[Into, Row] | None]:
        """Return its id, and the row that keeps it as worked on: to be written before all else.

        No row for one that was stored before; then no id either if somebody else was quicker.
        """
        if self.stored_as is not None:
            done = set_handled(
                self.stored_as, person_id=person_id, now=self.now, set_aside_for=set_aside_for
            )
            return (self.stored_as if done else None), None
        row = inbound_row(
            self.text, source=self.source, now=self.now, person_id=person_id, handled=True,
            set_aside_for=set_aside_for,
        )  # fmt: skip
        return row["id"], (INBOUND, row)


def note_phone(
    rows: Rows,
    arrival: Arrival,
    sender: Sender,
    kind: Kind,
    inbound_id: UUID,
    known: Known,
) -> Changes:
    """Note that the phone is alive, wants no texts, wants them again, or is somebody else's."""
    changes = note_wish(rows, arrival, kind, inbound_id, sender.id, known)
    if kind is Kind.STOP:
        # Nobody texts it until it says START, which is heard of again.
        return changes
    suspended = arrival.now if kind is Kind.WRONG_NUMBER else None
    if suspended or sender.was_not_heard_lately(arrival.now):
        heard = {"who": sender.id, "at": arrival.now, "suspended": suspended}
        changes = [*changes, (_HEARD, heard)]
    return changes


def note_wish(
    rows: Rows,
    arrival: Arrival,
    kind: Kind,
    inbound_id: UUID,
    person_id: UUID | None,
    known: Known,
) -> Changes:
    """Note that a phone wants no texts, or wants them again, where that is new."""
    if kind is (Kind.START if known.is_opted_out else Kind.STOP):
        wish = wish_of(
            arrival.phone_index,
            is_stop=kind is Kind.STOP,
            how="provider" if arrival.text.opt_out_type else "text",
            now=arrival.now,
            person_id=person_id,
            inbound_id=inbound_id,
        )
        rows.others += [*wish.out, wish.consent]
        rows.audit.append(wish.line)
        return wish.back
    return ()
