"""Every phone of the demonstration: what it got, what it sent."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engage.crypto import blind_index
from engage.db import db
from engage.messaging.models import InboundMessage, Message
from engage.messaging.queries import find_opt_out, texts_from_phone, texts_on_phone
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


def phones(public_url: str) -> list[Phone]:
    """List the phones of everybody, and the one nobody knows."""
    owners: dict[str, Person] = {}
    for person in db.session.scalars(select(Person).where(Person.phone_index.is_not(None))):
        owners.setdefault(str(person.phone), person)
    found = [
        _phone(number, person.name, PersonKind(person.kind), public_url)
        for number, person in sorted(owners.items(), key=_in_order)
    ]
    return [*found, _phone(UNKNOWN, "", None, public_url)]


def _in_order(owner: tuple[str, Person]) -> tuple[int, str]:
    return ORDER[PersonKind(owner[1].kind)], owner[0]


def _phone(number: str, name: str, kind: PersonKind | None, public_url: str) -> Phone:
    index = blind_index("phone", number)
    got = [_got(text, public_url) for text in texts_on_phone(SYSTEM, index, limit=SHOWN)]
    sent = [_sent(text, public_url) for text in texts_from_phone(SYSTEM, index, limit=SHOWN)]
    lines = sorted([*got, *sent], key=lambda line: line.at)[-SHOWN:]
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
