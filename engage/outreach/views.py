"""Reaching out: who leads, what was tried, kind words, and who is asked to help."""

from uuid import UUID

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.conversations import labels as conversation_labels
from engage.conversations.actions import NeedsReason, Refused
from engage.conversations.forms import MORNING
from engage.db import db
from engage.i18n import gettext as _
from engage.messaging import labels as texts
from engage.outreach import actions, labels
from engage.outreach.forms import KindTextForm, LeadForm, TryForm
from engage.outreach.models import Channel, Outcome
from engage.outreach.queries import OutreachPage, get_episode, outreach_page
from engage.outreach.rules import flags_of
from engage.people.models import PersonKind, Role, YoungPerson
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound
from engage.web.forms import Form
from engage.web.layout import time_zone

bp = Blueprint("outreach", __name__)
WHO = (PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
LONGEST = 1000


@bp.get("/episodes/<uuid:episode_id>/outreach")
@viewer_required(*WHO)
def show(episode_id: UUID) -> str:
    """Show who leads, who messaged today, what was tried, and words to send."""
    return _page(episode_id)


@bp.post("/episodes/<uuid:episode_id>/outreach/text")
@viewer_required(*WHO)
def send(episode_id: UUID) -> Response | tuple[str, int]:
    """Send kind words; show first what in them may hurt, and refuse what may never be sent."""
    viewer, now = signed_in_viewer(), clock.now()
    page = outreach_page(viewer, episode_id, now=now)
    form = _text_form(page)
    if not form.validate():
        return _page(episode_id, text_form=form), 422
    try:
        actions.send_text(
            viewer, episode_id, form.chosen(), key=str(form.key.data),
            has_read=bool(form.has_read.data), reason=str(form.reason.data or ""),
            in_the_morning=form.when.data == MORNING, now=now,
        )  # fmt: skip
    except actions.Unkind as unkind:
        form.say("words", _("Read what is below before you send this."))
        advice = labels.advice(unkind.flags, page.person.locale)
        return _page(episode_id, text_form=form, advice=advice), 422
    except Refused as refused:
        form.say("words", " ".join(conversation_labels.said_of(refused.flaws)))
        return _page(episode_id, text_form=form), 422
    except NeedsReason as needs:
        form.say("reason", " ".join(str(conversation_labels.HURDLES[h]) for h in needs.hurdles))
        return _page(episode_id, text_form=form), 422
    return _saved(episode_id)


@bp.post("/episodes/<uuid:episode_id>/outreach/check")
@viewer_required(*WHO)
def check(episode_id: UUID) -> Response:
    """Say, as somebody types, what in their words may hurt. Keeps nothing."""
    episode = get_episode(signed_in_viewer(), episode_id, now=clock.now())
    person = db.session.get_one(YoungPerson, episode.young_person_id)
    words = request.form.get("words", "")[:LONGEST]
    return jsonify(labels.advice(flags_of(words, locale=person.locale), person.locale))


@bp.post("/episodes/<uuid:episode_id>/outreach/lead")
@viewer_required(*WHO)
def name_lead(episode_id: UUID) -> Response | tuple[str, int]:
    """Name who leads the outreach from now on."""
    viewer, now = signed_in_viewer(), clock.now()
    page = outreach_page(viewer, episode_id, now=now)
    form = LeadForm(prefix="lead").offer(page.candidates)
    if not page.may_lead:
        raise NotFound("outreach")
    if not form.validate_on_submit() or not form.person.data:
        form.say("person", _("Pick somebody."))
        return _page(episode_id, lead_form=form), 400
    actions.name_lead(viewer, episode_id, UUID(form.person.data), now=now)
    return _saved(episode_id)


@bp.post("/episodes/<uuid:episode_id>/outreach/try")
@viewer_required(*WHO)
def note(episode_id: UUID) -> Response | tuple[str, int]:
    """Note a call, a message, a visit or a look."""
    viewer, now, form = signed_in_viewer(), clock.now(), TryForm(prefix="try")
    get_episode(viewer, episode_id, now=now)
    is_valid, at = form.validate_on_submit(), form.instant(time_zone(), now)
    if at is None:
        form.say("at", str(form.why))
    if not is_valid or at is None:
        return _page(episode_id, try_form=form), 400
    try:
        actions.note_try(
            viewer, episode_id, Channel(form.channel.data), Outcome(form.outcome.data), at=at,
            key=str(form.key.data), words=form.words.data or "", account=form.account.data or "",
            now=now,
        )  # fmt: skip
    except actions.NoSecrets:
        form.say("words", str(labels.NO_SECRETS))
        return _page(episode_id, try_form=form), 400
    except actions.BadTime:
        form.say("at", _("This time has not come yet, or is too long ago. Look at it again."))
        return _page(episode_id, try_form=form), 400
    return _saved(episode_id)


@bp.post("/episodes/<uuid:episode_id>/outreach/ask/<uuid:person_id>")
@viewer_required(*WHO)
def ask(episode_id: UUID, person_id: UUID) -> Response:
    """Ask somebody of the team to get in touch."""
    address = str(current_app.extensions["engage"].public_url)
    actions.ask_to_reach_out(
        signed_in_viewer(), episode_id, person_id, address=address, now=clock.now()
    )
    return _saved(episode_id)


def _saved(episode_id: UUID) -> Response:
    db.session.commit()
    return redirect(url_for("outreach.show", episode_id=episode_id), 303)


def _text_form(page: OutreachPage) -> KindTextForm:
    if not page.may_text or page.conversation is None:
        raise NotFound("outreach")
    form = KindTextForm()
    form.offer(labels.library(page.conversation.suggestions, page.person.locale))
    return form


def _page(episode_id: UUID, *, advice: list[dict[str, str]] | None = None, **forms: Form) -> str:
    page = outreach_page(signed_in_viewer(), episode_id, now=clock.now())
    return render_template(
        "outreach/outreach.html",
        page=page,
        labels=labels,
        texts=texts,
        words=conversation_labels,
        advice=advice or [],
        text_form=forms.get("text_form") or (_text_form(page) if page.may_text else None),
        try_form=forms.get("try_form") or TryForm(None, prefix="try"),
        lead_form=forms.get("lead_form") or LeadForm(None, prefix="lead").offer(page.candidates),
        wrong=next(iter(forms.values()), None),
        opened=next(iter(forms), ""),
    )
