"""Offering help, saying why not now, and what came of it: the worker's pages."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.heightened import labels, offer_actions, queries
from engage.heightened.forms import AnswerForm, ChangeForm, MoveForm, NotNowForm, OfferForm
from engage.heightened.offer_actions import CannotAnswer, Draft
from engage.heightened.rules import State
from engage.people.signin import signed_in_viewer, viewer_required
from engage.questions.wording import day_words
from engage.web.errors import NotFound

bp = Blueprint("support_offers", __name__)
STAFF = tuple(queries.STAFF)
Answer = TypeVar("Answer", bound=AnswerForm)


def _address() -> str:
    return str(current_app.extensions["engage"].public_url).rstrip("/")


@bp.get("/young-people/<uuid:young_person_id>/support/offer")
@viewer_required(*STAFF)
def ask(young_person_id: UUID) -> str:
    """Ask what is offered, who does it and by when."""
    return _page(young_person_id, _ready(young_person_id, OfferForm(formdata=None)))


@bp.post("/young-people/<uuid:young_person_id>/support/offer")
@viewer_required(*STAFF)
def offer(young_person_id: UUID) -> Response | tuple[str, int]:
    """Offer it."""
    form = _ready(young_person_id, OfferForm())
    return _answer(young_person_id, form, form.draft)


@bp.get("/young-people/<uuid:young_person_id>/support/not-now")
@viewer_required(*STAFF)
def ask_why(young_person_id: UUID) -> str:
    """Ask why there is no help now, and when somebody looks again."""
    return _page(young_person_id, _ready(young_person_id, NotNowForm(formdata=None)))


@bp.post("/young-people/<uuid:young_person_id>/support/not-now")
@viewer_required(*STAFF)
def not_now(young_person_id: UUID) -> Response | tuple[str, int]:
    """Keep the reason."""
    form, viewer = _ready(young_person_id, NotNowForm()), signed_in_viewer()
    assert viewer.person_id is not None
    by_id = viewer.person_id
    return _answer(young_person_id, form, lambda day: form.draft(by_id, day))


def _ready(young_person_id: UUID, form: Answer) -> Answer:
    """Offer what was noted, and who may help. What somebody came from is ticked for them."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_support(viewer, young_person_id, now=now)
    if not page.may_change:
        raise NotFound("support")
    lines = [*page.asking, *page.in_hand, *page.answered]
    form.offer_flags([(line.flag, labels.what(line.flag)) for line in lines])
    if isinstance(form, OfferForm):
        form.offer_owners(queries.owners_of(viewer, young_person_id, now=now))
    if not form.is_submitted():
        asked = request.args.get("flag", "")
        form.flags.data = [asked] if asked in {str(line.flag.id) for line in lines} else []
    return form


def _page(young_person_id: UUID, form: AnswerForm) -> str:
    page = queries.get_support(signed_in_viewer(), young_person_id, now=clock.now())
    is_offer = isinstance(form, OfferForm)
    return render_template(
        "heightened/answer.html", page=page, form=form, is_offer=is_offer,
        has_flags=bool(form.flags.choices),
    )  # fmt: skip


def _answer(
    young_person_id: UUID, form: AnswerForm, draft: Callable[[date], Draft]
) -> Response | tuple[str, int]:
    day = form.day()
    if day is None:
        return _page(young_person_id, form), 400
    viewer, now = signed_in_viewer(), clock.now()
    try:
        offer_actions.answer_flags(viewer, young_person_id, draft(day), address=_address(), now=now)
    except CannotAnswer as problem:
        form.fix(problem.fix)
        return _page(young_person_id, form), 400
    db.session.commit()
    return redirect(url_for("heightened.about", young_person_id=young_person_id), 303)


@bp.get("/support-offers/<uuid:offer_id>")
@viewer_required(*STAFF)
def one(offer_id: UUID) -> str:
    """Show one offer with all that became of it."""
    return _one(offer_id, None, None)


@bp.post("/support-offers/<uuid:offer_id>/change")
@viewer_required(*STAFF)
def change(offer_id: UUID) -> Response | tuple[str, int]:
    """Say how it is now."""
    viewer, form = signed_in_viewer(), ChangeForm()
    if not form.validate_on_submit():
        return _one(offer_id, form, None), 400
    state, did = State(str(form.state.data)), str(form.did.data or "")
    try:
        offer_actions.change_offer(
            viewer, offer_id, state, did, address=_address(), now=clock.now()
        )
    except CannotAnswer as problem:
        form.say("did", str(labels.FIXES[problem.fix]))
        return _one(offer_id, form, None), 400
    db.session.commit()
    return redirect(url_for("support_offers.one", offer_id=offer_id), 303)


@bp.post("/support-offers/<uuid:offer_id>/move")
@viewer_required(*STAFF)
def move(offer_id: UUID) -> Response | tuple[str, int]:
    """Give it another day or owner."""
    viewer, now, form = signed_in_viewer(), clock.now(), MoveForm()
    form.offer_owners(queries.get_offer(viewer, offer_id, now=now).owners)
    day = form.day()
    if day is None:
        return _one(offer_id, None, form), 400
    owner_id, reason = UUID(str(form.owner.data)), str(form.reason.data)
    try:
        offer_actions.move_offer(
            viewer, offer_id, owner_id=owner_id, due_on=day, reason=reason, now=now
        )
    except CannotAnswer as problem:
        form.fix(problem.fix)
        return _one(offer_id, None, form), 400
    db.session.commit()
    return redirect(url_for("support_offers.one", offer_id=offer_id), 303)


def _one(offer_id: UUID, change_form: ChangeForm | None, move_form: MoveForm | None) -> str:
    page = queries.get_offer(signed_in_viewer(), offer_id, now=clock.now())
    if move_form is None:
        move_form = MoveForm(formdata=None, due_on=page.offer.due_on.isoformat())
        move_form.owner.data = str(page.offer.owner_id)
    move_form.offer_owners(page.owners)
    return render_template(
        "heightened/offer.html", page=page, labels=labels, day=day_words,
        change_form=change_form or ChangeForm(formdata=None), move_form=move_form,
    )  # fmt: skip
