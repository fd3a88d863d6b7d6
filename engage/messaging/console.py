"""The demonstration's provider: every text arrives at once, on /demo/phones."""

from collections.abc import Iterator
from datetime import datetime

from engage.messaging.inbound import InboundText
from engage.messaging.provider import Accepted, Answer, OutgoingText, Report, SentText


class ConsoleProvider:
    """Delivers into our own table: the outbox row with its words is what the phone shows."""

    name = "console"

    def send(self, text: OutgoingText) -> Answer:
        """Say that it arrived."""
        return Accepted(f"CO{text.message_id.hex}", "delivered")

    def sent_to(self, number: str, *, since: datetime) -> list[SentText]:
        """Nothing: what was not written down was not shown, so it may be sent again."""
        return []

    def received(self, *, since: datetime) -> Iterator[InboundText]:
        """Nothing: what is typed on a demonstration phone is stored at once."""
        return iter(())

    def report_on(self, sid: str) -> Report | None:
        """Nothing beyond what was said at once."""
        return None

    def forget(self, sid: str) -> None:
        """There is no copy elsewhere."""

    def erase(self, sid: str) -> None:
        """There is no record elsewhere."""
