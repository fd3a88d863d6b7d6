"""What was pressed without a signal, sent when there is one: once, however often it comes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app, request

from engage import clock
from engage.checkins.forms import read_tap
from engage.checkins.rules import Belief, Kind
from engage.checkins.tap_actions import receive_tap
from engage.crypto import token_digest
from engage.db import db
from engage.people.copy_queries import find_holder
from engage.people.signin import public
from engage.people.viewer import SYSTEM
from engage.web.forms import csrf
from engage.web.limits import count, network

bp = Blueprint("later", __name__)
TAPS, BY_NETWORK = "60 per minute", "60 per minute"
# What a phone says of its own clock is believed within these bounds only.
OLDEST = timedelta(days=7)
# Heard even from a copy that has ended. Source: SAFETY 2: what raises concern needs no proof.
RAISES_CONCERN = frozenset({Kind.SOS, Kind.NOT_OK, Kind.TALK, Kind.FREE})


@bp.post("/now/later")
@csrf.exempt
@public
def send() -> Response:
    """Keep a check-in that a phone held back; 410 tells the phone to throw away what it keeps.

    The token in the body shows which phone it is, so that no cookie is needed, nor believed.
    """
    now = clock.now()
    count("later: network", token_digest(network()), BY_NETWORK, fail_open=True)
    holder = find_holder(SYSTEM, request.form.get("token", ""), now=now)
    if holder is None:
        return Response(status=410)
    tap = read_tap(request.form)
    if tap is None:
        return Response(status=204 if holder.is_good else 410)
    if holder.is_good or tap.kind in RAISES_CONCERN:
        count("tap", token_digest(str(holder.young_person_id)), TAPS, fail_open=True)
        late = replace(
            tap,
            sent_at=pressed_at(request.form.get("at", ""), now),
            belief=Belief.V1 if holder.is_good else Belief.V0,
        )
        address = current_app.extensions["engage"].public_url.rstrip("/")
        receive_tap(holder.viewer, holder.young_person_id, late, now=now, address=address)
        db.session.commit()
    return Response(status=204 if holder.is_good else 410)


def pressed_at(sent: str, now: datetime) -> datetime | None:
    """Read when something was pressed, in milliseconds since 1970; None when that cannot be."""
    if not sent.isascii() or not sent.isdigit() or len(sent) > 15:
        return None
    at = datetime.fromtimestamp(int(sent) / 1000, UTC)
    return at if now - OLDEST <= at <= now else None
