"""What happens next: the worker's pages, and "you said, we did" for the young person."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.outcomes import actions, labels, queries
from engage.outcomes.actions import CannotPromise
from engage.outcomes.forms import EndForm, MoveForm, PromiseForm
from engage.outcomes.rules import State
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.people.viewer import Viewer
from engage.questions.wording import day_words
from engage.web.errors import NotFound

bp = Blueprint("outcomes", __name__)
STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS, Role.INTERVIEWER)


@bp.get("/next-steps")
@viewer_required(*STAFF)
def mine() -> str:
    """List what I promised; for supervisors also what is late in their teams."""
    viewer, now = signed_in_viewer(), clock.now()
    lines = queries.my_steps(viewer, now=now)
    late = []
    if Role.SUPERVISOR in viewer.roles:
        late = queries.late_steps(viewer, now=now)
    return render_template(
        "outcomes/mine.html", lines=lines, late=late, labels=labels, day=day_words
    )


@bp.get("/young-people/<uuid:young_person_id>/next-steps")
@viewer_required(*STAFF)
def about(young_person_id: UUID) -> str:
    """List what was promised about one young person."""
    page = queries.steps_about(signed_in_viewer(), young_person_id, now=clock.now())
    return render_template("outcomes/about.html", page=page, labels=labels, day=day_words)


@bp.get("/young-people/<uuid:young_person_id>/next-steps/new")
@viewer_required(*STAFF)
def ask(young_person_id: UUID) -> str:
    """Ask what will happen, who does it and by when."""
    viewer, now = signed_in_viewer(), clock.now()
    form = PromiseForm(formdata=None)
    return _promise_page(viewer, young_person_id, form, now)


@bp.post("/young-people/<uuid:young_person_id>/next-steps/new")
@viewer_required(*STAFF)
def promise(young_person_id: UUID) -> Response | tuple[str, int]:
    """Write it down."""
    viewer, now, form = signed_in_viewer(), clock.now(), PromiseForm()
    source = queries.came_of(viewer, young_person_id, now=now)
    form.offer_owners(queries.owners_of(viewer, young_person_id, now=now))
    day = form.day()
    if day is None or source is None:
        return _promise_page(viewer, young_person_id, form, now), 400
    try:
        actions.promise(viewer, young_person_id, form.draft(day), came_of=source, now=now)
    except CannotPromise as problem:
        form.fix(problem.fix)
        return _promise_page(viewer, young_person_id, form, now), 400
    db.session.commit()
    return redirect(url_for("outcomes.about", young_person_id=young_person_id), 303)


def _promise_page(viewer: Viewer, young_person_id: UUID, form: PromiseForm, now: datetime) -> str:
    page = queries.steps_about(viewer, young_person_id, now=now)
    if not page.may_add:
        raise NotFound("next steps")
    form.offer_owners(queries.owners_of(viewer, young_person_id, now=now))
    source = queries.came_of(viewer, young_person_id, now=now)
    return render_template("outcomes/new.html", page=page, form=form, source=source, labels=labels)


@bp.get("/next-steps/<uuid:step_id>")
@viewer_required(*STAFF)
def one(step_id: UUID) -> str:
    """Show one promise with all that became of it."""
    return _step_page(signed_in_viewer(), step_id, None, None)


@bp.post("/next-steps/<uuid:step_id>/end")
@viewer_required(*STAFF)
def end(step_id: UUID) -> Response | tuple[str, int]:
    """Say what came of it."""
    viewer, form = signed_in_viewer(), EndForm()
    if not form.validate_on_submit():
        return _step_page(viewer, step_id, form, None), 400
    address = current_app.extensions["engage"].public_url.rstrip("/")
    state, did = State(str(form.state.data)), str(form.did.data)
    actions.end(viewer, step_id, state, did, address=address, now=clock.now())
    db.session.commit()
    return redirect(url_for("outcomes.one", step_id=step_id), 303)


@bp.post("/next-steps/<uuid:step_id>/move")
@viewer_required(*STAFF)
def move(step_id: UUID) -> Response | tuple[str, int]:
    """Give it another day or owner."""
    viewer, now, form = signed_in_viewer(), clock.now(), MoveForm()
    form.offer_owners(queries.get_step(viewer, step_id, now=now).owners)
    day = form.day()
    if day is None:
        return _step_page(viewer, step_id, None, form), 400
    owner_id, reason = UUID(str(form.owner.data)), str(form.reason.data)
    try:
        actions.move(viewer, step_id, owner_id=owner_id, due_on=day, reason=reason, now=now)
    except CannotPromise as problem:
        form.fix(problem.fix)
        return _step_page(viewer, step_id, None, form), 400
    db.session.commit()
    return redirect(url_for("outcomes.one", step_id=step_id), 303)


def _step_page(
    viewer: Viewer, step_id: UUID, end_form: EndForm | None, move_form: MoveForm | None
) -> str:
    page = queries.get_step(viewer, step_id, now=clock.now())
    if move_form is None:
        move_form = MoveForm(formdata=None, due_on=page.step.due_on.isoformat())
        move_form.owner.data = str(page.step.owner_id)
    move_form.offer_owners(page.owners)
    return render_template(
        "outcomes/one.html", page=page, end_form=end_form or EndForm(formdata=None),
        move_form=move_form, labels=labels, day=day_words,
    )  # fmt: skip


@bp.get("/you-said")
@viewer_required(PersonKind.YOUNG_PERSON)
def you_said() -> str:
    """Show a young person what they said and what we did about it."""
    found = queries.you_said(signed_in_viewer(), now=clock.now())
    return render_template("outcomes/you_said.html", found=found, labels=labels, day=day_words)
