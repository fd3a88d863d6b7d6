"""The page with everybody's phones. Exists in a demonstration only."""

from uuid import uuid4

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from engage import clock
from engage.checkins.actions import receive_text
from engage.db import db
from engage.demo import labels, phones
from engage.feedback.by_text import ANSWERS, Heard
from engage.feedback.by_text import receive as receive_feedback
from engage.i18n import LOCALES
from engage.messaging.actions import InboundText
from engage.messaging.labels import REASONS
from engage.people.models import Organisation
from engage.people.signin import public
from engage.policy.queries import pack

bp = Blueprint("demo", __name__)
LONGEST = 1600


@bp.get("/demo/phones")
@public
def phones_page() -> str:
    """Show every phone, what it got and what it sent."""
    found = phones.phones(current_app.extensions["engage"].public_url, now=clock.now())
    watching = request.args.get("watch") == "1"
    return render_template(
        "demo/phones.html", phones=found, kinds=labels.KINDS, reasons=REASONS, watching=watching,
        answered=_answer_to_feedback(),
    )  # fmt: skip


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
    anchor = known[number].anchor
    found = receive_feedback(text, now=clock.now(), address=settings.public_url)
    if isinstance(found, Heard):
        db.session.commit()
        # Nothing is kept of it, not even here: the answer is shown once.
        answer = url_for(
            "demo.phones_page", said=found.template, by=found.locale, on=anchor, _anchor=anchor
        )
        return redirect(answer, 303)
    receive_text(found, now=clock.now(), address=settings.public_url, source="console")
    db.session.commit()
    return redirect(url_for("demo.phones_page", _anchor=anchor), 303)


def _answer_to_feedback() -> tuple[str, str]:
    """Return on which phone an answer to feedback stands, and its words; "" without one."""
    template, locale = request.args.get("said", ""), request.args.get("by", "")
    if template not in ANSWERS or locale not in LOCALES:
        return "", ""
    house = db.session.scalars(select(Organisation)).first()
    emergency = pack(house.policy).emergency if house else ""
    return request.args.get("on", ""), Heard(template, locale, emergency).words
