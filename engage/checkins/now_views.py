"""The page without login: `/c/<code>` opens it, `/now` shows five choices, POST sends one.

GET changes nothing but the short session that keeps the code out of the address bar.
"""

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from sqlalchemy import Uuid, bindparam, select
from werkzeug.wrappers import Response

from engage import clock
from engage.checkins.forms import CodeForm, new_key, read_tap
from engage.checkins.holding import sealed_card, sender, young_person_of
from engage.checkins.tap_actions import receive_tap
from engage.crypto import token_digest
from engage.db import db
from engage.people import links
from engage.people.access import Viewer
from engage.people.models import LinkKind, Organisation, Person
from engage.people.signin import current_viewer, public, sign_in_by_link
from engage.places import labels
from engage.places.queries import Nearest, nearest_to_words
from engage.policy.helplines import helplines
from engage.policy.queries import pack
from engage.statements import Query
from engage.web import language
from engage.web.errors import NotFound
from engage.web.fields import showable
from engage.web.limits import count, network

bp = Blueprint("now", __name__)
# Only tries that fail are counted, so that nobody who holds a card is ever turned away.
BY_NETWORK, BY_START, BY_ALL = "20 per minute", "20 per hour", "600 per minute"
TAPS = "30 per minute"
SEARCHES = "30 per minute"
LONGEST_SEARCH = 120
NEAR = 4
_HOUSE = Query(
    select(Organisation.policy, Organisation.service_number).where(
        Organisation.id == bindparam("house", type_=Uuid())
    )
)


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
    if young_person_of(viewer) is None:
        return redirect(url_for("now.type_code"), 303)
    assert viewer is not None
    return _page(viewer, sent="sent" in request.args)


def _page(viewer: Viewer, *, sent: bool = False, empty: bool = False) -> str:
    (house,) = _HOUSE.all(db.session.connection(), {"house": viewer.organisation_id})
    return render_template(
        "checkins/now.html",
        key=new_key(),
        card=sealed_card(viewer),
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
    viewer = sender()
    young_person_id = young_person_of(viewer)
    if viewer is None or young_person_id is None:
        return redirect(url_for("now.type_code"), 303)
    tap = read_tap(request.form)
    if tap is None:
        return _page(viewer, empty=True), 400
    count("tap", token_digest(str(young_person_id)), TAPS, fail_open=True)
    address = current_app.extensions["engage"].public_url.rstrip("/")
    receive_tap(viewer, young_person_id, tap, now=clock.now(), address=address, is_all=True)
    db.session.commit()
    return redirect(url_for("now.now", sent="yes"), 303)


@bp.get("/now/places")
@public
def places() -> str | Response:
    """Show somewhere to go and someone to call, whoever asks."""
    return _places("")


@bp.post("/now/places")
@public
def search_places() -> str:
    """Show the places nearest to what was typed. Posted, so that no address tells where."""
    count("places", token_digest(network()), SEARCHES, fail_open=True)
    return _places(showable(request.form.get("q", ""))[:LONGEST_SEARCH].strip())


def _places(typed: str) -> str:
    viewer = current_viewer()
    policy = current_app.extensions["engage"].policy
    near = Nearest(None, (), "UTC")
    knows = viewer is not None and viewer.organisation_id is not None
    if viewer is not None and knows:
        house = db.session.get(Organisation, viewer.organisation_id)
        policy = house.policy if house else policy
        if typed:
            near = nearest_to_words(viewer, typed, now=clock.now(), number=NEAR)
    found = pack(policy)
    return render_template(
        "checkins/places.html", lines=helplines(found), emergency=found.emergency,
        near=near, typed=typed, labels=labels, knows=knows,
    )  # fmt: skip
