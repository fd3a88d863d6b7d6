"""The page on which a time away is thought over."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.feedback import labels as said
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.supervision import actions, labels, queries
from engage.supervision.forms import NoteForm, ReflectionForm
from engage.supervision.rules import QUESTIONS

bp = Blueprint("supervision", __name__)
WHO = (Role.SOCIAL_WORKER, Role.SUPERVISOR)


@bp.get("/episodes/<uuid:episode_id>/reflection")
@viewer_required(*WHO)
def page(episode_id: UUID) -> str:
    """Show what the viewer thinks about it, and what those they supervise think."""
    return _page(episode_id, None)


@bp.post("/episodes/<uuid:episode_id>/reflection")
@viewer_required(*WHO)
def keep(episode_id: UUID) -> Response | tuple[str, int]:
    """Keep what the viewer thinks."""
    form = ReflectionForm()
    if not form.validate_on_submit():
        return _page(episode_id, form), 400
    try:
        actions.keep_reflection(signed_in_viewer(), episode_id, form.answers(), now=clock.now())
    except actions.NothingWritten:
        form.say(QUESTIONS[0], str(labels.NOTHING))
        return _page(episode_id, form), 400
    db.session.commit()
    return redirect(url_for("supervision.page", episode_id=episode_id), 303)


@bp.get("/reflections/<uuid:reflection_id>")
@viewer_required(*WHO)
def one(reflection_id: UUID) -> str:
    """Show one reflection and what was said to it; that somebody else read it is recorded."""
    viewer, now = signed_in_viewer(), clock.now()
    html = _one(reflection_id, NoteForm(formdata=None))
    actions.note_opened(viewer, reflection_id, now=now)
    db.session.commit()
    return html


@bp.post("/reflections/<uuid:reflection_id>/notes")
@viewer_required(*WHO)
def say_to(reflection_id: UUID) -> Response | tuple[str, int]:
    """Add what is said to a reflection."""
    form = NoteForm()
    if not form.validate_on_submit():
        return _one(reflection_id, form), 400
    actions.say_to(signed_in_viewer(), reflection_id, form.words.data or "", now=clock.now())
    db.session.commit()
    return redirect(url_for("supervision.one", reflection_id=reflection_id), 303)


def _one(reflection_id: UUID, form: NoteForm) -> str:
    found, names = queries.get_thought(signed_in_viewer(), reflection_id, now=clock.now())
    return render_template("supervision/one.html", one=found, names=names, form=form, labels=labels)


def _page(episode_id: UUID, form: ReflectionForm | None) -> str:
    found = queries.get_page(signed_in_viewer(), episode_id, now=clock.now())
    if form is None:
        form = ReflectionForm(formdata=None)
        for name, text in (found.own.reflection.answers if found.own else {}).items():
            form[name].data = text
    return render_template("supervision/page.html", page=found, form=form, said=said)
