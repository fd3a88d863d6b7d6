"""The photo in a plan: its page, the picture itself, adding one, saying yes, taking it out."""

from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from engage import clock
from engage.audit.queries import openings
from engage.crypto import token_digest
from engage.db import db
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.photos import actions as photo_actions
from engage.photos import queries as photo_queries
from engage.photos.forms import ACCEPTED, PhotoForm
from engage.photos.labels import AGREED_HOW
from engage.photos.rules import MOST_READ, SECTION, is_old
from engage.plans import actions, labels, queries
from engage.plans.models import Voice
from engage.plans.page import PlanPage, readers
from engage.web.errors import NotFound
from engage.web.intake import takes_files
from engage.web.limits import count

bp = Blueprint("plan_photo", __name__)
READERS = (PersonKind.YOUNG_PERSON, PersonKind.CARER, PersonKind.WORKER)
ADDERS = (PersonKind.YOUNG_PERSON, Role.SOCIAL_WORKER)
TRIES = "30 per hour"
MOST_LOOKS = 10


@bp.get("/plans/<uuid:plan_id>/photo")
@viewer_required(*READERS)
def photo(plan_id: UUID) -> str:
    """Show the photo's page: who may see it, who looked, and how to add or take it out."""
    form = PhotoForm(formdata=None)
    if "too_big" in request.args:
        form.say_too_heavy()
    return _photo_page(_page(plan_id), form)


def _page(plan_id: UUID) -> PlanPage:
    page = queries.get_page(signed_in_viewer(), plan_id, now=clock.now())
    may = photo_queries.may_see_photo(page.viewer, page)
    if not may and not photo_queries.may_add_photo(page.viewer, page):
        raise NotFound("photo")
    return page


def _photo_page(page: PlanPage, form: PhotoForm) -> str:
    viewer, today = page.viewer, clock.now().date()
    found = photo_queries.find_photo(viewer, page)
    if not form.taken_on.data:
        form.taken_on.data = today.isoformat()
    looks = openings(viewer, page.plan.young_person_id) if page.is_own else []
    return render_template(
        "plans/photo.html", page=page, form=form, photo=found, accepted=ACCEPTED,
        waiting=photo_queries.find_waiting_photo(viewer, page), labels=labels, how=AGREED_HOW,
        is_old=found is not None and is_old(found.taken_on, today),
        may_add=photo_queries.may_add_photo(viewer, page),
        sees=labels.who_sees(readers(page.grants, page.around, SECTION), is_own=page.is_own),
        looks=[one for one in looks if one.object_kind == SECTION][:MOST_LOOKS],
    )  # fmt: skip


@bp.get("/plans/<uuid:plan_id>/photo/<any(kept, waiting):which>.jpg")
@viewer_required(*READERS)
def picture(plan_id: UUID, which: str) -> Response:
    """Send the picture itself, once it is written down who looks."""
    page = _page(plan_id)
    find = photo_queries.find_photo if which == "kept" else photo_queries.find_waiting_photo
    found = find(page.viewer, page)
    if found is None:
        raise NotFound("photo")
    response = make_response(found.jpeg)
    response.headers["Content-Type"] = "image/jpeg"
    if not page.is_own:
        young_person_id, now = page.plan.young_person_id, clock.now()
        photo_actions.note_looked(page.viewer, young_person_id, found, now=now)
        db.session.commit()
    return response


@bp.post("/plans/<uuid:plan_id>/photo")
@viewer_required(*ADDERS)
@takes_files(MOST_READ)
def add(plan_id: UUID) -> Response | tuple[str, int]:
    """Keep a photo, or remember that none is wanted for now."""
    page = _page(plan_id)
    if not photo_queries.may_add_photo(page.viewer, page):
        raise NotFound("photo")
    count("photo", token_digest(str(page.viewer.person_id)), TRIES)
    if "skip" in request.form:
        return _skip(page)
    form = PhotoForm()
    form.today = clock.now().date()
    if not page.is_own:
        # Their yes comes next, on the worker's screen or on their own phone.
        del form.agreed
    if not form.validate_on_submit():
        return _photo_page(page, form), 400
    assert form.picture is not None and form.day is not None
    photo_actions.add_photo(
        page.viewer, plan_id, form.picture, taken_on=form.day, now=clock.now()
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("plan_photo.photo", plan_id=plan_id), 303)


def _skip(page: PlanPage) -> Response:
    voice = Voice.YOUNG_PERSON if page.is_own else page.voice
    if voice is not None and page.questions.find(SECTION) is not None:
        actions.skip_question(page.viewer, page.plan.id, SECTION, voice=voice, now=clock.now())
        db.session.commit()
    return redirect(url_for("plans.home", plan_id=page.plan.id), 303)


@bp.post("/plans/<uuid:plan_id>/photo/yes")
@viewer_required(*ADDERS)
def agree(plan_id: UUID) -> Response:
    """Keep the young person's yes to a photo that waited."""
    _page(plan_id)
    photo_actions.agree_photo(signed_in_viewer(), plan_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("plan_photo.photo", plan_id=plan_id), 303)


@bp.post("/plans/<uuid:plan_id>/photo/away")
@viewer_required(*ADDERS)
def drop(plan_id: UUID) -> Response:
    """Throw a photo away."""
    _page(plan_id)
    photo_actions.drop_photo(signed_in_viewer(), plan_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("plan_photo.photo", plan_id=plan_id), 303)


@bp.errorhandler(RequestEntityTooLarge)
def too_big(_error: RequestEntityTooLarge) -> Response:
    """Say it beside the field, even of a photo that was not read to its end."""
    plan_id = (request.view_args or {}).get("plan_id")
    return redirect(url_for("plan_photo.photo", plan_id=plan_id, too_big="yes"), 303)
