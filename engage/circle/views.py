"""The people who matter: the young person's list, for them, their worker and their carer."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.audit.actions import record
from engage.circle import actions as important_actions
from engage.circle import labels as important_labels
from engage.circle import queries as important_queries
from engage.circle.forms import ImportantForm
from engage.circle.models import ImportantPerson
from engage.circle.queries import ImportantPeople
from engage.db import db
from engage.people.models import Organisation, PersonKind, Role
from engage.people.phones import local_form
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans.labels import date_words
from engage.web.errors import NotFound

bp = Blueprint("important", __name__)
YOUNG = PersonKind.YOUNG_PERSON
READERS = (YOUNG, PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
WRITERS = (YOUNG, Role.SOCIAL_WORKER)


def _list(young_person_id: UUID) -> ImportantPeople:
    return important_queries.get_important_people(
        signed_in_viewer(), young_person_id, now=clock.now()
    )


def _back(young_person_id: UUID) -> Response:
    return redirect(url_for("important.people", young_person_id=young_person_id), 303)


@bp.get("/important-people")
@viewer_required(YOUNG)
def mine() -> Response:
    """Lead a young person to their own list."""
    viewer = signed_in_viewer()
    assert viewer.person_id is not None
    return _back(viewer.person_id)


@bp.get("/important-people/<uuid:young_person_id>")
@viewer_required(*READERS)
def people(young_person_id: UUID) -> str:
    """Show who matters, whom one may call, and how they stay in touch."""
    found = _list(young_person_id)
    html = render_template(
        "plans/important.html", found=found, words=important_labels, date_words=date_words
    )
    if not found.is_own and found.people:
        record(
            "important_people:opened", viewer=signed_in_viewer(), now=clock.now(),
            subject_id=young_person_id, object_kind="important_people",
        )  # fmt: skip
        db.session.commit()
    return html


@bp.get("/important-people/<uuid:young_person_id>/new")
@viewer_required(*WRITERS)
def new(young_person_id: UUID) -> str:
    """Ask who it is."""
    return _form_page(young_person_id, ImportantForm(formdata=None))


def _form_page(
    young_person_id: UUID, form: ImportantForm, person: ImportantPerson | None = None
) -> str:
    found = _list(young_person_id)
    if not found.may_add:
        raise NotFound("important people")
    return render_template(
        "plans/important_person.html", found=found, form=form, person=person,
        words=important_labels,
        closed=person is not None and person.never_said_by_young_person and not found.is_own,
    )  # fmt: skip


def _region(young_person_id: UUID) -> str:
    organisation_id = _list(young_person_id).young_person.organisation_id
    organisation = db.session.get(Organisation, organisation_id)
    return organisation.region if organisation else "GB"


@bp.post("/important-people/<uuid:young_person_id>/new")
@viewer_required(*WRITERS)
def add(young_person_id: UUID) -> Response | tuple[str, int]:
    """Put somebody on the list."""
    form = ImportantForm()
    form.region = _region(young_person_id)
    if not form.validate_on_submit():
        return _form_page(young_person_id, form), 400
    important_actions.add_important_person(
        signed_in_viewer(), young_person_id, form.about, now=clock.now()
    )
    db.session.commit()
    return _back(young_person_id)


def _person(young_person_id: UUID, important_id: UUID) -> ImportantPerson:
    return important_queries.get_important_person(
        signed_in_viewer(), young_person_id, important_id, now=clock.now()
    ).person


@bp.get("/important-people/<uuid:young_person_id>/<uuid:important_id>")
@viewer_required(*WRITERS)
def edit(young_person_id: UUID, important_id: UUID) -> str:
    """Show what is said about somebody, to change it."""
    person, form = _person(young_person_id, important_id), ImportantForm(formdata=None)
    form.show(person, _region(young_person_id), local_form)
    return _form_page(young_person_id, form, person)


@bp.post("/important-people/<uuid:young_person_id>/<uuid:important_id>")
@viewer_required(*WRITERS)
def change(young_person_id: UUID, important_id: UUID) -> Response | tuple[str, int]:
    """Keep what was changed."""
    person, form = _person(young_person_id, important_id), ImportantForm()
    form.region = _region(young_person_id)
    if not form.validate_on_submit():
        return _form_page(young_person_id, form, person), 400
    important_actions.change_important_person(
        signed_in_viewer(), young_person_id, important_id, form.about, now=clock.now()
    )
    db.session.commit()
    return _back(young_person_id)


@bp.post("/important-people/<uuid:young_person_id>/<uuid:important_id>/checked")
@viewer_required(*WRITERS)
def checked(young_person_id: UUID, important_id: UUID) -> Response:
    """Keep that this is still right today."""
    important_actions.note_checked(
        signed_in_viewer(), young_person_id, important_id, now=clock.now()
    )
    db.session.commit()
    return _back(young_person_id)


@bp.post("/important-people/<uuid:young_person_id>/<uuid:important_id>/never")
@viewer_required(YOUNG)
def never(young_person_id: UUID, important_id: UUID) -> Response:
    """Keep that nobody calls this person."""
    important_actions.say_never(signed_in_viewer(), young_person_id, important_id, now=clock.now())
    db.session.commit()
    return _back(young_person_id)


@bp.post("/important-people/<uuid:young_person_id>/<uuid:important_id>/remove")
@viewer_required(YOUNG)
def remove(young_person_id: UUID, important_id: UUID) -> Response:
    """Take somebody off the list."""
    important_actions.take_off_list(
        signed_in_viewer(), young_person_id, important_id, now=clock.now()
    )
    db.session.commit()
    return _back(young_person_id)
