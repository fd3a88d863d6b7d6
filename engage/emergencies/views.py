"""Finding somebody, opening closed parts for an hour, reading them, and closing them again."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.emergencies import actions, labels, page, queries
from engage.emergencies.forms import OpenForm, ReviewForm, SearchForm
from engage.emergencies.reading_queries import read_part
from engage.emergencies.rules import ReasonCode
from engage.oversight.labels import WHOSE
from engage.people.access import Viewer
from engage.people.again import ask, is_them
from engage.people.models import Person, Role
from engage.people.queries import workers_of
from engage.people.signin import signed_in_viewer, viewer_required
from engage.people.viewer import SYSTEM
from engage.web import limits
from engage.web.layout import time_zone

bp = Blueprint("emergencies", __name__)
STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
SEARCHES = "20 per hour"


def _address() -> str:
    address: str = current_app.extensions["engage"].public_url
    return address


@bp.get("/emergencies")
@viewer_required(*STAFF)
def overview() -> str:
    """Show the viewer's own emergencies, the search, and what waits for a supervisor."""
    return _overview(SearchForm(formdata=None))


def _overview(form: SearchForm) -> str:
    viewer, now = signed_in_viewer(), clock.now()
    mine = queries.uses_of(viewer, now=now)
    asked, unseen = queries.uses_to_decide(viewer, now=now), queries.uses_to_review(viewer)
    alarms = queries.alarms(viewer, now=now)
    counts = queries.counts_by_week(viewer, time_zone(), now=now)
    uses = (*mine, *asked, *unseen)
    people = {p for use in uses for p in (use.person_id, use.young_person_id)}
    people |= {alarm.person_id for alarm in alarms} | {one.person_id for one in counts}
    return render_template(
        "emergencies/overview.html", form=form, mine=mine, asked=asked, unseen=unseen, now=now,
        alarms=alarms, counts=counts, labels=labels,
        names=queries.names_of(viewer, people), is_supervisor=Role.SUPERVISOR in viewer.roles,
    )  # fmt: skip


@bp.post("/emergencies/find")
@viewer_required(*STAFF)
def find() -> Response | tuple[str, int]:
    """Look somebody up by exact number or name; every search is written down."""
    viewer, form = signed_in_viewer(), SearchForm()
    if not form.validate_on_submit():
        return _overview(form), 400
    limits.count("emergency search", str(viewer.person_id), SEARCHES)
    try:
        found = actions.search(viewer, form.who.data or "", now=clock.now())
    except actions.TooManyMatches:
        db.session.commit()
        form.say("who", str(labels.TOO_MANY))
        return _overview(form), 400
    db.session.commit()
    return redirect(url_for("emergencies.found" if found else "emergencies.nobody"), 303)


@bp.get("/emergencies/found")
@viewer_required(*STAFF)
def found() -> str:
    """List whom the viewer looked up within half an hour."""
    rows = queries.found_lately(signed_in_viewer(), now=clock.now())
    return render_template("emergencies/found.html", rows=rows)


@bp.get("/emergencies/nobody")
@viewer_required(*STAFF)
def nobody() -> str:
    """Say that nobody here has exactly this name or number."""
    return render_template("emergencies/found.html", rows=[])


@bp.get("/emergencies/young-people/<uuid:young_person_id>")
@viewer_required(*STAFF)
def ask_to_open(young_person_id: UUID) -> str:
    """Ask which closed parts are needed, and why."""
    viewer = signed_in_viewer()
    form = OpenForm(formdata=None)
    return _ask_to_open(viewer, young_person_id, form)


def _ask_to_open(viewer: Viewer, young_person_id: UUID, form: OpenForm) -> str:
    _prepare(viewer, young_person_id, form)
    now = clock.now()
    person = db.session.get(Person, young_person_id)
    workers = workers_of(SYSTEM, young_person_id, now=now)
    return render_template("emergencies/ask.html", form=form, person=person, workers=workers)


def _prepare(viewer: Viewer, young_person_id: UUID, form: OpenForm) -> None:
    """Offer what is closed to the viewer now; NotFound when they may not ask at all."""
    access = queries.get_asked_about(viewer, young_person_id, now=clock.now())
    closed = queries.closed_parts(viewer, access)
    form.sections.offer([(part, labels.title_of(part)) for part in closed])
    if form.code is not None and form.password is not None:
        ask(form, viewer)


@bp.post("/emergencies/young-people/<uuid:young_person_id>")
@viewer_required(*STAFF)
def open_parts(young_person_id: UUID) -> Response | tuple[str, int]:
    """Open the parts, or ask a supervisor first when it is the second time within a week."""
    viewer, form = signed_in_viewer(), OpenForm()
    _prepare(viewer, young_person_id, form)
    if form.validate_on_submit() and is_them(form, viewer):
        try:
            use = actions.open_in_emergency(
                viewer, young_person_id, form.sections.data or [],
                code=ReasonCode(form.reason_code.data), reason=form.reason.data or "",
                address=_address(), now=clock.now(),
            )  # fmt: skip
            place = url_for("emergencies.one", use_id=use.id)
            db.session.commit()
            return redirect(place, 303)
        except actions.ReasonTooShort:
            db.session.rollback()
            form.say("reason", str(labels.TOO_SHORT))
        except actions.NobodyToTell:
            db.session.rollback()
            form.say("reason", str(labels.NOBODY_TO_TELL))
    return _ask_to_open(viewer, young_person_id, form), 400


@bp.get("/emergencies/<uuid:use_id>")
@viewer_required(*STAFF)
def one(use_id: UUID) -> str:
    """Show one use: to its worker what is open, to a supervisor what to say about it."""
    return page.of_use(use_id, ReviewForm(formdata=None))


@bp.get("/emergencies/<uuid:use_id>/parts/<part>")
@viewer_required(*STAFF)
def part(use_id: UUID, part: str) -> str:
    """Show one opened part; that it was read is written down."""
    viewer, now = signed_in_viewer(), clock.now()
    use = queries.get_use(viewer, use_id, now=now)
    lines = read_part(viewer, use, part, now=now)
    actions.note_read(viewer, use, part, now=now)
    html = render_template(
        "emergencies/part.html", use=use, lines=lines, title=labels.title_of(part), whose=WHOSE,
        names=queries.names_of(viewer, [use.young_person_id]),
    )  # fmt: skip
    db.session.commit()
    return html


@bp.post("/emergencies/<uuid:use_id>/close")
@viewer_required(*STAFF)
def close(use_id: UUID) -> Response:
    """Close what is open at once."""
    actions.close(signed_in_viewer(), use_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("emergencies.one", use_id=use_id), 303)
