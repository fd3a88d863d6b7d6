"""Which texts a young person wants: theirs to read, and their workers'."""

from uuid import UUID

from flask import Blueprint, render_template

from engage import clock
from engage.conversations import consent_labels as labels
from engage.conversations.consent_queries import consent_page
from engage.people.models import PersonKind
from engage.people.signin import signed_in_viewer, viewer_required

bp = Blueprint("consent", __name__)


@bp.get("/young-people/<uuid:young_person_id>/texts-agreed")
@viewer_required(PersonKind.YOUNG_PERSON, PersonKind.WORKER)
def page(young_person_id: UUID) -> str:
    """Show what was agreed about texts, purpose by purpose, and every change."""
    found = consent_page(signed_in_viewer(), young_person_id, now=clock.now())
    return render_template("conversations/consent.html", page=found, labels=labels)
