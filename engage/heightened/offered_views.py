"""What is offered to a young person, as they read it; they say yes or no themselves."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.heightened import labels, offer_actions, queries
from engage.people.models import PersonKind
from engage.people.signin import signed_in_viewer, viewer_required
from engage.questions.wording import day_words

bp = Blueprint("offered", __name__)


@bp.get("/offered")
@viewer_required(PersonKind.YOUNG_PERSON)
def offered() -> str:
    """Show a young person what is offered to them."""
    found = queries.offered_to(signed_in_viewer(), now=clock.now())
    return render_template("heightened/offered.html", found=found, labels=labels, day=day_words)


@bp.post("/offered/<uuid:offer_id>")
@viewer_required(PersonKind.YOUNG_PERSON)
def answer(offer_id: UUID) -> Response:
    """Say yes or no to it. Anything but these changes nothing."""
    said = request.form.get("say")
    if said in {"yes", "no"}:
        address = str(current_app.extensions["engage"].public_url).rstrip("/")
        offer_actions.answer_offer(
            signed_in_viewer(), offer_id, yes=said == "yes", address=address, now=clock.now()
        )
        db.session.commit()
    return redirect(url_for("offered.offered"), 303)
