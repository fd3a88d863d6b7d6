"""The plan's home, and the whole plan to read or print."""

from collections import Counter
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.agreed.labels import said_words
from engage.db import db
from engage.i18n import LazyText
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans import actions, labels, queries, sharing_labels
from engage.plans.addresses import address, is_there
from engage.plans.page import PlanPage
from engage.questions.rules import Question

bp = Blueprint("plans", __name__)
OFTEN = 3  # how many parts have the same readers before it is said once for all
READERS = (PersonKind.YOUNG_PERSON, PersonKind.CARER, PersonKind.WORKER)


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
    groups, usual = _groups(page)
    html = render_template(
        "plans/home.html", page=page, groups=groups, usual=usual, labels=labels, voices_said=said,
        waits=page.shared is not None and page.voice is not None and page.voice not in said,
    )  # fmt: skip
    note_opened(page, "plan")
    return html


def note_opened(page: PlanPage, what: str) -> None:
    """Let the young person know who opened their plan. Called once the page is drawn."""
    if not page.is_own:
        actions.note_opened(page.viewer, page.plan, what, now=clock.now())
        db.session.commit()


def _groups(page: PlanPage) -> tuple[list[tuple[LazyText, list[dict[str, object]]]], str]:
    """Return the rooms with their tasks, and who sees most of them: said once, above."""
    groups = [
        (labels.GROUPS[group], [_task(page, one) for one in questions if is_there(one)])
        for group, questions in page.questions.by_group()
    ]
    said = Counter(str(task["more"]) for _, tasks in groups for task in tasks if "more" in task)
    usual, often = said.most_common(1)[0] if said else ("", 0)
    if often < OFTEN:
        return groups, ""
    for task in (task for _, tasks in groups for task in tasks if task.get("more") == usual):
        del task["more"]
    return groups, usual


def _task(page: PlanPage, question: Question) -> dict[str, object]:
    title = labels.asked_words(question, "title")
    task: dict[str, object] = {"words": title.words, "lang": title.language}
    if not page.may_open_question(question):
        # How far it is would tell something about it, too.
        return {**task, "state": "", "state_words": sharing_labels.closed_words(page, question.id)}
    state = page.progress_of(question)
    task["state"], task["state_words"] = state, labels.PROGRESS[state]
    task["href"] = address(page, question)
    if question.shareable and page.is_own:
        task["more"] = sharing_labels.who_sees(page, question.id)
    return task


@bp.post("/plans/<uuid:plan_id>/newest-questions")
@viewer_required(*READERS)
def take_newest(plan_id: UUID) -> Response:
    """Ask the newest questions from now on."""
    actions.take_newest_questions(signed_in_viewer(), plan_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("plans.home", plan_id=plan_id), 303)


@bp.get("/plans/<uuid:plan_id>/print")
@viewer_required(*READERS)
def read(plan_id: UUID) -> str:
    """Show the whole plan on one page, to read or to print."""
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now()).on_paper()
    html = render_template(
        "plans/read.html", page=page, labels=labels, rows=answer_rows(page), often=said_words
    )
    note_opened(page, "plan")
    return html


def answer_rows(page: PlanPage) -> list[labels.Row]:
    """List title and (answer, whose words) of every part that was answered and may be read."""
    rows: list[labels.Row] = []
    for question in page.questions.questions:
        written = [a for a in page.answers_to(question) if a.content]
        if written:
            answers = [(labels.told_of(a), labels.by_line(a, page)) for a in written]
            rows.append((labels.title_of(page, question.id), answers))
    return rows
