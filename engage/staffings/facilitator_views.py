"""Who leads short meetings, in which region, and when in the week."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people.access import Object, Verb, may
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.staffings import facilitator_actions, labels, queries
from engage.staffings.facilitator_actions import Overlaps
from engage.staffings.forms import SlotForm

bp = Blueprint("facilitators", __name__)
READERS = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS, Role.ADMIN)
KEEPERS = (Role.SUPERVISOR, Role.ADMIN)


@bp.get("/facilitators")
@viewer_required(*READERS)
def all_of() -> str:
    """List them, with when each is free next."""
    return _page(_form(SlotForm(formdata=None)))


@bp.post("/facilitators")
@viewer_required(*KEEPERS)
def add() -> Response | tuple[str, int]:
    """Give somebody half an hour a week."""
    form = _form(SlotForm())
    minute = form.minute() if form.validate_on_submit() else None
    if minute is None:
        if form.at.data and not form.at.errors:
            form.say("at", str(labels.NO_CLOCK_TIME))
        return _page(form), 400
    person, weekday = UUID(form.person.data), int(form.weekday.data)
    try:
        facilitator_actions.add_slot(
            signed_in_viewer(), person, str(form.region.data), weekday, minute, now=clock.now()
        )
    except Overlaps:
        form.say("at", str(labels.OVERLAPS))
    except ValueError:
        form.say("at", str(labels.NO_CLOCK_TIME))
    else:
        db.session.commit()
        return redirect(url_for("facilitators.all_of"), 303)
    db.session.rollback()
    return _page(form), 400


@bp.post("/facilitators/<uuid:slot_id>/end")
@viewer_required(*KEEPERS)
def end(slot_id: UUID) -> Response:
    """End a half hour; what is booked stays."""
    facilitator_actions.end_slot(signed_in_viewer(), slot_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("facilitators.all_of"), 303)


def _form(form: SlotForm) -> SlotForm:
    form.person.offer(queries.staff_here(signed_in_viewer(), now=clock.now()))
    return form


def _page(form: SlotForm) -> str:
    viewer, now = signed_in_viewer(), clock.now()
    return render_template(
        "staffings/facilitators.html",
        lines=queries.facilitators(viewer, now=now),
        form=form,
        labels=labels,
        may_add=may(viewer, Verb.CREATE, Object.FACILITATORS, None, now=now),
    )
