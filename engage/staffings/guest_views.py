"""The page of whoever is asked to a meeting: no login, and nothing about anybody on it."""

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.people import links
from engage.people.models import Link, LinkKind, Organisation, Person
from engage.people.signin import public
from engage.staffings import guest_actions
from engage.staffings.forms import ViewsForm
from engage.staffings.mailing import file_for
from engage.staffings.reading import guest_of
from engage.staffings.rules import LASTS, Answer, MeetingState, Part
from engage.web.errors import NotFound
from engage.web.limits import count, network
from engage.web.when import time_tag

bp = Blueprint("meeting_guest", __name__)
BY_NETWORK = "20 per minute"


@bp.get("/m/<code>")
@public
def ask(code: str) -> str:
    """Show when and how people meet, and ask whether they come. Opening it changes nothing."""
    return _page(code, ViewsForm(formdata=None))


@bp.post("/m/<code>")
@public
def answer(code: str) -> Response:
    """Keep yes or no."""
    said = request.form.get("answer", "")
    if said not in (Answer.YES, Answer.NO):
        raise NotFound("answer")
    guest_actions.answer(_open(code), Answer(said), now=clock.now())
    db.session.commit()
    return redirect(url_for("meeting_guest.ask", code=code, said=said), 303)


@bp.post("/m/<code>/words")
@public
def say(code: str) -> Response | tuple[str, int]:
    """Keep what the young person wants to be heard."""
    form, link = ViewsForm(), _open(code)
    if not form.validate_on_submit():
        return _page(code, form), 400
    guest_actions.say(link, str(form.words.data), now=clock.now())
    db.session.commit()
    return redirect(url_for("meeting_guest.ask", code=code, heard="yes"), 303)


@bp.get("/m/<code>/calendar")
@public
def calendar(code: str) -> Response:
    """Give the calendar file, to keep."""
    guest, meeting = guest_of(_open(code))
    if meeting.state != MeetingState.PLANNED:
        raise NotFound("calendar")
    settings = current_app.extensions["engage"]
    response = make_response(file_for(guest, settings, now=clock.now()))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    response.headers["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


def _open(code: str) -> Link:
    link = links.find(LinkKind.MEETING, code, now=clock.now())
    if link is None:
        count("meeting: network", token_digest(network()), BY_NETWORK, fail_open=True)
        raise NotFound("meeting")
    return link


def _page(code: str, form: ViewsForm) -> str:
    guest, meeting = guest_of(_open(code))
    young = db.session.get_one(Person, meeting.young_person_id)
    house = db.session.get_one(Organisation, young.organisation_id)
    return render_template(
        "staffings/guest.html",
        code=code,
        form=form,
        meeting=meeting,
        is_young=guest.part == Part.YOUNG_PERSON,
        is_set=meeting.state == MeetingState.PLANNED,
        is_over=meeting.state == MeetingState.HELD or clock.now() > meeting.starts_at + LASTS,
        at=time_tag(meeting.starts_at, "EEEE d MMMM HH:mm", house.time_zone),
        said=request.args.get("said", ""),
        heard="heard" in request.args,
    )
