"""My three people and places as a text to my own phone: chosen, shown as it will be, then sent."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import current_locale
from engage.messaging.queries import find_opt_out
from engage.messaging.rules import Segments, segments
from engage.messaging.wording_rules import FlawKind, flaws_of
from engage.paper import text_actions, text_labels
from engage.paper.text_forms import TextCopyForm, form_for
from engage.paper.text_rules import MOST_SEGMENTS, Entry, compose, initial, is_their_name
from engage.people.models import Organisation, PersonKind, RelationshipKind
from engage.people.phones import local_form
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans import labels, queries
from engage.plans.page import NamedPerson, PlanPage
from engage.web.errors import NotFound
from engage.web.limits import count

bp = Blueprint("plan_text", __name__)
YOUNG = PersonKind.YOUNG_PERSON
TEXTS = "3 per day"
# What a text of one's own may hold and a worker's may not: numbers, places, and more of them.
CHOSEN = frozenset({FlawKind.NUMBER, FlawKind.PLACE, FlawKind.TOO_LONG, FlawKind.EMPTY})


@dataclass(frozen=True)
class Draft:
    """The text as it would go now, and how many the network makes of it."""

    words: str
    counted: Segments


@bp.get("/plans/<uuid:plan_id>/text")
@viewer_required(YOUNG)
def choose(plan_id: UUID) -> str:
    """Ask what should stand in the text; letters stand for people unless they choose others."""
    page, people = _own(plan_id)
    form = form_for(len(people))(formdata=None)
    for number, named in enumerate(people, start=1):
        form[f"short_{number}"].data = initial(str(named.person.name))
    return _text_page(page, people, form, sent="sent" in request.args)


@bp.post("/plans/<uuid:plan_id>/text")
@viewer_required(YOUNG)
def send(plan_id: UUID) -> Response | tuple[str, int] | str:
    """Show the text exactly as it would go; send it when they say that this is what they want."""
    page, people = _own(plan_id)
    form = form_for(len(people))()
    if not form.validate_on_submit():
        return _text_page(page, people, form), 400
    draft = _draft(page, people, form)
    if draft is None:
        return _text_page(page, people, form), 400
    if "send" not in request.form or _hurdle(page):
        return _text_page(page, people, form, draft=draft)
    if not form.read.data:
        form.say("read", str(text_labels.READ_FIRST))
        return _text_page(page, people, form, draft=draft), 400
    count("plan copy", token_digest(str(page.viewer.person_id)), TEXTS)
    text_actions.text_to_self(
        page.viewer, plan_id, draft.words, key=str(form.key.data), now=clock.now()
    )
    db.session.commit()
    return redirect(url_for("plan_text.choose", plan_id=plan_id, sent="yes"), 303)


def _own(plan_id: UUID) -> tuple[PlanPage, list[NamedPerson]]:
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now())
    if not page.is_own:
        raise NotFound("plan")
    return page, page.named(RelationshipKind.TRUSTED)


def _draft(page: PlanPage, people: list[NamedPerson], form: TextCopyForm) -> Draft | None:
    """Return the text of what was chosen, or None once the form says what is wrong with it."""
    house = db.session.get(Organisation, page.young_person.organisation_id)
    region = house.region if house else "GB"
    entries = []
    for at, named in enumerate(people, start=1):
        short, name = form[f"short_{at}"].data or "", str(named.person.name)
        phone = named.person.phone if form[f"number_{at}"].data else None
        entries.append(Entry(short, local_form(phone, region) if short and phone else ""))
        if is_their_name(short, name):
            form.say(f"short_{at}", str(text_labels.THEIR_NAME))
        _check(form, f"short_{at}", short)
    places = form.places.data or ""
    _check(form, "places", places)
    words = compose(entries, places)
    counted = segments(words)
    if not words:
        form.say("places", str(text_labels.EMPTY))
    elif counted.count > MOST_SEGMENTS[counted.is_gsm]:
        form.say("places", str(text_labels.TOO_LONG))
    return None if form.fixes else Draft(words, counted)


def _check(form: TextCopyForm, field: str, words: str) -> None:
    for flaw in flaws_of(words, locale=current_locale()):
        if flaw.kind not in CHOSEN:
            form.say(field, str(text_labels.TELLS) % {"word": flaw.found})


def _hurdle(page: PlanPage) -> object:
    """Return why no text can reach them, or "" when one can."""
    index = page.young_person.phone_index
    if index is None:
        return text_labels.NO_PHONE
    return text_labels.NO_TEXTS if find_opt_out(page.viewer, index) else ""


def _text_page(page: PlanPage, people: list[NamedPerson], form: TextCopyForm, **more: Any) -> str:
    return render_template(
        "plans/text.html", page=page, people=list(enumerate(people, start=1)), form=form,
        labels=labels, hurdle=_hurdle(page), **more,
    )  # fmt: skip
