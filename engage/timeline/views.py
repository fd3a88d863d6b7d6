"""What happened, on a page, on paper and as a file."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, render_template, request

from engage import clock
from engage.db import db
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.timeline import export, labels, own_labels, queries
from engage.timeline.actions import note_export, note_opened
from engage.timeline.forms import NarrowForm
from engage.timeline.queries import Timeline
from engage.timeline.rules import read_mark
from engage.web.layout import time_zone

bp = Blueprint("timeline", __name__)
WHO = (
    PersonKind.YOUNG_PERSON,
    PersonKind.CARER,
    Role.SOCIAL_WORKER,
    Role.SUPERVISOR,
    Role.OUT_OF_HOURS,
    Role.INTERVIEWER,
)
TAKERS = (PersonKind.YOUNG_PERSON, Role.SOCIAL_WORKER, Role.SUPERVISOR)
KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@bp.get("/episodes/<uuid:episode_id>/timeline")
@viewer_required(*WHO)
def of_episode(episode_id: UUID) -> str:
    """Show what happened in one episode."""
    return _page(queries.young_person_of(signed_in_viewer(), episode_id), episode_id)


@bp.get("/timeline/<uuid:young_person_id>")
@viewer_required(*WHO)
def of_young_person(young_person_id: UUID) -> str:
    """Show what happened with a young person, in all their episodes and between."""
    return _page(young_person_id, None)


@bp.post("/episodes/<uuid:episode_id>/timeline/file")
@viewer_required(*TAKERS)
def file_of_episode(episode_id: UUID) -> Response:
    """Hand over what happened in one episode as a file."""
    return _file(queries.young_person_of(signed_in_viewer(), episode_id), episode_id)


@bp.post("/timeline/<uuid:young_person_id>/file")
@viewer_required(*TAKERS)
def file_of_young_person(young_person_id: UUID) -> Response:
    """Hand over what happened with a young person as a file."""
    return _file(young_person_id, None)


def _asked() -> NarrowForm:
    form = NarrowForm(request.values)
    form.check()
    return form


def _page(young_person_id: UUID, episode_id: UUID | None) -> str:
    viewer, now, form = signed_in_viewer(), clock.now(), _asked()
    on_paper = bool(request.args.get("print"))
    narrowed = form.narrowed(time_zone())
    about: dict[str, Any] = {"now": now, "episode_id": episode_id, "narrowed": narrowed}
    if on_paper:
        found = queries.whole_timeline(viewer, young_person_id, **about)
    else:
        after = read_mark(request.args.get("after", ""))
        found = queries.find_timeline(viewer, young_person_id, after=after, **about)
    note_opened(viewer, found, now=now)
    picked = {name: value for name, value in request.args.items() if name in form._fields}
    html = render_template(
        "timeline/timeline.html", found=found, form=_offer(form, found), heading=_heading(found),
        detail=labels.detail, words=partial(labels.words, zone=time_zone()), picked=picked,
        on_paper=on_paper, here=request.path,
    )  # fmt: skip
    db.session.commit()
    return html


def _offer(form: NarrowForm, found: Timeline) -> NarrowForm:
    words = own_labels.GROUPS if found.is_own else labels.GROUPS
    form.offer([(group, words[group]) for group in found.groups], found.people)
    return form


def _heading(found: Timeline) -> export.Say:
    return labels.own_heading if found.is_own else labels.heading


def _file(young_person_id: UUID, episode_id: UUID | None) -> Response:
    viewer, now, how = signed_in_viewer(), clock.now(), request.form.get("as", "")
    if how not in KINDS:
        abort(404)
    zone = time_zone()
    found = queries.whole_timeline(
        viewer, young_person_id, now=now, episode_id=episode_id, narrowed=_asked().narrowed(zone)
    )
    note_export(viewer, found, how, now=now)
    words = partial(labels.words, zone=zone)
    rows = list(export.rows(found, zone, _heading(found), labels.detail, words))
    data = export.as_csv(rows) if how == "csv" else export.as_json(rows, str(young_person_id), now)
    db.session.commit()
    response = make_response(data)
    response.headers["Content-Type"] = KINDS[how]
    # The name says nothing of anybody.
    response.headers["Content-Disposition"] = f'attachment; filename="timeline.{how}"'
    return response
