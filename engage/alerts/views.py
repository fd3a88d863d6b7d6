"""Alerts on screen: the list, one alert, and the page behind the link in a text."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.alerts import actions, labels, queries
from engage.alerts.forms import OutcomeForm, pass_on_form
from engage.alerts.reading_codes import found_or_404, in_their_language
from engage.alerts.rules import How
from engage.db import db
from engage.people.signin import public, signed_in_viewer, viewer_required

bp = Blueprint("alerts", __name__)


@bp.get("/alerts")
@viewer_required()
def alerts() -> str:
    """List the alerts this person may see, the most urgent first."""
    viewer = signed_in_viewer()
    return render_template(
        "alerts/list.html",
        alerts=queries.alerts(viewer, now=clock.now()),
        untold=queries.count_untold(viewer),
        labels=labels,
    )


@bp.get("/alerts/<uuid:alert_id>")
@viewer_required()
def one_alert(alert_id: UUID) -> str:
    """Show one alert, who was told of it and who has it."""
    page = queries.get_alert(signed_in_viewer(), alert_id, now=clock.now())
    return render_template(
        "alerts/alert.html", page=page, labels=labels, form=OutcomeForm(), to=pass_on_form(page)
    )


@bp.post("/alerts/<uuid:alert_id>/take")
@viewer_required()
def take(alert_id: UUID) -> Response:
    """Say that one has it."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_alert(viewer, alert_id, now=now)
    if page.may_take and viewer.person_id is not None:
        actions.acknowledge(alert_id, viewer.person_id, how=How.PAGE, now=now, viewer=viewer)
        db.session.commit()
    return redirect(url_for("alerts.one_alert", alert_id=alert_id), 303)


@bp.get("/a/<code>")
@public
def by_code(code: str) -> str:
    """Show what the link in a text is about. Changes nothing: previews open links too."""
    found = found_or_404(code)
    with in_their_language(found):
        return render_template(
            "alerts/by_code.html", code=code, found=found, labels=labels, form=OutcomeForm()
        )


@bp.post("/a/<code>")
@public
def take_by_code(code: str) -> Response:
    """Say that one has it, without signing in."""
    found_or_404(code)
    actions.acknowledge_by_code(code, now=clock.now())
    db.session.commit()
    return redirect(url_for("alerts.by_code", code=code), 303)
