"""The addresses the text provider calls. 200 only after commit, 403 unsigned, 503 not stored."""

import logging
import re
from dataclasses import replace
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from engage import clock
from engage.checkins.actions import receive_text
from engage.checkins.unread_actions import keep_raw, keep_unread, note_texts_off
from engage.config import Settings
from engage.db import db, transaction
from engage.messaging.actions import InboundText, record_status
from engage.messaging.twilio import is_signed, read_inbound, read_status
from engage.web.forms import csrf

log = logging.getLogger(__name__)
bp = Blueprint("webhooks", __name__)
csrf.exempt(bp)

LARGEST = 64 * 1024  # a text has at most 1,600 characters: 20 kB, percent-encoded and all
MOST_FIELDS = 200
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
UNAVAILABLE = (OperationalError, InterfaceError, NoConnection)
_NO_NUMBER = re.compile(r"[^+0-9A-Za-z]")


@bp.post("/webhooks/twilio/sms")
def sms() -> Response:
    """Keep an incoming text and act on it; answer only once it is safe on disk."""
    settings = _settings()
    params = _signed_params(settings)
    text = read_inbound(settings, params) if params is not None else None
    if text is None:
        return _refused()
    text = replace(text, to_number=_NO_NUMBER.sub("", text.to_number))
    return _kept() if keep(text, settings) else _not_stored()


@bp.post("/webhooks/twilio/status")
def status() -> Response:
    """Note where an outgoing text stands. 200 also for texts we do not know."""
    settings = _settings()
    params = _signed_params(settings)
    report = read_status(settings, params) if params is not None else None
    if report is None:
        return _refused()
    sid, word, code = report
    now = clock.now()
    try:
        with transaction(db.session):
            change = record_status(
                "twilio", message_id=_message_id(), sid=sid, status=word, error_code=code, now=now
            )
            if change is not None and change.opted_out_index and change.person_id:
                address = settings.public_url.rstrip("/")
                note_texts_off(change.person_id, address=address, now=now)
    except SQLAlchemyError as error:
        log.error("status not stored: %s", type(error).__name__)
        return _not_stored()
    return Response("", 200)


def keep(text: InboundText, settings: Settings) -> bool:
    """Store a text and act on it; on a fault of ours, store it for a human. False: not stored."""
    now, address = clock.now(), settings.public_url.rstrip("/")
    for attempt in (receive_text, keep_unread, keep_raw):
        try:
            with transaction(db.session):
                attempt(text, now=now, address=address)
            return True
        except UNAVAILABLE as error:
            log.error("text not stored: %s", type(error).__name__)
            return False
        except Exception as error:
            log.exception("text kept for a human: %s", type(error).__name__)
    return False


def _settings() -> Settings:
    settings: Settings = current_app.extensions["engage"]
    return settings


def _signed_params(settings: Settings) -> list[tuple[str, str]] | None:
    """Return the fields of a request that the provider signed, else None."""
    body = request.stream.read(LARGEST + 1) if _is_readable() else b""
    if not body or len(body) > LARGEST or body.count(b"&") >= MOST_FIELDS:
        return None
    params = parse_qsl(body.decode("latin-1"), keep_blank_values=True, errors="replace")
    path = request.full_path if request.query_string else request.path
    signature = request.headers.getlist("X-Twilio-Signature")
    if len(signature) != 1 or not is_signed(settings, path, params, signature[0]):
        return None
    return params


def _is_readable() -> bool:
    # Our own limit, not the app's: an unsigned flood is refused like any other forgery.
    request.max_content_length = None
    length = request.content_length
    return (
        request.mimetype == "application/x-www-form-urlencoded"
        and length is not None
        and length <= LARGEST
    )


def _message_id() -> UUID | None:
    try:
        return UUID(request.args.get("m", ""))
    except ValueError:
        return None


def _kept() -> Response:
    return Response(EMPTY_TWIML, 200, mimetype="text/xml")


def _refused() -> Response:
    log.warning("webhook refused")
    return Response("", 403)


def _not_stored() -> Response:
    return Response("", 503, headers={"Retry-After": "5"})
