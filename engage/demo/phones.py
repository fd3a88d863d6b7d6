"""Every phone of the demonstration: what it got, what it sent."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engage.crypto import blind_index
from engage.db import db
from engage.i18n import DEFAULT
from engage.messaging.delivery import words_of
from engage.messaging.models import InboundMessage, Message
from engage.messaging.queries import (
    find_opt_out,
    texts_from_phone,
    texts_not_gone,
    texts_on_phone,
)
from engage.messaging.rules import MessageState, Reason
from engage.people.access import SYSTEM
from engage.people.models import Person, PersonKind

# Kept free for drama, like every number of the cast. Source: Ofcom.
UNKNOWN = "+447700900999"
ORDER = {
    PersonKind.YOUNG_PERSON: 0,
    PersonKind.CARER: 1,
    PersonKind.TRUSTED_PERSON: 2,
    PersonKind.WORKER: 3,
}
SHOWN = 12
RECENT = timedelta(days=1)


@dataclass(frozen=True)
class Bit:
    """A piece of a text: words, or a link to a page of ours."""

    words: str
    path: str = ""


@dataclass(frozen=True)
class Line:
    """One text on a phone."""

    at: datetime
    is_theirs: bool
    bits: list[Bit]
    # Why it is not on the phone (yet), and until when it waits.
    reason: Reason | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Phone:
    """One phone and its texts, the newest last."""

    number: str
    name: str
    kind: PersonKind | None
    lines: list[Line]
    opted_out_at: datetime | None

    @property
    def anchor(self) -> str:
        """Where this phone stands on the page."""
        return f"phone-{self.number[-3:]}"


def phones(public_url: str, *, now: datetime) -> list[Phone]:
    """List the phones of everybody, and the one nobody knows."""
    owners: dict[str, Person] = {}
    on_phone: dict[UUID, str] = {}
    for person in db.session.scalars(select(Person).where(Person.phone_index.is_not(None))):
        owners.setdefault(str(person.phone), person)
        on_phone[person.id] = str(person.phone)
    held = _held(on_phone, public_url, now)
    found = [
        _phone(number, person.name, PersonKind(person.kind), public_url, held[number])
        for number, person in sorted(owners.items(), key=_in_order)
    ]
    return [*found, _phone(UNKNOWN, "", None, public_url)]


def _held(on_phone: dict[UUID, str], public_url: str, now: datetime) -> dict[str, list[Line]]:
    """Return, by phone, what waits or was held back: else who tries this at night is puzzled."""
    lines: dict[str, list[Line]] = defaultdict(list)
    for row in texts_not_gone(SYSTEM, list(on_phone), since=now - RECENT, now=now):
        words = bits(words_of(row, row.locale or DEFAULT), public_url)
        until = row.due_at if row.state == MessageState.PENDING else None
        line = Line(row.created_at, False, words, row.reason and Reason(row.reason), until)
        lines[on_phone[row.person_id]].append(line)
    return lines


def _in_order(owner: tuple[str, Person]) -> tuple[int, str]:
    return ORDER[PersonKind(owner[1].kind)], owner[0]


def _phone(
    number: str,
    name: str,
    kind: PersonKind | None,
    public_url: str,
    held: Sequence[Line] = (),
) -> Phone:
    index = blind_index("phone", number)
    got = [_got(text, public_url) for text in texts_on_phone(SYSTEM, index, limit=SHOWN)]
    sent = [_sent(text, public_url) for text in texts_from_phone(SYSTEM, index, limit=SHOWN)]
    lines = sorted([*got, *sent, *held], key=lambda line: line.at)[-SHOWN:]
    return Phone(number, name, kind, lines, find_opt_out(SYSTEM, index))


def _got(text: Message, public_url: str) -> Line:
    return Line(text.finished_at or text.created_at, False, bits(text.body or "", public_url))


def _sent(text: InboundMessage, public_url: str) -> Line:
    return Line(text.received_at, True, bits(text.body or "", public_url))


def bits(words: str, public_url: str) -> list[Bit]:
    """Cut a text into words and links to pages of ours; other addresses stay words."""
    pieces = re.split(rf"({re.escape(public_url)}/[^\s]+)", words) if public_url else [words]
    return [
        Bit(piece, piece.removeprefix(public_url) if at % 2 else "")
        for at, piece in enumerate(pieces)
        if piece
    ]
