"""How a young person wants to come back, with a card or signed in: said, changed, or not kept."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.checkins.holding import sealed_card, sender, young_person_of
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import current_locale
from engage.people.access import Viewer
from engage.people.models import Organisation
from engage.people.signin import current_viewer, public
from engage.policy.queries import pack
from engage.ways_back import labels
from engage.ways_back.forms import OwnWishForm, WishForm
from engage.ways_back.step_actions import nobody_came
from engage.ways_back.step_queries import WishPage, wish_page
from engage.ways_back.wish_actions import Wishes, wish
from engage.web.limits import count

bp = Blueprint("wishes", __name__)
TAPS = "30 per minute"


def _whose() -> tuple[Viewer, UUID] | None:
    viewer = sender() if request.method == "POST" else current_viewer()
    young_person_id = young_person_of(viewer)
    if viewer is None or young_person_id is None:
        return None
    return viewer, young_person_id


@bp.get("/now/back")
@public
def ask() -> str | Response:
    """Ask what would help. Whoever only holds a card sees no name, no place and no words."""
    found = _whose()
    if found is None:
        return redirect(url_for("now.type_code"), 303)
    page = wish_page(*found, now=clock.now())
    return _page(found[0], page, _form(page), sent="sent" in request.args)


@bp.post("/now/back")
@public
def say() -> Response | str | tuple[str, int]:
    """Keep what was wished; people hear of it at once."""
    found = _whose()
    if found is None:
        return redirect(url_for("now.type_code"), 303)
    viewer, young_person_id = found
    now = clock.now()
    page = wish_page(viewer, young_person_id, now=now)
    form = _form(page)
    if not form.validate():
        return _page(viewer, page, form), 400
    count("tap", token_digest(str(young_person_id)), TAPS, fail_open=True)
    wish(
        viewer, young_person_id, form.wishes(now),
        key=str(form.key.data), locale=current_locale(), address=_address(), now=now,
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("wishes.ask", sent="yes"), 303)


@bp.post("/now/back/nobody-came")
@public
def nobody() -> Response:
    """Start what comes instead: they wait, and nobody came."""
    found = _whose()
    if found is None:
        return redirect(url_for("now.type_code"), 303)
    viewer, young_person_id = found
    now = clock.now()
    count("tap", token_digest(str(young_person_id)), TAPS, fail_open=True)
    nobody_came(viewer, young_person_id, address=_address(), now=now)
    # Whatever had been agreed: that they wait is heard by people once more.
    wish(
        viewer, young_person_id, Wishes(),
        key=str(WishForm().key.data), locale=current_locale(), address=_address(), now=now,
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("wishes.ask", sent="yes"), 303)


def _form(page: WishPage) -> WishForm:
    if not page.is_known:
        return WishForm()
    plan = page.plan
    known: dict[str, Any] = {}
    if plan is not None:
        known = {
            "choice": str(plan.choice or ""),
            "place": plan.place,
            "food": plan.wish_food,
            "not_tonight": plan.wish_not_tonight,
            "instead": plan.wish_instead,
            "not_there": plan.wish_not_there,
            "who": str(plan.wish_who_id or ""),
        }
    form = OwnWishForm(data=known)
    form.offer(page.people, page.unwanted)
    return form


def _page(viewer: Viewer, page: WishPage, form: WishForm, *, sent: bool = False) -> str:
    return render_template(
        "ways_back/wish.html", page=page, form=form, labels=labels, sent=sent,
        card=sealed_card(viewer), emergency=_emergency(viewer),
    )  # fmt: skip


def _emergency(viewer: Viewer) -> str:
    house = db.session.get(Organisation, viewer.organisation_id) if viewer.organisation_id else None
    return pack(house.policy).emergency if house is not None else ""


def _address() -> str:
    return str(current_app.extensions["engage"].public_url)
