"""Signing as the provider does, without our own code."""

import base64
import hashlib
import hmac
from urllib.parse import urlencode

ACCOUNT = "AC" + "a" * 32
TOKEN = "token-of-the-provider-1"
NEXT_TOKEN = "token-of-the-provider-2"
ADDRESS = "http://localhost"
SMS, STATUS = "/webhooks/twilio/sms", "/webhooks/twilio/status"

Fields = list[tuple[str, str]]


def signature(path: str, fields: Fields, token: str = TOKEN, address: str = ADDRESS) -> str:
    """Sign the address and the sorted fields with HMAC-SHA1, in base64."""
    text = address + path + "".join(f"{k}{v}" for k, v in sorted(set(fields)))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def incoming(number: str, body: str, sid: str, to: str, **more: str) -> Fields:
    """Return the fields of an incoming text."""
    fields = {
        "ToCountry": "GB", "SmsMessageSid": sid, "NumMedia": "0", "SmsStatus": "received",
        "ApiVersion": "2010-04-01", "MessageSid": sid, "AccountSid": ACCOUNT,
        "From": number, "To": to, "Body": body, **more,
    }  # fmt: skip
    return list(fields.items())


def encoded(fields: Fields) -> bytes:
    return urlencode(fields).encode()
