"""Holding a talk on a phone: what the law asks, one question a page, and the list of it all."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.interviews.asked_for import page_after
from engage.interviews.queries import interview_of
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.talks import actions, labels, queries, waiting_queries, wording
from engage.talks.forms import AnswerForm, CommentForm
from engage.talks.pages import HOLDS, STAFF, asks_for_help, show, whom_to_call, writing
from engage.talks.queries import TalkPage
from engage.talks.rules import Question
from engage.talks.tongues import asked_in_their_language, in_their_language
from engage.web.errors import Changed, NotFound

bp = Blueprint("talks", __name__)


@bp.get("/talk-records")
@viewer_required(Role.INTERVIEWER, Role.SUPERVISOR)
def waiting() -> str:
    """List the talks somebody holds, and the records that wait for their sign-off."""
    viewer, now = signed_in_viewer(), clock.now()
    after, signed_after = page_after(), page_after("signed")
    return render_template(
        "talks/waiting.html", labels=labels, roles=viewer.roles, after=after or signed_after,
        held=waiting_queries.held_by(viewer, now=now, after=after),
        to_sign=waiting_queries.to_sign_off(viewer, now=now, after=signed_after),
    )  # fmt: skip


@bp.get("/young-people/<uuid:young_person_id>/talk-records")
@viewer_required(*STAFF)
def of(young_person_id: UUID) -> str:
    """List the records about a young person, and what is kept apart from the newest."""
    viewer, now = signed_in_viewer(), clock.now()
    talks = queries.list_talks(viewer, young_person_id, now=now)
    interview = interview_of(viewer, young_person_id, now=now)
    return render_template(
        "talks/of.html", young_person_id=young_person_id, talks=talks, labels=labels,
        interview=interview, name=queries.name_of(viewer, young_person_id, now=now),
        apart=queries.kept_apart(viewer, interview.id, now=now) if interview else [],
        may_note=queries.may_note_apart(viewer, young_person_id, now=now) if interview else [],
        begins=waiting_queries.may_begin_with(viewer, interview, now=now),
    )  # fmt: skip


@bp.post("/young-people/<uuid:young_person_id>/talk-records")
@viewer_required(*HOLDS)
def begin(young_person_id: UUID) -> Response:
    """Begin the record, or go on with it."""
    talk = actions.begin(signed_in_viewer(), young_person_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("talks.one", talk_id=talk.id), 303)


@bp.get("/talk-records/<uuid:talk_id>")
@viewer_required(*STAFF)
def one(talk_id: UUID) -> str:
    """Show a record: to whoever writes it what is left to do, to others what was agreed."""
    html = show(talk_id, CommentForm(formdata=None))
    db.session.commit()
    return html


@bp.get("/talk-records/<uuid:talk_id>/law")
@viewer_required(*HOLDS)
def law(talk_id: UUID) -> str:
    """Show what to say before the first question."""
    page = writing(talk_id)
    second = in_their_language(page.young_person, wording.LAW)
    return render_template("talks/law.html", page=page, law=wording.LAW, second=second)


@bp.post("/talk-records/<uuid:talk_id>/law")
@viewer_required(*HOLDS)
def told(talk_id: UUID) -> Response:
    """Note that it was said, and go to the first question that is open."""
    actions.tell_law(signed_in_viewer(), talk_id, now=clock.now())
    db.session.commit()
    page = writing(talk_id)
    answered = {line.question.id for line in page.lines}
    following = next((q for q in page.questions.questions if q.id not in answered), None)
    return _to(talk_id, following)


@bp.get("/talk-records/<uuid:talk_id>/ask/<question_id>")
@viewer_required(*HOLDS)
def ask(talk_id: UUID, question_id: str) -> str | Response:
    """Ask one question; before the first, say what must be passed on."""
    page = writing(talk_id)
    if page.talk.law_told_at is None:
        return redirect(url_for("talks.law", talk_id=talk_id), 303)
    return _ask_page(page, _question(page, question_id), AnswerForm(formdata=None))


@bp.post("/talk-records/<uuid:talk_id>/ask/<question_id>")
@viewer_required(*HOLDS)
def answer(talk_id: UUID, question_id: str) -> Response | tuple[str, int]:
    """Keep what was said, at once, and go on. Nothing written, or skipped, is an answer."""
    page, form = writing(talk_id), AnswerForm()
    question = _question(page, question_id)
    if "skip" not in request.form and not form.validate_on_submit():
        return _ask_page(page, question, form), 400
    words = "" if "skip" in request.form else form.words.data or ""
    line = page.line(question_id)
    if not words and (asks_for_help() or ("skip" in request.form and line and line.has_words)):
        # What was said before stays what was said.
        return _go_on(page, question_id)
    try:
        actions.answer(
            signed_in_viewer(), talk_id, question_id, words, key=str(form.key.data),
            now=clock.now(),
        )  # fmt: skip
    except actions.LawNotTold:
        db.session.rollback()
        return redirect(url_for("talks.law", talk_id=talk_id), 303)
    db.session.commit()
    return _go_on(page, question_id)


@bp.post("/talk-records/<uuid:talk_id>/hand-in")
@viewer_required(*HOLDS)
def hand_in(talk_id: UUID) -> Response:
    """Give it to a supervisor, or go on writing."""
    act = actions.take_back if "back" in request.form else actions.hand_in
    try:
        act(signed_in_viewer(), talk_id, now=clock.now())
    except actions.LawNotTold:
        raise Changed("not begun") from None
    db.session.commit()
    return redirect(url_for("talks.one", talk_id=talk_id), 303)


def _question(page: TalkPage, question_id: str) -> Question:
    question = page.questions.find(question_id)
    if question is None:
        raise NotFound("question")
    return question


def _go_on(page: TalkPage, question_id: str) -> Response:
    if asks_for_help():
        return whom_to_call(page)
    return _to(page.talk.id, page.questions.after(question_id))


def _to(talk_id: UUID, question: Question | None) -> Response:
    if question is None:
        return redirect(url_for("talks.one", talk_id=talk_id), 303)
    return redirect(url_for("talks.ask", talk_id=talk_id, question_id=question.id), 303)


def _ask_page(page: TalkPage, question: Question, form: AnswerForm) -> str:
    ids = [each.id for each in page.questions.questions]
    return render_template(
        "talks/ask.html", page=page, question=question, form=form,
        words=wording.words_for(question),
        line=page.line(question.id), number=ids.index(question.id) + 1, of=len(ids),
        previous=page.questions.before(question.id), law=wording.LAW,
        second=asked_in_their_language(page.young_person, question),
    )  # fmt: skip
