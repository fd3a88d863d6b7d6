"""The queue for humans: everything that somebody sent and nobody has answered, with its age."""

from flask import Blueprint, render_template

from engage import clock
from engage.alerts import labels as alert_labels
from engage.conversations import queue_labels
from engage.conversations.queue_queries import waiting
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required

bp = Blueprint("queue", __name__)


@bp.get("/check-ins/waiting")
@viewer_required(Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
def show() -> str:
    """Show what waits for a human, the longest waiting first."""
    found = waiting(signed_in_viewer(), now=clock.now())
    return render_template(
        "conversations/queue.html",
        found=found,
        late=sum(one.is_late and not one.taken_by for one in found),
        labels=queue_labels,
        alert_labels=alert_labels,
    )
