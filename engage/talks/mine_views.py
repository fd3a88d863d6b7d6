"""The young person's own page: what was written down, and who may know which line."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people.models import PersonKind
from engage.people.signin import signed_in_viewer, viewer_required
from engage.talks import labels, queries, sharing_actions, wording
from engage.talks.forms import ShareForm
from engage.talks.pages import seen_number
from engage.talks.rules import wanted_audiences
from engage.web.errors import NotFound

bp = Blueprint("own_talks", __name__)


@bp.get("/my-talk/said")
@viewer_required(PersonKind.YOUNG_PERSON)
def said() -> str:
    """Show what was written down, line by line, and who may know it."""
    viewer, now = signed_in_viewer(), clock.now()
    talks = queries.own_talks(viewer, now=now)
    apart = [each for own in talks
             for each in queries.kept_apart(viewer, own.talk.interview_id, now=now)]  # fmt: skip
    return render_template(
        "talks/said.html", talks=talks, apart=apart, labels=labels, words_of=wording.words_of,
        law=wording.LAW, kept="kept" in request.args,
    )  # fmt: skip


@bp.get("/my-talk/said/<uuid:talk_id>/<question_id>")
@viewer_required(PersonKind.YOUNG_PERSON)
def line(talk_id: UUID, question_id: str) -> str:
    """Ask who may know one line. Nothing is ticked."""
    return _page(talk_id, question_id, ShareForm(formdata=None))


@bp.post("/my-talk/said/<uuid:talk_id>/<question_id>")
@viewer_required(PersonKind.YOUNG_PERSON)
def share(talk_id: UUID, question_id: str) -> Response | tuple[str, int]:
    """Keep it: whoever is not named does not see it from now on."""
    form = ShareForm()
    wanted = wanted_audiences(form.audiences.data or []) if form.validate_on_submit() else None
    if wanted is None:
        if not form.fixes:
            form.say("audiences", str(wording.ONE_OR_OTHER))
        return _page(talk_id, question_id, form), 400
    sharing_actions.share_line(
        signed_in_viewer(), talk_id, question_id, wanted, seen=seen_number(), now=clock.now()
    )
    db.session.commit()
    return redirect(f"{url_for('own_talks.said', kept='yes')}#{question_id}", 303)


def _page(talk_id: UUID, question_id: str, form: ShareForm) -> str:
    own = next(
        (o for o in queries.own_talks(signed_in_viewer(), now=clock.now()) if o.talk.id == talk_id),
        None,
    )
    lines = own.lines if own else []
    found = next((each for each in lines if each.question.id == question_id), None)
    if own is None or found is None or not found.has_words:
        raise NotFound("line")
    return render_template(
        "talks/own_line.html", talk=own.talk, line=found, form=form, labels=labels,
        words=wording.words_of(own.questions),
    )  # fmt: skip
