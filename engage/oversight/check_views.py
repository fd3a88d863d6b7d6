"""Holding the list of who is missing against one of the police or NCMEC."""

from flask import Blueprint, render_template
from werkzeug.exceptions import RequestEntityTooLarge

from engage import clock
from engage.db import db
from engage.episodes.register_queries import count_missing
from engage.oversight import check_labels as labels
from engage.oversight.check_actions import check_register
from engage.oversight.check_forms import CheckForm
from engage.oversight.check_models import Whose
from engage.oversight.check_queries import latest_checks, organisation_of
from engage.oversight.their_list import MOST_BYTES, read_list
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.sheets import Problem
from engage.web.intake import takes_files

bp = Blueprint("register_check", __name__)
STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
MOST_SHOWN = 50


@bp.get("/missing/check")
@viewer_required(*STAFF)
def ask() -> str:
    """Ask for a list, and show when the viewer last checked one."""
    return _page(CheckForm(formdata=None))


@bp.post("/missing/check")
@viewer_required(*STAFF)
@takes_files(MOST_BYTES)
def check() -> str | tuple[str, int]:
    """Compare a list with the register; nothing of it is kept but the numbers."""
    viewer, now, form = signed_in_viewer(), clock.now(), CheckForm()
    if not form.read():
        return _page(form), 400
    if len(form.data_read) > MOST_BYTES:
        raise RequestEntityTooLarge()
    reading = read_list(form.data_read, organisation_of(viewer).region)
    if reading.problems:
        return _page(form, reading.problems), 400
    found = check_register(viewer, reading.lines, Whose(form.whose.data), now=now)
    html = render_template("oversight/check_result.html", found=found, whose=labels.WHOSE[
        Whose(form.whose.data)], listed=len(reading.lines), at=now)  # fmt: skip
    db.session.commit()
    return html


def _page(form: CheckForm, problems: list[Problem] | None = None) -> str:
    viewer, found = signed_in_viewer(), problems or []
    return render_template(
        "oversight/check.html", form=form, labels=labels, checks=latest_checks(viewer),
        problems=[labels.problem(each) for each in found[:MOST_SHOWN]], wrong=len(found),
        missing=count_missing(viewer, now=clock.now()),
    )  # fmt: skip
