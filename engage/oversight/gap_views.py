"""What is left, by worker and by home, and whether it comes by mail each morning."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.oversight.gap_actions import choose_mail
from engage.oversight.gap_queries import gap_counts, wants_mail
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound

bp = Blueprint("gaps_by", __name__)


@bp.get("/missing/gaps/by-worker")
@viewer_required(Role.SUPERVISOR)
def by_worker() -> str:
    """Show how much is left with each worker and in each home."""
    viewer = signed_in_viewer()
    settings = current_app.extensions["engage"]
    return render_template(
        "oversight/gaps_by.html", found=gap_counts(viewer, now=clock.now()),
        wants_mail=wants_mail(viewer), at=settings.gaps_mail_at, has_mail=bool(settings.mail_url),
    )  # fmt: skip


@bp.post("/missing/gaps/by-worker")
@viewer_required(Role.SUPERVISOR)
def choose() -> Response:
    """Stop the daily mail, or have it sent again."""
    wanted = request.form.get("mail")
    if wanted not in ("yes", "no"):
        raise NotFound("mail")
    choose_mail(signed_in_viewer(), wanted=wanted == "yes", now=clock.now())
    db.session.commit()
    return redirect(url_for("gaps_by.by_worker"), 303)
