"""One colleague's page, which looking and changing both draw, and the roles it offers."""

from uuid import UUID

from flask import render_template, session

from engage import clock
from engage.people.access import Viewer
from engage.people.models import Role
from engage.people.signin import signed_in_viewer
from engage.teams import invitations, labels, queries
from engage.teams.forms import WHOLE, LeftForm, RoleForm, WithRole


def offer_roles(form: WithRole, viewer: Viewer) -> None:
    """Offer the roles and teams this viewer may give or ask for."""
    is_admin = queries.is_admin(viewer)
    roles = list(Role) if is_admin else list(queries.GIVEN_BY_SUPERVISORS)
    teams = [(str(team.id), team.name) for team in queries.teams(viewer)]
    form.offer(roles, teams, whole=is_admin)


def team_of(form: WithRole) -> UUID | None:
    """Return the team that was picked, or None for the whole organisation."""
    return None if form.team.data == WHOLE else UUID(str(form.team.data))


def of_member(person_id: UUID, form: RoleForm, left: LeftForm) -> str:
    """Draw one colleague's page."""
    viewer, now = signed_in_viewer(), clock.now()
    found = queries.get_member(viewer, person_id, now=now)
    offer_roles(form, viewer)
    shown = session.pop(invitations.SHOWN, {})
    return render_template(
        "teams/member.html", member=found, form=form, left=left, labels=labels, now=now,
        teams={team.id: team.name for team in queries.teams(viewer)},
        may_change=queries.may_change(viewer, found, now=now),
        requests=[r for r in queries.requests_waiting(viewer, now=now) if r.person_id == person_id],
        link=shown.get(str(person_id), ""), is_admin=queries.is_admin(viewer),
        mailed=shown.get("mailed") == str(person_id), viewer=viewer,
    )  # fmt: skip
