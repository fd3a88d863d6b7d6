"""The inbox of referrals, writing one down, and one with all that belongs to it."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db, transaction
from engage.episodes.reading import names_of
from engage.episodes.register_rules import read_mark
from engage.intake import labels, queries
from engage.intake.actions import Arrived, receive
from engage.intake.arriving import Draft
from engage.intake.deciding_actions import fetch_file
from engage.intake.forms import NewForm
from engage.intake.rules import CameBy, State, safe_ending
from engage.people.access import Object, Verb, require
from engage.people.models import Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.people.viewer import Viewer
from engage.questions.wording import day_words

bp = Blueprint("intake", __name__)
WHO = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)


@bp.get("/referrals")
@viewer_required(*WHO)
def inbox() -> str:
    """List referrals of one state, fifty to a page: what waits first."""
    viewer, now = signed_in_viewer(), clock.now()
    asked = request.args.get("state", "")
    state = State(asked) if asked in set(State) else State.WAITING
    after = read_mark(request.args.get("after", ""))
    lines = queries.inbox(viewer, state, now=now, after=after)
    more = None
    if len(lines) == queries.PAGE:
        last = lines[-1]
        more = url_for(".inbox", state=state, after=f"{last.received_at.isoformat()}~{last.id}")
    return render_template(
        "intake/inbox.html", lines=lines, state=state, more=more, after=after, labels=labels,
        names=names_of([each.owner_id for each in lines]), now=now,
        passed_on="passed" in request.args,
    )  # fmt: skip


@bp.get("/referrals/new")
@viewer_required(*WHO)
def ask() -> str:
    """Ask what somebody told."""
    require(signed_in_viewer(), Verb.CREATE, Object.REFERRAL, None, now=clock.now())
    return render_template("intake/new.html", form=NewForm(formdata=None), labels=labels)


@bp.post("/referrals/new")
@viewer_required(*WHO)
def write_down() -> Response | tuple[str, int]:
    """Keep it; pressing twice keeps it once."""
    viewer, now, form = signed_in_viewer(), clock.now(), NewForm()
    require(viewer, Verb.CREATE, Object.REFERRAL, None, now=now)
    zone, region = queries.zone_and_region(viewer)
    draft = form.draft(zone=zone, region=region, now=now)
    if draft is None:
        return render_template("intake/new.html", form=form, labels=labels), 400
    made_id = _kept(viewer, draft, f"{viewer.person_id}:{form.key.data}", now)
    return redirect(url_for(".one", referral_id=made_id), 303)


def _kept(viewer: Viewer, draft: Draft, key: str, now: datetime) -> UUID:
    assert viewer.organisation_id is not None
    # Sent, changed with the button "back" and sent again is another one: what it says counts too.
    arrived = Arrived(draft, CameBy.FORM, f"{key}:{draft.content()}")
    try:
        with transaction(db.session):
            return receive(viewer, viewer.organisation_id, arrived, now=now)[0].id
    except IntegrityError:
        # Pressed twice at once: the second finds it when it looks again.
        with transaction(db.session):
            return receive(viewer, viewer.organisation_id, arrived, now=now)[0].id


@bp.get("/referrals/<uuid:referral_id>")
@viewer_required(*WHO)
def one(referral_id: UUID) -> str:
    """Show one referral."""
    viewer, now = signed_in_viewer(), clock.now()
    page = queries.get_page(viewer, referral_id, now=now)
    return render_template("intake/one.html", page=page, labels=labels, now=now, day=day_words)


@bp.get("/referrals/<uuid:referral_id>/files/<uuid:file_id>")
@viewer_required(*WHO)
def fetch(referral_id: UUID, file_id: UUID) -> Response:
    """Send a file that came along as a file to keep, once it is written down who fetches it."""
    viewer, now = signed_in_viewer(), clock.now()
    file = fetch_file(viewer, referral_id, file_id, now=now)
    response, ending = make_response(file.content), safe_ending(str(file.name))
    db.session.commit()
    # Written by anybody: no name and no kind of theirs, and nothing a browser would run.
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = f'attachment; filename="file.{ending}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/young-people/<uuid:young_person_id>/referrals")
@viewer_required(*WHO)
def about(young_person_id: UUID) -> str:
    """List what came in about one young person."""
    viewer, now = signed_in_viewer(), clock.now()
    lines = queries.referrals_about(viewer, young_person_id, now=now)
    return render_template(
        "intake/about.html", lines=lines, labels=labels, now=now, young_person_id=young_person_id,
        names=names_of([young_person_id, *(each.owner_id for each in lines)]),
    )  # fmt: skip
