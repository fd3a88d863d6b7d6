"""The steps of a way back for whoever was asked: signed in, or by the link in their text."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import current_locale, use_locale
from engage.i18n import gettext as _
from engage.people import links
from engage.people.access import Viewer
from engage.people.models import LinkKind, PersonKind
from engage.people.signin import public, signed_in_viewer, viewer_required
from engage.ways_back import labels
from engage.ways_back.forms import EndForm, read_saying
from engage.ways_back.step_actions import say, say_by_link
from engage.ways_back.step_queries import Asked, ends_with, get_asked, my_steps
from engage.web.errors import NotFound
from engage.web.limits import count, network

bp = Blueprint("steps", __name__)
HELPERS = (PersonKind.CARER, PersonKind.WORKER)
EVERYBODY = (PersonKind.YOUNG_PERSON, *HELPERS)


@bp.get("/my-steps")
@viewer_required(*HELPERS)
def mine() -> str:
    """Show everything that somebody was asked to take, for whomever it is."""
    lines = my_steps(signed_in_viewer(), now=clock.now())
    return render_template("ways_back/my_steps.html", lines=lines, labels=labels)


@bp.post("/my-steps/<uuid:step_id>")
@viewer_required(*EVERYBODY)
def answer(step_id: UUID) -> Response:
    """Keep what somebody signed in says to a step, and go back to where they said it."""
    viewer, saying = signed_in_viewer(), read_saying(request.form.get("say"))
    if saying is None:
        raise NotFound("step")
    young_person_id = say(viewer, step_id, saying, address=_address(), now=clock.now())
    db.session.commit()
    if viewer.kind is PersonKind.CARER:
        return redirect(url_for("steps.mine"), 303)
    return redirect(url_for("ready.page", young_person_id=young_person_id), 303)


def _asked(code: str) -> Asked:
    count("step link", token_digest(network()), "60 per minute", fail_open=True)
    link = links.find(LinkKind.STEP, code, now=clock.now())
    viewer = Viewer(area="link", link_kind=LinkKind.STEP)
    return get_asked(viewer, link, now=clock.now())


@bp.get("/b/<code>")
@public
def asked(code: str) -> str:
    """Show what somebody is asked, without saying for whom or where."""
    return _page(code, _asked(code), EndForm(formdata=None))


def _page(code: str, found: Asked, form: EndForm, *, is_open: bool = False) -> str:
    with use_locale(_language(found)):
        return render_template(
            "ways_back/asked.html", code=code, asked=found, form=form, labels=labels,
            is_open=is_open,
        )  # fmt: skip


def _language(found: Asked) -> str:
    return current_locale() if "lang" in session else str(found.person.locale)


@bp.post("/b/<code>")
@public
def answer_link(code: str) -> Response:
    """Keep a yes, a no, or that it happened."""
    found, saying = _asked(code), read_saying(request.form.get("say"))
    if saying is not None:
        say_by_link(found.link, saying, address=_address(), now=clock.now())
        db.session.commit()
    return redirect(url_for("steps.asked", code=code), 303)


@bp.post("/b/<code>/more")
@public
def more(code: str) -> str | tuple[str, int]:
    """Show for whom and where, to whoever knows the end of the number that was asked."""
    found, form = _asked(code), EndForm()
    count("step digits", token_digest(str(found.link.id)), "5 per hour")
    typed = "".join(filter(str.isdigit, links.normalise(form.digits.data or "")))
    viewer = Viewer(area="link", link_kind=LinkKind.STEP)
    with use_locale(_language(found)):
        is_right = form.validate_on_submit() and ends_with(viewer, found.person, typed)
        if not is_right and not form.digits.errors:
            form.say("digits", _("These are not the last four digits of your number."))
    if not is_right:
        return _page(code, found, form), 400
    return _page(code, found, form, is_open=True)


def _address() -> str:
    return str(current_app.extensions["engage"].public_url)
