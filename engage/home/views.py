"""The start page of each kind of person, and the page for a carer who is worried."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from engage import clock
from engage.alerts import labels as alert_labels
from engage.alerts.rules import initials
from engage.checkins import labels as said_labels
from engage.emergencies.queries import count_waiting
from engage.heightened.sign_queries import signs_noticed
from engage.home import queries
from engage.home.places import LOOKS_AFTER
from engage.intake.queries import count_waiting as count_referrals
from engage.oversight import labels
from engage.oversight import queries as oversight
from engage.people.access import Viewer
from engage.people.copy_queries import is_asked_at_home
from engage.people.models import PersonKind, Role
from engage.people.signin import (
    current_viewer,
    is_signed_in,
    public,
    signed_in_viewer,
    viewer_required,
)
from engage.plans.labels import NEEDS
from engage.returns.queries import find_welcome
from engage.reviews.queries import plans_to_review
from engage.welfare.queries import count_mine as count_agreed

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def start() -> str | Response:
    """Show somebody signed in their own start page; show everybody else where to sign in."""
    viewer = current_viewer()
    if viewer is None or not is_signed_in(viewer):
        return render_template("home/signed_out.html")
    now = clock.now()
    page: Callable[[Viewer, datetime], str] | None = PAGES.get(viewer.kind)  # type: ignore[arg-type]
    return page(viewer, now) if page else render_template("home/signed_out.html")


def _young_person(viewer: Viewer, now: datetime) -> str:
    home = queries.young_home(viewer, now=now)
    return render_template("home/young_person.html", home=home, labels=labels, key=uuid4())


def _carer(viewer: Viewer, now: datetime) -> str:
    home = queries.carer_home(viewer, now=now)
    return render_template(
        "home/carer.html",
        home=home,
        signs=signs_noticed(viewer, now=now),
        welcomes={each.id: find_welcome(viewer, each.id, now=now) for each in home.young_people},
        said_labels=said_labels,
        alert_labels=alert_labels,
    )


def _worker(viewer: Viewer, now: datetime) -> str:
    if not viewer.roles & LOOKS_AFTER:
        return _other_worker(viewer, now)
    alerts = oversight.alerts_waiting(viewer, now=now)
    about = [alert.young_person_id for alert in alerts if alert.young_person_id]
    plans = plans_to_review(viewer, now=now)
    return render_template(
        "home/worker.html",
        alerts=alerts,
        initials=oversight.initials_of(viewer, about, now=now),
        names=oversight.names_of(viewer, [a.acknowledged_by_id for a in alerts]),
        plans=plans,
        check_ins=oversight.recent_check_ins(viewer, now=now),
        unmatched=oversight.count_unmatched(viewer),
        teams=queries.team_names(viewer),
        is_supervisor=Role.SUPERVISOR in viewer.roles,
        emergencies=count_waiting(viewer, now=now),
        referrals=count_referrals(viewer, now=now),
        agreed=count_agreed(viewer),
        has_record=bool(viewer.roles & {Role.SOCIAL_WORKER, Role.OUT_OF_HOURS}),
        keeps_copy=is_asked_at_home(viewer),
        is_night=viewer.roles == {Role.OUT_OF_HOURS},
        said_labels=said_labels,
        alert_labels=alert_labels,
        needs=NEEDS,
        initials_of=initials,
    )


def _other_worker(viewer: Viewer, now: datetime) -> str:
    counts = queries.count_people(viewer, now=now) if Role.ADMIN in viewer.roles else None
    seen = oversight.caseload(viewer, now=now) if Role.INTERVIEWER in viewer.roles else None
    return render_template("home/other_worker.html", counts=counts, seen=seen, labels=labels)


PAGES = {
    PersonKind.YOUNG_PERSON: _young_person,
    PersonKind.CARER: _carer,
    PersonKind.WORKER: _worker,
}


@bp.get("/worried/<uuid:young_person_id>")
@viewer_required(PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
def worried(young_person_id: UUID) -> str:
    """Show somebody who is worried what the plan says to try first, and whom to call."""
    page = queries.worried_page(signed_in_viewer(), young_person_id, now=clock.now())
    return render_template("home/worried.html", page=page, voices=labels.WHOSE)
