"""Who is missing now, and one episode: what is due, what is known, what became of it."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.episodes import actions, labels, notice_labels, queries
from engage.episodes.actions import AlreadyOut, BadTime, NotYet
from engage.episodes.clock_actions import finish_clock
from engage.episodes.forms import ChangeForm, CloseForm, TimeForm
from engage.episodes.notice_actions import NeedsEvidence
from engage.episodes.queries import EpisodePage
from engage.episodes.register_queries import MOST_COUNTED, PAGE, count_out
from engage.episodes.register_queries import register as list_out
from engage.episodes.register_rules import read_mark
from engage.episodes.rules import STILL_OUT, EpisodeState, Source, is_missing_from_care
from engage.people.access import Object, Verb, require
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.people.viewer import Viewer
from engage.web.errors import NotFound
from engage.web.forms import Form
from engage.web.layout import time_zone

bp = Blueprint("episodes", __name__)
WHO = (
    PersonKind.CARER,
    Role.SOCIAL_WORKER,
    Role.SUPERVISOR,
    Role.OUT_OF_HOURS,
    Role.INTERVIEWER,
)


@bp.get("/missing")
@viewer_required(Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
def register() -> str:
    """List who is missing right now, and about whom somebody is worried, fifty to a page."""
    viewer, now = signed_in_viewer(), clock.now()
    counted = count_out(viewer, now=now)
    missing = sum(number for state, number in counted.items() if is_missing_from_care(state))
    lines = list_out(
        viewer, now=now, states=STILL_OUT, after=read_mark(request.args.get("after", ""))
    )
    return render_template(
        "episodes/register.html", lines=lines, labels=labels, missing=missing,
        worried=sum(counted.values()) - missing, more=len(lines) == PAGE,
        is_capped=sum(counted.values()) >= MOST_COUNTED,
        after=request.args.get("after", ""),
    )  # fmt: skip


@bp.post("/away/<uuid:young_person_id>")
@viewer_required(Role.SOCIAL_WORKER, Role.OUT_OF_HOURS)
def begin(young_person_id: UUID) -> Response:
    """Begin an episode, or go to the one that runs."""
    viewer, now = signed_in_viewer(), clock.now()
    # Nothing is given away to those who may not begin one: no episode, open or not.
    require(viewer, Verb.CREATE, Object.EPISODE, young_person_id, now=now)
    try:
        episode_id = actions.open_episode(
            viewer,
            young_person_id,
            state=EpisodeState.LATE,
            source=Source.WORKER,
            address=_address(),
            now=now,
        ).id
    except AlreadyOut as out:
        db.session.rollback()
        return redirect(url_for("episodes.one", episode_id=out.episode_id), 303)
    db.session.commit()
    return redirect(url_for("episodes.one", episode_id=episode_id), 303)


@bp.get("/episodes/<uuid:episode_id>")
@viewer_required(*WHO)
def one(episode_id: UUID) -> str:
    """Show one episode."""
    return _page(episode_id)


@bp.post("/episodes/<uuid:episode_id>/change")
@viewer_required(*WHO)
def change(episode_id: UUID) -> Response | tuple[str, int]:
    """Say what became of it."""
    viewer, now, page = _open(episode_id)
    form = ChangeForm().offer(EpisodeState(page.episode.state))
    is_valid, at = form.validate_on_submit(), form.instant(time_zone(), now)
    if at is None:
        form.say("at", str(form.why))
    if not is_valid or at is None:
        return _page(episode_id, change_form=form), 400
    try:
        actions.change_state(
            viewer,
            episode_id,
            EpisodeState(form.state.data),
            source=Source(form.source.data),
            address=_address(),
            now=now,
            at=at,
            reason=form.reason.data,
        )
    except BadTime as bad:
        db.session.rollback()
        form.say("at", str(labels.TIME_PROBLEMS[bad.problem]))
        return _page(episode_id, change_form=form), 400
    return _saved(episode_id)


@bp.post("/episodes/<uuid:episode_id>/time")
@viewer_required(*WHO)
def note_time(episode_id: UUID) -> Response | tuple[str, int]:
    """Note when something was, or correct it."""
    viewer, now, _ = _open(episode_id)
    form = TimeForm(prefix="time")
    is_valid, at = form.validate_on_submit(), form.instant(time_zone(), now)
    if at is None:
        form.say("at", str(form.why))
    if not is_valid or at is None:
        return _page(episode_id, time_form=form), 400
    try:
        actions.set_time(
            viewer,
            episode_id,
            form.chosen,
            at,
            source=Source(form.source.data),
            now=now,
            reason=form.reason.data,
        )
    except BadTime as bad:
        db.session.rollback()
        form.say("at", str(labels.TIME_PROBLEMS[bad.problem]))
        return _page(episode_id, time_form=form), 400
    return _saved(episode_id)


@bp.post("/episodes/<uuid:episode_id>/due/<name>")
@viewer_required(*WHO)
def done(episode_id: UUID, name: str) -> Response | tuple[str, int]:
    """Note that something due is done, or not needed and why."""
    viewer, now, _ = _open(episode_id)
    if name not in labels.CLOCKS:
        raise NotFound("clock")
    not_needed = request.form.get("do") == "not_needed"
    try:
        finish_clock(
            viewer,
            episode_id,
            name,
            now=now,
            reason=request.form.get("reason", "").strip()[:500] or None,
            not_needed=not_needed,
        )
    except ValueError:
        db.session.rollback()
        return _page(episode_id, missing_reason=name), 400
    except NeedsEvidence:
        # Said in one place only: who was told, when and how.
        db.session.rollback()
        return redirect(url_for("evidence.told", episode_id=episode_id), 303)
    return _saved(episode_id)


@bp.post("/episodes/<uuid:episode_id>/close")
@viewer_required(*WHO)
def close(episode_id: UUID) -> Response | tuple[str, int]:
    """Close it, when nothing stands against it."""
    viewer, now, _ = _open(episode_id)
    form = CloseForm(prefix="close")
    if not form.validate_on_submit():
        return _page(episode_id, close_form=form), 400
    try:
        actions.close(viewer, episode_id, now=now, reason=form.reason.data)
    except NotYet as stopped:
        db.session.rollback()
        form.say("reason", " ".join(str(labels.OBSTACLES[each]) for each in stopped.obstacles))
        return _page(episode_id, close_form=form), 400
    return _saved(episode_id)


def _open(episode_id: UUID) -> tuple[Viewer, datetime, EpisodePage]:
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_episode(viewer, episode_id, now=now)
    if not (page.may_add or page.may_close):
        raise NotFound("episode")
    return viewer, now, page


def _saved(episode_id: UUID) -> Response:
    db.session.commit()
    return redirect(url_for("episodes.one", episode_id=episode_id), 303)


def _page(episode_id: UUID, missing_reason: str = "", **forms: Form) -> str:
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_episode(viewer, episode_id, now=now)
    state = EpisodeState(page.episode.state)
    # What somebody says they mostly know themselves.
    said = {"source": Source.CARER if viewer.kind is PersonKind.CARER else Source.WORKER}
    return render_template(
        "episodes/episode.html",
        page=page,
        labels=labels,
        notice_labels=notice_labels,
        now=now,
        missing_reason=missing_reason,
        change_form=forms.get("change_form") or ChangeForm(None, data=said).offer(state),
        time_form=forms.get("time_form") or TimeForm(None, prefix="time", data=said),
        close_form=forms.get("close_form") or CloseForm(formdata=None, prefix="close"),
        wrong=next(iter(forms.values()), None),
        is_open=state is not EpisodeState.CLOSED,
        may_ask=page.may_add
        and state in STILL_OUT
        and (viewer.kind is PersonKind.CARER or Role.OUT_OF_HOURS in viewer.roles),
        may_see_person=viewer.kind is PersonKind.WORKER,
    )


def _address() -> str:
    return str(current_app.extensions["engage"].public_url)
