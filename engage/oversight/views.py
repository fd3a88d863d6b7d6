"""The list of young people for staff, and one young person's page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.alerts import labels as alert_labels
from engage.audit.actions import record
from engage.checkins import labels as said_labels
from engage.db import db
from engage.i18n import LazyText
from engage.messaging import labels as texts
from engage.messaging.actions import mark_handled
from engage.oversight import labels, queries, young_person
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans import sharing_labels
from engage.web.errors import NotFound

bp = Blueprint("oversight", __name__)
STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS, Role.INTERVIEWER)


@bp.get("/young-people")
@viewer_required(*STAFF)
def young_people() -> str:
    """List the viewer's young people, fifty to a page, by initials."""
    after = request.args.get("after", "")
    try:
        page_after = UUID(after) if after else None
    except ValueError:
        abort(404)
    page = queries.caseload(signed_in_viewer(), now=clock.now(), after=page_after)
    return render_template(
        "oversight/young_people.html", page=page, after=after, alert_labels=alert_labels,
        kinds=translated(said_labels.KINDS), beliefs=translated(said_labels.BELIEFS),
        plans=translated(labels.PLANS), phones=translated(texts.PHONE_TROUBLES),
    )  # fmt: skip


def translated(words: Mapping[Any, LazyText]) -> dict[Any, str]:
    """Translate a table of labels once for a page that shows each of them fifty times."""
    return {key: str(text) for key, text in words.items()}


@bp.get("/young-people/<uuid:young_person_id>")
@viewer_required(*STAFF)
def one_young_person(young_person_id: UUID) -> str:
    """Show what a young person let us know and who has it; being opened is recorded."""
    viewer, now = signed_in_viewer(), clock.now()
    page = young_person.get_page(viewer, young_person_id, now=now)
    record("young_person:opened", viewer=viewer, now=now, subject_id=young_person_id,
           object_kind="young_person", object_id=young_person_id)  # fmt: skip
    html = render_template(
        "oversight/young_person.html", page=page, texts=texts, said_labels=said_labels,
        sharing_labels=sharing_labels,
    )  # fmt: skip
    db.session.commit()
    return html


@bp.post("/young-people/<uuid:young_person_id>/texts/<uuid:message_id>")
@viewer_required(*STAFF)
def text_handled(young_person_id: UUID, message_id: UUID) -> Response:
    """Say that one reached the young person another way, so that the text waits no longer."""
    viewer, now = signed_in_viewer(), clock.now()
    page = young_person.get_page(viewer, young_person_id, now=now)
    if message_id not in [text.id for text in page.undelivered]:
        raise NotFound("text")
    mark_handled(viewer, message_id, now=now)
    db.session.commit()
    return redirect(url_for("oversight.one_young_person", young_person_id=young_person_id), 303)
