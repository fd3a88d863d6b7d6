"""Where an interviewer's phone sends what was written without a signal, when there is one again."""

from datetime import datetime

from flask import Blueprint, Response, jsonify, request

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.people.access import Viewer
from engage.people.copy_queries import find_kept_for
from engage.people.models import PersonKind
from engage.people.signin import public
from engage.people.viewer import SYSTEM
from engage.talks.actions import LawNotTold
from engage.talks.later_actions import take_later
from engage.talks.later_rules import read_said
from engage.web.errors import Changed, NotFound
from engage.web.forms import csrf
from engage.web.limits import count, network
from engage.worries.boxes import NotOurs, open_box
from engage.worries.parcels import boxes_sent, clock_there, who_speaks

bp = Blueprint("talks_later", __name__)
BY_NETWORK = "120 per minute"


@bp.post("/talks/later")
@csrf.exempt
@public
def send() -> Response:
    """Take in what a phone kept of a talk; say what is done, and whether the rest waits.

    The phone's token says whose it is. Nothing of a talk raises concern by itself, so all of it
    waits until its own person is signed in on the phone. 410 tells the phone to forget.
    """
    now, token = clock.now(), request.form.get("token", "")
    count("talk later", token_digest(network()), BY_NETWORK, fail_open=True)
    kept_for = find_kept_for(SYSTEM, token, now=now)
    if kept_for is None or kept_for.kind is not PersonKind.WORKER:
        return Response(status=410)
    viewer, is_sure = who_speaks(kept_for, now)
    done, waits = [], False
    for one in boxes_sent():
        if viewer is None or (is_sure and _take(viewer, token, one["box"], now)):
            done.append(one["id"])
        else:
            waits = True
    return jsonify(done=done, sign_in=waits) if kept_for.is_good else Response(status=410)


def _take(viewer: Viewer, token: str, box: str, now: datetime) -> bool:
    """Take in one thing; what cannot be kept, however often it is sent, is done as well."""
    try:
        said = read_said(open_box(token, box), clock_there(), now)
    except NotOurs:
        return True
    if said is None:
        return True
    try:
        take_later(viewer, said, now=now)
    except (Changed, LawNotTold, NotFound):
        db.session.rollback()
    else:
        db.session.commit()
    return True
