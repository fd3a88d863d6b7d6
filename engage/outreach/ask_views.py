"""What somebody finds behind the link by which they were asked to get in touch."""

from flask import Blueprint, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import current_locale, use_locale
from engage.outreach import labels
from engage.outreach.actions import NoSecrets, answer_ask
from engage.outreach.forms import AnswerForm
from engage.outreach.models import AskAnswer
from engage.outreach.queries import Asked, get_asked
from engage.people import links
from engage.people.access import Viewer
from engage.people.models import LinkKind
from engage.people.signin import public
from engage.web.limits import count, network

bp = Blueprint("outreach_ask", __name__)


def _asked(code: str) -> Asked:
    count("outreach link", token_digest(network()), "60 per minute", fail_open=True)
    link = links.find(LinkKind.OUTREACH, code, now=clock.now())
    return get_asked(Viewer(area="link", link_kind=LinkKind.OUTREACH), link, now=clock.now())


@bp.get("/o/<code>")
@public
def asked(code: str) -> str:
    """Show what somebody is asked. No name: whoever was asked knows whom it may be about."""
    return _page(code, _asked(code), AnswerForm(formdata=None))


def _page(code: str, found: Asked, form: AnswerForm) -> str:
    with use_locale(_language(found)):
        return render_template(
            "outreach/asked.html", code=code, asked=found, form=form, labels=labels
        )


def _language(found: Asked) -> str:
    return current_locale() if "lang" in session else str(found.person.locale)


@bp.post("/o/<code>")
@public
def answer(code: str) -> Response | tuple[str, int]:
    """Keep how it went; the last answer counts."""
    found, form = _asked(code), AnswerForm()
    with use_locale(_language(found)):
        if not form.validate_on_submit():
            return _page(code, found, form), 400
        try:
            chosen = AskAnswer(form.answer.data)
            answer_ask(found.link, chosen, form.words.data or "", now=clock.now())
        except NoSecrets:
            form.say("words", str(labels.NO_SECRETS))
            return _page(code, found, form), 400
    db.session.commit()
    return redirect(url_for("outreach_ask.asked", code=code), 303)
