"""What a tool for exploitation found: kept by workers, read by carers only where it was shared."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.episodes.reading import names_of
from engage.people.access import Object, Verb, may
from engage.people.models import Person, PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.questions.wording import day_words
from engage.safeguarding import actions, labels, queries
from engage.safeguarding.actions import BadDay
from engage.safeguarding.forms import ScreeningForm

bp = Blueprint("screenings", __name__)
READERS = (PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


@bp.get("/young-people/<uuid:young_person_id>/screenings")
@viewer_required(*READERS)
def page(young_person_id: UUID) -> str:
    """Show what was found, and the form for a new one."""
    return _page(young_person_id, ScreeningForm(formdata=None))


@bp.post("/young-people/<uuid:young_person_id>/screenings")
@viewer_required(*STAFF)
def note(young_person_id: UUID) -> Response | tuple[str, int]:
    """Note one."""
    form = ScreeningForm()
    day = form.day() if form.validate_on_submit() else None
    if day is not None:
        try:
            actions.note_screening(
                signed_in_viewer(), young_person_id, tool=str(form.tool.data), done_on=day,
                found=form.what, note=form.note.data or "", now=clock.now(),
            )  # fmt: skip
        except BadDay:
            day = None
    if day is None:
        if not form.fixes:
            form.say("done_on", str(labels.BAD_DAY))
        return _page(young_person_id, form), 400
    db.session.commit()
    return redirect(url_for("screenings.page", young_person_id=young_person_id), 303)


@bp.post("/young-people/<uuid:young_person_id>/screenings/<uuid:screening_id>/share")
@viewer_required(*STAFF)
def share(young_person_id: UUID, screening_id: UUID) -> Response:
    """Let the carers read it."""
    actions.share_screening(signed_in_viewer(), screening_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("screenings.page", young_person_id=young_person_id), 303)


def _page(young_person_id: UUID, form: ScreeningForm) -> str:
    viewer, now = signed_in_viewer(), clock.now()
    found = queries.screenings(viewer, young_person_id, now=now)
    about = (Object.SAFEGUARDING, young_person_id)
    return render_template(
        "safeguarding/screenings.html", found=found, form=form, labels=labels, day=day_words,
        person=db.session.get_one(Person, young_person_id),
        names=names_of(each.by_id for each in found),
        may_add=may(viewer, Verb.EDIT, *about, now=now),
    )  # fmt: skip
