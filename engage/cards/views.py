"""The young person's card: look at it, print it, make a new one, close it."""

from uuid import UUID

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from engage import clock
from engage.cards import actions as card_actions
from engage.cards import qr
from engage.cards import queries as card_queries
from engage.cards.actions import Card
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import use_locale
from engage.people.access import Viewer
from engage.people.links import grouped
from engage.people.phone_actions import report_lost_phone
from engage.people.signin import signed_in_viewer, viewer_required
from engage.policy.helplines import helplines
from engage.policy.queries import pack
from engage.web.errors import NotFound
from engage.web.limits import count
from engage.web.pdf import NoPdf, make_pdf

bp = Blueprint("checkin_cards", __name__)
PDFS = "60 per hour"
# A card has room for this many numbers.
MOST_NUMBERS = 2


def _public_url() -> str:
    return str(current_app.extensions["engage"].public_url.rstrip("/"))


@bp.get("/young-people/<uuid:young_person_id>/card")
@viewer_required()
def card(young_person_id: UUID) -> str:
    """Show the card, ready to print."""
    viewer = signed_in_viewer()
    found = card_actions.find_card(viewer, young_person_id, now=clock.now())
    db.session.commit()
    picture = url_for("checkin_cards.picture", young_person_id=young_person_id)
    return render_template(
        "cards/card.html",
        young_person_id=young_person_id,
        face=found and _face(viewer, young_person_id, found, picture),
        no_pdf="no-pdf" in request.args,
        is_lost="phone-lost" in request.args,
        is_own=viewer.person_id == young_person_id,
    )


def _face(viewer: Viewer, young_person_id: UUID, found: Card, picture: str = "") -> Markup:
    """Draw the card in its owner's language; with the address of its code, or the code itself."""
    owner = card_queries.get_owner(viewer, young_person_id, now=clock.now())
    rules = pack(owner.policy)
    with use_locale(owner.locale):
        lines = helplines(rules)
        html = render_template(
            "cards/wallet.html",
            picture=picture,
            drawing="" if picture else qr.drawing(f"{_public_url()}/c/{found.code}"),
            address=_public_url().partition("://")[2] + "/c",
            typed=grouped(found.typed),
            emergency=rules.emergency,
            calls=[line.phone for line in lines if line.phone][:MOST_NUMBERS],
            texts=[line.text for line in lines if line.text and not line.phone][:1],
        )
    return Markup(html)  # noqa: S704 - drawn by our own template just now


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


@bp.get("/young-people/<uuid:young_person_id>/card.pdf")
@viewer_required()
def pdf(young_person_id: UUID) -> Response:
    """Make the card as a PDF of its true size; without the means to, lead back with a word."""
    viewer = signed_in_viewer()
    found = card_actions.find_card(viewer, young_person_id, now=clock.now())
    db.session.commit()
    if found is None:
        raise NotFound("card")
    count("pdf", token_digest(str(viewer.person_id)), PDFS)
    owner = card_queries.get_owner(viewer, young_person_id, now=clock.now())
    html = render_template(
        "cards/card_pdf.html",
        face=_face(viewer, young_person_id, found),
        letter=owner.prints_on_letter,
    )
    try:
        made = make_pdf(html, "print.css")
    except NoPdf:
        back = url_for("checkin_cards.card", young_person_id=young_person_id)
        return redirect(f"{back}?no-pdf=1", 303)
    response = make_response(made)
    response.headers["Content-Type"] = "application/pdf"
    # A neutral name: it stays in the list of downloads.
    response.headers["Content-Disposition"] = 'inline; filename="card.pdf"'
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


@bp.post("/young-people/<uuid:young_person_id>/phone-lost")
@viewer_required()
def lost(young_person_id: UUID) -> Response:
    """Close everything the lost phone can open, card and kept copies too. Source: SAFETY T13."""
    report_lost_phone(signed_in_viewer(), young_person_id, now=clock.now())
    db.session.commit()
    where = url_for("checkin_cards.card", young_person_id=young_person_id)
    return redirect(f"{where}?phone-lost=1", 303)
