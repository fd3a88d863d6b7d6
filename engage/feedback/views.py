"""Feedback: a page without login for whoever has the code, and what teams may read of it.

Whoever answers is nobody here: who is signed in on the phone is not looked at, no session is begun,
and how often one may send is counted in memory by a digest that is never stored.
"""

from datetime import UTC, date, datetime
from uuid import UUID

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.cards import qr
from engage.crypto import token_digest
from engage.db import db
from engage.feedback import actions, labels, queries
from engage.feedback.counting import count_opening
from engage.feedback.forms import FeedbackForm, PosterForm, scores
from engage.feedback.queries import Opened
from engage.feedback.rules import Subject, is_empty, lines, words_of
from engage.feedback.wording import beginning
from engage.i18n import current_locale
from engage.people.access import ANONYMOUS, Viewer
from engage.people.models import Organisation, Role
from engage.people.phones import local_form
from engage.people.signin import public, signed_in_viewer, viewer_required
from engage.policy.helplines import helplines
from engage.policy.queries import pack
from engage.web.errors import NotFound, TooMany
from engage.web.limits import count, network
from engage.web.paper_sizes import is_letter
from engage.web.pdf import NoPdf, make_pdf
from engage.web.when import local_words

bp = Blueprint("feedback", __name__)
# A group at one poster shares a network: many may answer in an hour, a program not thousands.
BY_NETWORK, BY_POSTER, OPENINGS = "60 per hour", "400 per hour", "20 per minute"
# Far above what people do in an hour, and above what makes a poster look odd.
COUNTED = "400 per hour"
PDFS = "60 per hour"


@bp.get("/f/<code>")
@public
def ask(code: str) -> str:
    """Show four questions. Nothing is kept but that this poster was opened this week."""
    poster = _open(code)
    sent = "sent" in request.args
    if not sent and request.method == "GET" and _may_count(poster):
        count_opening(poster.id, now=clock.now())
        db.session.commit()
    form = FeedbackForm(formdata=None)
    form.fill(poster.about)
    return _page(code, poster, form, sent=sent)


@bp.post("/f/<code>")
@public
def send(code: str) -> Response | str | tuple[str, int]:
    """Keep what somebody says. Too many from one place: when to try again, nothing typed lost."""
    poster = _open(code)
    form = FeedbackForm()
    form.fill(poster.about)
    said = scores(request.form)
    is_fine = form.validate_on_submit() and form.need_subject()
    words = form.words.data or ""
    nothing = is_fine and is_empty(said, words)
    if not is_fine or nothing:
        return _page(code, poster, form, said=said, nothing=nothing), 400
    try:
        count("feedback", token_digest(network()), BY_NETWORK, fail_open=True)
        count("feedback: poster", str(poster.id), BY_POSTER, fail_open=True)
    except TooMany as error:
        return _page(code, poster, form, said=said, wait=error.wait), 429
    actions.give(
        poster,
        about=Subject(str(form.about.data)),
        scores=said,
        words=words,
        key=str(form.key.data),
        address=current_app.extensions["engage"].public_url.rstrip("/"),
        now=clock.now(),
    )
    db.session.commit()
    return redirect(url_for("feedback.ask", code=code, sent="yes"), 303)


def _open(code: str) -> Opened:
    poster = queries.behind(ANONYMOUS, code, now=clock.now())
    if poster is None:
        count("poster: network", token_digest(network()), OPENINGS, fail_open=True)
        raise NotFound("poster")
    return poster


def _may_count(poster: Opened) -> bool:
    # A program that opens a poster without end must not keep everybody else from writing.
    try:
        count("poster: counted", str(poster.id), COUNTED, fail_open=True)
    except TooMany:
        return False
    return True


def _page(
    code: str,
    poster: Opened,
    form: FeedbackForm,
    *,
    said: tuple[int | None, ...] = (None,) * 4,
    sent: bool = False,
    nothing: bool = False,
    wait: int = 0,
) -> str:
    return render_template(
        "feedback/ask.html",
        labels=labels,
        code=code,
        form=form,
        about=poster.about,
        place=poster.place,
        said=dict(zip(labels.QUESTIONS, said, strict=True)),
        sent=sent,
        nothing=nothing,
        wait=-(-wait // 60),
        emergency=pack(poster.policy).emergency,
        lines=helplines(pack(poster.policy)),
    )


@bp.get("/feedback")
@viewer_required(Role.SOCIAL_WORKER, Role.SUPERVISOR)
def results() -> str:
    """Show what young people say, in groups that hide each of them."""
    found = queries.results(signed_in_viewer(), now=clock.now())
    parts = [
        {"about": about, "blocks": blocks, "lines": lines(blocks), "words": [
            (block, words_of(block)) for block in reversed(blocks)
        ]}
        for about, blocks in found.items()
        if blocks or about is not Subject.UNSAID
    ]  # fmt: skip
    return render_template("feedback/results.html", labels=labels, parts=parts, month=_month)


def _month(day: date) -> str:
    return local_words(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "MMMM yyyy", "UTC")


@bp.get("/feedback/urgent/<uuid:answer_id>")
@viewer_required(Role.SUPERVISOR, Role.OUT_OF_HOURS)
def urgent(answer_id: UUID) -> str:
    """Show what a person must read now."""
    found = queries.get_urgent(signed_in_viewer(), answer_id, now=clock.now())
    return render_template("feedback/urgent.html", labels=labels, found=found)


@bp.get("/feedback/posters")
@viewer_required(Role.ADMIN)
def posters() -> str:
    """List the posters, and the form for a new one."""
    return _posters(signed_in_viewer(), PosterForm(formdata=None))


def _posters(viewer: Viewer, form: PosterForm) -> str:
    found = queries.posters(viewer, now=clock.now())
    return render_template("feedback/posters.html", labels=labels, found=found, form=form)


@bp.post("/feedback/posters")
@viewer_required(Role.ADMIN)
def make() -> Response | tuple[str, int]:
    """Make a poster and show it, ready to print."""
    viewer, form = signed_in_viewer(), PosterForm()
    if not form.validate_on_submit():
        return _posters(viewer, form), 400
    made = actions.make_poster(
        viewer, place=str(form.place.data), about=form.subject, now=clock.now()
    )
    db.session.commit()
    return redirect(url_for("feedback.poster", poster_id=made.id), 303)


@bp.get("/feedback/posters/<uuid:poster_id>")
@viewer_required(Role.ADMIN)
def poster(poster_id: UUID) -> str:
    """Show a poster as it is printed."""
    sheet, _letter = _sheet(poster_id)
    no_pdf = "no-pdf" in request.args
    return render_template("feedback/poster.html", no_pdf=no_pdf, labels=labels, **sheet)


@bp.get("/feedback/posters/<uuid:poster_id>.pdf")
@viewer_required(Role.ADMIN)
def pdf(poster_id: UUID) -> Response:
    """Make a poster as a PDF; without the means to, lead back with a word."""
    sheet, letter = _sheet(poster_id)
    count("pdf", token_digest(str(signed_in_viewer().person_id)), PDFS)
    html = render_template("feedback/poster_pdf.html", letter=letter, **sheet)
    try:
        made = make_pdf(html, "print.css")
    except NoPdf:
        return redirect(f"{url_for('feedback.poster', poster_id=poster_id)}?no-pdf=1", 303)
    response = make_response(made)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = 'inline; filename="poster.pdf"'
    return response


def _sheet(poster_id: UUID) -> tuple[dict[str, object], bool]:
    viewer = signed_in_viewer()
    found = queries.get_poster(viewer, poster_id, now=clock.now())
    code = queries.get_code(viewer, found, now=clock.now())
    address = f"{current_app.extensions['engage'].public_url.rstrip('/')}/f/{code}"
    house = db.session.get_one(Organisation, found.organisation_id)
    return {
        "poster": found,
        "drawing": qr.drawing(address),
        "domain": address.partition("://")[2].split("/")[0],
        "emergency": pack(house.policy).emergency,
        "by_text": {
            "code": str(found.text_code or "").upper(),
            "begins": beginning(current_locale()),
            "number": local_form(house.service_number, house.region)
            if house.service_number
            else "",
        },
    }, is_letter(house.region)


@bp.post("/feedback/posters/<uuid:poster_id>/close")
@viewer_required(Role.ADMIN)
def close(poster_id: UUID) -> Response:
    """Close a poster's code for good."""
    actions.close_poster(signed_in_viewer(), poster_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("feedback.posters"), 303)
