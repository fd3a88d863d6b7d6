"""When a young person checks in: for them, their worker, and whoever answers at night."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.agreed import actions as times
from engage.agreed import away_actions, labels
from engage.agreed.forms import TimesForm, read_pause
from engage.agreed.models import AgreedTime
from engage.agreed.queries import TimesPage, get_time, times_page
from engage.db import db
from engage.people.models import PersonKind
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound

bp = Blueprint("times", __name__)
READERS = (PersonKind.YOUNG_PERSON, PersonKind.CARER, PersonKind.WORKER)
WRITERS = (PersonKind.YOUNG_PERSON, PersonKind.WORKER)


@bp.get("/young-people/<uuid:young_person_id>/check-in-times")
@viewer_required(*READERS)
def page(young_person_id: UUID) -> str:
    """Show what was agreed, what is expected next, and who hears if nothing comes."""
    found = times_page(signed_in_viewer(), young_person_id, now=clock.now())
    return render_template("agreed/times.html", page=found, labels=labels, now=clock.now())


@bp.get("/my-check-in-times")
@viewer_required(PersonKind.YOUNG_PERSON)
def mine() -> Response:
    """Lead a young person to their own page."""
    return redirect(url_for("times.page", young_person_id=signed_in_viewer().person_id), 303)


def _writable(young_person_id: UUID) -> TimesPage:
    found = times_page(signed_in_viewer(), young_person_id, now=clock.now())
    if not found.may_write:
        raise NotFound("agreed times")
    return found


def _form(found: TimesPage) -> TimesForm:
    form = TimesForm()
    form.fill(day_names=labels.day_names(), by_worker=not found.is_own)
    return form


@bp.get("/young-people/<uuid:young_person_id>/check-in-times/new")
@viewer_required(*WRITERS)
def new(young_person_id: UUID) -> str:
    """Ask when."""
    found = _writable(young_person_id)
    return render_template("agreed/new_time.html", page=found, form=_form(found))


@bp.post("/young-people/<uuid:young_person_id>/check-in-times/new")
@viewer_required(*WRITERS)
def propose(young_person_id: UUID) -> Response | tuple[str, int]:
    """Propose a time; it holds when the other one has said yes."""
    found = _writable(young_person_id)
    form = _form(found)
    if not form.validate_on_submit():
        return render_template("agreed/new_time.html", page=found, form=form), 400
    said_aloud = not found.is_own and bool(form.said_aloud.data)
    try:
        times.propose(
            signed_in_viewer(), young_person_id, form.proposal(), said_aloud=said_aloud,
            now=clock.now(),
        )  # fmt: skip
    except times.TooMany:
        form.say("repeat", str(labels.TOO_MANY))
        return render_template("agreed/new_time.html", page=found, form=form), 400
    db.session.commit()
    return _back(young_person_id)


def _back(young_person_id: UUID) -> Response:
    return redirect(url_for("times.page", young_person_id=young_person_id), 303)


def _time(time_id: UUID) -> AgreedTime:
    return get_time(signed_in_viewer(), time_id, now=clock.now())[0]


@bp.post("/check-in-times/<uuid:time_id>/agree")
@viewer_required(*WRITERS)
def agree(time_id: UUID) -> Response:
    """Say yes to what the other one proposed."""
    young_person_id = _time(time_id).young_person_id
    viewer = signed_in_viewer()
    said_aloud = viewer.kind is PersonKind.WORKER and "said_aloud" in request.form
    times.agree(viewer, time_id, said_aloud=said_aloud, now=clock.now())
    db.session.commit()
    return _back(young_person_id)


@bp.post("/check-in-times/<uuid:time_id>/pause")
@viewer_required(*WRITERS)
def pause(time_id: UUID) -> Response:
    """Expect nothing for a while."""
    young_person_id, now = _time(time_id).young_person_id, clock.now()
    until = now + read_pause(request.form.get("for"))
    times.pause(signed_in_viewer(), time_id, until, now=now)
    db.session.commit()
    return _back(young_person_id)


@bp.post("/check-in-times/<uuid:time_id>/go-on")
@viewer_required(*WRITERS)
def go_on(time_id: UUID) -> Response:
    """End a pause now."""
    young_person_id = _time(time_id).young_person_id
    times.go_on(signed_in_viewer(), time_id, now=clock.now())
    db.session.commit()
    return _back(young_person_id)


@bp.post("/check-in-times/<uuid:time_id>/end")
@viewer_required(*WRITERS)
def end(time_id: UUID) -> Response:
    """Agree no longer to this."""
    young_person_id = _time(time_id).young_person_id
    times.end(signed_in_viewer(), time_id, now=clock.now())
    db.session.commit()
    return _back(young_person_id)


@bp.post("/young-people/<uuid:young_person_id>/check-in-times/<any(away, back):what>")
@viewer_required(PersonKind.WORKER)
def away(young_person_id: UUID, what: str) -> Response:
    """Begin or end what was agreed for the time they are away."""
    act = away_actions.begin_away if what == "away" else away_actions.end_away
    act(signed_in_viewer(), young_person_id, now=clock.now())
    db.session.commit()
    return _back(young_person_id)


@bp.post("/young-people/<uuid:young_person_id>/expected/<uuid:expected_id>/heard")
@viewer_required(PersonKind.WORKER)
def heard(young_person_id: UUID, expected_id: UUID) -> Response:
    """Note that a worker has seen or spoken to them."""
    times.note_heard(signed_in_viewer(), expected_id, now=clock.now())
    db.session.commit()
    return _back(young_person_id)
