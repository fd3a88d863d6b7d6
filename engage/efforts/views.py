"""What goes on while somebody is away: asking again, and whose it is."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.efforts import actions, labels, queries
from engage.efforts.forms import EffortForm, OwnerForm
from engage.efforts.rules import Result
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound
from engage.web.forms import Form

bp = Blueprint("efforts", __name__)
WHO = (PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS, Role.INTERVIEWER)
STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


@bp.get("/episodes/<uuid:episode_id>/efforts")
@viewer_required(*WHO)
def all_of(episode_id: UUID) -> str:
    """List who is asked again, when next, and what came of it so far."""
    return _page(episode_id)


@bp.post("/episodes/<uuid:episode_id>/efforts/<uuid:effort_id>")
@viewer_required(*WHO)
def make(episode_id: UUID, effort_id: UUID) -> Response | tuple[str, int]:
    """Note that somebody was asked."""
    _require_here(episode_id, effort_id)
    form = EffortForm(prefix=f"e{effort_id.hex[:8]}")
    if not form.validate_on_submit():
        return _page(episode_id, effort_id, form), 400
    actions.make_effort(
        signed_in_viewer(), effort_id, Result(form.result.data), note=form.note.data or "",
        now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("efforts.all_of", episode_id=episode_id), 303)


@bp.post("/episodes/<uuid:episode_id>/efforts/<uuid:effort_id>/owner")
@viewer_required(*STAFF)
def hand_over(episode_id: UUID, effort_id: UUID) -> Response:
    """Make it somebody else's."""
    page = _require_here(episode_id, effort_id)
    form = OwnerForm(prefix=f"o{effort_id.hex[:8]}").offer(page.owners)
    if not form.validate_on_submit():
        raise NotFound("owner")
    to = UUID(form.owner.data)
    actions.hand_over_effort(signed_in_viewer(), effort_id, to, now=clock.now())
    db.session.commit()
    return redirect(url_for("efforts.all_of", episode_id=episode_id), 303)


def _require_here(episode_id: UUID, effort_id: UUID) -> queries.Goings:
    """Return the episode's page, on which this effort stands, or raise NotFound."""
    page = queries.get_goings(signed_in_viewer(), episode_id, now=clock.now())
    if effort_id not in [line.effort.id for line in page.efforts]:
        raise NotFound("effort")
    return page


def _page(episode_id: UUID, effort_id: UUID | None = None, wrong: Form | None = None) -> str:
    page = queries.get_goings(signed_in_viewer(), episode_id, now=clock.now())
    forms = {}
    for line in page.efforts:
        key, owner = line.effort.id.hex[:8], str(line.effort.owner_id)
        given = wrong if line.effort.id == effort_id else None
        forms[line.effort.id] = (
            given or EffortForm(formdata=None, prefix=f"e{key}"),
            OwnerForm(None, data={"owner": owner}, prefix=f"o{key}").offer(page.owners),
        )
    return render_template(
        "efforts/efforts.html", page=page, labels=labels, forms=forms, wrong=wrong
    )
