"""The page of texts that were kept without anybody being told: all of one phone."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.conversations.aside_actions import note_read
from engage.conversations.aside_queries import get_aside
from engage.db import db
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required

bp = Blueprint("asides", __name__)
READERS = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


@bp.get("/check-ins/kept/<uuid:inbound_id>")
@viewer_required(*READERS)
def show(inbound_id: UUID) -> str:
    """Show what was kept from the phone of this text, the latest first."""
    try:
        before = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        before = None
    if before is not None and before.tzinfo is None:
        before = None
    found = get_aside(signed_in_viewer(), inbound_id, now=clock.now(), before=before)
    return render_template("conversations/kept.html", aside=found, inbound_id=inbound_id)


@bp.post("/check-ins/kept/<uuid:inbound_id>/read")
@viewer_required(*READERS)
def read(inbound_id: UUID) -> Response:
    """Note that the viewer has read them."""
    viewer, now = signed_in_viewer(), clock.now()
    found = get_aside(viewer, inbound_id, now=now)
    note_read(viewer, inbound_id, now=now)
    db.session.commit()
    if found.young_person_id:
        where = url_for("conversation.show", young_person_id=found.young_person_id)
    else:
        where = url_for("checkins.board")
    return redirect(where, 303)
