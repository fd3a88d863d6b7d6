"""The pages on which an organisation reads, changes, tries out and publishes its questions."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.editing.forms import NewQuestionForm, TestedForm, WordingForm
from engage.i18n import LOCALES, current_locale, use_locale
from engage.people.access import Verb, Viewer
from engage.people.models import PersonKind
from engage.people.signin import viewer_required
from engage.plans import labels
from engage.plans.answer_forms import answer_form
from engage.plans.models import Voice
from engage.questions import actions as question_actions
from engage.questions import queries
from engage.questions.models import QuestionVersion
from engage.questions.rules import ALWAYS_ON, WORD_LIMITS, Question, QuestionSet, apply
from engage.questions.shipped import question_set
from engage.web.errors import NotFound
from engage.wordings.signed_in import may_word, wording_viewer

bp = Blueprint("question_sets", __name__)
WORKERS = PersonKind.WORKER


def _shown(viewer: Viewer) -> tuple[QuestionVersion | None, QuestionSet]:
    """Return the draft or else the version in use, with the questions switched off in it too."""
    version = queries.find_draft_version(viewer) or queries.find_published_version(viewer)
    if version is None:
        return None, question_set()
    every = replace(version.changes, off=frozenset())
    return version, apply(every, question_set(version.base), version.name)


def _get(viewer: Viewer, question_id: str) -> Question:
    found = _shown(viewer)[1].find(question_id)
    if found is None:
        raise NotFound("question")
    return found


@bp.get("/questions")
@viewer_required(WORKERS)
def questions() -> str:
    """Show the questions in use, and the draft there is."""
    viewer = wording_viewer()
    version, shown = _shown(viewer)
    off = version.changes.off if version else frozenset()
    return render_template(
        "plans/questions.html", labels=labels, groups=shown.by_group(), off=off,
        draft=queries.find_draft_version(viewer), versions=queries.list_versions(viewer),
        ours=question_set(),
        may_edit=may_word(viewer),
    )  # fmt: skip


@bp.get("/questions/<question_id>")
@viewer_required(WORKERS)
def one(question_id: str) -> str:
    """Show one question: what can be changed, and how it looks in each language."""
    viewer = wording_viewer(Verb.EDIT)
    version, question = _shown(viewer)[0], _get(viewer, question_id)
    return render_template(
        "plans/question_edit.html", labels=labels, question=question, locales=LOCALES,
        is_off=bool(version and question_id in version.changes.off),
        always_on=question_id in ALWAYS_ON,
    )  # fmt: skip


@bp.post("/questions/<question_id>")
@viewer_required(WORKERS)
def change(question_id: str) -> Response:
    """Switch a question on or off, put it higher, or take out one of one's own."""
    viewer, now = wording_viewer(Verb.EDIT), clock.now()
    match request.form.get("do"):
        case "on" | "off" as which:
            question_actions.switch_question(viewer, question_id, on=which == "on", now=now)
        case "up":
            question_actions.move_question_up(viewer, question_id, now=now)
        case "remove":
            question_actions.remove_question(viewer, question_id, now=now)
        case _:
            raise NotFound("change")
    db.session.commit()
    return redirect(url_for("question_sets.questions", _anchor=question_id), 303)


@bp.get("/questions/<question_id>/words/<locale>")
@viewer_required(WORKERS)
def words(question_id: str, locale: str) -> str:
    """Ask for one's own words for a question, in one language."""
    question = _get(wording_viewer(Verb.EDIT), question_id)
    form = WordingForm(formdata=None, data=question.wording.get(locale, {}))
    return _words_page(question, locale, form)


def _words_page(question: Question, locale: str, form: WordingForm) -> str:
    if locale not in LOCALES:
        raise NotFound("language")
    with use_locale(locale):
        plain = replace(question, wording={})
        ours = {word: labels.asked_words(plain, word).words for word in WORD_LIMITS}
    return render_template(
        "plans/question_words.html", labels=labels, question=question, form=form, ours=ours,
        locale=locale, language=LOCALES[locale],
    )  # fmt: skip


@bp.post("/questions/<question_id>/words/<locale>")
@viewer_required(WORKERS)
def save_words(question_id: str, locale: str) -> Response | tuple[str, int]:
    """Keep one's own words for a question."""
    viewer, form = wording_viewer(Verb.EDIT), WordingForm()
    question = _get(viewer, question_id)
    if locale not in LOCALES:
        raise NotFound("language")
    if not form.validate_on_submit():
        return _words_page(question, locale, form), 400
    question_actions.word_question(viewer, question_id, locale, form.words, now=clock.now())
    db.session.commit()
    return redirect(url_for("question_sets.one", question_id=question_id), 303)


@bp.get("/questions/new")
@viewer_required(WORKERS)
def new() -> str:
    """Ask for a question of the organisation's own."""
    wording_viewer(Verb.EDIT)
    form = NewQuestionForm(formdata=None, language=current_locale())
    return render_template("plans/question_new.html", form=form)


@bp.post("/questions/new")
@viewer_required(WORKERS)
def add() -> Response | tuple[str, int]:
    """Keep a question of the organisation's own."""
    viewer, form = wording_viewer(Verb.EDIT), NewQuestionForm()
    if not form.validate_on_submit():
        return render_template("plans/question_new.html", form=form), 400
    question_id = question_actions.add_question(
        viewer, form.kind.data, form.language.data, form.words, now=clock.now()
    )
    db.session.commit()
    return redirect(url_for("question_sets.one", question_id=question_id), 303)


@bp.get("/questions/<question_id>/preview")
@viewer_required(WORKERS)
def preview(question_id: str) -> str:
    """Show a question as a young person will see it."""
    question = _get(wording_viewer(), question_id)
    form = answer_form(question, Voice.YOUNG_PERSON) if question.is_written else None
    if form is not None:
        form.voice.data = Voice.YOUNG_PERSON
    locale = request.args.get("in", "")
    with use_locale(locale if locale in LOCALES else current_locale()):
        return render_template(
            "plans/question_preview.html", labels=labels, question=question, form=form,
            locales=LOCALES,
        )  # fmt: skip


@bp.post("/questions/publish")
@viewer_required(WORKERS)
def publish() -> Response:
    """Begin new plans with the draft, or throw it away."""
    viewer, now = wording_viewer(Verb.APPROVE), clock.now()
    if "discard" in request.form:
        question_actions.discard(viewer, now=now)
    else:
        question_actions.publish(viewer, now=now)
    db.session.commit()
    return redirect(url_for("question_sets.questions"), 303)


@bp.get("/questions/versions/<int:number>/tested")
@viewer_required(WORKERS)
def tested(number: int) -> str:
    """Ask where and when young people tried a version."""
    version = queries.get_version(wording_viewer(Verb.EDIT), number)
    form = TestedForm(formdata=None, where=version.tested_with or "")
    form.on.data = version.tested_on.isoformat() if version.tested_on else ""
    return render_template("plans/question_tested.html", version=version, form=form)


@bp.post("/questions/versions/<int:number>/tested")
@viewer_required(WORKERS)
def save_tested(number: int) -> Response | tuple[str, int]:
    """Keep where and when young people tried a version."""
    viewer, form, now = wording_viewer(Verb.EDIT), TestedForm(), clock.now()
    version, form.today = queries.get_version(viewer, number), now.date()
    if not form.validate_on_submit():
        return render_template("plans/question_tested.html", version=version, form=form), 400
    question_actions.record_test(viewer, number, where=form.where.data or "", on=form.day, now=now)
    db.session.commit()
    return redirect(url_for("question_sets.questions"), 303)
