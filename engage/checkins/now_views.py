"""The page without login: `/c/<code>` opens it, `/now` shows five choices, POST sends one.

GET changes nothing but the short session that keeps the code out of the address bar.
"""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from engage import clock, crypto
from engage.checkins.forms import CodeForm, new_key, read_tap
from engage.checkins.tap_actions import receive_tap
from engage.crypto import CannotUnseal, token_digest
from engage.db import db
from engage.people import links
from engage.people.access import Viewer
from engage.people.models import Link, LinkKind, Organisation, Person, PersonKind
from engage.people.signin import current_viewer, public, sign_in_by_link
from engage.policy.queries import pack
from engage.policy.setup import helplines
from engage.web import language
from engage.web.errors import NotFound
from engage.web.limits import count, network

bp = Blueprint("now", __name__)
# Only tries that fail are counted, so that nobody who holds a card is ever turned away.
BY_NETWORK, BY_START, BY_ALL = "20 per minute", "20 per hour", "600 per minute"
TAPS = "30 per minute"
_NOWHERE = UUID(int=0)


@bp.get("/c")
@public
def type_code() -> str:
    """Ask for the code on the card."""
    return render_template("checkins/code.html", form=CodeForm(formdata=None))


@bp.post("/c")
@public
def open_typed() -> Response | tuple[str, int]:
    """Open the page with a typed code."""
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("checkins/code.html", form=form), 400
    return _open(str(form.code.data))


@bp.get("/c/<code>")
@public
def open_link(code: str) -> Response:
    """Open the page, and keep the code out of the address bar and the history."""
    return _open(code)


def _open(code: str) -> Response:
    now = clock.now()
    link = links.find(LinkKind.CHECK_IN, code, now=now)
    if link is None or link.young_person_id is None:
        start = links.normalise(code)[:4]
        count("card: everybody", "all", BY_ALL, fail_open=True)
        count("card: network", token_digest(network()), BY_NETWORK, fail_open=True)
        count("card: code", token_digest(start), BY_START, fail_open=True)
        raise NotFound("card")
    chosen = "lang" in session
    sign_in_by_link(link)
    if not chosen:
        locale = db.session.scalar(select(Person.locale).where(Person.id == link.young_person_id))
        language.keep(str(locale))
    return redirect(url_for("now.now"), 303)


@bp.get("/now")
@public
def now() -> str | Response:
    """Show the five choices; the same page for everybody who has a card."""
    viewer = current_viewer()
    if _young_person(viewer) is None:
        return redirect(url_for("now.type_code"), 303)
    assert viewer is not None
    return _page(viewer, sent="sent" in request.args)


def _page(viewer: Viewer, *, sent: bool = False, empty: bool = False) -> str:
    house = db.session.execute(
        select(Organisation.policy, Organisation.service_number).where(
            Organisation.id == viewer.organisation_id
        )
    ).one()
    return render_template(
        "checkins/now.html",
        key=new_key(),
        card=_sealed_card(viewer),
        number=house.service_number,
        emergency=pack(house.policy).emergency,
        lines=helplines(pack(house.policy)),
        sent=sent,
        empty=empty,
    )


@bp.post("/now")
@public
def send() -> Response | str | tuple[str, int]:
    """Keep what was pressed, tell people, and say that it was sent only once it is kept."""
    viewer = _sender()
    young_person_id = _young_person(viewer)
    if viewer is None or young_person_id is None:
        return redirect(url_for("now.type_code"), 303)
    tap = read_tap(request.form)
    if tap is None:
        return _page(viewer, empty=True), 400
    count("tap", token_digest(str(young_person_id)), TAPS, fail_open=True)
    address = current_app.extensions["engage"].public_url.rstrip("/")
    receive_tap(viewer, young_person_id, tap, now=clock.now(), address=address)
    db.session.commit()
    return redirect(url_for("now.now", sent="yes"), 303)


@bp.get("/now/places")
@public
def places() -> str | Response:
    """Show somewhere to go and someone to call, whoever asks."""
    viewer = current_viewer()
    settings = current_app.extensions["engage"]
    policy = settings.policy
    if viewer is not None and viewer.organisation_id is not None:
        house = db.session.get(Organisation, viewer.organisation_id)
        policy = house.policy if house else policy
    found = pack(policy)
    return render_template(
        "checkins/places.html", lines=helplines(found), emergency=found.emergency
    )


def _young_person(viewer: Viewer | None) -> UUID | None:
    """Return whose page this is: the holder of a card, or a young person signed in."""
    if viewer is None:
        return None
    if viewer.link_kind is LinkKind.CHECK_IN:
        return viewer.young_person_id
    is_young = viewer.kind is PersonKind.YOUNG_PERSON and viewer.link_kind is None
    return viewer.person_id if is_young else None


def _sealed_card(viewer: Viewer) -> str:
    """Seal which card opened this page, so that pressing works after the session has ended."""
    if viewer.link_id is None:
        return ""
    return crypto.seal(str(viewer.link_id), "now.card", _NOWHERE)


def _sender() -> Viewer | None:
    """Return who sends: by the session, or by the card that the page remembers."""
    viewer = current_viewer()
    if viewer is not None or not request.form.get("card"):
        return viewer
    try:
        link_id = UUID(crypto.unseal(request.form["card"], "now.card", _NOWHERE))
    except (CannotUnseal, ValueError):
        return None
    now = clock.now()
    link = db.session.get(Link, link_id)
    if link is None or link.revoked_at or (link.expires_at and link.expires_at <= now):
        return None
    return sign_in_by_link(link)
