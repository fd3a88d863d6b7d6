"""The page with everybody's phones. Exists in a demonstration only."""

from uuid import uuid4

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.checkins.actions import receive_text
from engage.db import db
from engage.demo import labels, phones
from engage.messaging.actions import InboundText
from engage.messaging.labels import REASONS
from engage.people.models import Organisation
from engage.people.signin import public

bp = Blueprint("demo", __name__)
LONGEST = 1600


@bp.get("/demo/phones")
@public
def phones_page() -> str:
    """Show every phone, what it got and what it sent."""
    found = phones.phones(current_app.extensions["engage"].public_url, now=clock.now())
    watching = request.args.get("watch") == "1"
    return render_template(
        "demo/phones.html", phones=found, kinds=labels.KINDS, reasons=REASONS, watching=watching
    )


@bp.post("/demo/phones")
@public
def send() -> Response:
    """Take what somebody typed on a phone as the provider's webhook would bring it."""
    settings = current_app.extensions["engage"]
    number = request.form.get("number", "")
    known = {phone.number: phone for phone in phones.phones(settings.public_url, now=clock.now())}
    if number not in known:
        abort(404)
    organisation = db.session.query(Organisation).first()
    text = InboundText(
        provider="console",
        sid=f"IN{uuid4().hex}",
        from_number=number,
        to_number=str(organisation.service_number) if organisation else "",
        body=request.form.get("words", "")[:LONGEST],
        sent_at=clock.now(),
    )
    receive_text(text, now=clock.now(), address=settings.public_url, source="console")
    db.session.commit()
    return redirect(url_for("demo.phones_page", _anchor=known[number].anchor), 303)
