"""What every text provider does for us, and what it may answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engage.messaging.inbound import InboundText


@dataclass(frozen=True)
class OutgoingText:
    """One text ready to leave."""

    message_id: UUID
    number: str
    body: str
    valid_seconds: int


@dataclass(frozen=True)
class Accepted:
    """The provider has it: its own id for the text, and its word for where it stands."""

    sid: str
    status: str


@dataclass(frozen=True)
class Refused:
    """The provider does not have it, for certain. `is_outage`: it is unwell, not the text."""

    note: str
    code: int | None = None
    is_outage: bool = False
    retry_after: float = 0.0


@dataclass(frozen=True)
class Doubtful:
    """Nobody can tell whether the provider has it."""

    note: str


Answer = Accepted | Refused | Doubtful


class CannotAsk(Exception):
    """The provider gave no usable answer to a question."""


@dataclass(frozen=True)
class SentText:
    """A text the provider says it took from us."""

    sid: str
    body: str
    status: str
    created_at: datetime


@dataclass(frozen=True)
class Report:
    """Where the provider says a text of ours stands."""

    status: str
    error_code: int | None = None


class Provider(Protocol):
    """A way to send texts and to ask about them. Nothing here may touch the database."""

    @property
    def name(self) -> str:
        """The name under which its ids are kept."""

    def send(self, text: OutgoingText) -> Answer:
        """Hand over one text. Never raises for what the network or the provider does."""

    def sent_to(self, number: str, *, since: datetime) -> list[SentText]:
        """List what it took from us for this number since an instant, or raise CannotAsk."""

    def received(self, *, since: datetime) -> Iterator[InboundText]:
        """Yield what it received for us since an instant, or raise CannotAsk."""

    def report_on(self, sid: str) -> Report | None:
        """Return where a text stands, None for one it does not know, or raise CannotAsk."""

    def forget(self, sid: str) -> None:
        """Delete its copy of the words of one text, or raise CannotAsk."""

    def erase(self, sid: str) -> None:
        """Delete its whole record of one text, whose phone it was too, or raise CannotAsk."""
