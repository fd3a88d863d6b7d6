"""Twilio: its REST API over urllib3, and the proof that a request to us is really from it."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, quote_plus, urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from engage.config import Settings
from engage.messaging.inbound import InboundText
from engage.messaging.line import Line, LineLost, NotConnected, Reply
from engage.messaging.provider import (
    Accepted,
    Answer,
    CannotAsk,
    Doubtful,
    OutgoingText,
    Refused,
    Report,
    SentText,
)

VERSION = "2010-04-01"
STATUS_PATH = "/webhooks/twilio/status"
# Source: SAFETY 7 (Twilio may take about 26 s to fail).
TIMEOUT = urllib3.Timeout(connect=5, read=30)
PAGE = 200
MOST_PAGES = 500
INBOUND_FIELDS = ("From", "To", "Body", "MessageSid", "AccountSid")
STATUS_FIELDS = ("MessageSid", "MessageStatus", "AccountSid")
LONGEST_SID = 40
# What else might stand where the provider says a word or a number can be kept in no database.
WORD = re.compile(r"[A-Za-z_-]{1,20}")
NUMBER = re.compile(r"[0-9]{1,6}")
Params = Iterable[tuple[str, str]]


class TwilioProvider:
    """Talks to the account in the settings: texts over lines of their own, all else by urllib3."""

    name = "twilio"

    def __init__(self, settings: Settings):
        base = urlsplit(settings.twilio_api_url)
        self._prefix = base.path.rstrip("/")
        self._account = settings.twilio_account_sid
        self._path = f"{self._prefix}/{VERSION}/Accounts/{self._account}/Messages"
        self._number = settings.twilio_number
        service = settings.twilio_messaging_service_sid
        self._sender = {"MessagingServiceSid": service} if service else {"From": self._number}
        callback = f"{settings.public_url.rstrip('/')}{STATUS_PATH}?m="
        # What every text has in common, encoded once; our id of the text follows.
        self._constant = f"{urlencode(self._sender)}&StatusCallback={quote(callback, safe='')}"
        self._tokens = settings.twilio_auth_token.split(",")
        self._headers = [self._headers_for(token) for token in self._tokens]
        self._line = Line(f"{base.scheme}://{base.netloc}")
        self._line_headers = [
            "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            for headers in self._headers
        ]
        self._pool = urllib3.connection_from_url(
            f"{base.scheme}://{base.netloc}",
            maxsize=4,
            block=False,
            timeout=TIMEOUT,
            retries=False,
        )

    def close(self) -> None:
        """Hang up."""
        self._line.close()
        self._pool.close()

    def _headers_for(self, token: str) -> dict[str, str]:
        basic = base64.b64encode(f"{self._account}:{token}".encode()).decode()
        return {
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }

    def _ask(self, method: str, path: str, form: dict[str, Any] | None = None) -> Any:
        body = urlencode(form) if form is not None else None
        answer = None
        # While rotating, whichever token works goes first from then on.
        for headers in list(self._headers):
            answer = self._pool.urlopen(method, path, body=body, headers=headers, redirect=False)
            if answer.status != 401:
                if headers is not self._headers[0]:
                    self._headers.sort(key=lambda other: other is not headers)
                break
        return answer

    def send(self, text: OutgoingText) -> Answer:
        """Create one message at Twilio; its reports will carry our own id."""
        form = (
            f"{self._constant}{text.message_id}&To={quote(text.number, safe='')}"
            f"&ValidityPeriod={text.valid_seconds}&Body={quote_plus(text.body)}"
        ).encode()
        try:
            for headers in list(self._line_headers):
                reply = self._line.post(f"{self._path}.json", headers, form)
                if reply.status != 401:
                    break
                self._line_headers.append(self._line_headers.pop(0))
        except NotConnected as error:
            return Refused(str(error), is_outage=True)
        except LineLost as error:
            return Doubtful(str(error))
        return _read_answer(reply)

    def sent_to(self, number: str, *, since: datetime) -> list[SentText]:
        """List our messages to this number, newest first, back to an instant."""
        found = []
        for row in self._messages({"To": number}):
            created = _instant(row.get("date_created"))
            if created is None or str(row.get("direction", "")).startswith("inbound"):
                continue
            # Twilio's dates have no fractions of a second.
            if created < since.replace(microsecond=0):
                break
            if _is_sid(row.get("sid")):
                said = (str(row.get("body") or ""), _word(row.get("status")))
                found.append(SentText(row["sid"], *said, created))
        return found

    def received(self, *, since: datetime) -> Iterator[InboundText]:
        """Yield the messages sent to us since an instant."""
        query = {"DateSent>": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        if self._number:
            query["To"] = self._number
        for row in self._messages(query):
            if row.get("direction") == "inbound" and _is_sid(row.get("sid")):
                yield InboundText(
                    provider=self.name,
                    sid=row["sid"],
                    from_number=str(row.get("from") or ""),
                    to_number=str(row.get("to") or ""),
                    body=str(row.get("body") or ""),
                    sent_at=_instant(row.get("date_sent") or row.get("date_created")),
                )

    def _messages(self, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        path: str | None = f"{self._path}.json?{urlencode({**query, 'PageSize': str(PAGE)})}"
        for _ in range(MOST_PAGES):
            if path is None:
                return
            page = self._read(path)
            found = page.get("messages")
            yield from (row for row in found or () if isinstance(row, dict))
            following = page.get("next_page_uri")
            # Only ever a path: whatever it says, we stay with the same host.
            path = (
                f"{self._prefix}{urlsplit(following)._replace(scheme='', netloc='').geturl()}"
                if following
                else None
            )

    def report_on(self, sid: str) -> Report | None:
        """Read where one message stands."""
        found = self._read(f"{self._path}/{quote(sid)}.json", is_maybe_gone=True)
        if found is None:
            return None
        return Report(_word(found.get("status")), _number(found.get("error_code")))

    def _read(self, path: str, *, is_maybe_gone: bool = False) -> Any:
        try:
            answer = self._ask("GET", path)
            if answer.status == 404 and is_maybe_gone:
                return None
            if answer.status != 200:
                raise CannotAsk(f"HTTP {answer.status}")
            page = json.loads(answer.data)
        except (HTTPError, ValueError) as error:
            raise CannotAsk(type(error).__name__) from None
        if not isinstance(page, dict):
            raise CannotAsk("not an object")
        return page

    def forget(self, sid: str) -> None:
        """Empty the body of one message at Twilio; one it does not know is forgotten already."""
        try:
            answer = self._ask("POST", f"{self._path}/{quote(sid)}.json", {"Body": ""})
        except HTTPError as error:
            raise CannotAsk(type(error).__name__) from None
        if answer.status == 404:
            return
        if answer.status not in (200, 201):
            raise CannotAsk(f"HTTP {answer.status}")
        if (json.loads(answer.data).get("body") or "") != "":
            raise CannotAsk("the words are still there")

    def erase(self, sid: str) -> None:
        """Delete the record of one message at Twilio; one still on its way cannot be yet."""
        try:
            answer = self._ask("DELETE", f"{self._path}/{quote(sid)}.json")
        except HTTPError as error:
            raise CannotAsk(type(error).__name__) from None
        if answer.status not in (200, 204, 404):
            raise CannotAsk(f"HTTP {answer.status}")


def _read_answer(answer: Reply) -> Answer:
    try:
        said = json.loads(answer.data)
    except ValueError:
        said = None
    said = said if isinstance(said, dict) else {}
    status = answer.status
    if status in (200, 201):
        if _is_sid(said.get("sid")):
            return Accepted(str(said["sid"]), _word(said.get("status")) or "queued")
        return Doubtful(f"HTTP {status} without an id")
    code = _number(said.get("code"))
    # A 5xx is a clear refusal only when Twilio itself says so; a proxy's may hide a success.
    if status >= 500 and code is None:
        return Doubtful(f"HTTP {status}")
    is_outage = status >= 500 or status == 429
    wait = answer.headers.get("retry-after", "")
    return Refused(
        f"HTTP {status} {code or ''}".strip(),
        code=code,
        is_outage=is_outage,
        retry_after=float(_number(wait) or 0),
    )


def _instant(text: Any) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except (TypeError, ValueError):
        return None


def is_signed(settings: Settings, path: str, params: Params, signature: str | None) -> bool:
    """Say whether Twilio made this request to us. `path` holds the query, exactly as received.

    Signed is our public address, not what a proxy or a Host header says, followed by every
    field. While rotating, any of the tokens will do. Source: SAFETY 8, T15.
    """
    if not signature or len(signature) > 100 or not signature.isascii():
        return False
    text = f"{settings.public_url.rstrip('/')}{path}" + "".join(
        f"{name}{value}" for name, value in sorted(set(params))
    )
    data = text.encode("utf-8", "surrogatepass")
    right = False
    for token in settings.twilio_auth_token.split(","):
        expected = base64.b64encode(hmac.digest(token.encode(), data, hashlib.sha1)).decode()
        right |= bool(token) and hmac.compare_digest(expected, signature)
    return right


def sole_values(params: Params, names: tuple[str, ...]) -> dict[str, str] | None:
    """Return these fields if each is there exactly once, else None."""
    found: dict[str, str] = {}
    for name, value in params:
        if name in names:
            if name in found:
                return None
            found[name] = value
    return found if len(found) == len(names) else None


def read_inbound(settings: Settings, params: Params) -> InboundText | None:
    """Read an incoming text from a signed request; None if it is malformed or not ours."""
    params = list(params)
    fields = sole_values(params, INBOUND_FIELDS)
    if fields is None or not _is_ours(settings, fields):
        return None
    kinds = [value for name, value in params if name == "OptOutType"]
    return InboundText(
        provider=TwilioProvider.name,
        sid=fields["MessageSid"],
        from_number=fields["From"],
        to_number=fields["To"],
        body=fields["Body"],
        opt_out_type=_word(kinds[0])[:12].upper() if len(kinds) == 1 else None,
    )


def read_status(settings: Settings, params: Params) -> tuple[str, str, int | None] | None:
    """Read (message id, status, error code) from a signed report; None if malformed or not ours."""
    params = list(params)
    fields = sole_values(params, STATUS_FIELDS)
    if fields is None or not _is_ours(settings, fields):
        return None
    codes = [value for name, value in params if name == "ErrorCode"]
    code = _number(codes[0]) if len(codes) == 1 else None
    return fields["MessageSid"], _word(fields["MessageStatus"]), code


def _word(said: Any) -> str:
    return said if isinstance(said, str) and WORD.fullmatch(said) else ""


def _number(said: Any) -> int | None:
    return int(said) if isinstance(said, int | str) and NUMBER.fullmatch(str(said)) else None


def _is_sid(said: Any) -> bool:
    if not isinstance(said, str):
        return False
    return 0 < len(said) <= LONGEST_SID and said.isalnum() and said.isascii()


def _is_ours(settings: Settings, fields: dict[str, str]) -> bool:
    ours = hmac.compare_digest(
        fields["AccountSid"].encode("utf-8", "surrogatepass"),
        settings.twilio_account_sid.encode(),
    )
    return ours and _is_sid(fields["MessageSid"])
