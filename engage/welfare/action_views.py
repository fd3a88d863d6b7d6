"""What was agreed in a welfare meeting: how it stands, another day, and what came of it."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.questions.wording import day_words
from engage.welfare import actions, labels, queries
from engage.welfare.actions import CannotWrite
from engage.welfare.forms import EndForm, MoveForm
from engage.welfare.rules import State

bp = Blueprint("welfare_actions", __name__)
WHO = (Role.SOCIAL_WORKER, Role.SUPERVISOR)
ONE = "/welfare-actions/<uuid:action_id>"


@bp.get(ONE)
@viewer_required(*WHO)
def one(action_id: UUID) -> str:
    """Show something agreed with all that became of it."""
    return _one(action_id, None, None)


@bp.post(f"{ONE}/end")
@viewer_required(*WHO)
def end(action_id: UUID) -> Response | tuple[str, int]:
    """Say what came of it."""
    viewer, now, form = signed_in_viewer(), clock.now(), EndForm()
    queries.find_action(viewer, action_id, now=now)
    if not form.validate_on_submit():
        return _one(action_id, form, None), 400
    actions.end(viewer, action_id, State(str(form.state.data)), str(form.did.data), now=now)
    db.session.commit()
    return redirect(url_for(".one", action_id=action_id), 303)


@bp.post(f"{ONE}/move")
@viewer_required(*WHO)
def move(action_id: UUID) -> Response | tuple[str, int]:
    """Give it another day or owner."""
    viewer, now, form = signed_in_viewer(), clock.now(), MoveForm()
    form.offer(queries.get_action(viewer, action_id, now=now).owners)
    filled = form.filled()
    if filled is None:
        return _one(action_id, None, form), 400
    owner_id, due_on = filled
    try:
        actions.move(
            viewer, action_id, owner_id=owner_id, due_on=due_on, reason=str(form.reason.data),
            now=now,
        )  # fmt: skip
    except CannotWrite as problem:
        form.fix(problem.fix)
        return _one(action_id, None, form), 400
    db.session.commit()
    return redirect(url_for(".one", action_id=action_id), 303)


def _one(action_id: UUID, end_form: EndForm | None, move_form: MoveForm | None) -> str:
    page = queries.get_action(signed_in_viewer(), action_id, now=clock.now())
    if move_form is None:
        move_form = MoveForm(formdata=None, due_on=page.action.due_on.isoformat())
        move_form.owner.data = str(page.action.owner_id)
    move_form.offer(page.owners)
    return render_template(
        "welfare/action.html", page=page, end_form=end_form or EndForm(formdata=None),
        move_form=move_form, labels=labels, day=day_words,
    )  # fmt: skip
