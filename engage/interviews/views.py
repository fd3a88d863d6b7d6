"""The talk after coming back: the young person's own choice, and the worker's page about it."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.calendars import Method, content_type
from engage.crypto import token_digest
from engage.db import db
from engage.episodes.forms import WhenForm
from engage.i18n import gettext as _
from engage.interviews import actions, labels, queries
from engage.interviews.actions import BadTime, Booking, NeedsIndependent
from engage.interviews.asked_for import page_after
from engage.interviews.forms import AttemptForm, BookForm, ChoiceForm, DeclineForm, DoneForm
from engage.interviews.mailing import booked_file
from engage.interviews.rules import OPEN, Reached
from engage.people import links
from engage.people.models import LinkKind, Role
from engage.people.signin import (
    current_viewer,
    is_signed_in,
    public,
    sign_in_by_link,
    signed_in_viewer,
    viewer_required,
)
from engage.people.viewer import Viewer
from engage.web.errors import NotFound
from engage.web.forms import Form
from engage.web.layout import time_zone
from engage.web.limits import count, network

bp = Blueprint("interviews", __name__)
BY_NETWORK = "20 per minute"
STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS, Role.INTERVIEWER)

FORMS: dict[str, type[Form]] = {
    "choice": ChoiceForm,
    "attempt": AttemptForm,
    "declined": DeclineForm,
    "booking": BookForm,
    "done": DoneForm,
}


@bp.get("/r/<code>")
@public
def by_link(code: str) -> Response:
    """Open the choice, and keep the code out of the address bar and the history."""
    link = links.find(LinkKind.RETURN, code, now=clock.now())
    if link is None:
        count("talk: network", token_digest(network()), BY_NETWORK, fail_open=True)
        raise NotFound("talk")
    sign_in_by_link(link)
    return redirect(url_for("interviews.mine"), 303)


@bp.get("/my-talk")
@public
def mine() -> str | Response:
    """Ask who the young person would like to talk to. What they said before is not shown here."""
    found = _chooser()
    if found is None:
        return redirect(url_for("phone.number"), 303)
    viewer, young_person_id = found
    interview = queries.interview_of(viewer, young_person_id, now=clock.now())
    return _choice_page(interview, ChoiceForm(formdata=None), kept="kept" in request.args)


@bp.post("/my-talk")
@public
def choose() -> Response | tuple[str, int]:
    """Keep what they picked."""
    found = _chooser()
    if found is None:
        return redirect(url_for("phone.number"), 303)
    viewer, young_person_id = found
    form = ChoiceForm()
    if not form.validate_on_submit():
        interview = queries.interview_of(viewer, young_person_id, now=clock.now())
        return _choice_page(interview, form), 400
    actions.choose(viewer, young_person_id, form.choice(), now=clock.now())
    db.session.commit()
    return redirect(url_for("interviews.mine", kept="yes"), 303)


def _chooser() -> tuple[Viewer, UUID] | None:
    viewer = current_viewer()
    young_person_id = queries.who_chooses(viewer) if viewer else None
    return (viewer, young_person_id) if viewer and young_person_id else None


def _choice_page(interview: object, form: ChoiceForm, *, kept: bool = False) -> str:
    return render_template(
        "interviews/mine.html", interview=interview, form=form, kept=kept, labels=labels, open=OPEN,
        is_signed_in=is_signed_in(current_viewer()),
    )  # fmt: skip


@bp.get("/talks")
@viewer_required(Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
def owed() -> str:
    """List the talks that are still owed."""
    viewer, now, after = signed_in_viewer(), clock.now(), page_after()
    owed, late = queries.count_owed(viewer, now=now)
    return render_template(
        "interviews/owed.html", page=queries.owed(viewer, now=now, after=after),
        owed=_counted(owed), late=_counted(late), labels=labels, after=after,
    )  # fmt: skip


def _counted(number: int) -> str:
    return _("%(num)s or more", num=number) if number >= queries.MOST_COUNTED else str(number)


@bp.get("/young-people/<uuid:young_person_id>/talk")
@viewer_required(*STAFF)
def one(young_person_id: UUID) -> str:
    """Show how the talk stands, what they chose, and what is left to do."""
    page = queries.get_page(signed_in_viewer(), young_person_id, now=clock.now())
    return render_template(
        "interviews/one.html", page=page, labels=labels, open=OPEN,
        has_mail=bool(current_app.extensions["engage"].mail_url),
    )  # fmt: skip


@bp.get(f"/young-people/<uuid:young_person_id>/talk/<any({', '.join(FORMS)}):what>")
@viewer_required(*STAFF)
def ask(young_person_id: UUID, what: str) -> str:
    """Ask for one thing about the talk."""
    form = FORMS[what](formdata=None)
    if isinstance(form, BookForm):
        _book_form(form)
    return _form_page(young_person_id, what, form)


@bp.post("/young-people/<uuid:young_person_id>/talk/offer")
@viewer_required(*STAFF)
def offer(young_person_id: UUID) -> Response:
    """Offer the choice, by text or aloud."""
    address = current_app.extensions["engage"].public_url.rstrip("/")
    by_text = request.form.get("how") == "text"
    actions.offer(
        signed_in_viewer(), young_person_id, address=address, by_text=by_text, now=clock.now()
    )
    return _saved(young_person_id)


@bp.post("/young-people/<uuid:young_person_id>/talk/choice")
@viewer_required(*STAFF)
def write_down(young_person_id: UUID) -> Response | tuple[str, int]:
    """Keep what they said aloud."""
    form = ChoiceForm()
    if not form.validate_on_submit():
        return _form_page(young_person_id, "choice", form), 400
    actions.choose(signed_in_viewer(), young_person_id, form.choice(), now=clock.now())
    return _saved(young_person_id)


@bp.post("/young-people/<uuid:young_person_id>/talk/attempt")
@viewer_required(*STAFF)
def attempt(young_person_id: UUID) -> Response | tuple[str, int]:
    """Note that somebody tried to reach them."""
    form = AttemptForm()
    if not form.validate_on_submit():
        return _form_page(young_person_id, "attempt", form), 400
    reached = Reached(str(form.reached.data))
    note = form.note.data or ""
    actions.note_attempt(signed_in_viewer(), young_person_id, reached, note, now=clock.now())
    return _saved(young_person_id)


@bp.post("/young-people/<uuid:young_person_id>/talk/declined")
@viewer_required(*STAFF)
def declined(young_person_id: UUID) -> Response | tuple[str, int]:
    """Note that they said no."""
    form = DeclineForm()
    at = _time(form) if form.validate_on_submit() else None
    if at is None:
        return _form_page(young_person_id, "declined", form), 400
    try:
        reason = str(form.reason.data)
        actions.decline(signed_in_viewer(), young_person_id, reason, again_at=at, now=clock.now())
    except BadTime:
        form.say("on", _("Pick a day that is still to come."))
        return _form_page(young_person_id, "declined", form), 400
    return _saved(young_person_id)


@bp.post("/young-people/<uuid:young_person_id>/talk/booking")
@viewer_required(*STAFF)
def book(young_person_id: UUID) -> Response | tuple[str, int]:
    """Arrange it."""
    form = _book_form(BookForm())
    at = _time(form) if form.validate_on_submit() else None
    if at is None:
        return _form_page(young_person_id, "booking", form), 400
    chosen = form.interviewer.data
    booking = Booking(
        at=at, place=form.place.data or "", interviewer_id=UUID(chosen) if chosen else None,
        interviewer_name=form.interviewer_name.data or "", is_involved=bool(form.is_involved.data),
        independent_offered=bool(form.independent_offered.data),
    )  # fmt: skip
    try:
        actions.book(signed_in_viewer(), young_person_id, booking, now=clock.now())
    except BadTime:
        form.say("on", _("Pick a day and a time that are still to come."))
    except NeedsIndependent:
        form.say(
            "independent_offered", _("They take part in the care: offer somebody independent, too.")
        )
    else:
        return _saved(young_person_id)
    return _form_page(young_person_id, "booking", form), 400


@bp.post("/young-people/<uuid:young_person_id>/talk/done")
@viewer_required(*STAFF)
def done(young_person_id: UUID) -> Response | tuple[str, int]:
    """Note that it took place."""
    form = DoneForm()
    at = _time(form) if form.validate_on_submit() else None
    if at is None:
        return _form_page(young_person_id, "done", form), 400
    try:
        actions.note_done(signed_in_viewer(), young_person_id, at, now=clock.now())
    except BadTime:
        form.say("on", _("Pick a day and a time that have passed, in the last month."))
        return _form_page(young_person_id, "done", form), 400
    return _saved(young_person_id)


@bp.get("/young-people/<uuid:young_person_id>/talk/calendar")
@viewer_required(*STAFF)
def calendar(young_person_id: UUID) -> Response:
    """Give staff the file for their own calendar; the newest replaces the one before."""
    settings = current_app.extensions["engage"]
    made = booked_file(signed_in_viewer(), young_person_id, settings, now=clock.now())
    response = Response(made, content_type=content_type(Method.PUBLISH))
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


def _time(form: WhenForm) -> datetime | None:
    at = form.instant(time_zone(), clock.now())
    if at is None:
        form.say("on", str(form.why))
    return at


def _book_form(form: BookForm) -> BookForm:
    offered = queries.interviewers(signed_in_viewer(), now=clock.now())
    form.interviewer.offer([("", _("Somebody from elsewhere")), *offered])
    return form


def _saved(young_person_id: UUID) -> Response:
    db.session.commit()
    return redirect(url_for("interviews.one", young_person_id=young_person_id), 303)


def _form_page(young_person_id: UUID, what: str, form: Form) -> str:
    page = queries.get_page(signed_in_viewer(), young_person_id, now=clock.now())
    if not page.may_edit or page.interview.state not in OPEN:
        raise NotFound("interview")
    return render_template(
        "interviews/form.html", page=page, what=what, form=form, title=labels.FORMS[what]
    )
