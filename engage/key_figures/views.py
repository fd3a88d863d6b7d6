"""The figures of a quarter on a page, on paper and as a file; and what each is made of."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.key_figures import labels, queries
from engage.key_figures.actions import note_taken
from engage.key_figures.rules import (
    BENCHMARKS,
    PARTS,
    PLYMOUTH_LOOKED_AFTER,
    PLYMOUTH_REFERRALS,
    Figure,
    quarters_back,
)
from engage.key_figures.sheet import as_csv
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.questions.wording import day_words
from engage.web.errors import NotFound
from engage.web.limits import count
from engage.web.pdf import NoPdf, make_pdf

bp = Blueprint("key_figures", __name__)
WHO = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.INTERVIEWER, Role.ADMIN)
PDFS = "60 per hour"
OFFERED = 8
PLYMOUTH = {"referrals": PLYMOUTH_REFERRALS, "looked_after": PLYMOUTH_LOOKED_AFTER}


@bp.get("/key-figures")
@viewer_required(*WHO)
def page() -> str:
    """Show every figure of a quarter, with what it counts."""
    found = queries.get_quarter(signed_in_viewer(), request.args.get("quarter"), now=clock.now())
    return render_template(
        "key_figures/page.html",
        page=found,
        quarters=quarters_back(found.latest, OFFERED),
        asks_for_files=bool(signed_in_viewer().teams_as(Role.SUPERVISOR)),
        **_words(),
    )


@bp.get("/key-figures/<quarter>/<figure>")
@viewer_required(*WHO)
def cases(quarter: str, figure: str) -> str:
    """Show what one figure is made of, as far as the viewer may open it."""
    if figure not in set(Figure):
        raise NotFound("figure")
    asked = Figure(figure)
    found = queries.get_cases(signed_in_viewer(), quarter, asked, now=clock.now())
    return render_template("key_figures/cases.html", page=found, figure=asked, **_words())


@bp.get("/key-figures/<quarter>.csv")
@viewer_required(*WHO)
def sheet(quarter: str) -> Response:
    """Hand over the figures of a quarter for a spreadsheet."""
    found = _taken(quarter, "csv")
    response = make_response(as_csv(found))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="figures-{found.quarter}.csv"'
    return response


@bp.get("/key-figures/<quarter>.pdf")
@viewer_required(*WHO)
def pdf(quarter: str) -> Response:
    """Draw the figures of a quarter as a PDF; without the means to, lead back with a word."""
    count("pdf", token_digest(str(signed_in_viewer().person_id)), PDFS)
    found = _taken(quarter, "pdf")
    html = render_template("key_figures/pdf.html", page=found, **_words())
    try:
        drawn = make_pdf(html, "print.css")
    except NoPdf:
        return redirect(url_for("key_figures.page", quarter=quarter) + "&no-pdf=1", 303)
    response = make_response(drawn)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="figures-{found.quarter}.pdf"'
    return response


def _taken(quarter: str, how: str) -> queries.QuarterPage:
    viewer, now = signed_in_viewer(), clock.now()
    found = queries.get_quarter(viewer, quarter, now=now)
    assert viewer.organisation_id is not None
    note_taken(viewer, viewer.organisation_id, found, how, now=now)
    db.session.commit()
    return found


def _words() -> dict[str, object]:
    return {
        "labels": labels, "parts": PARTS, "benchmarks": BENCHMARKS, "plymouth": PLYMOUTH,
        "day_words": day_words,
    }  # fmt: skip
