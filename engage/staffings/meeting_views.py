"""One meeting: who is asked, what the young person says, the agenda, and what was agreed."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people.signin import signed_in_viewer, viewer_required
from engage.staffings import guest_actions, labels, meeting_actions, queries
from engage.staffings.forms import ActionForm, GuestForm, HoldForm, TimeForm, WordsForm
from engage.staffings.guest_actions import BadEmail, TooManyGuests
from engage.staffings.meeting_actions import BadTime, Held, NeedsNext, Plan, Taken
from engage.staffings.planning import STAFF, address, say_time
from engage.staffings.rules import MeetingState, Part, Purpose, Whose
from engage.web.errors import NotFound
from engage.web.forms import Form
from engage.web.layout import time_zone

bp = Blueprint("meetings", __name__)


@bp.get("/meetings/<uuid:meeting_id>")
@viewer_required(*STAFF)
def one(meeting_id: UUID) -> str:
    """Show the meeting."""
    return _page(meeting_id)


@bp.post("/meetings/<uuid:meeting_id>/guests")
@viewer_required(*STAFF)
def add_guest(meeting_id: UUID) -> Response | tuple[str, int]:
    """Ask somebody from outside."""
    form = GuestForm(prefix="guest")
    _find(meeting_id)
    if not form.validate_on_submit():
        return _page(meeting_id, guest=form), 400
    try:
        guest_actions.add_guest(
            signed_in_viewer(), meeting_id, Part(form.part.data), str(form.name.data),
            form.email.data or "", address=address(), now=clock.now(),
        )  # fmt: skip
    except BadEmail:
        form.say("email", str(labels.BAD_EMAIL))
    except TooManyGuests:
        form.say("name", str(labels.FULL))
    else:
        return _saved(meeting_id)
    db.session.rollback()
    return _page(meeting_id, guest=form), 400


@bp.post("/meetings/<uuid:meeting_id>/young-person")
@viewer_required(*STAFF)
def ask_young_person(meeting_id: UUID) -> Response:
    """Ask the young person to it."""
    guest_actions.ask_young_person(
        signed_in_viewer(), meeting_id, address=address(), now=clock.now()
    )
    return _saved(meeting_id)


@bp.post("/meetings/guests/<uuid:guest_id>/<any(remove, again):deed>")
@viewer_required(*STAFF)
def change_guest(guest_id: UUID, deed: str) -> Response:
    """Take somebody off the list, or give them a new link."""
    act = guest_actions.remove_guest if deed == "remove" else guest_actions.ask_again
    return _saved(act(signed_in_viewer(), guest_id, now=clock.now()).id)


@bp.post("/meetings/<uuid:meeting_id>/words")
@viewer_required(*STAFF)
def add_words(meeting_id: UUID) -> Response | tuple[str, int]:
    """Write down what the young person, or one of the three, said."""
    form = WordsForm(prefix="words")
    _find(meeting_id)
    if not form.validate_on_submit():
        return _page(meeting_id, words=form), 400
    words, whose = str(form.words.data), Whose(form.whose.data)
    guest_actions.note_words(signed_in_viewer(), meeting_id, whose, words, now=clock.now())
    return _saved(meeting_id)


@bp.post("/meetings/<uuid:meeting_id>/actions")
@viewer_required(*STAFF)
def add_action(meeting_id: UUID) -> Response | tuple[str, int]:
    """Keep what somebody will do by when."""
    form = ActionForm(prefix="action").offer(_find(meeting_id).owners)
    is_valid = form.validate_on_submit()
    due_at = form.until(time_zone())
    if is_valid and due_at is None:
        form.say("due", str(labels.BAD_DAY))
    if not is_valid or due_at is None:
        return _page(meeting_id, action=form), 400
    words, owner = str(form.words.data), UUID(form.owner.data)
    try:
        meeting_actions.agree(signed_in_viewer(), meeting_id, words, owner, due_at, now=clock.now())
    except BadTime:
        db.session.rollback()
        form.say("due", str(labels.BAD_DAY))
        return _page(meeting_id, action=form), 400
    return _saved(meeting_id)


@bp.post("/meetings/actions/<uuid:action_id>/done")
@viewer_required(*STAFF)
def finish(action_id: UUID) -> Response:
    """Note that something agreed is done."""
    return _saved(meeting_actions.finish_action(signed_in_viewer(), action_id, now=clock.now()).id)


@bp.post("/meetings/<uuid:meeting_id>/cancel")
@viewer_required(*STAFF)
def cancel(meeting_id: UUID) -> Response | tuple[str, int]:
    """Call it off; the only short meeting that is set is moved instead."""
    _find(meeting_id)
    try:
        meeting_actions.cancel_meeting(
            signed_in_viewer(), meeting_id, address=address(), now=clock.now()
        )
    except NeedsNext:
        db.session.rollback()
        return _page(meeting_id, problem=str(labels.NEXT_NEEDED)), 400
    return _saved(meeting_id)


@bp.get("/meetings/<uuid:meeting_id>/move")
@viewer_required(*STAFF)
def ask_move(meeting_id: UUID) -> str:
    """Ask for the new time or place."""
    meeting = _find(meeting_id, is_planned=True).meeting
    form = TimeForm(formdata=None, data={"link": meeting.link, "place": meeting.place})
    return _form_page(meeting_id, "move", form)


@bp.post("/meetings/<uuid:meeting_id>/move")
@viewer_required(*STAFF)
def move(meeting_id: UUID) -> Response | tuple[str, int]:
    """Set it; an empty day and time leave them as they are."""
    form, now = TimeForm(), clock.now()
    meeting = _find(meeting_id, is_planned=True).meeting
    is_valid = form.validate_on_submit() and form.is_linked_well()
    is_same = not form.on.data and not form.at.data
    at = meeting.starts_at if is_same else form.instant(time_zone(), now)
    if is_valid and at is None:
        form.say("on", str(form.why))
    if not is_valid or at is None:
        return _form_page(meeting_id, "move", form), 400
    try:
        meeting_actions.move_meeting(
            signed_in_viewer(), meeting_id, at, link=form.link.data or "",
            place=form.place.data or "", address=address(), now=now,
        )  # fmt: skip
    except (BadTime, Taken) as error:
        db.session.rollback()
        say_time(form, error)
        return _form_page(meeting_id, "move", form), 400
    return _saved(meeting_id)


@bp.get("/meetings/<uuid:meeting_id>/notes")
@viewer_required(*STAFF)
def ask_notes(meeting_id: UUID) -> str:
    """Ask what was said, and when people meet again."""
    page = _find(meeting_id, is_planned=True)
    every = str(page.staffing.every_days or "7") if page.staffing else "7"
    link = page.meeting.link
    form = _hold_form(HoldForm(formdata=None, data={"every": every, "link": link, "minutes": "30"}))
    return _form_page(meeting_id, "notes", form)


@bp.post("/meetings/<uuid:meeting_id>/notes")
@viewer_required(*STAFF)
def hold(meeting_id: UUID) -> Response | tuple[str, int]:
    """Keep the notes, and the next date with them."""
    form = _hold_form(HoldForm())
    page = _find(meeting_id, is_planned=True)
    held = _held(form, page) if form.validate_on_submit() else None
    if held is None:
        return _form_page(meeting_id, "notes", form), 400
    try:
        meeting_actions.hold(signed_in_viewer(), meeting_id, held, now=clock.now())
    except NeedsNext:
        form.say("on", str(labels.NEXT_NEEDED))
    except (BadTime, Taken) as error:
        said = error.args[0] in ("held", "minutes")
        form.say("minutes", str(labels.NOT_HELD_YET)) if said else say_time(form, error)
    else:
        return _saved(meeting_id)
    db.session.rollback()
    return _form_page(meeting_id, "notes", form), 400


def _held(form: HoldForm, page: queries.MeetingPage) -> Held | None:
    minutes, linked = form.how_long(), form.is_linked_well()
    if minutes is None:
        form.say("minutes", str(labels.BAD_MINUTES))
    plan = None
    if form.slot.data or form.on.data or form.at.data:
        at, leads = form.chosen(time_zone(), clock.now())
        if at is None:
            form.say("on", str(form.why))
            return None
        asked = tuple(
            line.guest.person_id
            for line in page.guests
            if line.guest.person_id and line.guest.part != Part.YOUNG_PERSON
        )
        plan = Plan(at, address(), leads, form.link.data or "", form.place.data or "", asked)
    if minutes is None or not linked:
        return None
    is_staffing = page.meeting.purpose == Purpose.STAFFING
    every = int(form.every.data) if form.every.data and is_staffing else None
    consult = bool(form.consult.data) and is_staffing
    return Held(minutes, form.notes.data or "", consult, every, plan)


def _hold_form(form: HoldForm) -> HoldForm:
    form.every.offer(labels.rhythms())
    form.offer_slots(queries.facilitators(signed_in_viewer(), now=clock.now()), time_zone())
    return form


def _find(meeting_id: UUID, *, is_planned: bool = False) -> queries.MeetingPage:
    page = queries.get_meeting(signed_in_viewer(), meeting_id, now=clock.now())
    if not page.may_edit or (is_planned and not page.is_planned):
        raise NotFound("meeting")
    return page


def _saved(meeting_id: UUID) -> Response:
    db.session.commit()
    return redirect(url_for("meetings.one", meeting_id=meeting_id), 303)


def _form_page(meeting_id: UUID, what: str, form: Form) -> str:
    page = _find(meeting_id)
    return render_template(
        f"staffings/{what}.html", page=page, form=form, labels=labels, zone=time_zone()
    )


def _action_form(page: queries.MeetingPage) -> ActionForm:
    """Offer who may do it; whoever writes it down stands first, not whoever begins with A."""
    form = ActionForm(formdata=None, prefix="action").offer(page.owners)
    if signed_in_viewer().person_id in page.owners:
        form.owner.data = str(signed_in_viewer().person_id)
    return form


def _page(meeting_id: UUID, problem: str = "", **wrong: Any) -> str:
    page = queries.get_meeting(signed_in_viewer(), meeting_id, now=clock.now())
    forms = {
        "guest": GuestForm(formdata=None, prefix="guest"),
        "words": WordsForm(formdata=None, prefix="words"),
        "action": _action_form(page),
    } | wrong
    return render_template(
        "staffings/meeting.html", page=page, labels=labels, forms=forms, problem=problem,
        wrong=next(iter(wrong.values()), None), address=address(), now=clock.now(),
        has_mail=bool(current_app.extensions["engage"].mail_url),
        has_young=any(line.guest.part == Part.YOUNG_PERSON for line in page.guests),
        held=MeetingState.HELD,
    )  # fmt: skip
