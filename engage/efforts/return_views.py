"""What is made ready before the return, and what of a court's must be recalled."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.efforts import labels, queries, return_actions
from engage.efforts.forms import CourtForm, NeedForm, RecallForm
from engage.efforts.queries import Goings
from engage.efforts.return_actions import Issued, NotYetIssued
from engage.efforts.rules import CourtKind, NeedKind, NeedState
from engage.people.access import Object
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound
from engage.web.forms import Form
from engage.web.layout import time_zone

bp = Blueprint("readying", __name__)
WHO = (PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS, Role.INTERVIEWER)
STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


@bp.get("/episodes/<uuid:episode_id>/needs")
@viewer_required(*WHO)
def needs(episode_id: UUID) -> str:
    """List what must be ready when they come back, and whose it is."""
    page = queries.get_goings(signed_in_viewer(), episode_id, now=clock.now())
    return render_template(
        "efforts/needs.html", page=page, labels=labels, kinds=list(NeedKind),
        ready=sum(1 for need in page.needs.values() if need.state != NeedState.OPEN),
    )  # fmt: skip


@bp.get("/episodes/<uuid:episode_id>/needs/<kind>")
@viewer_required(*WHO)
def need(episode_id: UUID, kind: str) -> str:
    """Ask about one thing that must be ready."""
    page = _needs(episode_id, kind)
    found = page.needs.get(kind)
    owner = found.owner_id if found is not None else page.episode.owner_id
    data = {"owner": str(owner), "note": found.note if found is not None else "",
            "state": found.state if found is not None and found.changed_by_id else ""}  # fmt: skip
    return _need(page, kind, NeedForm(None, data=data).offer(page.owners))


@bp.post("/episodes/<uuid:episode_id>/needs/<kind>")
@viewer_required(*WHO)
def set_need(episode_id: UUID, kind: str) -> Response | tuple[str, int]:
    """Keep how far it is."""
    page = _needs(episode_id, kind)
    form = NeedForm().offer(page.owners)
    if not form.validate_on_submit():
        return _need(page, kind, form), 400
    return_actions.set_need(
        signed_in_viewer(), episode_id, NeedKind(kind), NeedState(form.state.data),
        owner_id=UUID(form.owner.data), note=form.note.data or "", now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("readying.needs", episode_id=episode_id), 303)


@bp.get("/episodes/<uuid:episode_id>/court")
@viewer_required(*STAFF)
def court(episode_id: UUID) -> str:
    """List what a court issued, and what must still be recalled."""
    return _court(_items(episode_id), CourtForm(formdata=None))


@bp.post("/episodes/<uuid:episode_id>/court")
@viewer_required(*STAFF)
def issued(episode_id: UUID) -> Response | tuple[str, int]:
    """Note what a court issued."""
    page, form = _items(episode_id), CourtForm()
    is_valid, day, now = form.validate_on_submit(), form.day(), clock.now()
    if day is None and not form.issued_on.errors:
        form.say("issued_on", str(labels.BAD_DAY))
    if not is_valid or day is None:
        return _court(page, form), 400
    given = Issued(CourtKind(form.kind.data), form.number.data or "", form.court.data or "", day)
    try:
        return_actions.note_issued(
            signed_in_viewer(),
            episode_id,
            given,
            today=now.astimezone(ZoneInfo(time_zone())).date(),
            now=now,
        )
    except NotYetIssued:
        db.session.rollback()
        form.say("issued_on", str(labels.BAD_DAY))
        return _court(page, form), 400
    db.session.commit()
    return redirect(url_for("readying.court", episode_id=episode_id), 303)


@bp.post("/court/<uuid:item_id>/recalled/<uuid:episode_id>")
@viewer_required(*STAFF)
def recalled(item_id: UUID, episode_id: UUID) -> Response | tuple[str, int]:
    """Note that it is recalled, and who said so."""
    page, form = _items(episode_id), RecallForm(prefix=f"r{item_id.hex[:8]}")
    if item_id not in [item.id for item in page.items]:
        raise NotFound("court item")
    if not form.validate_on_submit():
        return _court(page, CourtForm(formdata=None), item_id, form), 400
    return_actions.note_recalled(
        signed_in_viewer(), item_id, how=form.how.data or "", now=clock.now()
    )
    db.session.commit()
    return redirect(url_for("readying.court", episode_id=episode_id), 303)


def _needs(episode_id: UUID, kind: str) -> Goings:
    page = queries.get_goings(signed_in_viewer(), episode_id, now=clock.now())
    if kind not in set(NeedKind) or not page.may_add:
        raise NotFound("need")
    return page


def _need(page: Goings, kind: str, form: NeedForm) -> str:
    return render_template(
        "efforts/need.html", page=page, labels=labels, kind=NeedKind(kind), form=form
    )


def _items(episode_id: UUID) -> Goings:
    viewer, of = signed_in_viewer(), Object.COURT_ITEMS
    return queries.get_goings(viewer, episode_id, now=clock.now(), of=of)


def _court(
    page: Goings, form: CourtForm, item_id: UUID | None = None, wrong: Form | None = None
) -> str:
    recall = {
        item.id: wrong
        if item.id == item_id
        else RecallForm(formdata=None, prefix=f"r{item.id.hex[:8]}")
        for item in page.items
    }
    return render_template(
        "efforts/court.html", page=page, labels=labels, form=form, recall=recall,
        wrong=wrong or form,
    )  # fmt: skip
