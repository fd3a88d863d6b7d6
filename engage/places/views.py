"""The directory on screen: for everybody signed in to read, for staff to keep."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.people.viewer import Viewer
from engage.places import actions, labels, queries
from engage.places.forms import PlaceForm
from engage.places.rules import RunBy, What

bp = Blueprint("places", __name__)
READERS = (PersonKind.YOUNG_PERSON, PersonKind.CARER, PersonKind.WORKER)
KEEPERS = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS, Role.ADMIN)
LONGEST_SEARCH = 80
NEAR = 10


def keeps(viewer: Viewer) -> bool:
    """Say whether this viewer may change the directory."""
    return bool(viewer.roles & set(KEEPERS))


def _asked(name: str, known: set[str] | None = None) -> str:
    value = request.args.get(name, "")[:LONGEST_SEARCH].strip()
    return value if known is None or value in known else ""


@bp.get("/places")
@viewer_required(*READERS)
def directory() -> str:
    """List places: the nearest to what was typed, else those whose words fit; with filters."""
    viewer, now = signed_in_viewer(), clock.now()
    words, run_by = _asked("q"), _asked("run_by", {kind.value for kind in RunBy})
    what, language = _asked("what", {kind.value for kind in What}), _asked("language")
    hidden, is_open = keeps(viewer) and "hidden" in request.args, "open" in request.args
    near = queries.nearest_to_words(
        viewer, words, now=now, number=NEAR, run_by=[run_by] if run_by else [], what=what,
        language=language, open_now=is_open,
    )  # fmt: skip
    found = list(near.found) if words and not hidden else []
    if not found:
        found = queries.places(
            viewer, now=now, words=words, run_by=run_by, what=what, language=language,
            open_now=is_open, hidden=hidden,
        )  # fmt: skip
    return render_template(
        "places/directory.html", found=found, labels=labels, may_keep=keeps(viewer),
        zone=near.zone, languages=queries.languages_spoken(viewer),
        asked={"q": words, "run_by": run_by, "what": what, "language": language,
               "hidden": hidden, "open": is_open},
    )  # fmt: skip


@bp.get("/places/<uuid:place_id>")
@viewer_required(*READERS)
def place(place_id: UUID) -> str:
    """Show one place."""
    viewer = signed_in_viewer()
    found = queries.get_place(viewer, place_id, with_hidden=keeps(viewer))
    return render_template(
        "places/place.html", place=found, labels=labels, may_keep=keeps(viewer),
        found=queries.as_found(viewer, found, now=clock.now()),
        days=labels.week(found),
    )  # fmt: skip


@bp.get("/places/new")
@viewer_required(*KEEPERS)
def new() -> str:
    """Ask about a new place."""
    form = PlaceForm()
    form.fill()
    return render_template("places/edit.html", form=form, place=None)


@bp.post("/places/new")
@viewer_required(*KEEPERS)
def add() -> Response | tuple[str, int]:
    """Put a place into the directory."""
    viewer, form = signed_in_viewer(), PlaceForm()
    form.fill()
    if not form.validate_on_submit() or viewer.organisation_id is None:
        return render_template("places/edit.html", form=form, place=None), 400
    made = actions.add_place(viewer, viewer.organisation_id, form.facts(), now=clock.now())
    made_id = made.id
    db.session.commit()
    return redirect(url_for("places.place", place_id=made_id), 303)


@bp.get("/places/<uuid:place_id>/edit")
@viewer_required(*KEEPERS)
def edit(place_id: UUID) -> str:
    """Ask what has changed."""
    found = queries.get_place(signed_in_viewer(), place_id, with_hidden=True)
    form = PlaceForm()
    form.fill(found)
    return render_template("places/edit.html", form=form, place=found)


@bp.post("/places/<uuid:place_id>/edit")
@viewer_required(*KEEPERS)
def change(place_id: UUID) -> Response | tuple[str, int]:
    """Keep what has changed."""
    viewer, form = signed_in_viewer(), PlaceForm()
    found = queries.get_place(viewer, place_id, with_hidden=True)
    form.fill(found)
    if not form.validate_on_submit():
        return render_template("places/edit.html", form=form, place=found), 400
    actions.change_place(viewer, place_id, form.facts(), now=clock.now())
    db.session.commit()
    return redirect(url_for("places.place", place_id=place_id), 303)


@bp.post("/places/<uuid:place_id>/<any(hide, show):what>")
@viewer_required(*KEEPERS)
def show_or_hide(place_id: UUID, what: str) -> Response:
    """Show a place to nobody any more, or to everybody again."""
    act = actions.hide_place if what == "hide" else actions.show_place
    act(signed_in_viewer(), place_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("places.place", place_id=place_id), 303)
