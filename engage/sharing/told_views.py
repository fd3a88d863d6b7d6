"""What had to be told without the young person's yes: recorded, looked at, and shown to them."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people import disclosure_actions, sharing_queries
from engage.people.access import Object, Verb, may, require
from engage.people.models import PersonKind, Role
from engage.people.queries import get_person
from engage.people.rules import DisclosureReason
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans import labels, queries, sharing_labels
from engage.sharing.forms import DisclosureForm, WithholdForm
from engage.web.errors import NotFound

bp = Blueprint("plan_told", __name__)
YOUNG = PersonKind.YOUNG_PERSON
TELLERS = (Role.SOCIAL_WORKER, Role.OUT_OF_HOURS)
STAFF = (*TELLERS, Role.SUPERVISOR)


@bp.get("/told/<uuid:young_person_id>")
@viewer_required(YOUNG, *STAFF)
def told(young_person_id: UUID) -> str:
    """List what was told without the young person's yes; to themselves what they may know now."""
    viewer, now = signed_in_viewer(), clock.now()
    found = sharing_queries.list_disclosures(viewer, young_person_id, now=now)
    is_own = viewer.person_id == young_person_id
    html = render_template(
        "plans/told.html", found=found, is_own=is_own, labels=labels, words=sharing_labels,
        person=get_person(viewer, young_person_id, now=now), now=now,
        may_tell=may(viewer, Verb.CREATE, Object.DISCLOSURE, young_person_id, now=now),
        may_decide=may(viewer, Verb.APPROVE, Object.DISCLOSURE, young_person_id, now=now),
        viewer_id=viewer.person_id,
    )  # fmt: skip
    if is_own:
        for one in found:
            disclosure_actions.note_seen(viewer, one.disclosure.id, now=now)
        db.session.commit()
    return html


@bp.get("/told/<uuid:young_person_id>/new")
@viewer_required(*TELLERS)
def new(young_person_id: UUID) -> str:
    """Say openly what is asked of whoever tells without a yes, and ask what was told."""
    return _new_page(young_person_id, DisclosureForm(formdata=None))


def _new_page(young_person_id: UUID, form: DisclosureForm) -> str:
    viewer, now = signed_in_viewer(), clock.now()
    require(viewer, Verb.CREATE, Object.DISCLOSURE, young_person_id, now=now)
    _offer(form, young_person_id)
    person = get_person(viewer, young_person_id, now=now)
    return render_template("plans/told_new.html", form=form, person=person)


def _offer(form: DisclosureForm, young_person_id: UUID) -> None:
    now = clock.now()
    plan = queries.find_plan(signed_in_viewer(), young_person_id, now=now)
    if plan is not None:
        form.offer_parts(queries.get_page(signed_in_viewer(), plan.id, now=now))


@bp.post("/told/<uuid:young_person_id>/new")
@viewer_required(*TELLERS)
def tell(young_person_id: UUID) -> Response | tuple[str, int]:
    """Keep what was told, to whom and why."""
    viewer, now, form = signed_in_viewer(), clock.now(), DisclosureForm()
    require(viewer, Verb.CREATE, Object.DISCLOSURE, young_person_id, now=now)
    _offer(form, young_person_id)
    if not form.validate_on_submit():
        return _new_page(young_person_id, form), 400
    disclosure_actions.disclose(
        viewer, young_person_id, sections=form.sections.data or [],
        code=DisclosureReason(form.code.data), reason=form.reason.data or "",
        told_to=form.told_to.data or "", now=now,
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("plan_told.told", young_person_id=young_person_id), 303)


@bp.post("/told/<uuid:young_person_id>/<uuid:disclosure_id>/right")
@viewer_required(Role.SUPERVISOR)
def approve(young_person_id: UUID, disclosure_id: UUID) -> Response:
    """Keep that a supervisor looked at it; the young person sees it from now on."""
    _one(young_person_id, disclosure_id)
    disclosure_actions.approve_disclosure(signed_in_viewer(), disclosure_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("plan_told.told", young_person_id=young_person_id), 303)


def _one(young_person_id: UUID, disclosure_id: UUID) -> sharing_queries.Told:
    found = sharing_queries.list_disclosures(signed_in_viewer(), young_person_id, now=clock.now())
    for one in found:
        if one.disclosure.id == disclosure_id:
            return one
    raise NotFound("disclosure")


@bp.get("/told/<uuid:young_person_id>/<uuid:disclosure_id>/later")
@viewer_required(Role.SUPERVISOR)
def later(young_person_id: UUID, disclosure_id: UUID) -> str:
    """Ask a supervisor why the young person should not see it yet."""
    one = _one(young_person_id, disclosure_id)
    return render_template("plans/told_later.html", one=one, form=WithholdForm(formdata=None))


@bp.post("/told/<uuid:young_person_id>/<uuid:disclosure_id>/later")
@viewer_required(Role.SUPERVISOR)
def withhold(young_person_id: UUID, disclosure_id: UUID) -> Response | tuple[str, int]:
    """Keep it back for thirty days at most, with the reason."""
    one, form = _one(young_person_id, disclosure_id), WithholdForm()
    if not form.validate_on_submit():
        return render_template("plans/told_later.html", one=one, form=form), 400
    disclosure_actions.withhold_disclosure(
        signed_in_viewer(), disclosure_id, why=form.why.data or "", now=clock.now()
    )
    db.session.commit()
    return redirect(url_for("plan_told.told", young_person_id=young_person_id), 303)
