"""What the stand-in knows and how it behaves; `server.py` speaks HTTP for it."""

import base64
import hashlib
import hmac
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

ACCOUNT = "AC" + "0" * 32
TOKEN = "a token of the stand-in"
NUMBER = "+447700900000"
Form = dict[str, str]
TRIES = 200  # of one report: a busy machine may be long in coming up


@dataclass
class Moods:
    """How the stand-in behaves from now on; change any of these while it runs."""

    delay: float = 0.0  # seconds before it answers
    drop_after: float = 0.0  # share of messages created whose answer is lost
    drop_before: float = 0.0  # share of requests lost before anything happens
    refuse_status: int = 0  # answer every create with this status …
    refuse_code: int = 0  # … and this error code
    refuse_count: int = -1  # so many times; -1: until told otherwise
    refuse_share: float = 1.0  # … and only this share of them
    plain_errors: bool = False  # a proxy's error page instead of the provider's own
    is_deaf: bool = False  # lists answer 503
    statuses: str = ""  # reports to send after a create: "sent,delivered"
    status_code: int = 0  # ErrorCode of the last report
    repeat: int = 1  # each report so many times
    shuffle: bool = False  # reports in any order
    webhook: str = ""  # where incoming texts go; empty: nowhere (we are away)


@dataclass
class Text:
    """One message, either way."""

    sid: str
    to: str
    sender: str
    body: str
    direction: str
    created_at: datetime
    status: str = "queued"
    callback: str = ""
    valid: str = ""
    error_code: int | None = None
    reported: int = 0  # reports that were taken

    def as_json(self) -> dict[str, Any]:
        moment = format_datetime(self.created_at.replace(microsecond=0))
        return {
            "sid": self.sid,
            "account_sid": ACCOUNT,
            "to": self.to,
            "from": self.sender,
            "body": self.body,
            "direction": self.direction,
            "status": self.status,
            "date_created": moment,
            "date_sent": None if self.status == "queued" else moment,
            "error_code": self.error_code,
            "num_segments": "1",
        }


@dataclass
class StandIn:
    """Everything the stand-in took, brought and was told."""

    moods: Moods = field(default_factory=Moods)
    texts: list[Text] = field(default_factory=list)
    by_sid: dict[str, Text] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._couriers = ThreadPoolExecutor(8, thread_name_prefix="courier")

    def set_moods(self, changes: dict[str, Any]) -> None:
        known = {each.name for each in fields(Moods)}
        for name, value in changes.items():
            assert name in known, name
            setattr(self.moods, name, value)

    def refusal(self) -> tuple[int, dict[str, Any] | None] | None:
        """Return the status and the body to refuse with, or None."""
        moods = self.moods
        with self.guard:
            if not moods.refuse_status or not moods.refuse_count:
                return None
            if random.random() >= moods.refuse_share:
                return None
            moods.refuse_count -= moods.refuse_count > 0
        said = {"code": moods.refuse_code, "message": "no", "status": moods.refuse_status}
        return moods.refuse_status, None if moods.plain_errors else said

    def create(self, form: Form) -> Text:
        """Take one message from us and begin to report on it."""
        text = Text(
            sid=f"SM{uuid.uuid4().hex}",
            to=form["To"],
            sender=form.get("From", NUMBER),
            body=form["Body"],
            direction="outbound-api",
            created_at=datetime.now(UTC),
            callback=form.get("StatusCallback", ""),
            valid=form.get("ValidityPeriod", ""),
        )
        self._keep(text)
        if self.moods.statuses and text.callback:
            self._couriers.submit(self._report, text)
        return text

    def _keep(self, text: Text) -> None:
        with self.guard:
            self.texts.append(text)
            self.by_sid[text.sid] = text

    def _report(self, text: Text) -> None:
        words = self.moods.statuses.split(",") * self.moods.repeat
        if self.moods.shuffle:
            random.shuffle(words)
        final = self.moods.statuses.split(",")[-1]
        for word in words:
            text.status = word
            form = {
                "MessageSid": text.sid,
                "MessageStatus": word,
                "AccountSid": ACCOUNT,
                "From": text.sender,
                "To": text.to,
            }
            if self.moods.status_code and word == final:
                form["ErrorCode"] = str(self.moods.status_code)
            for _ in range(TRIES):
                if post_signed(text.callback, form) == 200:
                    text.reported += 1
                    break
                time.sleep(0.25)

    def receive(
        self, sender: str, body: str, sid: str | None = None, ago: float = 0, **more: str
    ) -> int:
        """Take a text from a phone, sent `ago` seconds before, and bring it to the webhook.

        Returns the webhook's answer, or 0.
        """
        text = Text(
            sid=sid or f"SM{uuid.uuid4().hex}",
            to=NUMBER,
            sender=sender,
            body=body,
            direction="inbound",
            created_at=datetime.now(UTC) - timedelta(seconds=ago),
            status="received",
        )
        if text.sid not in self.by_sid:
            self._keep(text)
        if not self.moods.webhook:
            return 0
        form = {"MessageSid": text.sid, "AccountSid": ACCOUNT, "From": sender, "To": NUMBER}
        return post_signed(self.moods.webhook, {**form, "Body": body, "NumMedia": "0", **more})

    def listed(self, query: Form) -> list[Text]:
        """Return what the list shows for a query, newest first."""
        found = list(reversed(self.texts))
        if "To" in query:
            found = [text for text in found if text.to == query["To"]]
        if "DateSent>" in query:
            since = datetime.fromisoformat(query["DateSent>"])
            margin = timedelta(seconds=1)
            found = [text for text in found if text.created_at >= since - margin]
        return found


def sign(url: str, form: Form, token: str = TOKEN) -> str:
    """Sign a request as the provider does: the address, then every field by name."""
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def post_signed(url: str, form: Form) -> int:
    """Send a signed form and return the status, or 0 when nobody answers."""
    data = urllib.parse.urlencode(form).encode()
    headers = {
        "X-Twilio-Signature": sign(url, form),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    request = urllib.request.Request(url, data, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0
