"""What supervisors say: yes or no beforehand, what they thought afterwards, and to alarms."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.emergencies import actions, page, reading_actions
from engage.emergencies.forms import ReviewForm
from engage.people.emergency_models import ReviewOutcome
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required

bp = Blueprint("emergency_review", __name__)


@bp.post("/emergencies/<uuid:use_id>/answer")
@viewer_required(Role.SUPERVISOR)
def answer(use_id: UUID) -> Response:
    """Say yes or no to a worker who asks a second time within a week."""
    use = actions.decide(
        signed_in_viewer(), use_id, yes=request.form.get("answer") == "yes",
        address=current_app.extensions["engage"].public_url, now=clock.now(),
    )  # fmt: skip
    place = url_for("emergencies.one", use_id=use.id)
    db.session.commit()
    return redirect(place, 303)


@bp.post("/emergencies/<uuid:use_id>/review")
@viewer_required(Role.SUPERVISOR)
def review(use_id: UUID) -> Response | tuple[str, int]:
    """Keep what a supervisor thought of it."""
    form = ReviewForm()
    if not form.validate_on_submit():
        return page.of_use(use_id, form), 400
    actions.review(
        signed_in_viewer(), use_id, outcome=ReviewOutcome(form.outcome.data),
        note=form.note.data or "", now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("emergencies.overview"), 303)


@bp.post("/emergencies/alarms/<uuid:alarm_id>")
@viewer_required(Role.SUPERVISOR)
def alarm_seen(alarm_id: UUID) -> Response:
    """Note that a supervisor looked into somebody's opening very many records."""
    reading_actions.note_seen(signed_in_viewer(), alarm_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("emergencies.overview"), 303)
