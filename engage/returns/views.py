"""The welcome card, and the page on which a return is noted."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.i18n import gettext as _
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.questions.wording import day_words
from engage.returns import actions, labels, queries
from engage.returns.actions import NeedsReason, NotBack
from engage.returns.forms import ReturnForm
from engage.returns.rules import CHECKS, STEPS, Mark, left_open
from engage.web.errors import NotFound

bp = Blueprint("returns", __name__)
WHO = (PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


@bp.get("/episodes/<uuid:episode_id>/welcome")
@viewer_required(*WHO)
def welcome(episode_id: UUID) -> str:
    """Show what helps, and the small steps of a welcome."""
    page = queries.get_welcome(signed_in_viewer(), episode_id, now=clock.now())
    return render_template(
        "returns/welcome.html", page=page, labels=labels, steps=STEPS, day=day_words
    )


@bp.post("/episodes/<uuid:episode_id>/welcome")
@viewer_required(*WHO)
def mark(episode_id: UUID) -> Response:
    """Note that a step was done or let be."""
    step, _sep, what = request.form.get("mark", "").partition(":")
    if step not in STEPS or what not in set(Mark):
        raise NotFound("step")
    actions.mark(signed_in_viewer(), episode_id, step, Mark(what), now=clock.now())
    db.session.commit()
    return redirect(f"{url_for('returns.welcome', episode_id=episode_id)}#{step}", 303)


@bp.get("/episodes/<uuid:episode_id>/return")
@viewer_required(*WHO)
def facts(episode_id: UUID) -> str:
    """Show what is noted of the return, and ask for it."""
    return _page(episode_id, None)


@bp.post("/episodes/<uuid:episode_id>/return")
@viewer_required(*WHO)
def note(episode_id: UUID) -> Response | tuple[str, int]:
    """Keep how they came back and what was seen to."""
    viewer, form = signed_in_viewer(), ReturnForm()
    form.fill(queries.get_facts(viewer, episode_id, now=clock.now()).latest)
    if not form.validate_on_submit():
        return _page(episode_id, form), 400
    try:
        actions.note_return(viewer, episode_id, form.noted(), reason=form.why, now=clock.now())
    except NotBack:
        form.say("way", _("First note on the page of this time away that they are back."))
        return _page(episode_id, form), 400
    except NeedsReason:
        form.say("reason", _("Write why it is changed. What was noted before stays."))
        return _page(episode_id, form), 400
    db.session.commit()
    return redirect(url_for("returns.facts", episode_id=episode_id), 303)


def _page(episode_id: UUID, form: ReturnForm | None) -> str:
    page = queries.get_facts(signed_in_viewer(), episode_id, now=clock.now())
    if form is None:
        form = ReturnForm(formdata=None)
        form.fill(page.latest)
    return render_template(
        "returns/facts.html", page=page, form=form, labels=labels, checks=CHECKS,
        left=left_open(page.latest.checks) if page.latest else [],
    )  # fmt: skip
