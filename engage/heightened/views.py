"""What could help a young person: the worker's pages. They speak of support, not of danger."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.heightened import actions, labels, queries
from engage.heightened.forms import FactorForm
from engage.people.signin import signed_in_viewer, viewer_required
from engage.questions.wording import day_words
from engage.web.errors import NotFound

bp = Blueprint("heightened", __name__)
STAFF = tuple(queries.STAFF)


@bp.get("/support-needed")
@viewer_required(*STAFF)
def needed() -> str:
    """List what waits for an answer, the longest first, and what the viewer offered."""
    viewer, now = signed_in_viewer(), clock.now()
    return render_template(
        "heightened/needed.html",
        lines=queries.needing_answer(viewer, now=now),
        mine=queries.my_offers(viewer, now=now),
        labels=labels, day=day_words,
    )  # fmt: skip


@bp.get("/young-people/<uuid:young_person_id>/support")
@viewer_required(*STAFF)
def about(young_person_id: UUID) -> str:
    """Show what could help one young person, and what is offered."""
    page = queries.get_support(signed_in_viewer(), young_person_id, now=clock.now())
    return render_template("heightened/about.html", page=page, labels=labels, day=day_words)


@bp.get("/young-people/<uuid:young_person_id>/support/note")
@viewer_required(*STAFF)
def ask_factor(young_person_id: UUID) -> str:
    """Ask what makes things harder, and from where one knows it."""
    return _factor_page(young_person_id, FactorForm(formdata=None))


@bp.post("/young-people/<uuid:young_person_id>/support/note")
@viewer_required(*STAFF)
def note_factor(young_person_id: UUID) -> Response | tuple[str, int]:
    """Keep it."""
    form = FactorForm()
    if not form.validate_on_submit():
        return _factor_page(young_person_id, form), 400
    actions.note_factor(signed_in_viewer(), young_person_id, *form.filled(), now=clock.now())
    db.session.commit()
    return redirect(url_for("heightened.about", young_person_id=young_person_id), 303)


def _factor_page(young_person_id: UUID, form: FactorForm) -> str:
    page = queries.get_support(signed_in_viewer(), young_person_id, now=clock.now())
    if not page.may_change:
        raise NotFound("support")
    return render_template("heightened/note.html", page=page, form=form)


@bp.post("/support-flags/<uuid:flag_id>/end")
@viewer_required(*STAFF)
def end_flag(flag_id: UUID) -> Response:
    """Say that something no longer holds."""
    viewer, now = signed_in_viewer(), clock.now()
    flag = actions.end_flag(viewer, flag_id, now=now)
    db.session.commit()
    return redirect(url_for("heightened.about", young_person_id=flag.young_person_id), 303)
