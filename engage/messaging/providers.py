"""The provider that the settings name."""

from engage.config import Settings
from engage.messaging.console import ConsoleProvider
from engage.messaging.none import NoProvider
from engage.messaging.provider import Provider


def provider_for(settings: Settings) -> Provider:
    """Return the provider in use."""
    if settings.sms_provider == "twilio":
        # Only then is an HTTP client worth loading.
        from engage.messaging.twilio import TwilioProvider

        return TwilioProvider(settings)
    return ConsoleProvider() if settings.sms_provider == "console" else NoProvider()
