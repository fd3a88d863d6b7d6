"""Check-ins for staff: what came lately, the board of unmatched texts, one conversation."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.agreed.queries import overdue_now
from engage.alerts.rules import initials
from engage.checkins import board_actions, labels, queries
from engage.checkins.forms import read_answer, read_id
from engage.checkins.rules import is_named
from engage.conversations.aside_queries import asides
from engage.conversations.board_queries import choice
from engage.conversations.queue_labels import age
from engage.db import db
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.ways_back.queries import waiting_now
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
        "conversations/recent.html",
        found=found,
        labels=labels,
        initials=initials,
        last=found[-1].check_in.received_at.isoformat() if len(found) == PAGE else "",
        waiting=len(queries.unmatched(viewer, now=clock.now())),
        ready=waiting_now(viewer, now=clock.now()),
        overdue=overdue_now(viewer, now=clock.now()),
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
    return _board()


def _board(wrong: UUID | None = None) -> str:
    viewer, now = signed_in_viewer(), clock.now()
    found, typed = queries.unmatched(viewer, now=now), request.args.get("q", "")[:80]
    return render_template(
        "conversations/board.html",
        found=found,
        asides=asides(viewer, now=now),
        choice=choice(viewer, [one.words or "" for one in found], typed, now=now),
        typed=typed,
        is_named=is_named,
        labels=labels,
        age=age,
        wrong=wrong,
    )


@bp.post("/check-ins/unmatched/<uuid:check_in_id>/match")
@viewer_required(*BOARD)
def match(check_in_id: UUID) -> Response | tuple[str, int]:
    """Say whose a text is. Nobody is chosen beforehand: a name in a text is no proof."""
    chosen = read_id(request.form.get("young_person"))
    if chosen is None:
        queries.get_unmatched(signed_in_viewer(), check_in_id, now=clock.now())
        return _board(wrong=check_in_id), 422
    address = current_app.extensions["engage"].public_url.rstrip("/")
    done = board_actions.match(
        signed_in_viewer(), check_in_id, chosen, now=clock.now(), address=address
    )
    return _done(done, url_for("conversation.show", young_person_id=chosen))


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
