"""No provider: texts wait until one is set up, or until they are too late."""

from collections.abc import Iterator
from datetime import datetime

from engage.messaging.inbound import InboundText
from engage.messaging.provider import Answer, OutgoingText, Refused, Report, SentText

NOT_SET_UP = 20404  # Twilio's word for an account that is not there: a matter of settings


class NoProvider:
    """Sends nothing and says so."""

    name = "none"

    def send(self, text: OutgoingText) -> Answer:
        """Refuse: ENGAGE_SMS_PROVIDER is none."""
        return Refused("No text provider is set up.", code=NOT_SET_UP)

    def sent_to(self, number: str, *, since: datetime) -> list[SentText]:
        """Nothing was ever sent."""
        return []

    def received(self, *, since: datetime) -> Iterator[InboundText]:
        """Nothing ever comes in."""
        return iter(())

    def report_on(self, sid: str) -> Report | None:
        """Nothing beyond what was said at once."""
        return None

    def forget(self, sid: str) -> None:
        """There is no copy elsewhere."""

    def erase(self, sid: str) -> None:
        """There is no record elsewhere."""
