"""Signing in by a link that works once, choosing a first password, and signing out."""

from flask import Blueprint, redirect, render_template, request
from flask_security import hash_password
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db, transaction
from engage.people import links
from engage.people.account_actions import choose_password
from engage.people.models import Link, LinkKind, PersonKind
from engage.people.queries import viewer_of
from engage.people.signin import public, sign_in, sign_out
from engage.people.staff_forms import FirstPasswordForm
from engage.people.viewer import SYSTEM, Viewer
from engage.web import limits
from engage.web.errors import NotFound

bp = Blueprint("people", __name__)
BY_PHONE = frozenset({PersonKind.CARER, PersonKind.YOUNG_PERSON})


@bp.route("/sign-in/new/<code>", methods=["GET", "POST"])
@public
def new_password(code: str) -> str | Response:
    """Let a new member of staff choose a password; the link works until they did."""
    link, viewer = _holder(code)
    if viewer.kind is not PersonKind.WORKER:
        raise NotFound("link")
    form = FirstPasswordForm()
    if not form.validate_on_submit():
        return render_template("people/new_password.html", form=form, code=code)
    # Hashing is slow on purpose: it comes before the transaction.
    hashed = hash_password(form.password.data or "")
    with transaction(db.session):
        choose_password(viewer, link, hashed, now=clock.now())
    return redirect("/sign-in", 303)


@bp.route("/sign-in/link/<code>", methods=["GET", "POST"])
@public
def by_link(code: str) -> str | Response:
    """Sign a carer or young person in with a link that works once. Looking does not use it up."""
    link, viewer = _holder(code)
    if viewer.kind not in BY_PHONE:
        raise NotFound("link")
    if request.method != "POST":
        return render_template("people/link_sign_in.html", code=code)
    with transaction(db.session):
        if not links.use_up(link, now=clock.now()):
            raise NotFound("link")
    sign_in(viewer)
    return redirect("/", 303)


@bp.post("/sign-out")
@public
def leave_account() -> Response:
    """End this browser's session and go to the start page."""
    sign_out()
    return redirect("/", 303)


def _holder(code: str) -> tuple[Link, Viewer]:
    """Return the link and who holds it; unknown, expired and used ones are not found alike."""
    limits.count("sign-in link", limits.network(), "60 per 15 minutes")
    now = clock.now()
    link = links.find(LinkKind.SIGN_IN, code, now=now)
    viewer = viewer_of(SYSTEM, link.person_id, now=now) if link and link.person_id else None
    if link is None or viewer is None:
        raise NotFound("link")
    return link, viewer
