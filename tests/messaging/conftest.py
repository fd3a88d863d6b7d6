"""The stand-in for the provider, on a port of its own."""

from collections.abc import Iterator

import pytest

from engage.config import Settings
from engage.messaging.twilio import TwilioProvider
from tests.standin import StandIn
from tests.standin.provider import ACCOUNT, NUMBER, TOKEN
from tests.standin.server import Server


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """The stand-in, answering at `stand_in.url`."""
    stand_in = StandIn()
    server = Server(stand_in).start()
    stand_in.url = server.url
    yield stand_in
    server.shutdown()
    server.server_close()


@pytest.fixture
def twilio_settings(settings: Settings, stand_in: StandIn) -> Settings:
    """Settings that make Engage talk to the stand-in."""
    return settings.model_copy(
        update={
            "sms_provider": "twilio",
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_number": NUMBER,
            "twilio_api_url": stand_in.url,
        }
    )


@pytest.fixture
def twilio(twilio_settings: Settings) -> Iterator[TwilioProvider]:
    provider = TwilioProvider(twilio_settings)
    yield provider
    provider.close()
