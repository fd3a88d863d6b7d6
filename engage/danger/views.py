"""Asked again while somebody is away: is there danger now? One screen, three answers."""

from uuid import UUID, uuid4

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.checkins.labels import KINDS
from engage.danger import actions, labels, queries
from engage.danger.rules import New, Thinks
from engage.db import db
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.web.errors import NotFound

bp = Blueprint("danger", __name__)
WHO = (PersonKind.CARER, Role.OUT_OF_HOURS, Role.SOCIAL_WORKER, Role.SUPERVISOR)


@bp.get("/episodes/<uuid:episode_id>/danger")
@viewer_required(*WHO)
def ask(episode_id: UUID) -> str:
    """Ask whether they think there is danger now; show what is new."""
    page = queries.get_danger(signed_in_viewer(), episode_id, now=clock.now())
    return render_template(
        "danger/ask.html", page=page, labels=labels, words_of=_words_of, key=uuid4()
    )


@bp.post("/episodes/<uuid:episode_id>/danger")
@viewer_required(*WHO)
def answer(episode_id: UUID) -> Response:
    """Keep the answer; danger leads to the screen to call from."""
    viewer, now = signed_in_viewer(), clock.now()
    try:
        thinks = Thinks(request.form.get("thinks", ""))
    except ValueError:
        raise NotFound("answer") from None
    key = request.form.get("key", "")[:40] or str(uuid4())
    address = str(current_app.extensions["engage"].public_url)
    actions.look(viewer, episode_id, thinks, key=key, address=address, now=now)
    db.session.commit()
    worry_id = queries.get_danger(viewer, episode_id, now=now).worry_id
    if worry_id is None:
        return redirect(url_for("danger.ask", episode_id=episode_id), 303)
    if thinks is Thinks.YES:
        return redirect(url_for("worries.call", worry_id=worry_id), 303)
    return redirect(url_for("worries.go_on", worry_id=worry_id), 303)


def _words_of(new: New) -> str:
    what = str(KINDS[new.what]) if new.what in KINDS else new.what  # type: ignore[index]
    return str(labels.NEWS[new.kind]) % {"who": new.by, "what": what}
