"""Coming back: the next step, written together, and the answer when they are ready."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.i18n import gettext as _
from engage.people.models import PersonKind
from engage.people.signin import signed_in_viewer, viewer_required
from engage.ways_back import actions as ready
from engage.ways_back import labels
from engage.ways_back.forms import StepForm, read_said
from engage.ways_back.queries import ReadyPage, ready_page
from engage.ways_back.step_queries import steps_for
from engage.web.errors import NotFound

bp = Blueprint("ready", __name__)
READERS = (PersonKind.YOUNG_PERSON, PersonKind.CARER, PersonKind.WORKER)
ANSWERERS = (PersonKind.CARER, PersonKind.WORKER)


@bp.get("/young-people/<uuid:young_person_id>/ready")
@viewer_required(*READERS)
def page(young_person_id: UUID) -> str:
    """Show the next step, and the return that is under way."""
    viewer, now = signed_in_viewer(), clock.now()
    found = ready_page(viewer, young_person_id, now=now)
    steps = steps_for(viewer, young_person_id, now=now)
    return render_template("ways_back/ready.html", page=found, steps=steps, labels=labels)


@bp.get("/my-way-back")
@viewer_required(PersonKind.YOUNG_PERSON)
def mine() -> Response:
    """Lead a young person to their own page."""
    return redirect(url_for("ready.page", young_person_id=signed_in_viewer().person_id), 303)


def _form(found: ReadyPage) -> StepForm:
    form = StepForm(obj=found.step, data={"replies": str(found.person.reply_policy)})
    if not found.is_own:
        # What their phone may show is theirs alone to say.
        del form.may_text, form.words, form.replies
    return form


def _writable(young_person_id: UUID) -> ReadyPage:
    found = ready_page(signed_in_viewer(), young_person_id, now=clock.now())
    if not (found.may_write and found.may_read):
        raise NotFound("way back")
    return found


@bp.get("/young-people/<uuid:young_person_id>/ready/step")
@viewer_required(PersonKind.YOUNG_PERSON, PersonKind.WORKER)
def step(young_person_id: UUID) -> str:
    """Ask who, where and how."""
    found = _writable(young_person_id)
    return render_template("ways_back/ready_step.html", page=found, form=_form(found))


@bp.post("/young-people/<uuid:young_person_id>/ready/step")
@viewer_required(PersonKind.YOUNG_PERSON, PersonKind.WORKER)
def write(young_person_id: UUID) -> Response | tuple[str, int]:
    """Keep the next step."""
    found = _writable(young_person_id)
    form = _form(found)
    if not form.validate_on_submit():
        return render_template("ways_back/ready_step.html", page=found, form=form), 400
    try:
        ready.write_step(signed_in_viewer(), young_person_id, form.step(), now=clock.now())
    except ready.TellsTooMuch as told:
        form.say(
            "words", _("Leave out “%(word)s”: it could tell someone too much.", word=told.word)
        )
        return render_template("ways_back/ready_step.html", page=found, form=form), 400
    db.session.commit()
    return redirect(url_for("ready.page", young_person_id=young_person_id), 303)


@bp.post("/young-people/<uuid:young_person_id>/ready/answer")
@viewer_required(*ANSWERERS)
def answer(young_person_id: UUID) -> Response:
    """Answer somebody who is ready to come back."""
    said = read_said(request.form.get("answer"))
    if said is None:
        raise NotFound("answer")
    ready.answer(signed_in_viewer(), young_person_id, said, now=clock.now())
    db.session.commit()
    return redirect(url_for("ready.page", young_person_id=young_person_id), 303)


@bp.post("/young-people/<uuid:young_person_id>/ready/close")
@viewer_required(*ANSWERERS)
def close(young_person_id: UUID) -> Response:
    """Note that this is over."""
    ready.close(signed_in_viewer(), young_person_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("ready.page", young_person_id=young_person_id), 303)
