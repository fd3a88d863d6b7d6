"""The young person's card: look at it, print it, make a new one, close it."""

from uuid import UUID

from flask import Blueprint, current_app, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.checkins import card_actions, qr
from engage.db import db
from engage.people.links import grouped
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound

bp = Blueprint("checkin_cards", __name__)


def _public_url() -> str:
    return str(current_app.extensions["engage"].public_url.rstrip("/"))


@bp.get("/young-people/<uuid:young_person_id>/card")
@viewer_required()
def card(young_person_id: UUID) -> str:
    """Show the card, ready to print."""
    viewer = signed_in_viewer()
    found = card_actions.find_card(viewer, young_person_id, now=clock.now())
    db.session.commit()
    return render_template(
        "checkins/card.html",
        young_person_id=young_person_id,
        card=found,
        typed=grouped(found.typed) if found else "",
        address=_public_url().partition("://")[2] + "/c",
        is_own=viewer.person_id == young_person_id,
    )


@bp.get("/young-people/<uuid:young_person_id>/card.svg")
@viewer_required()
def picture(young_person_id: UUID) -> Response:
    """Draw the QR code of the card."""
    found = card_actions.find_card(signed_in_viewer(), young_person_id, now=clock.now())
    db.session.commit()
    if found is None:
        raise NotFound("card")
    response = make_response(qr.svg(f"{_public_url()}/c/{found.code}"))
    response.headers["Content-Type"] = "image/svg+xml"
    return response


@bp.post("/young-people/<uuid:young_person_id>/card")
@viewer_required()
def make(young_person_id: UUID) -> Response:
    """Make a new card; the former one opens nothing any more."""
    card_actions.make_card(signed_in_viewer(), young_person_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("checkin_cards.card", young_person_id=young_person_id), 303)


@bp.post("/young-people/<uuid:young_person_id>/card/close")
@viewer_required()
def close(young_person_id: UUID) -> Response:
    """Close the card at once."""
    card_actions.revoke_card(signed_in_viewer(), young_person_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("checkin_cards.card", young_person_id=young_person_id), 303)
