"""Reading from a page when people meet and who is asked, and saying what is wrong with it."""

from uuid import UUID

from flask import current_app

from engage import clock
from engage.people.models import Role
from engage.staffings import labels
from engage.staffings.forms import PlanForm
from engage.staffings.meeting_actions import Plan, Taken
from engage.web.forms import Form
from engage.web.layout import time_zone

STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


def address() -> str:
    """Return our public address, for links in texts."""
    return str(current_app.extensions["engage"].public_url.rstrip("/"))


def read_plan(form: PlanForm) -> Plan | None:
    """Return what was filled in; None, with something said beside a field, if it cannot be."""
    linked = form.is_linked_well()
    at, leads = form.chosen(time_zone(), clock.now())
    if at is None:
        form.say("on", str(form.why if form.on.data or form.at.data else labels.NO_TIME))
    if at is None or not linked:
        return None
    return Plan(
        at, address(), leads, form.link.data or "", form.place.data or "",
        tuple(UUID(each) for each in form.people.data or ()), bool(form.young.data),
    )  # fmt: skip


def say_time(form: Form, error: Exception) -> None:
    """Say beside the day what is wrong with a time."""
    form.say("on", str(labels.TAKEN if isinstance(error, Taken) else labels.NOT_AHEAD))
