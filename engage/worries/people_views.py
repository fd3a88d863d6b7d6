"""The people a young person trusts: call, text, or let us text all three and see what they say."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.asking.actions import ask_trusted
from engage.asking.rules import may_ask
from engage.db import db
from engage.i18n import current_locale, render_text
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import Changed
from engage.worries.pages import shown
from engage.worries.queries import get_worry

bp = Blueprint("worry_people", __name__)
WHO = (PersonKind.CARER, Role.OUT_OF_HOURS, Role.SOCIAL_WORKER, Role.SUPERVISOR)


@bp.get("/worries/<uuid:worry_id>/people")
@viewer_required(*WHO)
def people(worry_id: UUID) -> str:
    """Show the three: ways to reach each, what came of it, and what they answered us."""
    now = clock.now()
    page = get_worry(signed_in_viewer(), worry_id, now=now)
    three = page.excerpt.people if page.excerpt else []
    left = [
        each
        for each in three
        if may_ask(
            page.asked[each.person_id].asked_at if each.person_id in page.asked else None, now
        )
    ]
    return render_template(
        "worries/people.html",
        may_ask=bool(left) and page.may_answer,
        text_to_send=render_text("sms/trusted_heard.txt", current_locale(), link="…"),
        **shown(page),
    )


@bp.post("/worries/<uuid:worry_id>/people/ask")
@viewer_required(*WHO)
def ask(worry_id: UUID) -> Response:
    """Text all three."""
    viewer, now = signed_in_viewer(), clock.now()
    page = get_worry(viewer, worry_id, now=now)
    if not page.may_answer:
        raise Changed("worry")
    address = str(current_app.extensions["engage"].public_url)
    ask_trusted(viewer, page.worry.young_person_id, page.episode.id, address=address, now=now)
    db.session.commit()
    return redirect(url_for("worry_people.people", worry_id=worry_id), 303)
