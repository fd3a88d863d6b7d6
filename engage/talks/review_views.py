"""Beside a talk: comments and sign-off, what is kept apart, and the record on paper."""

from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import current_locale, text_direction
from engage.people.models import Organisation, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.talks import actions, labels, queries, wording
from engage.talks.forms import ApartForm, CommentForm
from engage.talks.pages import STAFF, show
from engage.talks.queries import TalkPage
from engage.talks.rules import Apart, Audience
from engage.web.errors import NotFound
from engage.web.layout import time_zone
from engage.web.limits import count
from engage.web.paper_sizes import is_letter
from engage.web.pdf import NoPdf, make_pdf

bp = Blueprint("talk_reviews", __name__)
PDFS = "60 per hour"
# It stays in the list of downloads.
FILE_NAME = "notes.pdf"


@bp.post("/talk-records/<uuid:talk_id>/comments")
@viewer_required(Role.INTERVIEWER, Role.SUPERVISOR)
def comment(talk_id: UUID) -> Response | tuple[str, int]:
    """Keep a question or an answer about the record."""
    form = CommentForm()
    if not form.validate_on_submit():
        return show(talk_id, form), 400
    actions.comment(signed_in_viewer(), talk_id, form.comment.data or "", now=clock.now())
    db.session.commit()
    return redirect(f"{url_for('talks.one', talk_id=talk_id)}#comments", 303)


@bp.post("/talk-records/<uuid:talk_id>/sign-off")
@viewer_required(Role.SUPERVISOR)
def sign_off(talk_id: UUID) -> Response:
    """Agree that the record is finished."""
    actions.sign_off(signed_in_viewer(), talk_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("talks.one", talk_id=talk_id), 303)


@bp.get(f"/young-people/<uuid:young_person_id>/talk-apart/<any({', '.join(Apart)}):which>")
@viewer_required(*STAFF)
def apart(young_person_id: UUID, which: str) -> str:
    """Ask what was told elsewhere."""
    return _apart_page(young_person_id, Apart(which), ApartForm(formdata=None))


@bp.post(f"/young-people/<uuid:young_person_id>/talk-apart/<any({', '.join(Apart)}):which>")
@viewer_required(*STAFF)
def note_apart(young_person_id: UUID, which: str) -> Response | tuple[str, int]:
    """Keep it apart from what the young person says in the talk."""
    form, now = ApartForm(), clock.now()
    is_valid = form.validate_on_submit()
    at = form.instant(time_zone(), now) if is_valid else None
    if is_valid and (at is None or at > now):
        form.say("on", str(wording.IN_THE_PAST if at else form.why))
    if at is None or form.fixes:
        return _apart_page(young_person_id, Apart(which), form), 400
    actions.note_apart(
        signed_in_viewer(), young_person_id, Apart(which), form.words.data or "",
        told_by=form.told_by.data or "", told_at=at, now=now,
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("talks.of", young_person_id=young_person_id), 303)


@bp.get("/talk-records/<uuid:talk_id>/paper")
@viewer_required(*STAFF)
def paper(talk_id: UUID) -> str:
    """Show the record as it will stand on paper, and for whom."""
    page, audience = _taken_out(talk_id)
    html = render_template(
        "talks/paper.html", page=page, audience=audience, labels=labels, told=_told(page),
        no_pdf="no-pdf" in request.args, sheet=_sheet(page, audience),
    )  # fmt: skip
    db.session.commit()
    return html


@bp.get("/talk-records/<uuid:talk_id>/notes.pdf")
@viewer_required(*STAFF)
def pdf(talk_id: UUID) -> Response:
    """Make the same as a PDF; without the means to, lead back with a word."""
    page, audience = _taken_out(talk_id)
    count("pdf", token_digest(str(signed_in_viewer().person_id)), PDFS)
    house = db.session.get_one(Organisation, page.talk.organisation_id)
    html = render_template(
        "talks/pdf.html", sheet=_sheet(page, audience), letter=is_letter(house.region),
        locale=current_locale(), direction=text_direction(current_locale()),
    )  # fmt: skip
    db.session.commit()
    try:
        made = make_pdf(html, "print.css")
    except NoPdf:
        back = url_for("talk_reviews.paper", talk_id=talk_id, audience=audience or None)
        return redirect(f"{back}{'&' if audience else '?'}no-pdf=1", 303)
    response = make_response(made)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{FILE_NAME}"'
    return response


def _taken_out(talk_id: UUID) -> tuple[TalkPage, str]:
    """Return what goes on paper, with a line in the audit. The caller commits."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_page(viewer, talk_id, now=now, on_paper=True)
    audience = request.args.get("audience", "")
    if audience and audience not in set(Audience) - {Audience.NOBODY}:
        raise NotFound("audience")
    actions.note_taken_out(viewer, talk_id, audience, now=now)
    return page, audience


def _told(page: TalkPage) -> list[Audience]:
    """List for whom there is something to hand over."""
    return [each for each in Audience if any(each in line.agreed for line in page.spoken)]


def _sheet(page: TalkPage, audience: str) -> Markup:
    lines = [line for line in page.spoken if not audience or audience in line.agreed]
    return Markup(  # noqa: S704 - a template of ours, everything in it escaped
        render_template(
            "talks/sheet.html",
            page=page,
            lines=lines,
            audience=audience,
            labels=labels,
            words=wording.words_of(page.questions),
        )
    )


def _apart_page(young_person_id: UUID, which: Apart, form: ApartForm) -> str:
    viewer, now = signed_in_viewer(), clock.now()
    if which not in queries.may_note_apart(viewer, young_person_id, now=now):
        raise NotFound("apart")
    return render_template(
        "talks/apart.html", form=form, which=which, labels=labels, young_person_id=young_person_id,
        name=queries.name_of(viewer, young_person_id, now=now),
    )  # fmt: skip
