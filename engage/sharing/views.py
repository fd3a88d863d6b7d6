"""Who can see what, with whom it is shared when, who opened it, and the two words."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.audit.queries import Opened, openings
from engage.db import db
from engage.people import sharing_queries
from engage.people.access import Object, Verb
from engage.people.models import PersonKind, ReplyPolicy, Role
from engage.people.phone_actions import NotUsableWords
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans import labels, queries, sharing_labels, sharing_page
from engage.plans.forms import WordsForm
from engage.plans.page import PlanPage
from engage.plans.sharing_rules import ORDER
from engage.sharing import actions as sharing_actions
from engage.sharing.forms import ProposalForm, read_purposes
from engage.teams.queries import staff_names
from engage.web.errors import NotFound

bp = Blueprint("plan_sharing", __name__)
YOUNG = PersonKind.YOUNG_PERSON


def _own(plan_id: UUID) -> PlanPage:
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now())
    if not page.is_own:
        raise NotFound("plan")
    return page


def _shared_page(plan_id: UUID) -> PlanPage:
    """Return the plan for its young person, or for a worker who may propose."""
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now())
    if not page.is_own and not page.access.may(Verb.CREATE, Object.SHARING):
        raise NotFound("sharing")
    return page


def _column(page: PlanPage, whom: str) -> str:
    """Return whom an address means, as lines name them: a role, or one person."""
    for column in page.sharing_columns():
        if column in (whom, f"role:{whom}"):
            return column
    raise NotFound("person")


@bp.get("/plans/<uuid:plan_id>/sharing")
@viewer_required(YOUNG, Role.SOCIAL_WORKER)
def sharing(plan_id: UUID) -> str:
    """Show whom the plan can be shared with, and what each of them may see."""
    page, now = _shared_page(plan_id), clock.now()
    viewer, young_person_id = page.viewer, page.plan.young_person_id
    agreement = sharing_queries.find_agreement(viewer, young_person_id, now=now)
    return render_template(
        "plans/sharing.html", page=page, labels=labels, words=sharing_labels,
        people=sharing_page.summary(page), agreement=agreement,
        is_due=agreement is not None and agreement.review_due_at <= now,
        noted=sharing_queries.open_circumstances(viewer, young_person_id, now=now),
        proposals=sharing_queries.open_proposals(viewer, young_person_id, now=now),
        told=sharing_queries.list_disclosures(viewer, young_person_id, now=now),
    )  # fmt: skip


@bp.get("/plans/<uuid:plan_id>/sharing/with/<whom>")
@viewer_required(YOUNG, Role.SOCIAL_WORKER)
def sharing_with(plan_id: UUID, whom: str) -> str:
    """Ask, part by part, what one person or role may see; a worker picks what to ask for."""
    page = _shared_page(plan_id)
    return _with_page(page, _column(page, whom), whom, ProposalForm(formdata=None))


def _with_page(
    page: PlanPage, column: str, whom: str, form: ProposalForm, picked: object = None
) -> str:
    return render_template(
        "plans/sharing_with.html", page=page, labels=labels, words=sharing_labels, form=form,
        whom=whom, title=sharing_labels.person_title(page, column), order=ORDER,
        sections=sharing_page.sections_for(page, column),
        chosen=sharing_page.purposes_for(page, column), picked=picked or {},
    )  # fmt: skip


@bp.post("/plans/<uuid:plan_id>/sharing/with/<whom>")
@viewer_required(YOUNG, Role.SOCIAL_WORKER)
def share_with(plan_id: UUID, whom: str) -> Response | tuple[str, int]:
    """Keep what the young person picked; or ask them, in their worker's name."""
    page, form = _shared_page(plan_id), ProposalForm()
    column = _column(page, whom)
    picked = read_purposes(request.form, sharing_page.sections_for(page, column))
    if page.is_own:
        sharing_actions.share_with(page.viewer, plan_id, column, picked, now=clock.now())
        db.session.commit()
        return redirect(url_for("plan_sharing.sharing", plan_id=plan_id), 303)
    if not form.validate_on_submit():
        return _with_page(page, column, whom, form, picked), 400
    wanted = {section: purpose for section, purpose in picked.items() if purpose is not None}
    asked = sharing_actions.propose(
        page.viewer, plan_id, column, wanted, why=form.why.data or "", now=clock.now()
    )
    db.session.commit()
    forward = "plan_sharing.hand_over" if asked else "plan_sharing.sharing"
    return redirect(url_for(forward, plan_id=plan_id), 303)


@bp.post("/plans/<uuid:plan_id>/sharing/still-right")
@viewer_required(YOUNG)
def still_right(plan_id: UUID) -> Response:
    """Keep that the young person looked at it and changes nothing."""
    sharing_actions.still_right(signed_in_viewer(), plan_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("plan_sharing.sharing", plan_id=plan_id), 303)


@bp.post("/plans/<uuid:plan_id>/sharing/asked/<uuid:proposal_id>")
@viewer_required(YOUNG)
def answer_proposal(plan_id: UUID, proposal_id: UUID) -> Response:
    """Keep the young person's yes or no to what their worker asked."""
    page = _own(plan_id)
    if request.form.get("answer") in ("yes", "no"):
        sharing_actions.answer_proposal(
            page.viewer, plan_id, proposal_id,
            accepted=request.form["answer"] == "yes", now=clock.now(),
        )  # fmt: skip
        db.session.commit()
    return redirect(url_for("plan_sharing.sharing", plan_id=plan_id), 303)


@bp.get("/plans/<uuid:plan_id>/sharing/hand-over")
@viewer_required(Role.SOCIAL_WORKER)
def hand_over(plan_id: UUID) -> Response | str:
    """Show the young person, on their worker's screen, what they would say yes to."""
    page, now = _shared_page(plan_id), clock.now()
    proposals = sharing_queries.open_proposals(page.viewer, page.plan.young_person_id, now=now)
    if not proposals:
        return redirect(url_for("plan_sharing.sharing", plan_id=plan_id), 303)
    return render_template(
        "plans/hand_over.html", page=page, labels=labels, words=sharing_labels, proposals=proposals
    )


@bp.post("/plans/<uuid:plan_id>/sharing/in-person")
@viewer_required(Role.SOCIAL_WORKER)
def in_person(plan_id: UUID) -> Response:
    """Keep what the young person answered on their worker's screen; unanswered stays open."""
    page, now = _shared_page(plan_id), clock.now()
    waiting = sharing_queries.open_proposals(page.viewer, page.plan.young_person_id, now=now)
    said = {proposal.id: request.form.get(str(proposal.id)) for proposal, _ in waiting}
    answers = {one: answer == "yes" for one, answer in said.items() if answer in ("yes", "no")}
    sharing_actions.answer_in_person(page.viewer, plan_id, answers, now=now)
    db.session.commit()
    return redirect(url_for("plans.home", plan_id=plan_id), 303)


@bp.get("/plans/<uuid:plan_id>/sharing/parts")
@viewer_required(YOUNG)
def parts(plan_id: UUID) -> str:
    """Show the young person, part by part, who can see it and who opened it last."""
    page = _own(plan_id)
    found = openings(page.viewer, page.plan.young_person_id, limit=200)
    return render_template(
        "plans/sharing_parts.html", page=page, labels=labels, words=sharing_labels,
        last=sharing_labels.last_openings(found, page),
    )  # fmt: skip


@bp.get("/plans/<uuid:plan_id>/opened")
@viewer_required(YOUNG)
def opened(plan_id: UUID) -> str:
    """Show the young person who opened their plan, and when."""
    page = _own(plan_id)
    if not page.access.may(Verb.READ, Object.AUDIT_LOG):
        raise NotFound("opened")
    found = openings(page.viewer, page.plan.young_person_id)
    # Whoever opened something in an emergency may not be around them, and is named all the same.
    names = staff_names(page.viewer, [one.actor_id for one in found])
    entries = [{"at": one.at, "words": _opened(one, names, page)} for one in found]
    return render_template("plans/opened.html", page=page, entries=entries)


def _opened(one: Opened, names: Mapping[UUID, str], page: PlanPage) -> str:
    name = names.get(one.actor_id) if one.actor_id else None
    if one.verb == "emergency:opened" and name:
        return labels.opened_in_emergency(name, one.object_kind)
    return labels.opened_by(one.actor_id, one.object_kind, page)


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
