"""Who can see what, who opened it, and the two words."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.audit.queries import openings
from engage.db import db
from engage.people.access import Object, Verb
from engage.people.models import PersonKind, ReplyPolicy, Role
from engage.people.phone_actions import NotUsableWords
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans import labels, queries, sharing_actions
from engage.plans.forms import WordsForm
from engage.plans.page import PlanPage
from engage.web.errors import NotFound

bp = Blueprint("plan_sharing", __name__)
YOUNG = PersonKind.YOUNG_PERSON


def _own(plan_id: UUID) -> PlanPage:
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now())
    if not page.is_own:
        raise NotFound("plan")
    return page


@bp.get("/plans/<uuid:plan_id>/sharing")
@viewer_required(YOUNG, Role.SOCIAL_WORKER)
def sharing(plan_id: UUID) -> str:
    """Show who can see what: to change it, or for a worker to propose more."""
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now())
    if not page.is_own and not page.access.may(Verb.CREATE, Object.SHARING):
        raise NotFound("sharing")
    return render_template(
        "plans/sharing.html", page=page, labels=labels,
        ticked={page.key_of(grant) for grant in page.grants}, offered=page.sharing_offered(),
    )  # fmt: skip


@bp.post("/plans/<uuid:plan_id>/sharing")
@viewer_required(YOUNG)
def set_sharing(plan_id: UUID) -> Response:
    """Make the sharing agreement what was ticked."""
    lines = request.form.getlist("line")
    sharing_actions.set_sharing(signed_in_viewer(), plan_id, lines, now=clock.now())
    db.session.commit()
    return redirect(url_for("plans.home", plan_id=plan_id), 303)


@bp.post("/plans/<uuid:plan_id>/sharing/hand-over")
@viewer_required(Role.SOCIAL_WORKER)
def hand_over(plan_id: UUID) -> Response | str:
    """Show the young person, on their worker's screen, what they would say yes to."""
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now())
    if not page.access.may(Verb.CREATE, Object.SHARING):
        raise NotFound("sharing")
    present = {page.key_of(grant) for grant in page.grants}
    lines = [line for line in sorted(page.sharing_offered() - present)
             if line in request.form.getlist("line")]  # fmt: skip
    if not lines:
        return redirect(url_for("plan_sharing.sharing", plan_id=plan_id), 303)
    return render_template("plans/hand_over.html", page=page, labels=labels, lines=lines)


@bp.post("/plans/<uuid:plan_id>/sharing/in-person")
@viewer_required(Role.SOCIAL_WORKER)
def in_person(plan_id: UUID) -> Response:
    """Keep what the young person said yes to on their worker's screen."""
    lines = request.form.getlist("line")
    queries.get_page(signed_in_viewer(), plan_id, now=clock.now())
    if "yes" in request.form:
        sharing_actions.add_sharing_in_person(signed_in_viewer(), plan_id, lines, now=clock.now())
        db.session.commit()
    return redirect(url_for("plans.home", plan_id=plan_id), 303)


@bp.get("/plans/<uuid:plan_id>/opened")
@viewer_required(YOUNG)
def opened(plan_id: UUID) -> str:
    """Show the young person who opened their plan, and when."""
    page = _own(plan_id)
    if not page.access.may(Verb.READ, Object.AUDIT_LOG):
        raise NotFound("opened")
    entries = [
        {"at": one.at, "words": labels.opened_by(one.actor_id, one.object_kind, page)}
        for one in openings(page.viewer, page.plan.young_person_id)
    ]
    return render_template("plans/opened.html", page=page, entries=entries)


@bp.get("/plans/<uuid:plan_id>/words")
@viewer_required(YOUNG)
def words(plan_id: UUID) -> str:
    """Ask for the two words. The words themselves are never shown again."""
    page = _own(plan_id)
    form = WordsForm(formdata=None, word_needed=page.young_person.word_needed)
    if page.young_person.code_word_index:
        form.replies.data = page.young_person.reply_policy
    return render_template("plans/words.html", page=page, form=form, labels=labels)


@bp.post("/plans/<uuid:plan_id>/words")
@viewer_required(YOUNG)
def set_words(plan_id: UUID) -> Response | tuple[str, int]:
    """Keep the two words, and whether we may answer texts."""
    page, form = _own(plan_id), WordsForm()
    if "skip" in request.form:
        sharing_actions.skip_words(page.viewer, plan_id, now=clock.now())
        db.session.commit()
        return redirect(url_for("plans.home", plan_id=plan_id), 303)
    if form.validate_on_submit():
        try:
            sharing_actions.set_words(
                page.viewer, plan_id, code_word=form.code_word.data or "",
                not_ok_word=form.not_ok_word.data or "", replies=ReplyPolicy(form.replies.data),
                word_needed=bool(form.word_needed.data), now=clock.now(),
            )  # fmt: skip
            db.session.commit()
            return redirect(url_for("plans.home", plan_id=plan_id), 303)
        except NotUsableWords:
            db.session.rollback()
            form.say("not_ok_word", str(labels.WORDS_ALIKE))
    return render_template("plans/words.html", page=_own(plan_id), form=form, labels=labels), 400
