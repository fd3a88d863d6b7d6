"""The notes of a meeting, for the case system: to print, as a PDF, and as plain text."""

from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import current_locale, render_text
from engage.people.models import Organisation
from engage.people.signin import signed_in_viewer, viewer_required
from engage.staffings import actions, labels, queries
from engage.staffings.planning import STAFF
from engage.web.layout import time_zone
from engage.web.limits import count
from engage.web.paper_sizes import is_letter
from engage.web.pdf import NoPdf, make_pdf
from engage.web.when import local_words

bp = Blueprint("meeting_notes", __name__)
PDFS = "60 per hour"
# It stays in the list of downloads.
FILE_NAME = "notes"


@bp.get("/meetings/<uuid:meeting_id>/export")
@viewer_required(*STAFF)
def page(meeting_id: UUID) -> str:
    """Show the notes as they are printed."""
    found = queries.get_meeting(signed_in_viewer(), meeting_id, now=clock.now())
    return render_template(
        "staffings/export.html", page=found, labels=labels, no_pdf="no-pdf" in request.args
    )


@bp.get("/meetings/<uuid:meeting_id>/export.pdf")
@viewer_required(*STAFF)
def pdf(meeting_id: UUID) -> Response:
    """Draw the same as a PDF; without the means to, lead back with a word."""
    viewer = signed_in_viewer()
    found = queries.get_meeting(viewer, meeting_id, now=clock.now())
    count("pdf", token_digest(str(viewer.person_id)), PDFS)
    house = db.session.get_one(Organisation, found.young_person.organisation_id)
    letter = is_letter(house.region)
    html = render_template("staffings/pdf.html", page=found, labels=labels, letter=letter)
    try:
        drawn = make_pdf(html, "print.css")
    except NoPdf:
        return redirect(url_for("meeting_notes.page", meeting_id=meeting_id) + "?no-pdf=1", 303)
    return _file(meeting_id, drawn, "application/pdf", "pdf")


@bp.get("/meetings/<uuid:meeting_id>/export.txt")
@viewer_required(*STAFF)
def text(meeting_id: UUID) -> Response:
    """Give the same as plain text, to paste into the case system."""
    found = queries.get_meeting(signed_in_viewer(), meeting_id, now=clock.now())
    words = render_text(
        "staffings/notes.txt",
        current_locale(),
        page=found,
        labels=labels,
        say=lambda at: local_words(at, "EEE d MMM y HH:mm", time_zone()),
        day=lambda at: local_words(at, "d MMM y", time_zone()),
    )
    return _file(meeting_id, words.encode(), "text/plain; charset=utf-8", "txt")


def _file(meeting_id: UUID, body: bytes, kind: str, ending: str) -> Response:
    actions.note_export(signed_in_viewer(), meeting_id, ending, now=clock.now())
    db.session.commit()
    response = make_response(body)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}.{ending}"'
    return response
