"""The pages on which a worker adds, words and retires prompts about one young person."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.i18n import LOCALES, current_locale
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound
from engage.worries import labels, wording, young_set_actions
from engage.worries.prompt_rules import Prompt, PromptKind
from engage.worries.set_actions import BadEdit
from engage.worries.set_forms import YoungPromptForm
from engage.worries.young_set_queries import YoungPromptsPage, get_young_prompts

bp = Blueprint("young_prompts", __name__)
WHO = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS, PersonKind.CARER)
EDITORS = (Role.SOCIAL_WORKER, Role.SUPERVISOR)


@bp.get("/young-people/<uuid:young_person_id>/prompts")
@viewer_required(*WHO)
def prompts(young_person_id: UUID) -> str:
    """List what is asked about this young person only."""
    page = get_young_prompts(signed_in_viewer(), young_person_id, now=clock.now())
    locale = current_locale()
    return render_template(
        "worries/young_prompts.html", page=page, locales=LOCALES,
        ask=lambda prompt: wording.ask(prompt, locale, page.name),
    )  # fmt: skip


def _editable(young_person_id: UUID) -> YoungPromptsPage:
    page = get_young_prompts(signed_in_viewer(), young_person_id, now=clock.now())
    if not page.may_edit:
        raise NotFound("prompts")
    return page


def _form_page(page: YoungPromptsPage, form: YoungPromptForm, prompt: Prompt | None = None) -> str:
    return render_template(
        "worries/young_prompt.html", page=page, form=form, prompt=prompt, locales=LOCALES
    )


@bp.get("/young-people/<uuid:young_person_id>/prompts/new")
@viewer_required(*EDITORS)
def new(young_person_id: UUID) -> str:
    """Ask for a prompt about this young person."""
    return _form_page(_editable(young_person_id), YoungPromptForm(formdata=None))


@bp.post("/young-people/<uuid:young_person_id>/prompts/new")
@viewer_required(*EDITORS)
def add(young_person_id: UUID) -> Response | tuple[str, int]:
    """Keep a prompt about this young person."""
    page, form = _editable(young_person_id), YoungPromptForm()
    if form.validate_on_submit():
        kind = PromptKind(form.kind.data)
        try:
            young_set_actions.add_young_prompt(
                signed_in_viewer(), young_person_id, kind, form.said,
                choices=form.listed if kind is PromptKind.CHOICE else (), now=clock.now(),
            )  # fmt: skip
            db.session.commit()
            return redirect(url_for("young_prompts.prompts", young_person_id=young_person_id), 303)
        except BadEdit as bad:
            db.session.rollback()
            form.say("words_en", str(labels.EDIT_FAULTS[bad.fault]))
    return _form_page(page, form), 400


@bp.get("/young-people/<uuid:young_person_id>/prompts/<prompt_id>")
@viewer_required(*EDITORS)
def one(young_person_id: UUID, prompt_id: str) -> str:
    """Show the words of one prompt in each language, to change them."""
    page = _editable(young_person_id)
    prompt = page.get(prompt_id)
    return _form_page(page, YoungPromptForm.of(prompt), prompt)


@bp.post("/young-people/<uuid:young_person_id>/prompts/<prompt_id>")
@viewer_required(*EDITORS)
def save(young_person_id: UUID, prompt_id: str) -> Response | tuple[str, int]:
    """Keep other words for a prompt."""
    page, form = _editable(young_person_id), YoungPromptForm()
    prompt = page.get(prompt_id)
    form.keep_kind(prompt)
    if form.validate_on_submit():
        try:
            young_set_actions.word_young_prompt(
                signed_in_viewer(), young_person_id, prompt_id, form.said, now=clock.now()
            )
            db.session.commit()
            return redirect(url_for("young_prompts.prompts", young_person_id=young_person_id), 303)
        except BadEdit as bad:
            db.session.rollback()
            form.say("words_en", str(labels.EDIT_FAULTS[bad.fault]))
    return _form_page(page, form, prompt), 400


@bp.post("/young-people/<uuid:young_person_id>/prompts/<prompt_id>/retire")
@viewer_required(*EDITORS)
def retire(young_person_id: UUID, prompt_id: str) -> Response:
    """Ask a prompt no longer."""
    young_set_actions.retire_young_prompt(
        signed_in_viewer(), young_person_id, prompt_id, now=clock.now()
    )
    db.session.commit()
    return redirect(url_for("young_prompts.prompts", young_person_id=young_person_id), 303)
