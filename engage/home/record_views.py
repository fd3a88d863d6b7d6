"""Reading the audit: one's own actions, a young person's history, and whether the chain is whole.

Source: SAFETY 5, O17: workers read what they did themselves, supervisors what was done to the
records of their team, administrators only whether anything was changed.
"""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request

from engage import clock
from engage.audit import queries as audit
from engage.emergencies.queries import names_of
from engage.home import record_labels as labels
from engage.oversight.queries import initials_of
from engage.people.access import Object, Verb, require
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required

bp = Blueprint("record", __name__)
PAGE = 100


def _before() -> datetime | None:
    """Return where the page before ended; whatever is no instant begins anew."""
    try:
        found = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


@bp.get("/record")
@viewer_required(Role.SOCIAL_WORKER, Role.OUT_OF_HOURS, Role.INTERVIEWER)
def own() -> str:
    """List what the viewer did, newest first, with the initials of those they may still see."""
    viewer, now = signed_in_viewer(), clock.now()
    assert viewer.person_id is not None
    require(viewer, Verb.READ, Object.AUDIT_LOG, None, now=now, owner_id=viewer.person_id)
    acts = audit.acts_by(viewer, viewer.person_id, before=_before(), limit=PAGE)
    about = [act.subject_id for act in acts if act.subject_id]
    return render_template(
        "home/own_record.html", acts=acts, labels=labels, more=len(acts) == PAGE,
        initials=initials_of(viewer, about, now=now),
    )  # fmt: skip


@bp.get("/record/young-people/<uuid:young_person_id>")
@viewer_required(Role.SUPERVISOR)
def history(young_person_id: UUID) -> str:
    """List who did what to a young person's record, for their team's supervisor."""
    viewer, now = signed_in_viewer(), clock.now()
    require(viewer, Verb.READ, Object.AUDIT_LOG, young_person_id, now=now)
    acts = audit.acts_on(viewer, young_person_id, before=_before(), limit=PAGE)
    people = {act.actor_id for act in acts} | {young_person_id}
    return render_template(
        "home/history.html", acts=acts, labels=labels, more=len(acts) == PAGE,
        names=names_of(viewer, people), young_person_id=young_person_id,
    )  # fmt: skip


@bp.get("/record/check")
@viewer_required(Role.ADMIN)
def check() -> str:
    """Say whether the newest lines of the audit are as they were written; no content."""
    viewer = signed_in_viewer()
    require(viewer, Verb.READ_TOTALS, Object.AUDIT_LOG, None, now=clock.now())
    state, checked = audit.newest_state(viewer)
    return render_template("home/record_check.html", state=state, checked=checked)
