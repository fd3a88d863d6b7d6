"""The plan on paper: from the browser, and as a PDF made here."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import LOCALES, current_locale
from engage.paper.pages import Paper, make_paper, second_language
from engage.people.models import Organisation, PersonKind
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans import actions, queries
from engage.plans.page import PlanPage
from engage.web.errors import NotFound
from engage.web.limits import count
from engage.web.paper_sizes import is_letter
from engage.web.pdf import NoPdf, make_pdf

bp = Blueprint("plan_paper", __name__)
READERS = (PersonKind.YOUNG_PERSON, PersonKind.CARER, PersonKind.WORKER)
PDFS = "60 per hour"


@bp.get("/plans/<uuid:plan_id>/paper")
@viewer_required(*READERS)
def paper(plan_id: UUID) -> str:
    """Show the plan as it will stand on paper, with what can be chosen about it."""
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now()).on_paper()
    drawn = _paper(page)
    html = render_template(
        "plans/paper.html", page=page, paper=drawn, no_pdf="no-pdf" in request.args,
        everything="all" in request.args, beside=(drawn.locales[1:] or ("none",))[0],
        others=[pair for pair in LOCALES.items() if pair[0] != current_locale()],
    )  # fmt: skip
    _note(page)
    return html


@bp.get("/plans/<uuid:plan_id>/paper.pdf")
@viewer_required(*READERS)
def pdf(plan_id: UUID) -> Response:
    """Make the same as a PDF; without the means to, lead back with a word."""
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now()).on_paper()
    count("pdf", token_digest(str(page.viewer.person_id)), PDFS)
    html = render_template("plans/paper_pdf.html", paper=_paper(page))
    _note(page)
    try:
        made = make_pdf(html, "print.css")
    except NoPdf:
        chosen = {name: request.args[name] for name in ("with", "all") if name in request.args}
        back = url_for("plan_paper.paper", plan_id=plan_id)
        return redirect(f"{back}?{urlencode({**chosen, 'no-pdf': 1})}", 303)
    response = make_response(made)
    response.headers["Content-Type"] = "application/pdf"
    # A neutral name: it stays in the list of downloads.
    response.headers["Content-Disposition"] = 'inline; filename="plan.pdf"'
    return response


def _paper(page: PlanPage) -> Paper:
    house = db.session.get(Organisation, page.young_person.organisation_id)
    if house is None:
        raise NotFound("plan")
    here = current_locale()
    beside = second_language(page, request.args.get("with", ""), here)
    return make_paper(
        page, (here, beside) if beside else (here,),
        policy=house.policy, now=clock.now(), zone=house.time_zone,
        everything="all" in request.args, letter=is_letter(house.region),
    )  # fmt: skip


def _note(page: PlanPage) -> None:
    if not page.is_own:
        actions.note_opened(page.viewer, page.plan, "plan", now=clock.now())
        db.session.commit()
