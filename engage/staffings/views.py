"""Staffings: what is proposed, deciding about it, preparing, and setting a meeting."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people.signin import signed_in_viewer, viewer_required
from engage.staffings import actions, labels, meeting_actions, queries
from engage.staffings.forms import PlanForm, PrepareForm, WhyForm
from engage.staffings.meeting_actions import BadTime, Taken
from engage.staffings.planning import STAFF, address, read_plan, say_time
from engage.staffings.preparing import from_record
from engage.staffings.rules import Ask, Part, Purpose, StaffingState
from engage.web.errors import NotFound
from engage.web.layout import time_zone

bp = Blueprint("staffings", __name__)
DEEDS = ("ask", "decline", "close")


@bp.get("/staffings")
@viewer_required(*STAFF)
def all_of() -> str:
    """List the short meetings that are proposed or go on, and those the viewer leads."""
    viewer, now = signed_in_viewer(), clock.now()
    return render_template(
        "staffings/all.html",
        lines=queries.staffings(viewer, now=now),
        leading=queries.leading(viewer, now=now),
        labels=labels,
    )


@bp.get("/episodes/<uuid:episode_id>/staffing")
@viewer_required(*STAFF)
def one(episode_id: UUID) -> str:
    """Show why one is proposed, and what was decided."""
    return _page(episode_id)


@bp.post(f"/episodes/<uuid:episode_id>/staffing/<any({', '.join(DEEDS)}):deed>")
@viewer_required(*STAFF)
def decide(episode_id: UUID, deed: str) -> Response | tuple[str, int]:
    """Ask for one, say no to one, or end them, with the reason."""
    viewer, now, form = signed_in_viewer(), clock.now(), WhyForm(prefix=deed)
    queries.get_staffing(viewer, episode_id, now=now)
    if not form.validate_on_submit():
        return _page(episode_id, deed, form), 400
    why = form.reason.data or ""
    if deed == "ask":
        actions.ask_for_staffing(viewer, episode_id, why, now=now)
    elif deed == "decline":
        actions.decline(viewer, episode_id, why, now=now)
    else:
        actions.close_staffing(viewer, episode_id, why, address=address(), now=now)
    db.session.commit()
    return redirect(url_for("staffings.one", episode_id=episode_id), 303)


@bp.get("/episodes/<uuid:episode_id>/meetings/<any(staffing, team):purpose>")
@viewer_required(*STAFF)
def ask_plan(episode_id: UUID, purpose: str) -> str:
    """Ask when people meet, and who is asked."""
    form = _plan_form(episode_id, Purpose(purpose), PlanForm(formdata=None))
    form.people.data = [choice.value for choice in form.people.choices]
    form.young.data = purpose == Purpose.TEAM
    return _plan_page(episode_id, Purpose(purpose), form)


@bp.post("/episodes/<uuid:episode_id>/meetings/<any(staffing, team):purpose>")
@viewer_required(*STAFF)
def plan(episode_id: UUID, purpose: str) -> Response | tuple[str, int]:
    """Set the meeting, and say yes to the short meetings with it."""
    viewer, now, what = signed_in_viewer(), clock.now(), Purpose(purpose)
    form = _plan_form(episode_id, what, PlanForm())
    made = read_plan(form) if form.validate_on_submit() else None
    if made is None:
        return _plan_page(episode_id, what, form), 400
    try:
        if _is_to_confirm(episode_id, what):
            meeting = actions.confirm(viewer, episode_id, made, now=now)
        else:
            staffing = queries.get_staffing(viewer, episode_id, now=now).staffing
            meeting = meeting_actions.plan_meeting(
                viewer, episode_id, what, made, now=now,
                staffing=staffing if what is Purpose.STAFFING else None,
            )  # fmt: skip
    except (BadTime, Taken) as error:
        db.session.rollback()
        say_time(form, error)
        return _plan_page(episode_id, what, form), 400
    db.session.commit()
    return redirect(url_for("meetings.one", meeting_id=meeting.id), 303)


@bp.get("/episodes/<uuid:episode_id>/staffing/prepare")
@viewer_required(*STAFF)
def ask_prepare(episode_id: UUID) -> str:
    """Show the questions, with what the record already says."""
    page = queries.get_staffing(signed_in_viewer(), episode_id, now=clock.now())
    known = from_record(signed_in_viewer(), page.episode, zone=time_zone(), now=clock.now())
    written = {ask: str(row.words or "") for ask, row in page.prepared.items()}
    filled = {ask.value: written.get(ask, known.get(ask, "")) for ask in Ask}
    return _prepare_page(page, PrepareForm(formdata=None, data=filled))


@bp.post("/episodes/<uuid:episode_id>/staffing/prepare")
@viewer_required(*STAFF)
def prepare(episode_id: UUID) -> Response | tuple[str, int]:
    """Keep what was written."""
    viewer, now, form = signed_in_viewer(), clock.now(), PrepareForm()
    page = queries.get_staffing(viewer, episode_id, now=now)
    if not form.validate_on_submit():
        return _prepare_page(page, form), 400
    actions.prepare(viewer, episode_id, form.answers(), now=now)
    db.session.commit()
    return redirect(url_for("staffings.one", episode_id=episode_id), 303)


def _is_to_confirm(episode_id: UUID, purpose: Purpose) -> bool:
    page = queries.get_staffing(signed_in_viewer(), episode_id, now=clock.now())
    if purpose is Purpose.STAFFING and page.state not in (
        StaffingState.PROPOSED, StaffingState.CONFIRMED,
    ):  # fmt: skip
        raise NotFound("staffing")
    return purpose is Purpose.STAFFING and page.state is StaffingState.PROPOSED


def _plan_form(episode_id: UUID, purpose: Purpose, form: PlanForm) -> PlanForm:
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_staffing(viewer, episode_id, now=now)
    _is_to_confirm(episode_id, purpose)
    people = [
        (str(each.person_id), f"{each.name} ({labels.PARTS[each.part]})")
        for each in page.suggested
        if each.part is not Part.YOUNG_PERSON
    ]
    return form.offer(queries.facilitators(viewer, now=now), people, time_zone())


def _plan_page(episode_id: UUID, purpose: Purpose, form: PlanForm) -> str:
    page = queries.get_staffing(signed_in_viewer(), episode_id, now=clock.now())
    return render_template(
        "staffings/plan.html", page=page, form=form, purpose=purpose, labels=labels
    )


def _prepare_page(page: queries.StaffingPage, form: PrepareForm) -> str:
    return render_template("staffings/prepare.html", page=page, form=form, asks=list(Ask))


def _page(episode_id: UUID, deed: str = "", wrong: WhyForm | None = None) -> str:
    page = queries.get_staffing(signed_in_viewer(), episode_id, now=clock.now())
    forms = {each: WhyForm(formdata=None, prefix=each) for each in DEEDS}
    if wrong is not None:
        forms[deed] = wrong
    return render_template(
        "staffings/one.html", page=page, forms=forms, wrong=wrong, deed=deed, labels=labels
    )
