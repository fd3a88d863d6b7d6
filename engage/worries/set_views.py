"""The pages on which an organisation reads, changes, tries out and publishes its prompts."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.i18n import LOCALES, current_locale
from engage.people.access import Verb, Viewer
from engage.people.models import PersonKind
from engage.people.signin import viewer_required
from engage.web.errors import NotFound
from engage.wordings.forms import PublishForm
from engage.wordings.labels import SET_STATES
from engage.wordings.signed_in import may_word, wording_viewer
from engage.worries import labels, set_actions, wording
from engage.worries.prompt_rules import Prompt, PromptKind, PromptSet
from engage.worries.prompts import prompt_set
from engage.worries.set_actions import BadEdit
from engage.worries.set_forms import NewPromptForm, VoteForm, WordsForm
from engage.worries.set_queries import count_votes, find_draft, find_published, list_versions
from engage.worries.stored_sets import as_set, read_edits

bp = Blueprint("prompts", __name__)
SOMEBODY = "…"


def _shown(viewer: Viewer) -> PromptSet:
    version = find_draft(viewer) or find_published(viewer)
    return as_set(version) if version else prompt_set()


def _get(viewer: Viewer, prompt_id: str) -> Prompt:
    found = _shown(viewer).get(prompt_id) or prompt_set().get(prompt_id)
    if found is None:
        raise NotFound("prompt")
    return found


def _ask(prompt: Prompt, locale: str | None = None) -> str:
    return wording.ask(prompt, locale or current_locale(), SOMEBODY)


@bp.get("/prompts")
@viewer_required(PersonKind.WORKER)
def prompts() -> str:
    """Show the prompts in use or in the draft, and what was said about them."""
    return _list_page(PublishForm(formdata=None))


def _list_page(form: PublishForm) -> str:
    viewer = wording_viewer()
    draft, shown = find_draft(viewer), _shown(viewer)
    hidden = read_edits(str(draft.edits)).hidden if draft else frozenset()
    return render_template(
        "worries/prompts.html", form=form, states=SET_STATES, ask=_ask, draft=draft, shown=shown,
        hidden=[each for each in prompt_set().prompts if each.id in hidden],
        versions=list_versions(viewer), votes=count_votes(viewer, draft),
        may_edit=may_word(viewer),
    )  # fmt: skip


@bp.get("/prompts/<prompt_id>")
@viewer_required(PersonKind.WORKER)
def one(prompt_id: str) -> str:
    """Show one prompt: what can be changed, and whether it speaks each language."""
    prompt = _get(wording_viewer(Verb.EDIT), prompt_id)
    return render_template(
        "worries/prompt_edit.html", prompt=prompt, ask=_ask, locales=LOCALES,
        is_translated=wording.is_translated, is_ours=prompt.id in wording.PROMPTS,
    )  # fmt: skip


@bp.post("/prompts/<prompt_id>")
@viewer_required(PersonKind.WORKER)
def change(prompt_id: str) -> Response:
    """Hide a prompt or ask it again, put it higher, or take out one of one's own."""
    viewer, now = wording_viewer(Verb.EDIT), clock.now()
    try:
        match request.form.get("do"):
            case "on" | "off" as which:
                set_actions.switch_prompt(viewer, prompt_id, on=which == "on", now=now)
            case "up":
                set_actions.move_prompt_up(viewer, prompt_id, now=now)
            case "remove":
                set_actions.remove_prompt(viewer, prompt_id, now=now)
            case _:
                raise NotFound("change")
    except BadEdit:
        # A gate has no button for it: somebody made the request up.
        raise NotFound("change") from None
    db.session.commit()
    return redirect(url_for("prompts.prompts", _anchor=prompt_id), 303)


@bp.get("/prompts/<prompt_id>/words/<locale>")
@viewer_required(PersonKind.WORKER)
def words(prompt_id: str, locale: str) -> str:
    """Ask for one's own words for a prompt, in one language."""
    prompt = _get(wording_viewer(Verb.EDIT), prompt_id)
    said = prompt.own_words.get(locale, "")
    return _words_page(prompt, locale, WordsForm(formdata=None, data={"words": said}))


def _words_page(prompt: Prompt, locale: str, form: WordsForm) -> str:
    if locale not in LOCALES:
        raise NotFound("language")
    ours = prompt_set().get(prompt.id)
    return render_template(
        "worries/prompt_words.html", prompt=prompt, form=form, locale=locale,
        language=LOCALES[locale], ours=wording.words_in(ours, locale, SOMEBODY) if ours else "",
    )  # fmt: skip


@bp.post("/prompts/<prompt_id>/words/<locale>")
@viewer_required(PersonKind.WORKER)
def save_words(prompt_id: str, locale: str) -> Response | tuple[str, int]:
    """Keep one's own words for a prompt."""
    viewer, form = wording_viewer(Verb.EDIT), WordsForm()
    prompt = _get(viewer, prompt_id)
    if locale not in LOCALES or not form.validate_on_submit():
        return _words_page(prompt, locale, form), 400
    try:
        set_actions.word_prompt(viewer, prompt_id, locale, form.words.data or "", now=clock.now())
    except BadEdit as bad:
        db.session.rollback()
        form.say("words", str(labels.EDIT_FAULTS[bad.fault]))
        return _words_page(prompt, locale, form), 400
    db.session.commit()
    return redirect(url_for("prompts.one", prompt_id=prompt_id), 303)


@bp.get("/prompts/new")
@viewer_required(PersonKind.WORKER)
def new() -> str:
    """Ask for a prompt of the organisation's own."""
    wording_viewer(Verb.EDIT)
    return render_template("worries/prompt_new.html", form=NewPromptForm(formdata=None))


@bp.post("/prompts/new")
@viewer_required(PersonKind.WORKER)
def add() -> Response | tuple[str, int]:
    """Keep a prompt of the organisation's own."""
    viewer, form = wording_viewer(Verb.EDIT), NewPromptForm()
    if form.validate_on_submit():
        kind = PromptKind(form.kind.data)
        listed = form.listed if kind is PromptKind.CHOICE else ()
        try:
            prompt_id = set_actions.add_prompt(
                viewer, kind, form.words.data or "", choices=listed, now=clock.now()
            )
            db.session.commit()
            return redirect(url_for("prompts.one", prompt_id=prompt_id), 303)
        except BadEdit as bad:
            db.session.rollback()
            form.say("words", str(labels.EDIT_FAULTS[bad.fault]))
    return render_template("worries/prompt_new.html", form=form), 400


@bp.get("/prompts/<prompt_id>/session")
@viewer_required(PersonKind.WORKER)
def session(prompt_id: str) -> str:
    """Show one prompt large, to young people in a session."""
    return _session_page(_get(wording_viewer(Verb.EDIT), prompt_id), VoteForm(formdata=None))


def _session_page(prompt: Prompt, form: VoteForm) -> str:
    viewer = wording_viewer(Verb.EDIT)
    order = [each.id for each in _shown(viewer).prompts]
    at = order.index(prompt.id) if prompt.id in order else -1
    return render_template(
        "worries/session.html", prompt=prompt, form=form, ask=_ask,
        following=order[at + 1] if 0 <= at < len(order) - 1 else "",
        votes=count_votes(viewer, find_draft(viewer)).get(prompt.id, (0, 0, [])),
    )  # fmt: skip


@bp.post("/prompts/<prompt_id>/session")
@viewer_required(PersonKind.WORKER)
def vote(prompt_id: str) -> Response | tuple[str, int]:
    """Write down what one young person said about it; no name."""
    viewer, form = wording_viewer(Verb.EDIT), VoteForm()
    prompt = _get(viewer, prompt_id)
    if not form.validate_on_submit():
        return _session_page(prompt, form), 400
    set_actions.vote(
        viewer, prompt_id, is_good=form.is_good.data == "yes", instead=form.instead.data or "",
        now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("prompts.session", prompt_id=prompt_id), 303)


@bp.post("/prompts/publish")
@viewer_required(PersonKind.WORKER)
def publish() -> Response | tuple[str, int]:
    """Begin new worries with the draft, or throw the draft away."""
    viewer, now, form = wording_viewer(Verb.APPROVE), clock.now(), PublishForm()
    if request.form.get("do") == "discard":
        set_actions.discard(viewer, now=now)
    else:
        filled = form.filled(now.date())
        if filled is None:
            return _list_page(form), 400
        set_actions.publish(viewer, tested_with=filled[0], tested_on=filled[1], now=now)
    db.session.commit()
    return redirect(url_for("prompts.prompts"), 303)
