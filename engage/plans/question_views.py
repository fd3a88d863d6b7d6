"""The questions of the plan, one a page: asked, answered, skipped."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people.models import PersonKind
from engage.people.signin import (
    current_viewer,
    is_signed_in,
    public,
    signed_in_viewer,
    viewer_required,
)
from engage.plans import actions, labels, queries, sharing_labels
from engage.plans.addresses import address, is_there
from engage.plans.answer_forms import (
    AnswerForm,
    PartsForm,
    answer_form,
    draft_of,
    form_of_draft,
)
from engage.plans.models import Voice
from engage.plans.page import PlanPage
from engage.plans.reading import FACTS
from engage.plans.turns import draft_mark, read_mark
from engage.questions.answer_rules import BadPart, as_parts, encode, moved_up
from engage.questions.rules import Question
from engage.questions.wording import plain
from engage.web.errors import NotFound
from engage.web.forms import csrf

bp = Blueprint("plan_questions", __name__)
READERS = (PersonKind.YOUNG_PERSON, PersonKind.CARER, PersonKind.WORKER)
AnyForm = AnswerForm | PartsForm


def _find(page: PlanPage, question_id: str) -> Question:
    question = page.questions.find(question_id)
    if question is None or not is_there(question) or not page.may_open_question(question):
        raise NotFound("question")
    return question


@bp.get("/plans/<uuid:plan_id>/<question_id>")
@viewer_required(*READERS)
def question(plan_id: UUID, question_id: str) -> Response | str:
    """Ask one question."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_page(viewer, plan_id, now=now)
    asked = _find(page, question_id)
    if not asked.is_written:
        return redirect(address(page, asked), 303)
    voice = _voice(page, asked, request.args.get("words"))
    draft = queries.find_draft(viewer, plan_id, question_id, voice, now=now) if voice else None
    if draft is not None and voice is not None:
        form = form_of_draft(asked, voice, draft)
    else:
        written = page.answer_of(asked, voice) if voice else None
        content = (written.content if written else None) or ""
        form = answer_form(asked, voice, content=content, more=request.args.get("more", ""))
        form.revision.data = str(written.revision if written else 0)
    html = _question_page(page, asked, voice, form, has_draft=draft is not None)
    if not page.is_own:
        actions.note_opened(viewer, page.plan, question_id, now=now)
        db.session.commit()
    return html


def _voice(page: PlanPage, asked: Question, wanted: str | None) -> Voice | None:
    if page.voice is not None and wanted == Voice.YOUNG_PERSON:
        return Voice.YOUNG_PERSON if Voice.YOUNG_PERSON in asked.writers else page.voice
    return page.voice


def _question_page(
    page: PlanPage, asked: Question, voice: Voice | None, form: AnyForm, **more: object
) -> str:
    viewer, found = page.viewer, page.answers_to(asked)
    if isinstance(form, AnswerForm) and voice is Voice.YOUNG_PERSON and not page.is_own:
        form.text.label.text = str(labels.THEIR_WORDS)
    if voice is not None:
        form.voice.data = voice
        form.mark.data = draft_mark(viewer, page.plan.id, clock.now())
    own = next((a for a in found if a.voice == voice and a.content), None)
    return render_template(
        "plans/question.html", page=page, question=asked, voice=voice, form=form, labels=labels,
        can_write=voice and page.may_write(asked, voice), own=own,
        others=[a for a in found if a.voice != voice and a.content],
        kept=as_parts(own.content if own else "", asked.parts_for(voice or "")),
        may_type=page.may_write(asked, Voice.YOUNG_PERSON),
        opinions=queries.list_opinions(viewer, found),
        sees=_who_sees(page, asked),
        may_use_strategies=page.voice is Voice.WORKER or page.may_review,
        emergency=_emergency(page, asked), **more,
    )  # fmt: skip


def _who_sees(page: PlanPage, asked: Question) -> str:
    if asked.id == FACTS:
        return str(labels.FACTS_SEEN_BY)
    return sharing_labels.who_sees(page, asked.id)


def _emergency(page: PlanPage, asked: Question) -> str:
    if asked.shows != "helplines":
        return ""
    number = queries.emergency_number(page.viewer, page.plan.young_person_id)
    return str(labels.EMERGENCY) % {"number": number} if number else ""


@bp.post("/plans/<uuid:plan_id>/<question_id>")
@csrf.exempt
@public
def answer(plan_id: UUID, question_id: str) -> Response | str | tuple[str, int]:
    """Keep an answer or skip the question. Open and checked here, not before, because whoever
    was signed out while typing must not lose their words.
    """
    viewer, now = current_viewer(), clock.now()
    if viewer is None or not is_signed_in(viewer):
        return _keep_for_later(plan_id, question_id)
    page = queries.get_page(viewer, plan_id, now=now)
    asked = _find(page, question_id)
    voice = _voice(page, asked, request.form.get("voice"))
    if voice is None or not asked.is_written:
        abort(404)
    form = answer_form(asked, voice, request.form)
    if not form.validate_on_submit():
        return _question_page(page, asked, voice, form, send_again=form.is_from_old_page()), 400
    if "skip" in request.form:
        actions.skip_question(viewer, plan_id, question_id, voice=voice, now=now)
        db.session.commit()
        return redirect(_next(page, asked, voice), 303)
    return _write(page, asked, voice, form)


def _write(
    page: PlanPage, asked: Question, voice: Voice, form: AnyForm
) -> Response | tuple[str, int]:
    given, forward = _given(form), _next(page, asked, voice)
    try:
        kept = given if isinstance(given, str) else asked.tidied(voice, given)
        if not kept and page.answer_of(asked, voice) is None:
            return _nothing(page, asked, voice, form, forward)
        actions.write_answer(
            page.viewer, page.plan.id, asked.id, kept,
            voice=voice, seen_revision=form.seen_revision, now=clock.now(),
        )  # fmt: skip
    except BadPart as bad:
        db.session.rollback()
        form.say_bad_part(bad.path, bad.problem)
        return _question_page(_again(page), asked, voice, form), 400
    except actions.AnswerChanged as meanwhile:
        db.session.rollback()
        return _merge_page(_again(page), asked, voice, form, meanwhile), 409
    db.session.commit()
    return redirect(forward, 303)


def _nothing(
    page: PlanPage, asked: Question, voice: Voice, form: AnyForm, forward: str
) -> Response | tuple[str, int]:
    if "more" in request.form:
        return redirect(forward, 303)
    form.say_empty(str(labels.NOTHING_WRITTEN))
    return _question_page(page, asked, voice, form), 400


def _again(page: PlanPage) -> PlanPage:
    return queries.get_page(page.viewer, page.plan.id, now=clock.now())


def _given(form: AnyForm) -> str | dict[str, Any]:
    given = form.given()
    key, _, at = request.form.get("up", "").partition("-")
    if isinstance(given, str) or not at.isdecimal():
        return given
    return moved_up(given, key, int(at)) if key in form.sizes else given


def _merge_page(
    page: PlanPage, asked: Question, voice: Voice, form: AnyForm, meanwhile: actions.AnswerChanged
) -> str:
    form.revision.data = str(meanwhile.revision)
    who = page.name_of(meanwhile.author_id) or labels.VOICES[voice]
    given = form.given()
    if not isinstance(given, str):
        given = plain(asked.id, encode(asked.tidied(voice, given)), voice)
    merge = {"theirs": meanwhile.text, "who": who, "mine": given}
    return _question_page(page, asked, voice, form, merge=merge)


def _next(page: PlanPage, asked: Question, voice: Voice) -> str:
    key = request.form.get("more") or request.form.get("up", "").partition("-")[0]
    if key and "skip" not in request.form:
        words = voice if voice is not page.voice else None
        return url_for(
            "plan_questions.question", plan_id=page.plan.id, question_id=asked.id, words=words,
            more=key if "more" in request.form else None, edit=1, _anchor=f"part-{key}",
        )  # fmt: skip
    return url_for("plans.home", plan_id=page.plan.id, _anchor=f"after-{asked.id}")


def _keep_for_later(plan_id: UUID, question_id: str) -> Response:
    """Keep what was typed for its writer, then lead to sign-in and back to the question."""
    now, mark = clock.now(), request.form.get("mark", "")
    sent = request.form.get("voice")
    voice = Voice.YOUNG_PERSON if sent not in set(Voice) else Voice(sent)
    actions.keep_draft(
        mark, plan_id, question_id, draft_of(request.form), voice=voice, now=now
    )  # fmt: skip
    db.session.commit()
    back = url_for("plan_questions.question", plan_id=plan_id, question_id=question_id, words=voice)
    writer = read_mark(mark, plan_id, now)
    place = "/sign-in" if writer is not None and writer.is_staff else "/phone-sign-in"
    return redirect(f"{place}?{urlencode({'next': back})}", 303)
