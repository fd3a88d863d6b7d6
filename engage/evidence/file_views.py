"""Papers that show who was told: adding one, fetching one, taking one out."""

from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.evidence import file_actions, labels, queries
from engage.evidence.addresses import ONE, TELLERS, WHO
from engage.evidence.documents import BadFile, FileProblem
from engage.evidence.forms import ACCEPTED, FileForm, TakeOutForm
from engage.evidence.queries import NoticePage
from engage.evidence.rules import MOST_READ
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound
from engage.web.intake import takes_files
from engage.web.limits import count

bp = Blueprint("evidence_files", __name__)
FILES = f"{ONE}/files"
FILE = f"{FILES}/<uuid:file_id>"
TRIES = "30 per hour"
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg"}


@bp.get(FILES)
@viewer_required(*WHO)
def files(episode_id: UUID, notice_id: UUID) -> str:
    """List the papers of one notice, and offer to add one."""
    form = FileForm(formdata=None)
    if "too_big" in request.args:
        form.say_problem(FileProblem.TOO_HEAVY)
    return _page(_notice(episode_id, notice_id), form)


@bp.post(FILES)
@viewer_required(*TELLERS)
@takes_files(MOST_READ)
def add(episode_id: UUID, notice_id: UUID) -> Response | tuple[str, int]:
    """Keep a paper or a picture."""
    page, viewer = _notice(episode_id, notice_id), signed_in_viewer()
    if not page.may_tell:
        raise NotFound("files")
    count("evidence", token_digest(str(viewer.person_id)), TRIES)
    form = FileForm()
    if not form.validate_on_submit() or form.document is None:
        return _page(page, form), 400
    try:
        file_actions.add_file(
            viewer, episode_id, notice_id, form.document, name=form.name, now=clock.now()
        )
    except BadFile as refused:
        db.session.rollback()
        form.say_problem(refused.problem)
        return _page(page, form), 400
    return _done(episode_id, notice_id)


@bp.get(FILE)
@viewer_required(*WHO)
def fetch(episode_id: UUID, notice_id: UUID, file_id: UUID) -> Response:
    """Send a paper as a file to keep, once it is written down who fetches it."""
    viewer, now = signed_in_viewer(), clock.now()
    file = file_actions.fetch_file(viewer, episode_id, notice_id, file_id, now=now)
    response = make_response(file.content)
    db.session.commit()
    response.headers["Content-Type"] = TYPES[file.kind]
    # A name that says nothing, and nothing a page of ours could run.
    response.headers["Content-Disposition"] = f'attachment; filename="file.{file.kind}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post(f"{FILE}/remove")
@viewer_required(*TELLERS)
def remove(episode_id: UUID, notice_id: UUID, file_id: UUID) -> Response | tuple[str, int]:
    """Take a paper out, with a reason."""
    page, viewer = _notice(episode_id, notice_id), signed_in_viewer()
    form = TakeOutForm(prefix=f"out-{file_id}")
    # Not theirs looks like not there, whatever was typed.
    queries.get_file(viewer, episode_id, notice_id, file_id, now=clock.now())
    if not form.validate_on_submit():
        return _page(page, FileForm(formdata=None), form), 400
    reason = form.reason.data or ""
    file_actions.take_out(viewer, episode_id, notice_id, file_id, reason, now=clock.now())
    return _done(episode_id, notice_id)


@bp.errorhandler(RequestEntityTooLarge)
def too_big(_error: RequestEntityTooLarge) -> Response:
    """Say it beside the field, even of a file that was not read to its end."""
    where = {name: (request.view_args or {}).get(name) for name in ("episode_id", "notice_id")}
    return redirect(url_for("evidence_files.files", **where, too_big="yes"), 303)


def _notice(episode_id: UUID, notice_id: UUID) -> NoticePage:
    return queries.get_notice(signed_in_viewer(), episode_id, notice_id, now=clock.now())


def _done(episode_id: UUID, notice_id: UUID) -> Response:
    db.session.commit()
    here = url_for("evidence_files.files", episode_id=episode_id, notice_id=notice_id)
    return redirect(here, 303)


def _page(page: NoticePage, form: FileForm, wrong: TakeOutForm | None = None) -> str:
    mine = signed_in_viewer().person_id
    taking = {
        file.id: TakeOutForm(formdata=None, prefix=f"out-{file.id}")
        for file in page.files
        if file.removed_at is None and (page.may_settle or file.added_by_id == mine)
    }
    if wrong is not None:
        taking.update({id_: wrong for id_ in taking if wrong.reason.name == f"out-{id_}-reason"})
    return render_template(
        "evidence/files.html", page=page, form=form, taking=taking, labels=labels,
        accepted=ACCEPTED, wrong=wrong or form,
    )  # fmt: skip
