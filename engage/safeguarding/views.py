"""When somebody may have been hurt: whom to call at once, and what was done."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.db import db
from engage.feedback.queries import get_urgent
from engage.people.models import PersonKind, Role
from engage.people.signin import signed_in_viewer, viewer_required
from engage.safeguarding import actions, labels, queries
from engage.safeguarding.actions import Blanks, SayMore, Telling
from engage.safeguarding.forms import BeginForm, CloseHarmForm, TellForm, WhoForm
from engage.safeguarding.rules import About, Blank, Deed, Seen, Whom
from engage.web.errors import NotFound
from engage.web.layout import time_zone

bp = Blueprint("safeguarding", __name__)
WHO = (
    PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS, Role.INTERVIEWER,
)  # fmt: skip
DUTY = (Role.SUPERVISOR, Role.OUT_OF_HOURS)
FIELD_OF = {Blank.SAFE_NOW: "safe_now", Blank.THEY_KNOW: "they_know"}


@bp.get("/harm")
@viewer_required(*WHO)
def open_now() -> str:
    """List what goes on, as far as it is not kept from the viewer."""
    lines = queries.harm_lines(signed_in_viewer(), now=clock.now())
    return render_template("safeguarding/open.html", lines=lines, labels=labels)


@bp.get("/young-people/<uuid:young_person_id>/harm")
@viewer_required(*WHO)
def call(young_person_id: UUID) -> str:
    """Show whom to call at once; nothing is written down by looking."""
    return _call_page(young_person_id, BeginForm(formdata=None))


@bp.post("/young-people/<uuid:young_person_id>/harm")
@viewer_required(*WHO)
def begin(young_person_id: UUID) -> Response | tuple[str, int]:
    """Start it with one press."""
    form = BeginForm()
    return _begin(young_person_id, form, _seen(), None)


@bp.get("/feedback/urgent/<uuid:answer_id>/harm")
@viewer_required(*DUTY)
def call_for_answer(answer_id: UUID) -> str:
    """Show whom to call about what somebody wrote without a name."""
    get_urgent(signed_in_viewer(), answer_id, now=clock.now())
    return _call_page(None, BeginForm(formdata=None))


@bp.post("/feedback/urgent/<uuid:answer_id>/harm")
@viewer_required(*DUTY)
def begin_for_answer(answer_id: UUID) -> Response | tuple[str, int]:
    """Start it for somebody whose name nobody knows, and nobody tries to find out."""
    get_urgent(signed_in_viewer(), answer_id, now=clock.now())
    return _begin(None, BeginForm(), Seen.FEEDBACK, answer_id)


def _seen() -> Seen:
    sent = request.form.get("from", "")
    return Seen(sent) if sent in (Seen.TALK, Seen.WELCOME) else Seen.PAGE


def _begin(
    young_person_id: UUID | None, form: BeginForm, seen: Seen, seen_id: UUID | None
) -> Response | tuple[str, int]:
    viewer, now = signed_in_viewer(), clock.now()
    form.offer(queries.get_call_screen(viewer, young_person_id, now=now).around)
    if not form.validate_on_submit():
        return _call_page(young_person_id, form), 400
    made = actions.begin(
        viewer, young_person_id, form.opening(seen, seen_id), address=_address(), now=now
    )
    made_id, is_theirs = made.id, viewer.person_id in form.ids
    db.session.commit()
    # Somebody who says that it is about themselves has told us, and sees no more of it.
    return redirect("/" if is_theirs else url_for("safeguarding.one", harm_id=made_id), 303)


def _call_page(young_person_id: UUID | None, form: BeginForm) -> str:
    page = queries.get_call_screen(signed_in_viewer(), young_person_id, now=clock.now())
    form.offer(page.around)
    return render_template("safeguarding/call.html", page=page, form=form, labels=labels)


@bp.get("/harm/<uuid:harm_id>")
@viewer_required(*WHO)
def one(harm_id: UUID) -> str:
    """Show what was done and what is left."""
    return _page(harm_id, None, None)


@bp.get("/harm/<uuid:harm_id>/told/<any(police, child_protection, designated_officer, "
        "licensing, placing_authority):whom>")  # fmt: skip
@viewer_required(*WHO)
def ask_told(harm_id: UUID, whom: str) -> str:
    """Ask what came of telling one of them."""
    return _tell_page(harm_id, whom, TellForm(formdata=None))


@bp.post("/harm/<uuid:harm_id>/told/<any(police, child_protection, designated_officer, "
         "licensing, placing_authority):whom>")  # fmt: skip
@viewer_required(*WHO)
def told(harm_id: UUID, whom: str) -> Response | tuple[str, int]:
    """Log it."""
    viewer, now, form = signed_in_viewer(), clock.now(), TellForm()
    at = form.instant(time_zone(), now) if form.validate_on_submit() else None
    if at is None:
        if not form.fixes:
            form.say("on", str(form.why))
        return _tell_page(harm_id, whom, form), 400
    telling = Telling(
        Whom(whom), form.what, at, form.named.data or "", form.reference.data or "",
        form.reason.data or "",
    )  # fmt: skip
    try:
        actions.note_told(viewer, harm_id, telling, now=now)
    except SayMore:
        if form.what is Deed.NOT_NEEDED:
            form.say("reason", str(labels.SAY_REASON))
        elif at > now:
            form.say("on", str(labels.NOT_AHEAD))
        else:
            form.say("named", str(labels.SAY_WHOM))
        return _tell_page(harm_id, whom, form), 400
    return _saved(harm_id)


@bp.post("/harm/<uuid:harm_id>/about")
@viewer_required(*WHO)
def about(harm_id: UUID) -> Response | tuple[str, int]:
    """Say who it is about."""
    viewer, now, form = signed_in_viewer(), clock.now(), WhoForm()
    form.offer(queries.get_harm(viewer, harm_id, now=now).around)
    if not form.validate_on_submit():
        return _page(harm_id, form, None), 400
    actions.say_about(
        viewer, harm_id, About(str(form.about.data)), form.ids, form.about_name.data or "",
        address=_address(), now=now,
    )  # fmt: skip
    if viewer.person_id in form.ids:
        db.session.commit()
        return redirect("/", 303)
    return _saved(harm_id)


@bp.post("/harm/<uuid:harm_id>/close")
@viewer_required(*WHO)
def close(harm_id: UUID) -> Response | tuple[str, int]:
    """Close it, or say what is still blank; what was typed is kept."""
    viewer, now, form = signed_in_viewer(), clock.now(), CloseHarmForm()
    if not form.validate_on_submit():
        return _page(harm_id, None, form), 400
    try:
        actions.close(
            viewer, harm_id, safe_now=form.safe_now.data or "",
            they_know=form.they_know.data or "", now=now,
        )  # fmt: skip
    except Blanks as blanks:
        db.session.commit()
        for blank in blanks.left:
            form.say(FIELD_OF.get(blank, "safe_now"), str(labels.BLANKS[blank]))
        return _page(harm_id, None, form), 400
    return _saved(harm_id)


def _page(harm_id: UUID, who: WhoForm | None, closing: CloseHarmForm | None) -> str:
    page = queries.get_harm(signed_in_viewer(), harm_id, now=clock.now())
    if who is None:
        who = WhoForm(formdata=None, about=page.allegation.about)
    who.offer(page.around)
    if closing is None:
        closing = CloseHarmForm(
            formdata=None, safe_now=page.allegation.safe_now, they_know=page.allegation.they_know
        )
    return render_template(
        "safeguarding/one.html", page=page, who=who, closing=closing, labels=labels
    )


def _tell_page(harm_id: UUID, whom: str, form: TellForm) -> str:
    page = queries.get_harm(signed_in_viewer(), harm_id, now=clock.now())
    found = next((each for each in page.protectors if each.to == whom), None)
    if found is None or page.allegation.stage == "closed":
        raise NotFound("protector")
    return render_template(
        "safeguarding/tell.html", page=page, protector=found, form=form, labels=labels
    )


def _saved(harm_id: UUID) -> Response:
    db.session.commit()
    return redirect(url_for("safeguarding.one", harm_id=harm_id), 303)


def _address() -> str:
    return str(current_app.extensions["engage"].public_url).rstrip("/")
