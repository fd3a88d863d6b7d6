"""Check-ins for staff: what came lately, the board of unmatched texts, one conversation."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.alerts.rules import initials
from engage.checkins import board_actions, labels, queries
from engage.checkins.forms import read_answer, read_id
from engage.db import db
from engage.messaging import labels as texts
from engage.people.models import Role
from engage.people.queries import get_young_person, young_people
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import Changed, NotFound

bp = Blueprint("checkins", __name__)
PAGE = 50
BOARD = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


@bp.get("/check-ins")
@viewer_required(*BOARD)
def recent() -> str:
    """List the latest check-ins of everybody this worker may see."""
    viewer = signed_in_viewer()
    found = queries.recent(viewer, now=clock.now(), before=_instant("before"), limit=PAGE)
    return render_template(
        "checkins/recent.html",
        found=found,
        labels=labels,
        initials=initials,
        last=found[-1].check_in.received_at.isoformat() if len(found) == PAGE else "",
        waiting=len(queries.unmatched(viewer, now=clock.now())),
    )


def _instant(name: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


@bp.get("/check-ins/unmatched")
@viewer_required(*BOARD)
def board() -> str:
    """Show the texts that nobody could match, the longest waiting first."""
    viewer, now = signed_in_viewer(), clock.now()
    return render_template(
        "checkins/board.html",
        found=queries.unmatched(viewer, now=now),
        people=young_people(viewer, now=now),
        labels=labels,
    )


@bp.post("/check-ins/unmatched/<uuid:check_in_id>/match")
@viewer_required(*BOARD)
def match(check_in_id: UUID) -> Response:
    """Say whose a text is."""
    chosen = read_id(request.form.get("young_person"))
    if chosen is None:
        raise NotFound("young person")
    address = current_app.extensions["engage"].public_url.rstrip("/")
    done = board_actions.match(
        signed_in_viewer(), check_in_id, chosen, now=clock.now(), address=address
    )
    return _done(done, url_for("checkins.conversation", young_person_id=chosen))


@bp.post("/check-ins/unmatched/<uuid:check_in_id>/reply")
@viewer_required(*BOARD)
def reply(check_in_id: UUID) -> Response:
    """Answer a text with one of the neutral sentences."""
    viewer = signed_in_viewer()
    template = read_answer(request.form.get("answer"))
    if template is None:
        raise NotFound("answer")
    locale = queries.get_unmatched(viewer, check_in_id, now=clock.now()).locale
    done = board_actions.reply(viewer, check_in_id, template, locale=locale, now=clock.now())
    return _done(done, url_for("checkins.board"))


@bp.post("/check-ins/unmatched/<uuid:check_in_id>/leave")
@viewer_required(*BOARD)
def leave(check_in_id: UUID) -> Response:
    """Take a text from the board without doing anything."""
    done = board_actions.leave(signed_in_viewer(), check_in_id, now=clock.now())
    return _done(done, url_for("checkins.board"))


def _done(done: bool, where: str) -> Response:
    if not done:
        raise Changed("Somebody else was quicker.")
    db.session.commit()
    return redirect(where, 303)


@bp.get("/young-people/<uuid:young_person_id>/check-ins")
@viewer_required()
def conversation(young_person_id: UUID) -> str:
    """Show what a young person and we sent each other, as far as this viewer may know."""
    viewer, now = signed_in_viewer(), clock.now()
    turns = queries.conversation(viewer, young_person_id, now=now)
    return render_template(
        "checkins/conversation.html",
        person=get_young_person(viewer, young_person_id, now=now),
        turns=turns,
        labels=labels,
        texts=texts,
    )
