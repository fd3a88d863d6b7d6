"""How things are now: away or in danger, noted by hand or said of the episode."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.episodes import circumstance_actions, labels
from engage.episodes.queries import find_open
from engage.episodes.rules import EpisodeState
from engage.people import sharing_queries
from engage.people.access import Object, Verb, may
from engage.people.models import Role
from engage.people.queries import get_young_person
from engage.people.rules import CircumstanceKind
from engage.people.sharing_models import Circumstance
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans import sharing_labels
from engage.web.errors import NotFound

bp = Blueprint("circumstances", __name__)
STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
AWAY = (EpisodeState.MISSING, EpisodeState.AWAY)


def ends_elsewhere(one: Circumstance | None) -> bool:
    """Say whether it follows from an episode: then it is over when they are back, said there."""
    return one is not None and one.kind == CircumstanceKind.AWAY and one.about_id is not None


@bp.get("/young-people/<uuid:young_person_id>/now")
@viewer_required(*STAFF)
def now(young_person_id: UUID) -> str:
    """Show what is so about a young person now, and how to change it."""
    viewer, at = signed_in_viewer(), clock.now()
    person = get_young_person(viewer, young_person_id, now=at)
    return render_template(
        "episodes/circumstances.html", person=person, words=sharing_labels, labels=labels,
        kinds=CircumstanceKind, ends_elsewhere=ends_elsewhere, ways_away=AWAY,
        episode=find_open(viewer, young_person_id, now=at),
        noted=sharing_queries.open_circumstances(viewer, young_person_id, now=at),
        may_note=may(viewer, Verb.CREATE, Object.EPISODE, young_person_id, now=at),
        may_end=may(viewer, Verb.EDIT, Object.EPISODE, young_person_id, now=at),
    )  # fmt: skip


@bp.post("/young-people/<uuid:young_person_id>/now")
@viewer_required(*STAFF)
def change(young_person_id: UUID) -> Response:
    """Note that it is so, which opens the episode or leads to it, or that it is over."""
    viewer, at = signed_in_viewer(), clock.now()
    get_young_person(viewer, young_person_id, now=at)
    episode_id = _note(young_person_id, request.form["note"]) if "note" in request.form else None
    if "end" in request.form:
        noted = sharing_queries.open_circumstances(viewer, young_person_id, now=at)
        kind = _known(request.form["end"])
        if ends_elsewhere(noted.get(kind)):
            raise NotFound("circumstance")
        circumstance_actions.end(viewer, young_person_id, kind, now=at)
    db.session.commit()
    if episode_id is not None:
        return redirect(url_for("episodes.one", episode_id=episode_id), 303)
    return redirect(url_for("circumstances.now", young_person_id=young_person_id), 303)


def _note(young_person_id: UUID, what: str) -> UUID | None:
    viewer, at = signed_in_viewer(), clock.now()
    if what in AWAY:
        address = str(current_app.extensions["engage"].public_url)
        return circumstance_actions.note_away(
            viewer, young_person_id, EpisodeState(what), address=address, now=at
        )
    if _known(what) is not CircumstanceKind.DANGER:
        raise NotFound("circumstance")
    return circumstance_actions.note_danger(viewer, young_person_id, now=at)


def _known(kind: str) -> CircumstanceKind:
    if kind not in set(CircumstanceKind):
        raise NotFound("circumstance")
    return CircumstanceKind(kind)
