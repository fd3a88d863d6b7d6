"""Welfare meetings: the list, the minutes, and who says why before reading them."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.patterns.labels import PATTERNS
from engage.patterns.place_labels import shown
from engage.patterns.place_queries import get_place
from engage.patterns.place_rules import Why
from engage.patterns.rules import Pattern
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.questions.wording import day_words
from engage.web.errors import NotFound
from engage.welfare import actions, labels, queries
from engage.welfare.actions import CannotWrite
from engage.welfare.forms import AgreeForm, MeetingForm, NoteForm, OpenForm, YoungPeopleForm
from engage.welfare.rules import About

bp = Blueprint("welfare", __name__)
WHO = (Role.SOCIAL_WORKER, Role.SUPERVISOR)
NEW, ONE = "/welfare-meetings/new", "/welfare-meetings/<uuid:meeting_id>"


@bp.get("/welfare-meetings")
@viewer_required(*WHO)
def all_of() -> str:
    """List what the viewer took on, and the meetings."""
    viewer, now = signed_in_viewer(), clock.now()
    return render_template(
        "welfare/all.html", meetings=queries.meetings(viewer, now=now), labels=labels,
        mine=queries.my_actions(viewer, now=now), day=day_words,
    )  # fmt: skip


@bp.get(NEW)
@viewer_required(*WHO)
def ask() -> str:
    """Ask what was noticed and decided."""
    viewer = signed_in_viewer()
    form = MeetingForm(formdata=None)
    form.present.data = [str(viewer.person_id)]
    return _new(viewer, form, clock.now())


@bp.post(NEW)
@viewer_required(*WHO)
def write_down() -> Response | tuple[str, int]:
    """Keep the minutes."""
    viewer, now, form = signed_in_viewer(), clock.now(), MeetingForm()
    require(viewer, Verb.CREATE, Object.WELFARE, None, now=now)
    about, subject = _about(viewer, now)
    if about is not About.OTHER:
        form.subject.data = subject
    form.offer(queries.staff_here(viewer, now=now))
    draft = form.draft(about, subject)
    if draft is None:
        return _new(viewer, form, now), 400
    try:
        meeting = actions.write_down(viewer, draft, now=now)
    except CannotWrite as problem:
        form.fix(problem.fix)
        return _new(viewer, form, now), 400
    db.session.commit()
    return redirect(url_for(".one", meeting_id=meeting.id), 303)


def _about(viewer: Viewer, now: datetime) -> tuple[About, str]:
    """Return what it is about, from the address: a place or pattern that the viewer may see."""
    asked = request.args
    if "key" in asked:
        first = asked.get("first", type=int)
        if first is None:
            raise NotFound("place")
        place = get_place(viewer, asked.get("year", ""), first, asked["key"], now=now)
        return About.PLACE, shown(place.cell.value)
    if "pattern" in asked:
        if asked["pattern"] not in set(Pattern):
            raise NotFound("pattern")
        return About.PATTERN, asked["pattern"]
    return About.OTHER, ""


def _new(viewer: Viewer, form: MeetingForm, now: datetime) -> str:
    require(viewer, Verb.CREATE, Object.WELFARE, None, now=now)
    about, subject = _about(viewer, now)
    form.offer(queries.staff_here(viewer, now=now))
    words = PATTERNS[Pattern(subject)] if about is About.PATTERN else subject
    return render_template("welfare/new.html", form=form, about=about, subject=words, labels=labels)


@bp.get(ONE)
@viewer_required(*WHO)
def one(meeting_id: UUID) -> str:
    """Show the minutes to those who were there; ask others why they need them."""
    viewer, now = signed_in_viewer(), clock.now()
    _meeting, is_mine = queries.find_meeting(viewer, meeting_id, now=now)
    if is_mine:
        return _one(meeting_id)
    return _ask(meeting_id, OpenForm(formdata=None))


@bp.post(ONE)
@viewer_required(*WHO)
def open_it(meeting_id: UUID) -> str | tuple[str, int]:
    """Show the minutes for a reason; that is written down."""
    form = OpenForm()
    if not form.validate_on_submit():
        return _ask(meeting_id, form), 400
    actions.open_meeting(signed_in_viewer(), meeting_id, Why(form.why.data), now=clock.now())
    html = _one(meeting_id)
    db.session.commit()
    return html


@bp.post(f"{ONE}/notes")
@viewer_required(*WHO)
def add(meeting_id: UUID) -> Response | tuple[str, int]:
    """Add words."""
    viewer, now, form = signed_in_viewer(), clock.now(), NoteForm()
    queries.meeting_to_change(viewer, meeting_id, now=now)
    if not form.validate_on_submit():
        return _one(meeting_id, note=form), 400
    actions.add_note(viewer, meeting_id, form.words.data or "", now=now)
    db.session.commit()
    return redirect(url_for(".one", meeting_id=meeting_id), 303)


@bp.post(f"{ONE}/young-people")
@viewer_required(*WHO)
def think_of(meeting_id: UUID) -> Response | tuple[str, int]:
    """Say of whom one thought."""
    viewer, now, form = signed_in_viewer(), clock.now(), YoungPeopleForm()
    queries.meeting_to_change(viewer, meeting_id, now=now)
    form.offer(queries.their_young_people(viewer, now=now))
    if not form.validate_on_submit():
        return _one(meeting_id, young=form), 400
    actions.think_of(viewer, meeting_id, form.picked(), now=now)
    db.session.commit()
    return redirect(url_for(".one", meeting_id=meeting_id), 303)


@bp.post(f"{ONE}/actions")
@viewer_required(*WHO)
def agree(meeting_id: UUID) -> Response | tuple[str, int]:
    """Agree that somebody does something."""
    viewer, now, form = signed_in_viewer(), clock.now(), AgreeForm()
    queries.meeting_to_change(viewer, meeting_id, now=now)
    form.offer(queries.staff_here(viewer, now=now))
    filled = form.filled()
    if filled is None:
        return _one(meeting_id, agree_form=form), 400
    owner_id, due_on = filled
    try:
        actions.agree(
            viewer, meeting_id, str(form.what.data), owner_id=owner_id, due_on=due_on, now=now
        )
    except CannotWrite as problem:
        form.fix(problem.fix)
        return _one(meeting_id, agree_form=form), 400
    db.session.commit()
    return redirect(url_for(".one", meeting_id=meeting_id), 303)


def _ask(meeting_id: UUID, form: OpenForm) -> str:
    meeting, _ = queries.find_meeting(signed_in_viewer(), meeting_id, now=clock.now())
    line = queries.MeetingLine(meeting, is_mine=False)
    return render_template("welfare/why.html", line=line, form=form, labels=labels, day=day_words)


def _one(
    meeting_id: UUID,
    *,
    note: NoteForm | None = None,
    young: YoungPeopleForm | None = None,
    agree_form: AgreeForm | None = None,
) -> str:
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_meeting(viewer, meeting_id, now=now)
    if young is None:
        young = YoungPeopleForm(formdata=None)
        young.young_people.data = [str(each) for each, _name in page.young_people]
    young.offer(queries.their_young_people(viewer, now=now))
    agree_form = agree_form or AgreeForm(formdata=None)
    agree_form.offer(queries.staff_here(viewer, now=now))
    return render_template(
        "welfare/one.html", page=page, note=note or NoteForm(formdata=None), young=young,
        agree=agree_form, labels=labels, day=day_words,
    )  # fmt: skip
