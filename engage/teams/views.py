"""The staff: who works here, one colleague's page, inviting somebody, and the teams."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people.access import Viewer
from engage.people.actions import create_team
from engage.people.models import Role
from engage.people.phones import NotANumber, parse_phone
from engage.people.queries import get_organisation
from engage.people.signin import signed_in_viewer, viewer_required
from engage.teams import actions, invitations, labels, queries
from engage.teams.forms import InviteForm, LeftForm, RoleForm, TeamForm
from engage.teams.member_page import of_member, offer_roles, team_of

bp = Blueprint("teams", __name__)
KEEPERS = (Role.SUPERVISOR, Role.ADMIN)


@bp.get("/staff")
@viewer_required(*KEEPERS)
def staff() -> str:
    """List the staff the viewer looks after, and what waits for a second person."""
    viewer, now = signed_in_viewer(), clock.now()
    found = queries.members(viewer, now=now)
    requests = queries.requests_waiting(viewer, now=now)
    people = [p for r in requests for p in (r.person_id, r.asked_by_id)]
    return render_template(
        "teams/staff.html", members=found, requests=requests, labels=labels,
        teams={team.id: team.name for team in queries.teams(viewer)}, viewer=viewer,
        names=queries.staff_names(viewer, people), is_admin=queries.is_admin(viewer),
        decidable={r.id for r in requests if queries.may_decide(viewer, r, now=now)},
    )  # fmt: skip


@bp.get("/staff/new")
@viewer_required(*KEEPERS)
def new() -> str:
    """Ask whom to invite."""
    form = InviteForm(formdata=None)
    offer_roles(form, signed_in_viewer())
    return render_template(
        "teams/new.html", form=form, is_admin=queries.is_admin(signed_in_viewer())
    )


@bp.post("/staff/new")
@viewer_required(*KEEPERS)
def invite() -> Response | tuple[str, int]:
    """Invite somebody; the page of the new colleague says how they get in."""
    viewer, form = signed_in_viewer(), InviteForm()
    offer_roles(form, viewer)
    made = _invited(viewer, form) if form.validate_on_submit() else None
    if made is None:
        is_admin = queries.is_admin(viewer)
        return render_template("teams/new.html", form=form, is_admin=is_admin), 400
    db.session.commit()
    invitations.hand_over(made.person_id, made.code)
    return redirect(url_for("teams.member", person_id=made.person_id), 303)


def _invited(viewer: Viewer, form: InviteForm) -> actions.Invited | None:
    assert viewer.organisation_id is not None
    region = get_organisation(viewer, viewer.organisation_id).region
    try:
        phone = parse_phone(form.phone.data, region) if form.phone.data else None
        return actions.invite_member(
            viewer, name=form.name.data or "", email=form.email.data or "", phone=phone,
            roles=[Role(form.role.data)], team_id=team_of(form), locale=form.locale.data,
            now=clock.now(),
        )  # fmt: skip
    except NotANumber:
        form.say("phone", str(labels.NO_NUMBER))
    except actions.AddressTaken:
        form.say("email", str(labels.TAKEN))
    db.session.rollback()
    return None


@bp.get("/staff/<uuid:person_id>")
@viewer_required(*KEEPERS)
def member(person_id: UUID) -> str:
    """Show one colleague: roles, how they sign in, and what can be changed."""
    return of_member(person_id, RoleForm(formdata=None), LeftForm(formdata=None))


@bp.get("/staff/teams")
@viewer_required(*KEEPERS)
def teams() -> str:
    """List the teams and their names."""
    return _teams(TeamForm(formdata=None))


def _teams(form: TeamForm) -> str:
    viewer = signed_in_viewer()
    return render_template(
        "teams/teams.html", teams=queries.teams(viewer), form=form,
        is_admin=queries.is_admin(viewer),
    )  # fmt: skip


@bp.post("/staff/teams")
@viewer_required(Role.ADMIN)
def add_team() -> Response | tuple[str, int]:
    """Add a team."""
    viewer, form = signed_in_viewer(), TeamForm()
    if not form.validate_on_submit():
        return _teams(form), 400
    assert viewer.organisation_id is not None
    create_team(viewer, viewer.organisation_id, form.name.data or "", now=clock.now())
    db.session.commit()
    return redirect(url_for("teams.teams"), 303)


@bp.route("/staff/teams/<uuid:team_id>", methods=["GET", "POST"])
@viewer_required(*KEEPERS)
def team(team_id: UUID) -> str | Response | tuple[str, int]:
    """Give a team another name."""
    viewer = signed_in_viewer()
    found = queries.get_team(viewer, team_id)
    form = TeamForm(name=found.name)
    if form.validate_on_submit():
        actions.rename_team(viewer, team_id, form.name.data or "", now=clock.now())
        db.session.commit()
        return redirect(url_for("teams.teams"), 303)
    html = render_template("teams/team.html", form=form, team=found)
    return (html, 400) if form.is_submitted() else html
