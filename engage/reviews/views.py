"""The worker's pages: which plans wait, and reading one over."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.agreed.labels import said_words
from engage.db import db
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans import actions, agreement_actions, labels, queries
from engage.plans.changed import changed_since_agreed
from engage.plans.forms import RefusalForm, ReviewForm
from engage.plans.models import ReviewOutcome, Voice
from engage.plans.page import PlanPage
from engage.plans.rules import PlanState
from engage.reviews import queries as review_queries
from engage.web.errors import NotFound

bp = Blueprint("plan_review", __name__)
REVIEWERS = (Role.SOCIAL_WORKER, Role.SUPERVISOR)


@bp.get("/plans/to-review")
@viewer_required(*REVIEWERS)
def to_review() -> str:
    """List the plans that wait for this worker."""
    viewer, now = signed_in_viewer(), clock.now()
    return render_template(
        "plans/to_review.html", labels=labels,
        rows=review_queries.plans_to_review(viewer, now=now),
        told=review_queries.told_to_look_at(viewer, now=now),
    )  # fmt: skip


def _page(plan_id: UUID) -> PlanPage:
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now(), history=True)
    if not page.may_review:
        raise NotFound("plan")
    return page


def _review_page(page: PlanPage, form: ReviewForm) -> str:
    readable = [a for q in page.questions.questions for a in page.answers_to(q) if a.text]
    return render_template(
        "plans/review.html", page=page, form=form, labels=labels, answers=readable,
        often=said_words,
        opinions=queries.list_opinions(page.viewer, readable),
        changes={(c.question, c.voice): c for c in changed_since_agreed(page)},
        reviews=review_queries.list_reviews(page.viewer, page.plan.id),
        may_record_no=page.voice is Voice.WORKER and page.state is not PlanState.LIVE,
    )  # fmt: skip


@bp.get("/plans/<uuid:plan_id>/review")
@viewer_required(*REVIEWERS)
def review(plan_id: UUID) -> str:
    """Show a plan to read over, with what is new and what people disagree about."""
    page = _page(plan_id)
    html = _review_page(page, ReviewForm(formdata=None))
    actions.note_opened(page.viewer, page.plan, "plan", now=clock.now())
    db.session.commit()
    return html


@bp.post("/plans/<uuid:plan_id>/review")
@viewer_required(*REVIEWERS)
def decide(plan_id: UUID) -> Response | tuple[str, int]:
    """Keep what the worker says after reading it."""
    page, form = _page(plan_id), ReviewForm()
    is_valid = form.validate_on_submit()
    if is_valid and form.outcome.data == ReviewOutcome.ASKED_TO_CHANGE and not form.comment.data:
        form.say("comment", str(labels.SAY_WHAT_TO_CHANGE))
        is_valid = False
    if not is_valid:
        return _review_page(page, form), 400
    agreement_actions.review_plan(
        page.viewer, plan_id, outcome=ReviewOutcome(form.outcome.data),
        comment=form.comment.data or "", carer_comment=form.carer_comment.data or "",
        now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("plan_review.to_review"), 303)


@bp.get("/plans/<uuid:plan_id>/refusal")
@viewer_required(Role.SOCIAL_WORKER)
def refusal(plan_id: UUID) -> str:
    """Ask what the young person said when they did not want a plan."""
    page = _page(plan_id)
    return render_template("plans/refusal.html", page=page, form=RefusalForm(formdata=None))


@bp.post("/plans/<uuid:plan_id>/refusal")
@viewer_required(Role.SOCIAL_WORKER)
def record_refusal(plan_id: UUID) -> Response | tuple[str, int]:
    """Write down that the young person does not want a plan now."""
    page, form = _page(plan_id), RefusalForm()
    if not form.validate_on_submit():
        return render_template("plans/refusal.html", page=page, form=form), 400
    agreement_actions.record_refusal(
        page.viewer, plan_id, reason=form.reason.data or "", now=clock.now()
    )
    db.session.commit()
    return redirect(url_for("plans.home", plan_id=plan_id), 303)
