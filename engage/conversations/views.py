"""One young person's conversation with us, a text from a worker, and the sentences for it."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.checkins import labels
from engage.conversations import actions
from engage.conversations import labels as conversation_labels
from engage.conversations.forms import MORNING, SuggestionForm, TextForm
from engage.conversations.queries import ConversationPage, conversation_page, suggestions
from engage.db import db
from engage.i18n import LOCALES
from engage.messaging import labels as texts
from engage.messaging.rules import segments
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required

bp = Blueprint("conversation", __name__)
KEEPERS = (Role.SUPERVISOR, Role.ADMIN)


@bp.get("/young-people/<uuid:young_person_id>/check-ins")
@viewer_required()
def show(young_person_id: UUID) -> str:
    """Show what a young person and we sent each other, as far as this viewer may know."""
    before = _instant(request.args.get("before", ""))
    page = conversation_page(signed_in_viewer(), young_person_id, now=clock.now(), before=before)
    return _page(page, _form(page), is_older=before is not None)


@bp.post("/young-people/<uuid:young_person_id>/texts")
@viewer_required()
def write(young_person_id: UUID) -> Response | tuple[str, int]:
    """Send what the worker wrote or chose, or say what must change first."""
    viewer, now = signed_in_viewer(), clock.now()
    page = conversation_page(viewer, young_person_id, now=now)
    form = _form(page)
    if not form.validate():
        return _page(page, form), 422
    words = form.chosen()
    try:
        actions.write_text(
            viewer, young_person_id, words,
            key=str(form.key.data), reason=str(form.reason.data or ""),
            in_the_morning=form.when.data == MORNING, now=now,
        )  # fmt: skip
    except actions.Refused as refused:
        form.say("words", " ".join(conversation_labels.said_of(refused.flaws)))
        return _page(page, form, counted=segments(words)), 422
    except actions.NeedsReason as needs:
        form.say("reason", " ".join(str(conversation_labels.HURDLES[h]) for h in needs.hurdles))
        return _page(page, form, counted=segments(words)), 422
    db.session.commit()
    return redirect(url_for("conversation.show", young_person_id=young_person_id), 303)


def _form(page: ConversationPage) -> TextForm:
    form = TextForm()
    form.offer(conversation_labels.offered(page.suggestions, page.person.locale))
    return form


def _page(page: ConversationPage, form: TextForm, **more: object) -> str:
    return render_template(
        "conversations/conversation.html",
        page=page, form=form, labels=labels, texts=texts, words=conversation_labels, **more,
    )  # fmt: skip


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


@bp.get("/text-suggestions")
@viewer_required(*KEEPERS)
def sentences() -> str:
    """Show the sentences that workers are offered, in every language."""
    return _sentences(SuggestionForm())


@bp.post("/text-suggestions")
@viewer_required(*KEEPERS)
def add() -> Response | tuple[str, int]:
    """Offer one more sentence."""
    form = SuggestionForm()
    if not form.validate():
        return _sentences(form), 422
    words, locale = str(form.words.data), str(form.locale.data)
    try:
        actions.add_suggestion(signed_in_viewer(), locale, words, now=clock.now())
    except actions.Refused as refused:
        form.say("words", " ".join(conversation_labels.said_of(refused.flaws)))
        return _sentences(form), 422
    db.session.commit()
    return redirect(url_for("conversation.sentences"), 303)


@bp.post("/text-suggestions/<uuid:suggestion_id>/retire")
@viewer_required(*KEEPERS)
def retire(suggestion_id: UUID) -> Response:
    """Offer a sentence no more."""
    actions.retire_suggestion(signed_in_viewer(), suggestion_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("conversation.sentences"), 303)


def _sentences(form: SuggestionForm) -> str:
    viewer = signed_in_viewer()
    return render_template(
        "conversations/text_suggestions.html",
        form=form,
        languages=LOCALES,
        own={locale: suggestions(viewer, locale) for locale in LOCALES},
        ours={locale: list(conversation_labels.offered((), locale)) for locale in LOCALES},
    )
