"""The plan's home, its questions one by one, and the whole plan to read or print."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.i18n import LOCALES, current_locale
from engage.people.access import Viewer
from engage.people.models import PersonKind, Role
from engage.people.signin import (
    current_viewer,
    is_signed_in,
    public,
    signed_in_viewer,
    viewer_required,
)
from engage.plans import actions, labels, queries
from engage.plans.forms import AnswerForm
from engage.plans.models import Voice
from engage.plans.page import PlanPage
from engage.plans.rules import Question, QuestionKind
from engage.plans.turns import draft_mark, read_mark
from engage.web.errors import NotFound
from engage.web.forms import csrf

bp = Blueprint("plans", __name__)
READERS = (PersonKind.YOUNG_PERSON, PersonKind.CARER, PersonKind.WORKER)
PLACES = {
    QuestionKind.TRIO: "plan_people.trio",
    QuestionKind.CHECK_IN: "plan_people.check_in",
    QuestionKind.WORDS: "plan_sharing.words",
    QuestionKind.SHARING: "plan_sharing.sharing",
}


@bp.get("/plans/mine")
@viewer_required(PersonKind.YOUNG_PERSON)
def mine() -> Response:
    """Lead a young person to their plan, or to where it is started."""
    viewer = signed_in_viewer()
    assert viewer.person_id is not None
    return redirect(url_for("plans.for_young_person", young_person_id=viewer.person_id), 303)


@bp.get("/plans/for/<uuid:young_person_id>")
@viewer_required(*READERS)
def for_young_person(young_person_id: UUID) -> Response | str:
    """Lead to the plan, or offer to start it."""
    viewer, now = signed_in_viewer(), clock.now()
    plan = queries.find_plan(viewer, young_person_id, now=now)
    if plan is not None:
        return redirect(url_for("plans.home", plan_id=plan.id), 303)
    may_start = viewer.person_id == young_person_id or Role.SOCIAL_WORKER in viewer.roles
    return render_template(
        "plans/start.html", young_person_id=young_person_id, may_start=may_start,
        is_own=viewer.person_id == young_person_id,
    )  # fmt: skip


@bp.post("/plans/for/<uuid:young_person_id>")
@viewer_required(PersonKind.YOUNG_PERSON, Role.SOCIAL_WORKER)
def start(young_person_id: UUID) -> Response:
    """Start the plan."""
    plan = actions.start_plan(signed_in_viewer(), young_person_id, now=clock.now())
    plan_id = plan.id
    db.session.commit()
    return redirect(url_for("plans.home", plan_id=plan_id), 303)


@bp.get("/plans/<uuid:plan_id>")
@viewer_required(*READERS)
def home(plan_id: UUID) -> str:
    """Show the rooms of the plan, and what waits."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_page(viewer, plan_id, now=now)
    said = page.voices_said()
    html = render_template(
        "plans/home.html", page=page, tasks=_tasks(page), labels=labels, voices_said=said,
        waits=page.shared is not None and page.voice is not None and page.voice not in said,
    )  # fmt: skip
    note_opened(page, "plan")
    return html


def note_opened(page: PlanPage, what: str) -> None:
    """Let the young person know who opened their plan. Called once the page is drawn."""
    if not page.is_own:
        actions.note_opened(page.viewer, page.plan, what, now=clock.now())
        db.session.commit()


def _tasks(page: PlanPage) -> list[dict[str, object]]:
    return [_task(page, question) for question in page.questions.questions]


def _task(page: PlanPage, question: Question) -> dict[str, object]:
    task: dict[str, object] = {"words": labels.words_of(question.id).title}
    if not page.may_open_question(question):
        # How far it is would tell something about it, too.
        return {**task, "state": "", "state_words": labels.NOT_SHARED}
    state = page.progress_of(question)
    task["state"], task["state_words"] = state, labels.PROGRESS[state]
    task["href"] = address(page, question)
    if question.shareable and page.is_own:
        task["more"] = labels.who_sees(page.seen_by(question))
    return task


def address(page: PlanPage, question: Question) -> str:
    """Return the page of a question."""
    place = PLACES.get(question.kind)
    if place is not None:
        return url_for(place, plan_id=page.plan.id)
    return url_for("plans.question", plan_id=page.plan.id, question_id=question.id)


def find_question(page: PlanPage, question_id: str) -> Question:
    """Return a question the viewer may open, or raise NotFound."""
    question = page.questions.find(question_id)
    if question is None or not page.may_open_question(question):
        raise NotFound("question")
    return question


@bp.get("/plans/<uuid:plan_id>/<question_id>")
@viewer_required(*READERS)
def question(plan_id: UUID, question_id: str) -> Response | str:
    """Ask one question."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_page(viewer, plan_id, now=now)
    asked = find_question(page, question_id)
    if asked.kind is not QuestionKind.TEXT:
        return redirect(address(page, asked), 303)
    voice = _voice(page, request.args.get("words"))
    form, has_draft = AnswerForm(formdata=None), False
    if voice is not None:
        draft = queries.find_draft(viewer, plan_id, question_id, voice, now=now)
        written = page.answer_of(asked, voice)
        has_draft = draft is not None
        form.text.data = draft.text if draft else (written.text if written else "")
        form.revision.data = str(written.revision if written else 0)
    html = _question_page(page, asked, voice, form, has_draft=has_draft)
    note_opened(page, question_id)
    return html


def _voice(page: PlanPage, wanted: str | None) -> Voice | None:
    if page.voice is not None and wanted == Voice.YOUNG_PERSON:
        return Voice.YOUNG_PERSON
    return page.voice


def _question_page(
    page: PlanPage, asked: Question, voice: Voice | None, form: AnswerForm, **more: object
) -> str:
    viewer, own = page.viewer, page.answers_to(asked)
    form.text.limit = asked.limit
    if voice is Voice.YOUNG_PERSON and not page.is_own:
        form.text.label.text = str(labels.THEIR_WORDS)
    if voice is not None:
        form.voice.data = voice
        form.mark.data = draft_mark(viewer, page.plan.id, clock.now())
    return render_template(
        "plans/question.html", page=page, question=asked, voice=voice, form=form, labels=labels,
        words=labels.words_of(asked.id), can_write=voice and page.may_write(asked, voice),
        others=[a for a in own if a.voice != voice and a.text],
        own=next((a for a in own if a.voice == voice and a.text), None),
        may_type=page.may_write(asked, Voice.YOUNG_PERSON),
        opinions=queries.list_opinions(viewer, own),
        sees=labels.who_sees(page.seen_by(asked), is_own=page.is_own), **more,
    )  # fmt: skip


@bp.post("/plans/<uuid:plan_id>/<question_id>")
@csrf.exempt
@public
def answer(plan_id: UUID, question_id: str) -> Response | str | tuple[str, int]:
    """Keep an answer or skip the question. Open and checked here, not before, because whoever
    was signed out while typing must not lose their words.
    """
    form, viewer, now = AnswerForm(), current_viewer(), clock.now()
    if viewer is None or not is_signed_in(viewer):
        return _keep_for_later(form, plan_id, question_id)
    page = queries.get_page(viewer, plan_id, now=now)
    asked = find_question(page, question_id)
    voice = _voice(page, form.voice.data)
    form.text.limit = asked.limit
    if voice is None or asked.kind is not QuestionKind.TEXT:
        abort(404)
    if not form.validate_on_submit():
        return _question_page(page, asked, voice, form, send_again=form.is_from_old_page()), 400
    if "skip" in request.form:
        actions.skip_question(viewer, plan_id, question_id, voice=voice, now=now)
        db.session.commit()
        return redirect(_next(page, asked), 303)
    return _write(viewer, page, asked, voice, form)


def _write(
    viewer: Viewer, page: PlanPage, asked: Question, voice: Voice, form: AnswerForm
) -> Response | tuple[str, int]:
    plan_id, text, forward = page.plan.id, form.text.data or "", _next(page, asked)
    if not text and page.answer_of(asked, voice) is None:
        form.say("text", str(labels.NOTHING_WRITTEN))
        return _question_page(page, asked, voice, form), 400
    try:
        actions.write_answer(
            viewer, plan_id, asked.id, text,
            voice=voice, seen_revision=form.seen_revision, now=clock.now(),
        )  # fmt: skip
    except actions.AnswerChanged as meanwhile:
        db.session.rollback()
        page = queries.get_page(viewer, plan_id, now=clock.now())
        form.revision.data = str(meanwhile.revision)
        who = page.name_of(meanwhile.author_id)
        merge = {"theirs": meanwhile.text, "who": who or labels.VOICES[voice]}
        return _question_page(page, asked, voice, form, merge=merge), 409
    db.session.commit()
    return redirect(forward, 303)


def _next(page: PlanPage, asked: Question) -> str:
    return url_for("plans.home", plan_id=page.plan.id, _anchor=f"after-{asked.id}")


def _keep_for_later(form: AnswerForm, plan_id: UUID, question_id: str) -> Response:
    """Keep what was typed for its writer, then lead to sign-in and back to the question."""
    now, sent = clock.now(), form.mark.data or ""
    voice = Voice.YOUNG_PERSON if form.voice.data not in set(Voice) else Voice(form.voice.data)
    actions.keep_draft(sent, plan_id, question_id, form.text.data or "", voice=voice, now=now)
    db.session.commit()
    back = url_for("plans.question", plan_id=plan_id, question_id=question_id, words=voice)
    mark = read_mark(sent, plan_id, now)
    place = "/sign-in" if mark is not None and mark.is_staff else "/phone-sign-in"
    return redirect(f"{place}?{urlencode({'next': back})}", 303)


@bp.get("/plans/<uuid:plan_id>/print")
@viewer_required(*READERS)
def read(plan_id: UUID) -> str:
    """Show the whole plan on one page, to read or to print; `with` puts a second language
    beside the headings, for a carer who reads another one.
    """
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now())
    beside = request.args.get("with", "")
    html = render_template(
        "plans/read.html", page=page, labels=labels, rows=answer_rows(page, beside),
        beside=beside, own_language=LOCALES[current_locale()],
        others=[pair for pair in LOCALES.items() if pair[0] != current_locale()],
    )  # fmt: skip
    note_opened(page, "plan")
    return html


def answer_rows(page: PlanPage, beside: str = "") -> list[tuple[object, list[tuple[str, str]]]]:
    """List title and (text, whose words) of every part that was answered and may be read."""
    rows: list[tuple[object, list[tuple[str, str]]]] = []
    for question in page.questions.questions:
        answers = [(a.text, labels.by_line(a, page)) for a in page.answers_to(question) if a.text]
        if answers:
            rows.append((labels.both_titles(question.id, beside), answers))
    return rows
