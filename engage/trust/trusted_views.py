"""What a trusted person sees behind their link: what they are asked, yes or no, and leaving.

GET shows and changes nothing; no name stands on a page that only needs the link.
"""

import hmac

from flask import (
    Blueprint,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from engage import clock
from engage.asking.actions import answer_by_link
from engage.asking.rules import Heard
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import current_locale, use_locale
from engage.people import links
from engage.people.access import Viewer
from engage.people.models import Link, LinkKind
from engage.people.signin import current_viewer, public, sign_in_by_link
from engage.plans import labels
from engage.plans.forms import DigitsForm, InvitationForm
from engage.trust import invitation_actions
from engage.trust import queries as trusted_queries
from engage.trust.queries import Invitation
from engage.web.errors import NotFound
from engage.web.limits import count, network

bp = Blueprint("trusted", __name__)
LAST = 4


def _invitation(code: str) -> Invitation:
    count("trusted link", token_digest(network()), "60 per minute", fail_open=True)
    link = links.find(LinkKind.TRUSTED, code, now=clock.now())
    return trusted_queries.get_invitation(_holder(link), link, now=clock.now())


def _holder(link: Link | None) -> Viewer:
    """Return the viewer that the holder of a link is."""
    if link is None:
        return Viewer(area="link", link_kind=LinkKind.TRUSTED)
    return Viewer(
        person_id=link.person_id,
        area="link",
        link_id=link.id,
        link_kind=LinkKind.TRUSTED,
        young_person_id=link.young_person_id,
    )


def _language(invitation: Invitation) -> str:
    return current_locale() if "lang" in session else str(invitation.person.locale)


@bp.get("/t/<code>")
@public
def invitation(code: str) -> str:
    """Show what somebody is asked, without saying by whom."""
    return _page(code, _invitation(code), DigitsForm(formdata=None))


def _page(code: str, found: Invitation, form: DigitsForm) -> str:
    with use_locale(_language(found)):
        return render_template(
            "plans/invitation.html",
            code=code,
            invitation=found,
            form=form,
            labels=labels,
            asked=trusted_queries.asked_now(_holder(found.link), found.link, now=clock.now()),
        )


@bp.post("/t/<code>")
@public
def answer(code: str) -> Response | tuple[str, int]:
    """Keep a trusted person's yes or no, now or later."""
    found, form = _invitation(code), InvitationForm()
    if not form.validate_on_submit():
        return _page(code, found, DigitsForm(formdata=None)), 400
    invitation_actions.answer_invitation(
        found.link, _holder(found.link), yes=form.answer.data == "yes", now=clock.now()
    )
    db.session.commit()
    return redirect(url_for("trusted.invitation", code=code), 303)


@bp.post("/t/<code>/heard")
@public
def heard(code: str) -> Response:
    """Keep whether a trusted person has heard from the young person."""
    _keep_heard(_invitation(code).link)
    return redirect(url_for("trusted.invitation", code=code), 303)


@bp.post("/trusted/heard")
@public
def heard_known() -> Response:
    """Keep the same from somebody who has seen whom it is about."""
    _keep_heard(_known()[1].link)
    return redirect(url_for("trusted.known"), 303)


def _keep_heard(link: Link) -> None:
    try:
        said = Heard(request.form.get("heard", ""))
    except ValueError:
        raise NotFound("answer") from None
    assert link.person_id is not None and link.young_person_id is not None
    answer_by_link(
        _holder(link), link.person_id, link.young_person_id, said,
        address=str(current_app.extensions["engage"].public_url), now=clock.now(),
    )  # fmt: skip
    db.session.commit()


@bp.post("/t/<code>/who")
@public
def who(code: str) -> Response | tuple[str, int]:
    """Show who asked, to whoever knows the end of the number that was asked."""
    found, form = _invitation(code), DigitsForm()
    count("trusted digits", token_digest(str(found.link.id)), "5 per hour")
    typed = "".join(filter(str.isdigit, links.normalise(form.digits.data or "")))[-LAST:]
    own = (found.person.phone or "")[-LAST:]
    with use_locale(_language(found)):
        is_right = form.validate_on_submit() and hmac.compare_digest(typed, own)
        if not is_right and not form.digits.errors:
            form.say("digits", str(labels.NOT_THOSE_DIGITS))
    if not is_right:
        return _page(code, found, form), 400
    sign_in_by_link(found.link)
    return redirect(url_for("trusted.known"), 303)


def _known() -> tuple[Viewer, Invitation]:
    viewer = current_viewer()
    if viewer is None or viewer.link_kind is not LinkKind.TRUSTED or viewer.link_id is None:
        raise NotFound("link")
    link = db.session.get(Link, viewer.link_id)
    return viewer, trusted_queries.get_invitation(viewer, link, now=clock.now())


@bp.get("/trusted")
@public
def known() -> str:
    """Show who asked, what they are asked, and what is shared with them."""
    viewer, found = _known()
    shared = trusted_queries.shared_with_me(viewer, found, now=clock.now())
    asked = trusted_queries.asked_now(viewer, found.link, now=clock.now())
    return render_template(
        "plans/trusted.html", invitation=found, shared=shared, labels=labels, asked=asked
    )


@bp.post("/trusted")
@public
def answer_known() -> Response:
    """Keep the yes or no of a trusted person who has seen who asked."""
    viewer, found = _known()
    form = InvitationForm()
    if form.validate_on_submit():
        invitation_actions.answer_invitation(
            found.link, viewer, yes=form.answer.data == "yes", now=clock.now()
        )
        db.session.commit()
    return redirect(url_for("trusted.known"), 303)
