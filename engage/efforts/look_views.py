"""A searcher's own link: giving and closing it, and what they find and answer behind it."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.efforts import labels, look_actions, queries
from engage.efforts.forms import DigitsForm, GuideForm
from engage.efforts.look_actions import Guide
from engage.efforts.look_queries import Look, get_look, is_theirs
from engage.efforts.rules import Looked
from engage.i18n import current_locale, use_locale
from engage.i18n import gettext as _
from engage.people import links
from engage.people.access import Viewer
from engage.people.models import Link, LinkKind, Organisation, PersonKind, Role
from engage.people.phones import NotANumber
from engage.people.signin import public, signed_in_viewer, viewer_required
from engage.web.limits import count, network

bp = Blueprint("looking", __name__)
WHO = (PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


@bp.get("/searchers/<uuid:searcher_id>/link")
@viewer_required(*WHO)
def guide(searcher_id: UUID) -> str:
    """Ask what the searcher is to find behind their link."""
    searcher = queries.get_searcher(signed_in_viewer(), searcher_id, now=clock.now()).searcher
    known = {
        name: getattr(searcher, name)
        for name in ("where_to_look", "hours", "call_name", "call_phone")
    }
    return _ask(searcher_id, GuideForm(None, data=known))


@bp.post("/searchers/<uuid:searcher_id>/link")
@viewer_required(*WHO)
def give(searcher_id: UUID) -> Response | str | tuple[str, int]:
    """Give them a link, by text or to hand over; its code is shown this once."""
    viewer, form = signed_in_viewer(), GuideForm()
    found = queries.get_searcher(viewer, searcher_id, now=clock.now())
    number = form.number(_region(viewer)) if form.validate_on_submit() else None
    if number is None:
        return _ask(searcher_id, form), 400
    by_text = request.form.get("by") == "text"
    told = Guide(
        form.where_to_look.data or "", form.hours.data or "", form.call_name.data or "", number
    )
    try:
        code = look_actions.invite(
            viewer, searcher_id, told, address=_address(), now=clock.now(), by_text=by_text
        )
    except NotANumber:
        return _ask(searcher_id, form, problem=str(labels.NO_PHONE)), 400
    db.session.commit()
    if by_text:
        return redirect(url_for("searchers.one", searcher_id=searcher_id), 303)
    # Its code cannot be read back, so the page that shows it is the answer itself.
    return render_template(
        "efforts/look_given.html", searcher=found.searcher, address=f"{_address()}/s/{code}"
    )


@bp.post("/searchers/<uuid:searcher_id>/link/close")
@viewer_required(*WHO)
def close(searcher_id: UUID) -> Response:
    """Close their link at once."""
    look_actions.close_link(signed_in_viewer(), searcher_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("searchers.one", searcher_id=searcher_id), 303)


def _ask(searcher_id: UUID, form: GuideForm, problem: str = "") -> str:
    found = queries.get_searcher(signed_in_viewer(), searcher_id, now=clock.now())
    return render_template(
        "efforts/look_guide.html", searcher=found.searcher, form=form, problem=problem
    )


def _look(code: str) -> Look:
    count("searcher link", token_digest(network()), "60 per minute", fail_open=True)
    link = links.find(LinkKind.SEARCHER, code, now=clock.now())
    return get_look(_holder(link), link, now=clock.now())


def _holder(link: Link | None) -> Viewer:
    if link is None:
        return Viewer(area="link", link_kind=LinkKind.SEARCHER)
    return Viewer(
        area="link",
        link_id=link.id,
        link_kind=LinkKind.SEARCHER,
        young_person_id=link.young_person_id,
    )


@bp.get("/s/<code>")
@public
def asked(code: str) -> str:
    """Show what a searcher is asked; where, only to who knows the end of the number asked."""
    return _page(code, _look(code), DigitsForm(formdata=None))


def _page(code: str, look: Look, form: DigitsForm, *, is_shown: bool = False) -> str:
    with use_locale(_language(look)):
        return render_template(
            "efforts/look.html", code=code, look=look, form=form, labels=labels,
            is_shown=is_shown or not look.has_phone,
        )  # fmt: skip


def _language(look: Look) -> str:
    return current_locale() if "lang" in session else look.locale or current_locale()


@bp.post("/s/<code>")
@public
def answer(code: str) -> Response:
    """Keep that they found them, did not, or cannot look."""
    look = _look(code)
    try:
        said = Looked(request.form.get("said", ""))
    except ValueError:
        return redirect(url_for("looking.asked", code=code), 303)
    look_actions.answer_look(
        _holder(look.link), look.link, said, address=_address(), now=clock.now()
    )
    db.session.commit()
    return redirect(url_for("looking.asked", code=code), 303)


@bp.post("/s/<code>/more")
@public
def more(code: str) -> str | tuple[str, int]:
    """Show where and for whom, to whoever knows the end of the number that was asked."""
    look, form = _look(code), DigitsForm()
    count("searcher digits", token_digest(str(look.link.id)), "5 per hour")
    with use_locale(_language(look)):
        is_right = form.validate_on_submit() and is_theirs(
            _holder(look.link), look, form.digits.data or ""
        )
        if not is_right and not form.digits.errors:
            form.say("digits", _("These are not the last four digits of your number."))
    if not is_right:
        return _page(code, look, form), 400
    return _page(code, look, form, is_shown=True)


def _region(viewer: Viewer) -> str:
    return db.session.get_one(Organisation, viewer.organisation_id).region


def _address() -> str:
    return str(current_app.extensions["engage"].public_url)
