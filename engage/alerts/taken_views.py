"""What becomes of an alert that somebody has: on its page, and behind the link in a text."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.alerts import labels, queries, taken_actions
from engage.alerts.forms import OutcomeForm, pass_on_form
from engage.alerts.reading_codes import found_or_404, in_their_language
from engage.alerts.taken_rules import Outcome
from engage.db import db
from engage.people.signin import public, signed_in_viewer, viewer_required
from engage.people.viewer import Viewer
from engage.web.errors import NotFound

bp = Blueprint("taken", __name__)
Answer = Response | tuple[str, int]


@bp.post("/alerts/<uuid:alert_id>/resolve")
@viewer_required()
def resolve(alert_id: UUID) -> Answer:
    """Say what came of it: it is over."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_alert(viewer, alert_id, now=now)
    form = OutcomeForm()
    if page.may_resolve and not form.validate():
        return render_template("alerts/alert.html", page=page, labels=labels, form=form,
                               to=pass_on_form(page)), 422  # fmt: skip
    if page.may_resolve:
        _resolve(viewer, alert_id, form)
    return redirect(url_for("alerts.one_alert", alert_id=alert_id), 303)


@bp.post("/alerts/<uuid:alert_id>/keep")
@viewer_required()
def keep(alert_id: UUID) -> Response:
    """Say that one is still on it."""
    viewer, now = signed_in_viewer(), clock.now()
    if queries.get_alert(viewer, alert_id, now=now).is_mine:
        taken_actions.keep_on(viewer, alert_id, now=now)
        db.session.commit()
    return redirect(url_for("alerts.one_alert", alert_id=alert_id), 303)


@bp.post("/alerts/<uuid:alert_id>/pass-on")
@viewer_required()
def pass_on(alert_id: UUID) -> Answer:
    """Let somebody else have it."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_alert(viewer, alert_id, now=now)
    to = pass_on_form(page)
    if page.may_resolve and not to.validate():
        return render_template("alerts/alert.html", page=page, labels=labels, form=OutcomeForm(),
                               to=to), 422  # fmt: skip
    if page.may_resolve:
        taken_actions.hand_over(viewer, alert_id, to=to.chosen(), address=_address(), now=now)
        db.session.commit()
    return redirect(url_for("alerts.one_alert", alert_id=alert_id), 303)


@bp.post("/a/<code>/over")
@public
def over_by_code(code: str) -> Answer:
    """Say what came of it, without signing in."""
    found, form = found_or_404(code), OutcomeForm()
    if found.is_held and not form.validate():
        with in_their_language(found):
            return render_template("alerts/by_code.html", code=code, found=found, labels=labels,
                                   form=form), 422  # fmt: skip
    if found.is_held:
        _resolve(_holder(found), found.alert.id, form)
    return redirect(url_for("alerts.by_code", code=code), 303)


@bp.post("/a/<code>/keep")
@public
def keep_by_code(code: str) -> Response:
    """Say that one is still on it, without signing in."""
    found = found_or_404(code)
    if found.is_held:
        taken_actions.keep_on(_holder(found), found.alert.id, now=clock.now())
        db.session.commit()
    return redirect(url_for("alerts.by_code", code=code), 303)


@bp.post("/a/<code>/pass-on")
@public
def pass_on_by_code(code: str) -> Response:
    """Let whoever is next have it, without signing in."""
    found = found_or_404(code)
    if found.is_held:
        taken_actions.hand_over(_holder(found), found.alert.id, address=_address(), now=clock.now())
        db.session.commit()
    return redirect(url_for("alerts.by_code", code=code), 303)


def _resolve(viewer: Viewer, alert_id: UUID, form: OutcomeForm) -> None:
    taken_actions.resolve(
        viewer, alert_id, Outcome(form.outcome.data), note=str(form.note.data or ""),
        now=clock.now(),
    )  # fmt: skip
    db.session.commit()


def _holder(found: queries.ByCode) -> Viewer:
    if found.alert.acknowledged_by_id != found.person.id:
        raise NotFound("alert")
    return Viewer(person_id=found.person.id, area="link")


def _address() -> str:
    address: str = current_app.extensions["engage"].public_url
    return address.rstrip("/")
