"""What the views of a talk share: who writes it, and how it is drawn."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.people.models import Role
from engage.people.signin import signed_in_viewer
from engage.talks import actions, labels, queries, wording
from engage.talks.forms import CommentForm
from engage.talks.queries import TalkPage
from engage.web.errors import Changed, NotFound

HOLDS = (Role.INTERVIEWER,)
STAFF = (Role.INTERVIEWER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


def writing(talk_id: UUID) -> TalkPage:
    """Return a record to whoever writes it, or raise NotFound."""
    page = queries.get_page(signed_in_viewer(), talk_id, now=clock.now())
    if not page.may_write:
        raise NotFound("talk")
    return page


def show(talk_id: UUID, form: CommentForm) -> str:
    """Draw the page of a record; that somebody else read it is written down. The caller commits."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_page(viewer, talk_id, now=now)
    actions.note_opened(viewer, talk_id, now=now)
    return render_template(
        "talks/one.html", page=page, form=form, labels=labels,
        words=wording.words_of(page.questions),
        apart=queries.kept_apart(viewer, page.talk.interview_id, now=now),
    )  # fmt: skip


def asks_for_help() -> bool:
    """Say whether they pressed for whom to call, from a page on which something is typed."""
    return "harm" in request.form


def whom_to_call(page: TalkPage) -> Response:
    """Lead to whom to call where somebody was hurt."""
    young_person_id = page.talk.young_person_id
    where = url_for("safeguarding.call", young_person_id=young_person_id)
    return redirect(f"{where}?from=talk", 303)


def seen_number() -> int:
    """Return up to which entry the page showed a line; Changed when it does not say."""
    typed = request.form.get("seen", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 9):
        raise Changed("not seen")
    return int(typed)
