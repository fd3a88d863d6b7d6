"""The address to which other programs send referrals. 201 only after commit, 503 not stored."""

import logging
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from engage import clock
from engage.db import db, transaction
from engage.intake import queries
from engage.intake.actions import Arrived, CameDifferently, receive
from engage.intake.json_body import LARGEST, BadBody, read_body
from engage.intake.models import ReferralSender
from engage.intake.rules import CameBy
from engage.people.models import Organisation
from engage.people.signin import public
from engage.people.viewer import SYSTEM
from engage.web import limits
from engage.web.errors import TooMany
from engage.web.forms import csrf

log = logging.getLogger(__name__)
bp = Blueprint("referral_programs", __name__)
csrf.exempt(bp)

PER_TOKEN, WRONG_TOKENS = "120 per minute", "20 per minute"


class Refused(Exception):
    """It cannot be taken: a status below 500, and what to put right."""

    def __init__(self, status: int, error: str, problems: list[tuple[str, str]] | None = None):
        super().__init__(error)
        self.status, self.error, self.problems = status, error, problems or []


@bp.post("/webhooks/referrals")
@public
def take() -> Response:
    """Keep one referral of a program that has a token. The same reference again changes nothing."""
    try:
        sender, house = _sender()
        body = _body()
        return _kept(sender, house, body)
    except Refused as refused:
        problems = [{"field": field, "problem": why} for field, why in refused.problems]
        return _answer(refused.status, error=refused.error, problems=problems)
    except TooMany as many:
        answer = _answer(429, error="Too many in a short time. Try again later.")
        answer.headers["Retry-After"] = str(many.wait)
        return answer
    except HTTPException as error:
        return _answer(error.code or 400, error="The request could not be read.")
    except Exception as error:  # noqa: BLE001 - the sender must know that it is not kept
        db.session.rollback()
        log.error("referral not stored: %s", type(error).__name__)
        answer = _answer(503, error="Not stored. Send it again in a minute.")
        answer.headers["Retry-After"] = "30"
        return answer


def _sender() -> tuple[ReferralSender, Organisation]:
    """Return the program whose token came along, and its organisation."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = None
    if scheme.lower() == "bearer" and token.strip():
        found = queries.find_sender(SYSTEM, token.strip()[:200])
    if found is None:
        # Nobody is turned away because a counter is broken: a token cannot be guessed.
        limits.count("referral: no token", limits.network(), WRONG_TOKENS, fail_open=True)
        raise Refused(401, "Send a token that is in force: Authorization: Bearer …")
    limits.count("referral: token", str(found.id), PER_TOKEN, fail_open=True)
    return found, db.session.get_one(Organisation, found.organisation_id)


def _body() -> bytes:
    # Our own limit, not that of pages.
    request.max_content_length = None
    if request.mimetype != "application/json":
        raise Refused(415, "Send JSON: Content-Type: application/json")
    if request.content_length is None:
        raise Refused(411, "Say how long it is: Content-Length")
    body = request.stream.read(LARGEST + 1) if request.content_length <= LARGEST else b""
    if request.content_length > LARGEST or len(body) > LARGEST:
        raise Refused(413, f"Send at most {LARGEST // 1024} kB.")
    return body


def _kept(sender: ReferralSender, house: Organisation, body: bytes) -> Response:
    now = clock.now()
    try:
        draft = read_body(body, sender.source, region=house.region, now=now)
    except BadBody as bad:
        raise Refused(400, "Nothing was kept.", bad.problems) from None
    sender_id, house_id = sender.id, house.id
    arrived = Arrived(draft, CameBy.PROGRAM, f"{sender_id}:{draft.reference}", sender_id=sender_id)
    for is_last in (False, True):
        try:
            with transaction(db.session):
                made, is_new = receive(SYSTEM, house_id, arrived, now=now)
                made_id = made.id
            return _answer(201 if is_new else 200, id=str(made_id), is_new=is_new)
        except CameDifferently:
            why = "came before with other words; send news under a reference of its own"
            raise Refused(409, "Nothing was kept.", [("reference", why)]) from None
        except IntegrityError:
            # The same one came twice at once: the second finds it when it looks again.
            if is_last:
                raise
    raise AssertionError("unreachable")


def _answer(status: int, **said: Any) -> Response:
    response = make_response(jsonify({name: value for name, value in said.items() if value != []}))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
