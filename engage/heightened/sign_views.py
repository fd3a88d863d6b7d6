""" "I've noticed a warning sign": one tap, then words if one likes, and a way to take it back."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.heightened import actions, labels, queries, sign_queries
from engage.heightened.forms import SignForm
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required

bp = Blueprint("signs", __name__)
NOTICING: tuple[PersonKind | Role, ...] = (PersonKind.CARER, *queries.STAFF)


@bp.post("/young-people/<uuid:young_person_id>/noticed")
@viewer_required(*NOTICING)
def notice(young_person_id: UUID) -> Response:
    """Keep that a sign was noticed, and let people hear of it."""
    address = str(current_app.extensions["engage"].public_url).rstrip("/")
    flag = actions.notice_sign(
        signed_in_viewer(), young_person_id, address=address, now=clock.now()
    )
    db.session.commit()
    return redirect(url_for("signs.one", flag_id=flag.id), 303)


@bp.get("/noticed/<uuid:flag_id>")
@viewer_required(*NOTICING)
def one(flag_id: UUID) -> str:
    """Show who hears of it, and ask for more if somebody likes to say it."""
    return _page(flag_id, None)


@bp.post("/noticed/<uuid:flag_id>")
@viewer_required(*NOTICING)
def say_more(flag_id: UUID) -> Response | tuple[str, int]:
    """Keep what it was."""
    form = SignForm()
    if not form.validate_on_submit():
        return _page(flag_id, form), 400
    viewer, words = signed_in_viewer(), form.words.data or ""
    actions.say_more(viewer, flag_id, form.picked(), words, now=clock.now())
    db.session.commit()
    return redirect(url_for("signs.one", flag_id=flag_id), 303)


@bp.post("/noticed/<uuid:flag_id>/undo")
@viewer_required(*NOTICING)
def undo(flag_id: UUID) -> Response:
    """Take it back."""
    actions.undo_sign(signed_in_viewer(), flag_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("signs.one", flag_id=flag_id), 303)


def _page(flag_id: UUID, form: SignForm | None) -> str:
    page = sign_queries.get_sign(signed_in_viewer(), flag_id, now=clock.now())
    if form is None:
        form = SignForm(formdata=None, sign=page.flag.sign, words=page.flag.words or "")
    return render_template("heightened/noticed.html", page=page, form=form, labels=labels)
