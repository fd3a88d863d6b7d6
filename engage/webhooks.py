"""The addresses the text provider calls. 200 only after commit, 403 unsigned, 503 not stored."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from engage import clock
from engage.checkins.actions import receive_text
from engage.checkins.unread_actions import keep_raw, keep_unread, note_texts_off
from engage.config import Settings
from engage.db import db, lean_transaction, transaction
from engage.feedback.by_text import Heard, may_be_feedback
from engage.feedback.by_text import receive as receive_feedback
from engage.feedback.text_keeping import note_text
from engage.feedback.text_limits import limiter, may_answer
from engage.messaging.actions import InboundText, record_status
from engage.messaging.rules import RANKS
from engage.messaging.twilio import STATUS_PATH, is_signed, read_inbound, read_status
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
# Reports on our answers to feedback carry this: nothing is noted but that its copy must go.
OF_FEEDBACK = "f"
LEFT = RANKS["sent"].rank
_NO_NUMBER = re.compile(r"[^+0-9A-Za-z]")


@bp.post("/webhooks/twilio/sms")
def sms() -> Response:
    """Keep an incoming text and act on it; answer only once it is safe on disk."""
    settings = _settings()
    params = _signed_params(settings)
    text = read_inbound(settings, params) if params is not None else None
    if text is None:
        return _refused()
    return _taken(text, settings, lambda rest: keep(rest, settings))


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
    return _taken(text, settings, _keep_only)


def _taken(text: InboundText, settings: Settings, act: Callable[[InboundText], bool]) -> Response:
    """Answer feedback, which leaves no trace of its phone; store every other text."""
    text = replace(text, to_number=_NO_NUMBER.sub("", text.to_number))
    if not may_be_feedback(text):
        return _kept() if act(text) else _not_stored()
    now = clock.now()
    try:
        with transaction(db.session):
            found = receive_feedback(
                text, now=now, address=settings.public_url.rstrip("/"), is_too_much=limiter(text)
            )
    except Exception as error:
        # Never stored like another text instead: its words would stand beside a name.
        log.exception("text not stored: %s", type(error).__name__)
        return _not_stored(error)
    if isinstance(found, Heard):
        return _kept(_said_back(text, found, settings))
    return _kept() if act(found) else _not_stored()


def _said_back(text: InboundText, heard: Heard, settings: Settings) -> str:
    """Return what the provider is to text back. What cannot be said now is never said late."""
    try:
        if not may_answer(text, heard, settings, now=clock.now()):
            return EMPTY_TWIML
        words = heard.words
    except Exception as error:
        log.exception("feedback not answered: %s", type(error).__name__)
        return EMPTY_TWIML
    finally:
        db.session.rollback()
    told = quoteattr(f"{settings.public_url.rstrip('/')}{STATUS_PATH}?{OF_FEEDBACK}=1")
    said = f"<Message statusCallback={told}>{escape(words)}</Message>"
    return EMPTY_TWIML.replace("<Response/>", f"<Response>{said}</Response>")


def _keep_only(text: InboundText) -> bool:
    try:
        with transaction(db.session):
            keep_raw(text, now=clock.now(), address="", source="fallback")
    except Exception as error:
        log.exception("text not stored: %s", type(error).__name__)
        _make_room(error)
        return False
    return True


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
            if OF_FEEDBACK in request.args and RANKS.get(word, RANKS["queued"]).rank >= LEFT:
                note_text("twilio", sid)
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
            with lean_transaction():
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


def _kept(answer: str = EMPTY_TWIML) -> Response:
    return Response(answer, 200, mimetype="text/xml")


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
