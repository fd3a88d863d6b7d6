"""Putting the plan to everybody, yes or no, opinions, versions and what changed."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people.models import PersonKind
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans import actions, agreement_actions, labels, queries
from engage.plans.agreement_actions import CannotShare
from engage.plans.changed import changes_between, compared
from engage.plans.forms import AgreeForm, OpinionForm
from engage.plans.models import PlanAnswer
from engage.plans.page import PlanPage
from engage.web.errors import NotFound

bp = Blueprint("plan_agreement", __name__)
READERS = (PersonKind.YOUNG_PERSON, PersonKind.CARER, PersonKind.WORKER)


@bp.get("/plans/<uuid:plan_id>/agree")
@viewer_required(*READERS)
def agree(plan_id: UUID) -> str:
    """Show what is put to everybody, or offer to put it to them."""
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now())
    return _agree_page(page, AgreeForm(formdata=None))


def _agree_page(page: PlanPage, form: AgreeForm, problem: object = "") -> str:
    version = page.shared
    if version is None:
        if page.voice is None:
            raise NotFound("plan")
        return render_template("plans/put_to_all.html", page=page, labels=labels, problem=problem)
    snapshot = page.opened(version)
    said = [a for a in page.agreements if a.version_id == version.id]
    mine = next((a for a in said if a.person_id == page.viewer.person_id), None)
    return render_template(
        "plans/agree.html", page=page, version=version, form=form, labels=labels, mine=mine,
        said=said, rows=labels.snapshot_rows(snapshot, page), people=snapshot.people,
    )  # fmt: skip


@bp.post("/plans/<uuid:plan_id>/share")
@viewer_required(*READERS)
def share(plan_id: UUID) -> Response | tuple[str, int]:
    """Put the plan to everybody, with the sender's own yes."""
    viewer, now = signed_in_viewer(), clock.now()
    try:
        agreement_actions.share_for_agreement(viewer, plan_id, now=now)
    except CannotShare as stopped:
        db.session.rollback()
        page = queries.get_page(viewer, plan_id, now=now)
        form = AgreeForm(formdata=None)
        return _agree_page(page, form, labels.NOT_YET[stopped.reason]), 400
    db.session.commit()
    return redirect(url_for("plan_agreement.agree", plan_id=plan_id), 303)


@bp.post("/plans/<uuid:plan_id>/agree/<int:number>")
@viewer_required(*READERS)
def say(plan_id: UUID, number: int) -> Response | tuple[str, int]:
    """Keep somebody's yes or no to a version."""
    viewer, now, form = signed_in_viewer(), clock.now(), AgreeForm()
    if not form.validate_on_submit():
        page = queries.get_page(viewer, plan_id, now=now)
        return _agree_page(page, form), 400
    if form.says.data == "yes":
        agreement_actions.agree(viewer, plan_id, number, now=now)
    else:
        reason = form.reason.data or ""
        agreement_actions.say_no(viewer, plan_id, number, reason=reason, now=now)
    db.session.commit()
    return redirect(url_for("plans.home", plan_id=plan_id), 303)


@bp.get("/plans/<uuid:plan_id>/answers/<uuid:answer_id>")
@viewer_required(*READERS)
def opinion(plan_id: UUID, answer_id: UUID) -> str:
    """Ask whether somebody agrees with words that are not their own."""
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now())
    return _opinion_page(page, _answer(page, answer_id), OpinionForm(formdata=None))


def _opinion_page(page: PlanPage, answer: PlanAnswer, form: OpinionForm) -> str:
    title = labels.title_of(page, answer.question)
    return render_template(
        "plans/opinion.html", page=page, answer=answer, form=form, labels=labels, title=title
    )


def _answer(page: PlanPage, answer_id: UUID) -> PlanAnswer:
    for answer in page.answers:
        is_theirs = page.voice is not None and answer.voice != page.voice
        if answer.id == answer_id and is_theirs and page.covers(answer.question):
            return answer
    raise NotFound("answer")


@bp.post("/plans/<uuid:plan_id>/answers/<uuid:answer_id>")
@viewer_required(*READERS)
def say_opinion(plan_id: UUID, answer_id: UUID) -> Response | tuple[str, int]:
    """Keep whether somebody agrees with these words."""
    viewer, now, form = signed_in_viewer(), clock.now(), OpinionForm()
    page = queries.get_page(viewer, plan_id, now=now)
    answer = _answer(page, answer_id)
    if not form.validate_on_submit():
        return _opinion_page(page, answer, form), 400
    question_id = answer.question
    actions.say_opinion(
        viewer, plan_id, answer_id,
        agrees=form.agrees.data == "yes", reason=form.reason.data or "", now=now,
    )  # fmt: skip
    db.session.commit()
    where = url_for("plan_questions.question", plan_id=plan_id, question_id=question_id)
    return redirect(where, 303)


@bp.get("/plans/<uuid:plan_id>/changes")
@viewer_required(*READERS)
def changed(plan_id: UUID) -> str:
    """Show, in plain words, what is different from the plan everybody agreed to."""
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now(), history=True)
    before, after = compared(page)
    return render_template(
        "plans/changes.html", page=page, labels=labels, before=before, after=after,
        changes=changes_between(page, before, after),
    )  # fmt: skip


@bp.get("/plans/<uuid:plan_id>/versions")
@viewer_required(*READERS)
def versions(plan_id: UUID) -> str:
    """List every version that was put to everybody."""
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now(), history=True)
    return render_template("plans/versions.html", page=page, labels=labels)


@bp.get("/plans/<uuid:plan_id>/versions/<int:number>")
@viewer_required(*READERS)
def version(plan_id: UUID, number: int) -> str:
    """Show one version as it was, without the parts no longer shared with the reader."""
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now(), history=True)
    found = next((v for v in page.versions if v.number == number), None)
    if found is None:
        raise NotFound("version")
    snapshot = page.opened(found)
    return render_template(
        "plans/version.html", page=page, version=found, labels=labels, people=snapshot.people,
        rows=labels.snapshot_rows(snapshot, page),
        said=[a for a in page.agreements if a.version_id == found.id],
    )  # fmt: skip
