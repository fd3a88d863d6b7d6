"""Same place, different young people: the list, and who was there, for a reason."""

from flask import Blueprint, render_template, request

from engage import clock
from engage.db import db
from engage.patterns import labels, place_labels
from engage.patterns.forms import WhyForm
from engage.patterns.place_actions import name_people
from engage.patterns.place_queries import OnePlace, get_place, get_places
from engage.patterns.place_rules import Why
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required

bp = Blueprint("same_place", __name__)
WHO = (Role.SOCIAL_WORKER, Role.SUPERVISOR)
ONE = "/patterns/places/<year>/<int:first>/<key>"


@bp.get("/patterns/places")
@viewer_required(*WHO)
def places() -> str:
    """Show the places of a year that stand for five young people or more."""
    page = get_places(signed_in_viewer(), request.args.get("year"), now=clock.now())
    return render_template("patterns/places.html", page=page, labels=labels, words=place_labels)


@bp.get(ONE)
@viewer_required(*WHO)
def ask(year: str, first: int, key: str) -> str:
    """Ask for what the names are needed."""
    page = get_place(signed_in_viewer(), year, first, key, now=clock.now())
    return _page(page, WhyForm(formdata=None))


@bp.post(ONE)
@viewer_required(*WHO)
def names(year: str, first: int, key: str) -> str | tuple[str, int]:
    """Show who was there, as far as the viewer may open their page; that is written down."""
    viewer, now, form = signed_in_viewer(), clock.now(), WhyForm()
    if not form.validate_on_submit():
        return _page(get_place(viewer, year, first, key, now=now), form), 400
    page = name_people(viewer, year, first, key, Why(form.why.data), now=now)
    html = _page(page, None)
    db.session.commit()
    return html


def _page(page: OnePlace, form: WhyForm | None) -> str:
    return render_template(
        "patterns/place.html", page=page, form=form, labels=labels, words=place_labels
    )
