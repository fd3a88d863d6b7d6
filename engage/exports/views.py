"""Files for other systems: asked for, seen by a second person, fetched."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context
from flask import url_for as address_of
from werkzeug.wrappers import Response as Redirect

from engage import clock
from engage.case_files.labels import CHAPTERS
from engage.db import db
from engage.exports import actions, labels, queries
from engage.exports.forms import ExportForm
from engage.exports.reading import today
from engage.exports.rules import ExportKind, Sort, Year
from engage.i18n import LOCALES, current_locale
from engage.people.models import Organisation, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound

bp = Blueprint("exports", __name__)
WHO = (Role.SUPERVISOR, Role.ADMIN)


@bp.get("/exports")
@viewer_required(*WHO)
def listed() -> str:
    """Show one's files, and those that wait for a second person."""
    return _list(None)


@bp.post("/exports")
@viewer_required(Role.SUPERVISOR)
def ask() -> Redirect | tuple[str, int]:
    """Ask for a file."""
    viewer, now = signed_in_viewer(), clock.now()
    house = db.session.get_one(Organisation, viewer.organisation_id)
    form = ExportForm().offer(today(house, now))
    if not form.validate_on_submit():
        return _list(form), 400
    kind, year = form.asked()
    made = actions.ask_export(viewer, kind, year, now=now)
    db.session.commit()
    return redirect(address_of("exports.one", export_id=made.id), 303)


@bp.get("/exports/<uuid:export_id>")
@viewer_required(*WHO, Role.SOCIAL_WORKER)
def one(export_id: UUID) -> str:
    """Show how far a file has come."""
    line = queries.get_export(signed_in_viewer(), export_id, now=clock.now())
    return render_template(
        "exports/one.html", line=line, labels=labels, year=Year(line.export.year), chapters=CHAPTERS
    )


@bp.post("/exports/<uuid:export_id>/second")
@viewer_required(*WHO)
def second(export_id: UUID) -> Redirect:
    """Be the second person: let it be made, or not."""
    said = request.form.get("says")
    if said not in ("yes", "no"):
        raise NotFound("answer")
    viewer = signed_in_viewer()
    actions.confirm_export(viewer, export_id, yes=said == "yes", now=clock.now())
    db.session.commit()
    return redirect(address_of("exports.listed"), 303)


@bp.post("/exports/<uuid:export_id>/file")
@viewer_required(Role.SUPERVISOR, Role.SOCIAL_WORKER)
def file(export_id: UUID) -> Response:
    """Hand over a file that is ready, piece by piece."""
    viewer, now = signed_in_viewer(), clock.now()
    asked = request.form.get("file", Sort.CSV)
    if asked not in set(Sort):
        raise NotFound("file")
    sort, export = Sort(asked), queries.get_export(viewer, export_id, now=now).export
    parts = queries.pieces(viewer, export_id, sort, now=now)
    actions.note_fetched(viewer, export, sort, now=now)
    name = labels.file_name(ExportKind(export.kind), sort)
    db.session.commit()
    response = Response(stream_with_context(parts), content_type=labels.TYPES[sort])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/young-people/<uuid:young_person_id>/case-file")
@viewer_required(Role.SOCIAL_WORKER, Role.SUPERVISOR)
def case_files(young_person_id: UUID) -> str:
    """Say what a case file is, and show those the viewer asked for."""
    page = queries.case_files(signed_in_viewer(), young_person_id, now=clock.now())
    return render_template(
        "exports/case_files.html", page=page, labels=labels, language=LOCALES[current_locale()]
    )


@bp.post("/young-people/<uuid:young_person_id>/case-file")
@viewer_required(Role.SOCIAL_WORKER, Role.SUPERVISOR)
def ask_case_file(young_person_id: UUID) -> Redirect:
    """Ask for a case file."""
    viewer, now = signed_in_viewer(), clock.now()
    house = db.session.get_one(Organisation, viewer.organisation_id)
    made = actions.ask_case_file(
        viewer, young_person_id, locale=current_locale(), today=today(house, now), now=now
    )
    db.session.commit()
    return redirect(address_of("exports.one", export_id=made.id), 303)


def _list(form: ExportForm | None) -> str:
    viewer, now = signed_in_viewer(), clock.now()
    lines = queries.exports(viewer, now=now)
    house = db.session.get_one(Organisation, viewer.organisation_id)
    if form is None:
        form = ExportForm(formdata=None).offer(today(house, now))
    return render_template(
        "exports/list.html", lines=lines, form=form, labels=labels, Year=Year,
        may_ask=queries.may_ask(viewer),
    )  # fmt: skip
