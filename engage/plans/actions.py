"""What people do to a plan: start it, write, skip, agree with an answer or not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from engage.audit import actions as audit
from engage.db import db
from engage.people.access import ANONYMOUS, Object, Verb, Viewer, access_to
from engage.people.queries import current_placement
from engage.plans import queries
from engage.plans.models import (
    AnswerState,
    PlanAnswer,
    PlanDraft,
    PlanOpinion,
    SafetyPlan,
    Voice,
)
from engage.plans.page import PlanPage
from engage.plans.rules import DRAFT_KEPT, DRAFT_LIMIT, due_at
from engage.plans.turns import open_turn, read_mark, take_turn
from engage.questions.answer_rules import as_words, clean, encode
from engage.questions.queries import newest_version
from engage.questions.rules import Question
from engage.web.errors import NotFound


class AnswerChanged(Exception):
    """Somebody else changed this answer since it was opened: show both, lose nothing."""

    def __init__(self, answer: PlanAnswer):
        super().__init__("The answer was changed meanwhile.")
        self.text = answer.text
        self.revision = answer.revision
        self.author_id = answer.typed_by_id or answer.author_id


def start_plan(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> SafetyPlan:
    """Start the young person's plan, or return the one there is. Its clock runs from the day
    they came to their present home.
    """
    access = access_to(viewer, young_person_id, now=now)
    if not access.may(Verb.CREATE, Object.PLAN_SHARED):
        raise NotFound("plan")
    take_turn(young_person_id)
    found = db.session.scalar(
        select(SafetyPlan).where(SafetyPlan.young_person_id == young_person_id)
    )
    if found is not None:
        return found
    placement = current_placement(viewer, young_person_id, now=now)
    times = queries.plan_times(viewer, young_person_id)
    start = placement.starts_at if placement else now
    plan = SafetyPlan(
        young_person_id=young_person_id,
        placement_id=placement.id if placement else None,
        question_set=newest_version(viewer, access.organisation_id),
        started_by_id=viewer.person_id,
        started_at=now,
        changed_at=now,
        due_at=due_at(start, times.due_within),
    )
    db.session.add(plan)
    db.session.flush()
    _record("plan:started", viewer, plan, now=now)
    return plan


def write_answer(
    viewer: Viewer,
    plan_id: UUID,
    question_id: str,
    given: str | Mapping[str, Any],
    *,
    voice: Voice,
    seen_revision: int,
    now: datetime,
) -> PlanAnswer:
    """Keep an answer in one voice's own words, or in the question's parts; an empty one takes
    the answer out.

    `seen_revision` is the revision the writer had before their eyes (0: none). Raises
    AnswerChanged when somebody else saved other words meanwhile, BadPart when a part cannot be
    kept like this, NotFound when this viewer may not write here.
    """
    page = open_turn(viewer, plan_id, now=now)
    question = _question(page, question_id)
    answer = _answer(page, question_id, voice)
    if not page.may_write(question, voice):
        raise NotFound("question")
    if isinstance(given, str):
        content = as_words(given)[: question.limit]
    else:
        content = encode(question.tidied(voice, given))
    if answer is not None and answer.revision != seen_revision and answer.content != content:
        raise AnswerChanged(answer)
    author = page.plan.young_person_id if voice is Voice.YOUNG_PERSON else viewer.person_id
    assert author is not None and viewer.person_id is not None
    if answer is None:
        answer = PlanAnswer(
            plan_id=plan_id, question=question_id, voice=voice, author_id=author, revision=0
        )
        db.session.add(answer)
    answer.state = AnswerState.ANSWERED if content else AnswerState.SKIPPED
    answer.content = content or None
    answer.author_id = author
    answer.typed_by_id = None if author == viewer.person_id else viewer.person_id
    answer.revision += 1
    answer.written_at = now
    page.plan.changed_at = now
    _forget_draft(viewer, plan_id, question_id, voice)
    db.session.flush()
    _record("plan_answer:written", viewer, page.plan, now=now, object_id=answer.id)
    return answer


def take_newest_questions(viewer: Viewer, plan_id: UUID, *, now: datetime) -> None:
    """Ask the newest questions from now on. What was answered stays, to be read at the end."""
    page = open_turn(viewer, plan_id, now=now)
    if page.voice is None:
        raise NotFound("plan")
    page.plan.question_set = page.newest_questions
    _record("plan:questions_renewed", viewer, page.plan, now=now)


def skip_question(
    viewer: Viewer, plan_id: UUID, question_id: str, *, voice: Voice, now: datetime
) -> None:
    """Remember that a question was skipped; what was answered before stays as it is."""
    page = open_turn(viewer, plan_id, now=now)
    question = _question(page, question_id)
    if _answer(page, question_id, voice) is None and page.may_write(question, voice):
        own = voice is Voice.YOUNG_PERSON
        author = page.plan.young_person_id if own else viewer.person_id
        db.session.add(
            PlanAnswer(
                plan_id=plan_id,
                question=question_id,
                voice=voice,
                state=AnswerState.SKIPPED,
                author_id=author,
                typed_by_id=None if author == viewer.person_id else viewer.person_id,
                written_at=now,
            )
        )
    _forget_draft(viewer, plan_id, question_id, voice)
    _record("plan_answer:skipped", viewer, page.plan, now=now)


def say_opinion(
    viewer: Viewer, plan_id: UUID, answer_id: UUID, *, agrees: bool, reason: str, now: datetime
) -> None:
    """Agree or disagree with somebody else's answer, with a reason if one likes."""
    page = open_turn(viewer, plan_id, now=now)
    voice = page.voice
    answer = next((a for a in page.answers if a.id == answer_id), None)
    if voice is None or answer is None or answer.voice == voice or not answer.content:
        raise NotFound("answer")
    if not page.covers(answer.question):
        raise NotFound("answer")
    opinion = db.session.scalar(
        select(PlanOpinion).where(
            PlanOpinion.answer_id == answer_id, PlanOpinion.person_id == viewer.person_id
        )
    )
    if opinion is None:
        opinion = PlanOpinion(answer_id=answer_id, person_id=viewer.person_id, voice=voice)
        db.session.add(opinion)
    opinion.agrees = agrees
    opinion.reason = clean(reason) or None
    opinion.on_revision = answer.revision
    opinion.said_at = now
    verb = "plan_answer:agreed_with" if agrees else "plan_answer:disagreed_with"
    _record(verb, viewer, page.plan, now=now, object_id=answer_id)


def keep_draft(
    mark: str, plan_id: UUID, question_id: str, text: str, *, voice: Voice, now: datetime
) -> None:
    """Keep what somebody was typing when their sign-in ended, for them alone and for a day.

    `text` holds the form as it was sent (answer_forms.draft_of); `mark` proves who had the form
    open; a wrong or old one keeps nothing. Nothing in the plan changes: the text is only shown
    again to the same person.
    """
    writer = read_mark(mark, plan_id, now)
    plan = db.session.get(SafetyPlan, plan_id)
    if writer is None or plan is None or not text or len(text) > DRAFT_LIMIT:
        return
    take_turn(plan.young_person_id)
    owner = Viewer(person_id=writer.person_id)
    _forget_draft(owner, plan_id, question_id, voice)
    db.session.execute(delete(PlanDraft).where(PlanDraft.saved_at <= now - DRAFT_KEPT))
    db.session.add(
        PlanDraft(
            plan_id=plan_id,
            person_id=writer.person_id,
            question=question_id,
            voice=voice,
            text=text,
            saved_at=now,
        )
    )
    _record("plan_draft:kept", ANONYMOUS, plan, now=now)


def note_opened(viewer: Viewer, plan: SafetyPlan, what: str, *, now: datetime) -> None:
    """Let the young person know who opened which part of their plan, and when."""
    audit.record(
        "plan:opened",
        viewer=viewer,
        now=now,
        subject_id=plan.young_person_id,
        object_kind=what,
        object_id=plan.id,
    )


def _question(page: PlanPage, question_id: str) -> Question:
    question = page.questions.find(question_id)
    if question is None:
        raise NotFound("question")
    return question


def _answer(page: PlanPage, question_id: str, voice: Voice) -> PlanAnswer | None:
    found = (a for a in page.answers if a.question == question_id and a.voice == voice)
    return next(found, None)


def _forget_draft(viewer: Viewer, plan_id: UUID, question_id: str, voice: Voice) -> None:
    db.session.execute(
        delete(PlanDraft).where(
            PlanDraft.plan_id == plan_id,
            PlanDraft.person_id == viewer.person_id,
            PlanDraft.question == question_id,
            PlanDraft.voice == voice,
        )
    )


def _record(
    verb: str, viewer: Viewer, plan: SafetyPlan, *, now: datetime, object_id: UUID | None = None
) -> None:
    audit.record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=plan.young_person_id,
        object_kind="plan",
        object_id=object_id or plan.id,
    )
