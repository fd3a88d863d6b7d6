"""The pages on which an organisation reads, words, orders and publishes the questions of talks."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.i18n import LOCALES, use_locale
from engage.people.access import Verb, Viewer
from engage.people.models import PersonKind
from engage.people.signin import viewer_required
from engage.talks import labels, set_actions, wording
from engage.talks.forms import QuestionWordsForm
from engage.talks.models import TalkQuestions
from engage.talks.rules import Question, QuestionSet
from engage.talks.set_actions import BadWords, TooFew
from engage.talks.sets import as_set, edits_of
from engage.talks.shipped import question_set
from engage.web.errors import NotFound
from engage.wordings.forms import PublishForm
from engage.wordings.labels import SET_STATES
from engage.wordings.queries import find_version, list_versions
from engage.wordings.rules import WordingState
from engage.wordings.signed_in import may_word, wording_viewer

bp = Blueprint("talk_questions", __name__)


@bp.get("/talk-questions")
@viewer_required(PersonKind.WORKER)
def questions() -> str:
    """Show the questions in use or in the draft."""
    return _list_page(PublishForm(formdata=None))


@bp.post("/talk-questions")
@viewer_required(PersonKind.WORKER)
def publish() -> Response | tuple[str, int]:
    """Ask the draft from now on, or throw it away."""
    viewer, form, now = wording_viewer(Verb.EDIT), PublishForm(), clock.now()
    if request.form.get("do") == "discard":
        set_actions.discard(viewer, now=now)
    else:
        filled = form.filled(now.date())
        if filled is None:
            return _list_page(form), 400
        set_actions.publish(viewer, tested_with=filled[0], tested_on=filled[1], now=now)
    db.session.commit()
    return redirect(url_for("talk_questions.questions"), 303)


@bp.get("/talk-questions/<question_id>")
@viewer_required(PersonKind.WORKER)
def one(question_id: str) -> str:
    """Show one question: whether it is asked, where it stands, its words in each language."""
    viewer = wording_viewer(Verb.EDIT)
    asked, question = _shown(viewer), _get(viewer, question_id)
    return render_template(
        "talks/question.html", question=question, words=wording.words_for(question),
        is_asked=asked.find(question_id) is not None, locales=LOCALES,
    )  # fmt: skip


@bp.post("/talk-questions/<question_id>")
@viewer_required(PersonKind.WORKER)
def change(question_id: str) -> Response:
    """Ask it or leave it out from the next version on, or put it one place earlier."""
    viewer, now = wording_viewer(Verb.EDIT), clock.now()
    try:
        match request.form.get("do"):
            case "on" | "off" as which:
                set_actions.switch_question(viewer, question_id, on=which == "on", now=now)
            case "up":
                set_actions.move_question_up(viewer, question_id, now=now)
            case _:
                raise NotFound("change")
    except TooFew:
        # The last question has no button for it: somebody made the request up.
        raise NotFound("change") from None
    db.session.commit()
    return redirect(url_for("talk_questions.questions", _anchor=question_id), 303)


@bp.get("/talk-questions/<question_id>/words/<locale>")
@viewer_required(PersonKind.WORKER)
def words(question_id: str, locale: str) -> str:
    """Ask for the organisation's own words, in one language."""
    question = _get(wording_viewer(Verb.EDIT), question_id)
    own = question.wording.get(locale, {})
    data = {"ask": own.get("ask", ""), "cue": own.get("hint", "")}
    return _words_page(question, locale, QuestionWordsForm(formdata=None, data=data))


@bp.post("/talk-questions/<question_id>/words/<locale>")
@viewer_required(PersonKind.WORKER)
def save_words(question_id: str, locale: str) -> Response | tuple[str, int]:
    """Keep the organisation's own words."""
    viewer, form = wording_viewer(Verb.EDIT), QuestionWordsForm()
    question = _get(viewer, question_id)
    if locale not in LOCALES or not form.validate_on_submit():
        return _words_page(question, locale, form), 400
    ask, cue = form.ask.data or "", form.cue.data or ""
    try:
        set_actions.word_question(viewer, question_id, locale, ask=ask, cue=cue, now=clock.now())
    except BadWords as bad:
        db.session.rollback()
        form.say("ask", str(labels.WORD_PROBLEMS[bad.problem]))
        return _words_page(question, locale, form), 400
    db.session.commit()
    return redirect(url_for("talk_questions.one", question_id=question_id), 303)


def _draft(viewer: Viewer) -> TalkQuestions | None:
    return find_version(viewer, TalkQuestions, WordingState.DRAFT)


def _shown(viewer: Viewer) -> QuestionSet:
    version = _draft(viewer) or find_version(viewer, TalkQuestions, WordingState.PUBLISHED)
    return as_set(version) if version else question_set()


def _get(viewer: Viewer, question_id: str) -> Question:
    found = _shown(viewer).find(question_id) or question_set().find(question_id)
    if found is None:
        raise NotFound("question")
    return found


def _list_page(form: PublishForm) -> str:
    viewer = wording_viewer()
    draft, shown = _draft(viewer), _shown(viewer)
    off = edits_of(draft).off if draft else frozenset()
    return render_template(
        "talks/questions.html", form=form, draft=draft, shown=shown, states=SET_STATES,
        words=wording.words_of(shown), words_for=wording.words_for,
        left_out=[each for each in question_set().questions if each.id in off],
        versions=list_versions(viewer, TalkQuestions),
        may_edit=may_word(viewer),
    )  # fmt: skip


def _words_page(question: Question, locale: str, form: QuestionWordsForm) -> str:
    if locale not in LOCALES:
        raise NotFound("language")
    with use_locale(locale):
        ours = wording.QUESTIONS[question.id]
        said = [str(ours.ask), str(ours.cue)]
    return render_template(
        "talks/question_words.html", question=question, form=form, locale=locale,
        language=LOCALES[locale], ours=said,
    )  # fmt: skip
