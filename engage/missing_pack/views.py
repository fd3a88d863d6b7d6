"""Pages for those who search: asking about today, making them, reading them aloud."""

from uuid import UUID

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from engage import clock
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import use_locale
from engage.missing_pack import actions, queries, wording
from engage.missing_pack.actions import Override
from engage.missing_pack.rules import Fact, next_fact
from engage.missing_pack.script import first_words, neutral_title, spoken
from engage.people.models import PersonKind, Role
from engage.people.rules import DisclosureReason
from engage.people.signin import signed_in_viewer, viewer_required
from engage.plans.sharing_labels import CIRCUMSTANCES, REASONS
from engage.sharing.forms import DisclosureForm
from engage.web.errors import NotFound
from engage.web.limits import count
from engage.web.paper_sizes import is_letter
from engage.web.pdf import NoPdf, make_pdf

bp = Blueprint("missing_pack", __name__)
WHO = (PersonKind.CARER, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
STAFF = (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS)
PDFS = "60 per hour"
# It stays in the list of downloads, and in the mail it is sent with.
FILE_NAME = "information.pdf"


@bp.get("/episodes/<uuid:episode_id>/pack")
@viewer_required(*WHO)
def before(episode_id: UUID) -> str:
    """Show what would stand in a pack now, and what was made before."""
    page = queries.get_pack_page(signed_in_viewer(), episode_id, now=clock.now())
    return render_template(
        "missing_pack/before.html", page=page, wording=wording, circumstances=CIRCUMSTANCES,
        asked=list(Fact),
    )  # fmt: skip


@bp.post("/episodes/<uuid:episode_id>/pack")
@viewer_required(*WHO)
def make(episode_id: UUID) -> Response:
    """Make a pack of what is allowed now: one press."""
    pack = actions.make_pack(signed_in_viewer(), episode_id, now=clock.now())
    db.session.commit()
    return redirect(url_for("missing_pack.made", pack_id=pack.id), 303)


@bp.get("/episodes/<uuid:episode_id>/pack/ask/<fact>")
@viewer_required(*WHO)
def ask(episode_id: UUID, fact: str) -> str:
    """Ask one thing about today."""
    return _ask(episode_id, _fact(fact))


@bp.post("/episodes/<uuid:episode_id>/pack/ask/<fact>")
@viewer_required(*WHO)
def answer(episode_id: UUID, fact: str) -> Response | tuple[str, int]:
    """Keep the answer, and go to what has none yet; “I don't know” is one."""
    asked, typed = _fact(fact), request.form.get("words", "").strip()
    if not typed and "unknown" not in request.form:
        return _ask(episode_id, asked, typed, str(wording.ANSWER_IT)), 400
    viewer, now = signed_in_viewer(), clock.now()
    words = "" if "unknown" in request.form else typed
    actions.note_fact(viewer, episode_id, asked, words, now=now)
    db.session.commit()
    page = queries.get_pack_page(viewer, episode_id, now=now)
    following = next_fact([*page.facts], after=asked)
    if following is None:
        return redirect(url_for("missing_pack.before", episode_id=episode_id), 303)
    return redirect(url_for("missing_pack.ask", episode_id=episode_id, fact=following), 303)


@bp.get("/episodes/<uuid:episode_id>/pack/more")
@viewer_required(*STAFF)
def more(episode_id: UUID) -> str:
    """Ask which closed parts must go in because of danger, and why."""
    return _more(_overriding(episode_id), DisclosureForm(formdata=None))


@bp.post("/episodes/<uuid:episode_id>/pack/more")
@viewer_required(*STAFF)
def override(episode_id: UUID) -> Response | str | tuple[str, int]:
    """Ask once more, and make the pack only when that is confirmed."""
    page, form = _overriding(episode_id), DisclosureForm()
    form.sections.offer([(part, wording.title_of(part)) for part in page.allowed.closed])
    is_valid = form.validate_on_submit()
    if not form.sections.data:
        form.say("sections", str(wording.PICK_A_PART))
    if not is_valid or not form.sections.data:
        return _more(page, form), 400
    if "confirmed" not in request.form:
        return render_template(
            "missing_pack/confirm.html", page=page, form=form, wording=wording, reasons=REASONS
        )
    chosen = Override(
        form.sections.data, DisclosureReason(form.code.data), form.reason.data or "",
        form.told_to.data or "",
    )  # fmt: skip
    address = str(current_app.extensions["engage"].public_url)
    pack = actions.make_pack(
        signed_in_viewer(), episode_id, now=clock.now(), override=chosen, address=address
    )
    db.session.commit()
    return redirect(url_for("missing_pack.made", pack_id=pack.id), 303)


@bp.get("/packs/<uuid:pack_id>")
@viewer_required(*WHO)
def made(pack_id: UUID) -> str:
    """Show a pack as it was made, to read or to print."""
    found = _opened(pack_id)
    html = render_template(
        "missing_pack/made.html", made=found, content=found.content,
        no_pdf="no-pdf" in request.args,
        sheet=_sheet(found, url_for("missing_pack.photo", pack_id=pack_id), "h3"),
    )  # fmt: skip
    db.session.commit()
    return html


@bp.get("/packs/<uuid:pack_id>/pages.pdf")
@viewer_required(*WHO)
def pdf(pack_id: UUID) -> Response:
    """Draw the same again as a PDF; without the means to, lead back with a word."""
    found = _opened(pack_id)
    count("pdf", token_digest(str(signed_in_viewer().person_id)), PDFS)
    html = render_template(
        "missing_pack/pdf.html", content=found.content, sheet=_sheet(found, "engage:photo", "h2"),
        letter=is_letter(found.content["region"]), title=neutral_title(found.content),
    )  # fmt: skip
    db.session.commit()
    jpeg = found.pack.jpeg
    try:
        drawn = make_pdf(html, "print.css", {"photo": jpeg} if jpeg else None)
    except NoPdf:
        return redirect(url_for("missing_pack.made", pack_id=pack_id) + "?no-pdf=1", 303)
    response = make_response(drawn)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{FILE_NAME}"'
    return response


@bp.get("/packs/<uuid:pack_id>/call")
@viewer_required(*WHO)
def call(pack_id: UUID) -> str:
    """Show what to read aloud, large, in the order in which it is asked for."""
    made = _opened(pack_id)
    html = render_template(
        "missing_pack/call.html", made=made, content=made.content,
        spoken=spoken(made.content), first=first_words(made.content),
    )  # fmt: skip
    db.session.commit()
    return html


@bp.get("/packs/<uuid:pack_id>/photo")
@viewer_required(*WHO)
def photo(pack_id: UUID) -> Response:
    """Show the photo as it was when the pack was made."""
    jpeg = queries.get_pack(signed_in_viewer(), pack_id, now=clock.now()).pack.jpeg
    if jpeg is None:
        raise NotFound("photo")
    response = make_response(jpeg)
    response.headers["Content-Type"] = "image/jpeg"
    return response


def _fact(name: str) -> Fact:
    if name not in set(Fact):
        raise NotFound("fact")
    return Fact(name)


def _ask(episode_id: UUID, fact: Fact, typed: str = "", problem: str = "") -> str:
    page = queries.get_pack_page(signed_in_viewer(), episode_id, now=clock.now())
    before = page.facts.get(fact)
    return render_template(
        "missing_pack/ask.html", page=page, fact=fact, wording=wording, problem=problem,
        typed=typed or (before.words if before is not None else ""),
        number=[*Fact].index(fact) + 1, of=len(Fact),
        known=wording.known_before(fact, page.episode.facts),
        seen_at=page.last_contact if fact is Fact.LAST_SEEN else None,
    )  # fmt: skip


def _overriding(episode_id: UUID) -> queries.PackPage:
    page = queries.get_pack_page(signed_in_viewer(), episode_id, now=clock.now())
    if not page.may_override:
        raise NotFound("pack")
    return page


def _more(page: queries.PackPage, form: DisclosureForm) -> str:
    form.sections.offer([(part, wording.title_of(part)) for part in page.allowed.closed])
    return render_template("missing_pack/more.html", page=page, form=form)


def _opened(pack_id: UUID) -> queries.MadePack:
    """Return a pack, with a line in the audit that it was read. The caller commits."""
    viewer, now = signed_in_viewer(), clock.now()
    made = queries.get_pack(viewer, pack_id, now=now)
    actions.note_opened(viewer, made.pack, now=now)
    return made


def _sheet(found: queries.MadePack, picture: str, top: str) -> Markup:
    """Return the pages in the language in which they are sent, whoever reads them here."""
    with use_locale(found.content["locale"]):
        return Markup(  # noqa: S704 - a template of ours, everything in it escaped
            render_template(
                "missing_pack/sheet.html",
                content=found.content,
                made=found,
                wording=wording,
                picture=picture,
                top=top,
            )
        )
