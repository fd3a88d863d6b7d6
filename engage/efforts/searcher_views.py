"""People asked to look or to keep a door open: who, what each may know, what they answered."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.efforts import labels, queries, searcher_actions
from engage.efforts.forms import AnswerForm, KnowForm, SearcherForm
from engage.efforts.queries import Goings, SearcherPage
from engage.efforts.reading import trusted_terms
from engage.efforts.rules import (
    MAY_BECOME,
    TODAY,
    AskedTo,
    MayKnow,
    SearcherKind,
    SearcherState,
)
from engage.efforts.searcher_actions import Asked
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound
from engage.web.forms import Form

bp = Blueprint("searchers", __name__)
WHO = (PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS, Role.INTERVIEWER)


@bp.get("/episodes/<uuid:episode_id>/searchers")
@viewer_required(*WHO)
def all_of(episode_id: UUID) -> str:
    """List who looks or keeps a door open, and where anybody can go."""
    return _list(_goings(episode_id), SearcherForm(formdata=None).offer(TODAY))


@bp.post("/episodes/<uuid:episode_id>/searchers")
@viewer_required(*WHO)
def add(episode_id: UUID) -> Response | tuple[str, int]:
    """Note somebody who could be asked."""
    page, form = _goings(episode_id), SearcherForm().offer(TODAY)
    if not form.validate_on_submit():
        return _list(page, form), 400
    asked = Asked(
        form.name.data or "", SearcherKind(form.kind.data),
        [AskedTo(each) for each in form.asked_to.data or []],
        [MayKnow(each) for each in form.may_know.data or []], form.phone.data or "",
    )  # fmt: skip
    return _added(episode_id, asked)


@bp.post("/episodes/<uuid:episode_id>/searchers/trusted/<uuid:person_id>")
@viewer_required(*WHO)
def add_trusted(episode_id: UUID, person_id: UUID) -> Response:
    """Note one of their trusted people; what they may know is as the young person chose."""
    _goings(episode_id)
    asked = Asked("", SearcherKind.OTHER, [AskedTo.LOOK, AskedTo.LISTEN], person_id=person_id)
    return _added(episode_id, asked)


@bp.get("/searchers/<uuid:searcher_id>")
@viewer_required(*WHO)
def one(searcher_id: UUID) -> str:
    """Show one searcher: what they may know, how to ask, what they said."""
    return _one(_get(searcher_id))


@bp.post("/searchers/<uuid:searcher_id>/know")
@viewer_required(*WHO)
def know(searcher_id: UUID) -> Response | tuple[str, int]:
    """Choose anew what they may know."""
    found = _get(searcher_id)
    form = KnowForm(prefix="know").offer(found.tellable)
    if not form.validate_on_submit():
        return _one(found, form), 400
    chosen = [MayKnow(each) for each in form.may_know.data or []]
    searcher_actions.change_what_they_know(signed_in_viewer(), searcher_id, chosen, now=clock.now())
    db.session.commit()
    return redirect(url_for("searchers.one", searcher_id=searcher_id), 303)


@bp.post("/searchers/<uuid:searcher_id>/said")
@viewer_required(*WHO)
def said(searcher_id: UUID) -> Response | tuple[str, int]:
    """Note that they were asked, what they answered, or that it is enough."""
    found = _get(searcher_id)
    form = AnswerForm(prefix="said").offer(_following(found))
    if not form.validate_on_submit():
        return _one(found, form), 400
    searcher_actions.note_searcher(
        signed_in_viewer(), searcher_id, SearcherState(form.state.data),
        note=form.note.data or "", now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for("searchers.one", searcher_id=searcher_id), 303)


def _added(episode_id: UUID, asked: Asked) -> Response:
    viewer = signed_in_viewer()
    made = searcher_actions.add_searcher(viewer, episode_id, asked, now=clock.now())
    db.session.commit()
    return redirect(url_for("searchers.one", searcher_id=made.id), 303)


def _goings(episode_id: UUID) -> Goings:
    return queries.get_goings(signed_in_viewer(), episode_id, now=clock.now())


def _get(searcher_id: UUID) -> SearcherPage:
    return queries.get_searcher(signed_in_viewer(), searcher_id, now=clock.now())


def _following(found: SearcherPage) -> list[SearcherState]:
    following = MAY_BECOME[SearcherState(found.searcher.state)]
    return [each for each in SearcherState if each in following]


def _list(page: Goings, form: SearcherForm) -> str:
    if not page.may_add and form.errors:
        raise NotFound("searchers")
    asked = {searcher.person_id for searcher in page.searchers}
    known = trusted_terms(page.young_person.id)
    trusted = [person for person, _ in known.values() if person.id not in asked]
    return render_template(
        "efforts/searchers.html", page=page, labels=labels, form=form, trusted=trusted
    )


def _one(found: SearcherPage, wrong: Form | None = None) -> str:
    page = _goings(found.searcher.episode_id)
    chosen = {"may_know": list(found.searcher.may_know)}
    know_form = KnowForm(None, data=chosen, prefix="know").offer(found.tellable)
    said_form = AnswerForm(formdata=None, prefix="said").offer(_following(found))
    return render_template(
        "efforts/searcher.html", page=page, found=found, labels=labels, wrong=wrong,
        know_form=wrong if isinstance(wrong, KnowForm) else know_form,
        said_form=wrong if isinstance(wrong, AnswerForm) else said_form,
    )  # fmt: skip
