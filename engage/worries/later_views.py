"""Where a carer's phone sends what was pressed without a signal, when there is one again."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.episodes.actions import BadTime
from engage.people.access import Viewer
from engage.people.copy_queries import find_kept_for
from engage.people.models import PersonKind
from engage.people.queries import viewer_of
from engage.people.signin import public
from engage.people.viewer import SYSTEM
from engage.web.errors import Changed, NotFound
from engage.web.forms import csrf
from engage.web.limits import count, network
from engage.worries.actions import NeedsReason
from engage.worries.boxes import NotOurs, open_box
from engage.worries.forms import read_answer
from engage.worries.later_actions import take_later
from engage.worries.later_rules import cannot_wait, read_said
from engage.worries.parcels import boxes_sent, clock_there, who_speaks
from engage.worries.prompt_rules import BadAnswer
from engage.worries.prompts import prompt_set

bp = Blueprint("worries_later", __name__)
BY_NETWORK = "120 per minute"


@bp.post("/worries/later")
@csrf.exempt
@public
def send() -> Response:
    """Take in what a carer's phone kept; say what is done, and whether the rest waits for sign-in.

    The phone's token says whose it is; what does not raise concern also wants their sign-in.
    410 tells the phone to throw away what it keeps.
    """
    now, token = clock.now(), request.form.get("token", "")
    count("worry later", token_digest(network()), BY_NETWORK, fail_open=True)
    kept_for = find_kept_for(SYSTEM, token, now=now)
    if kept_for is None or kept_for.kind is PersonKind.YOUNG_PERSON:
        return Response(status=410)
    viewer, is_sure = who_speaks(kept_for, now)
    done, waits = [], False
    for one in boxes_sent():
        if viewer is None or _take(viewer, token, one, is_sure, now):
            done.append(one["id"])
        else:
            waits = True
    return jsonify(done=done, sign_in=waits) if kept_for.is_good else Response(status=410)


def _take(viewer: Viewer, token: str, one: dict[str, Any], is_sure: bool, now: datetime) -> bool:
    """Take in one thing; False when it waits until somebody has signed in."""
    try:
        said = read_said(open_box(token, one["box"]), clock_there(), now)
    except NotOurs:
        return True
    if said is None:
        return True
    if not is_sure and not cannot_wait(said, prompt_set()):
        return False
    if viewer.kind is PersonKind.WORKER and viewer.person_id is not None:
        # What somebody on the rota said counts as of then, although their time is over since.
        viewer = viewer_of(SYSTEM, viewer.person_id, now=said.at) or viewer
    try:
        take_later(viewer, said, read=read_answer, address=_address(), now=now)
    except (BadAnswer, BadTime, Changed, NeedsReason, NotFound):
        # Theirs no more, or no answer to anything: it cannot be kept, however often it is sent.
        db.session.rollback()
    else:
        db.session.commit()
    return True


def _address() -> str:
    return str(current_app.extensions["engage"].public_url)
