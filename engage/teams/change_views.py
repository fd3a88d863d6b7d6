"""What is done to one colleague's standing: roles, sign-in, suspension, leaving; second persons."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people.account_actions import close_account
from engage.people.actions import end_role
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.teams import actions, invitations, labels, member_page, queries
from engage.teams.forms import LeftForm, RoleForm
from engage.web.errors import NotFound
from engage.web.layout import time_zone

bp = Blueprint("team_changes", __name__)
KEEPERS = (Role.SUPERVISOR, Role.ADMIN)


def _back(person_id: UUID) -> Response:
    db.session.commit()
    return redirect(url_for("teams.member", person_id=person_id), 303)


@bp.post("/staff/<uuid:person_id>/roles")
@viewer_required(*KEEPERS)
def give(person_id: UUID) -> Response | tuple[str, int]:
    """Give a role, or ask a second person for it."""
    viewer, form, now = signed_in_viewer(), RoleForm(), clock.now()
    queries.get_member(viewer, person_id, now=now)
    member_page.offer_roles(form, viewer)
    if form.validate_on_submit():
        ends_at = _end_of(form)
        if ends_at is not None and ends_at <= now:
            form.say("until", str(labels.IN_THE_PAST))
        else:
            try:
                actions.give_role(viewer, person_id, Role(form.role.data), now=now,
                                  team_id=member_page.team_of(form), ends_at=ends_at)  # fmt: skip
                return _back(person_id)
            except actions.AlreadyHeld:
                db.session.rollback()
                form.say("role", str(labels.HELD))
    return member_page.of_member(person_id, form, LeftForm(formdata=None)), 400


def _end_of(form: RoleForm) -> datetime | None:
    """Return the end of the last day on the reader's clock."""
    day = form.last_day()
    if day is None:
        return None
    zone = ZoneInfo(time_zone())
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


@bp.post("/staff/<uuid:person_id>/roles/<uuid:grant_id>/end")
@viewer_required(*KEEPERS)
def end(person_id: UUID, grant_id: UUID) -> Response:
    """End a role; the next request no longer has it."""
    viewer, now = signed_in_viewer(), clock.now()
    member = queries.get_member(viewer, person_id, now=now)
    if grant_id not in [grant.id for grant in member.grants]:
        raise NotFound("role")
    end_role(viewer, grant_id, now=now)
    return _back(person_id)


@bp.post("/staff/<uuid:person_id>/invitation")
@viewer_required(*KEEPERS)
def invite_again(person_id: UUID) -> Response:
    """Make a new link for somebody who never chose a password."""
    code = actions.invite_again(signed_in_viewer(), person_id, now=clock.now())
    answer = _back(person_id)
    invitations.hand_over(person_id, code)
    return answer


@bp.post("/staff/<uuid:person_id>/fresh-start")
@viewer_required(*KEEPERS)
def fresh_start(person_id: UUID) -> Response:
    """Ask a second person to let a colleague set their sign-in up anew."""
    try:
        actions.ask_for_fresh_start(signed_in_viewer(), person_id, now=clock.now())
    except actions.AlreadyHeld:
        db.session.rollback()
    return _back(person_id)


@bp.post("/staff/<uuid:person_id>/suspend")
@viewer_required(*KEEPERS)
def suspend(person_id: UUID) -> Response:
    """Shut a colleague out at once."""
    actions.suspend(signed_in_viewer(), person_id, now=clock.now())
    return _back(person_id)


@bp.post("/staff/<uuid:person_id>/let-back")
@viewer_required(*KEEPERS)
def let_back(person_id: UUID) -> Response:
    """Let a suspended colleague in again."""
    actions.let_back(signed_in_viewer(), person_id, now=clock.now())
    return _back(person_id)


@bp.post("/staff/<uuid:person_id>/left")
@viewer_required(*KEEPERS)
def left(person_id: UUID) -> Response | tuple[str, int]:
    """Note that somebody does not work here any more: account, roles and sign-ins end."""
    viewer, form, now = signed_in_viewer(), LeftForm(), clock.now()
    member = queries.get_member(viewer, person_id, now=now)
    if not queries.may_change(viewer, member, now=now):
        raise NotFound("worker")
    if not form.validate_on_submit():
        return member_page.of_member(person_id, RoleForm(formdata=None), form), 400
    close_account(viewer, person_id, now=now)
    db.session.commit()
    return redirect(url_for("teams.staff"), 303)


@bp.post("/staff/requests/<uuid:request_id>")
@viewer_required(*KEEPERS)
def answer(request_id: UUID) -> Response:
    """Say yes or no as the second person, or take one's own request back."""
    viewer, now, said = signed_in_viewer(), clock.now(), request.form.get("answer")
    if said == "withdraw":
        actions.withdraw(viewer, request_id, now=now)
        db.session.commit()
        return redirect(url_for("teams.staff"), 303)
    person_id = queries.get_request(viewer, request_id).person_id
    code = actions.decide(viewer, request_id, yes=said == "yes", now=now)
    answer = _back(person_id)
    if code is None:
        return redirect(url_for("teams.staff"), 303)
    invitations.hand_over(person_id, code)
    return answer
