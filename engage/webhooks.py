"""The addresses the text provider calls. 200 only after commit, 403 unsigned, 503 not stored."""

import logging
import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from engage import clock
from engage.checkins.actions import receive_text
from engage.checkins.unread_actions import keep_raw, keep_unread, note_texts_off
from engage.config import Settings
from engage.db import db, transaction
from engage.messaging.actions import InboundText, record_status
from engage.messaging.twilio import is_signed, read_inbound, read_status
from engage.operators.alarms import alarm_for, sound
from engage.operators.disk import give_up_ballast, is_full
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


@bp.post("/webhooks/twilio/fallback")
def fallback() -> Response:
    """Keep an incoming text that /sms could not take, and nothing more: the worker acts on it.

    The provider's second address, best on another host. Source: SAFETY 6 R03.
    """
    settings = _settings()
    params = _signed_params(settings)
    text = read_inbound(settings, params) if params is not None else None
    if text is None:
        return _refused()
    text = replace(text, to_number=_NO_NUMBER.sub("", text.to_number))
    try:
        with transaction(db.session):
            keep_raw(text, now=clock.now(), address="", source="fallback")
    except Exception as error:
        log.exception("text not stored: %s", type(error).__name__)
        return _not_stored(error)
    return _kept()


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
        return _not_stored(error)
    _sound(code, settings, now)
    return Response("", 200)


def _sound(code: int | None, settings: Settings, now: datetime) -> None:
    """Tell operators of a refusal that will not pass; the report itself is safe already."""
    kind = alarm_for(code)
    if kind is None:
        return
    try:
        sound(kind, settings, now=now, number=code)
    except SQLAlchemyError as error:
        log.error("alarm not kept: %s", type(error).__name__)


def keep(text: InboundText, settings: Settings) -> bool:
    """Store a text and act on it; on a fault of ours, store it for a human. False: not stored."""
    now, address = clock.now(), settings.public_url.rstrip("/")
    attempts: list[Any] = [receive_text, keep_unread, keep_raw]
    has_raced = False
    while attempts:
        try:
            with transaction(db.session):
                attempts[0](text, now=now, address=address)
            return True
        except UNAVAILABLE as error:
            log.error("text not stored: %s", type(error).__name__)
            _make_room(error)
            return False
        except Exception as error:
            # Two texts at once raised the same alert: the second finds it when it looks again.
            if isinstance(error, IntegrityError) and not has_raced:
                has_raced = True
                continue
            log.exception("text kept for a human: %s", type(error).__name__)
            attempts.pop(0)
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


def _make_room(error: BaseException) -> None:
    """Give up the ballast if the disk is full: the provider's next try then finds room. R15."""
    if is_full(error) and give_up_ballast(_settings()):
        log.error("ballast given up")


def _not_stored(error: BaseException | None = None) -> Response:
    if error is not None:
        _make_room(error)
    return Response("", 503, headers={"Retry-After": "5"})
