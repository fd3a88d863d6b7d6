"""The end of a talk: read back, put right, and shared line by line with the young person."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.people.signin import signed_in_viewer, viewer_required
from engage.talks import actions, labels, sharing_actions, wording
from engage.talks.forms import CorrectForm, ShareForm
from engage.talks.pages import HOLDS, asks_for_help, seen_number, whom_to_call, writing
from engage.talks.queries import TalkPage
from engage.talks.reading import Line
from engage.talks.rules import wanted_audiences
from engage.web.errors import NotFound

bp = Blueprint("talk_endings", __name__)


@bp.get("/talk-records/<uuid:talk_id>/read-back")
@viewer_required(*HOLDS)
def read_back(talk_id: UUID) -> str:
    """Show everything that was written, to read it aloud."""
    page = writing(talk_id)
    return render_template(
        "talks/read_back.html", page=page, words=wording.words_of(page.questions), labels=labels
    )


@bp.post("/talk-records/<uuid:talk_id>/read-back")
@viewer_required(*HOLDS)
def is_right(talk_id: UUID) -> Response:
    """Note that they said it is right."""
    actions.read_back(signed_in_viewer(), talk_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("talk_endings.sharing", talk_id=talk_id), 303)


@bp.get("/talk-records/<uuid:talk_id>/read-back/<question_id>")
@viewer_required(*HOLDS)
def put_right(talk_id: UUID, question_id: str) -> str:
    """Ask what one line should say."""
    return _correct_page(talk_id, question_id, CorrectForm(formdata=None))


@bp.post("/talk-records/<uuid:talk_id>/read-back/<question_id>")
@viewer_required(*HOLDS)
def correct(talk_id: UUID, question_id: str) -> Response | tuple[str, int]:
    """Keep it beside what was written."""
    form = CorrectForm()
    if asks_for_help() and not form.words.data:
        return whom_to_call(writing(talk_id))
    if not form.validate_on_submit():
        return _correct_page(talk_id, question_id, form), 400
    actions.correct(
        signed_in_viewer(), talk_id, question_id, form.words.data or "",
        key=str(form.key.data), now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    if asks_for_help():
        return whom_to_call(writing(talk_id))
    return redirect(f"{url_for('talk_endings.read_back', talk_id=talk_id)}#{question_id}", 303)


@bp.get("/talk-records/<uuid:talk_id>/sharing")
@viewer_required(*HOLDS)
def sharing(talk_id: UUID) -> str:
    """List the lines, and with whom each is shared."""
    page = writing(talk_id)
    return render_template(
        "talks/sharing.html", page=page, words=wording.words_of(page.questions), labels=labels,
        law=wording.LAW,
    )  # fmt: skip


@bp.get("/talk-records/<uuid:talk_id>/sharing/<question_id>")
@viewer_required(*HOLDS)
def about_line(talk_id: UUID, question_id: str) -> str:
    """Ask with whom one line is shared. Nothing is ticked."""
    return _share_page(talk_id, question_id, ShareForm(formdata=None))


@bp.post("/talk-records/<uuid:talk_id>/sharing/<question_id>")
@viewer_required(*HOLDS)
def share(talk_id: UUID, question_id: str) -> Response | tuple[str, int]:
    """Keep with whom, and go on with the next line that was not asked about."""
    form = ShareForm()
    wanted = wanted_audiences(form.audiences.data or []) if form.validate_on_submit() else None
    if wanted is None:
        if not form.fixes:
            form.say("audiences", str(wording.ONE_OR_OTHER))
        return _share_page(talk_id, question_id, form), 400
    seen = seen_number()
    sharing_actions.share_line(
        signed_in_viewer(), talk_id, question_id, wanted, seen=seen, now=clock.now()
    )
    db.session.commit()
    page = writing(talk_id)
    following = next((line for line in page.spoken if not line.is_asked), None)
    if following is None:
        return redirect(url_for("talk_endings.sharing", talk_id=talk_id), 303)
    where = url_for("talk_endings.about_line", talk_id=talk_id, question_id=following.question.id)
    return redirect(where, 303)


def _line(page: TalkPage, question_id: str) -> Line:
    line = page.line(question_id)
    if line is None or not line.has_words:
        raise NotFound("line")
    return line


def _correct_page(talk_id: UUID, question_id: str, form: CorrectForm) -> str:
    page = writing(talk_id)
    return render_template(
        "talks/correct.html", page=page, line=_line(page, question_id), form=form,
        words=wording.words_of(page.questions), labels=labels,
    )  # fmt: skip


def _share_page(talk_id: UUID, question_id: str, form: ShareForm) -> str:
    page = writing(talk_id)
    line = _line(page, question_id)
    return render_template(
        "talks/share.html", page=page, line=line, form=form, words=wording.words_of(page.questions),
        labels=labels, number=page.spoken.index(line) + 1, of=len(page.spoken), law=wording.LAW,
    )  # fmt: skip
