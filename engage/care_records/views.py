"""The page of a young person's care record."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.care_records import actions, labels, queries
from engage.care_records.forms import CareRecordForm
from engage.db import db
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required

bp = Blueprint("care_records", __name__)
READERS = (PersonKind.YOUNG_PERSON, Role.SOCIAL_WORKER, Role.SUPERVISOR)


@bp.get("/young-people/<uuid:young_person_id>/care-record")
@viewer_required(*READERS)
def page(young_person_id: UUID) -> str:
    """Show what is noted; whoever answers for it may change it."""
    return _page(young_person_id, None)


@bp.post("/young-people/<uuid:young_person_id>/care-record")
@viewer_required(Role.SOCIAL_WORKER)
def note(young_person_id: UUID) -> Response | tuple[str, int]:
    """Keep what was filled in."""
    form = CareRecordForm()
    if not form.validate_on_submit():
        return _page(young_person_id, form), 400
    viewer, now = signed_in_viewer(), clock.now()
    try:
        actions.note_care_record(viewer, young_person_id, form.details(), now=now)
    except actions.CannotStand as problem:
        for name, flaw in problem.flaws.items():
            form.say(name, str(labels.FLAWS[flaw]))
        return _page(young_person_id, form), 400
    db.session.commit()
    return redirect(url_for("care_records.page", young_person_id=young_person_id), 303)


def _page(young_person_id: UUID, form: CareRecordForm | None) -> str:
    found = queries.get_page(signed_in_viewer(), young_person_id, now=clock.now())
    if form is None:
        form = CareRecordForm(formdata=None)
        form.show(found.details)
    return render_template("care_records/page.html", page=found, form=form, labels=labels)
