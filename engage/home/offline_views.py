"""Keeping pages on a phone: turned on by the person, for that phone, and off again.

Everything that is kept is on the phone. The pages under /this-phone/ that it keeps say nothing of
anybody; what does, is locked (docs/decisions/0052-what-a-phone-keeps.md).
"""

import json
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.crypto import blind_index, token_digest
from engage.db import db
from engage.home.offline import documents_for
from engage.home.offline_worries import outcome_words, young_people_to_keep
from engage.people import copy_actions, copy_queries
from engage.people.access import Viewer
from engage.people.copy_queries import KeptFor
from engage.people.copy_rules import COPY_LASTS
from engage.people.models import LinkKind, Organisation, PersonKind, Role
from engage.people.queries import viewer_of
from engage.people.signin import current_viewer, is_signed_in, public, viewer_required
from engage.people.viewer import SYSTEM
from engage.policy.helplines import helplines
from engage.policy.queries import pack
from engage.talks.kept import young_people_held
from engage.web import headers, static
from engage.web.forms import csrf
from engage.web.layout import time_in_words
from engage.web.limits import count, network
from engage.worries.boxes import public_key
from engage.worries.labels import WAITS

bp = Blueprint("this_phone", __name__)
TURNS = "20 per hour"
ASKS = "120 per minute"
# The only page on which a script may name the worker script, and it is the only one it may name.
WITH_WORKER = headers.CONTENT_SECURITY_POLICY.replace("trusted-types 'none'", "trusted-types page")
SHELL = {"now": "/this-phone/now", "open": "/this-phone/open", "waiting": "/this-phone/waiting",
         "sent": "/this-phone/sent", "away": "/page"}  # fmt: skip
# A carer's phone keeps these besides.
WORRIED = "/this-phone/worried"
# An interviewer's phone keeps this besides.
TALK = "/this-phone/talk"


def _young_person(viewer: Viewer | None) -> UUID | None:
    """Return whose phone this is: the holder of a card, or a young person signed in."""
    if viewer is None:
        return None
    if viewer.link_kind is LinkKind.CHECK_IN:
        return viewer.young_person_id
    own = is_signed_in(viewer) and viewer.kind is PersonKind.YOUNG_PERSON
    return viewer.person_id if own else None


def _holds_talks(viewer: Viewer | None) -> bool:
    """Say whether this is somebody whose phone may keep the talks they hold."""
    return viewer is not None and is_signed_in(viewer) and copy_queries.holds_talks(viewer)


def _is_carer(viewer: Viewer | None) -> bool:
    """Say whether this is somebody whose phone may keep the questions for the worried."""
    return viewer is not None and is_signed_in(viewer) and copy_queries.is_asked_at_home(viewer)


@bp.get("/this-phone")
@public
def page() -> AnyResponse | Response | str:
    """Say what would be kept and who could see it, before anything is."""
    viewer, now = current_viewer(), clock.now()
    if viewer is None or not (_young_person(viewer) or _is_carer(viewer) or _holds_talks(viewer)):
        return redirect("/c", 303)
    signed_in = is_signed_in(viewer)
    response = Response(
        render_template(
            "home/this_phone.html",
            has_documents=signed_in and bool(documents_for(viewer, now=now)),
            copies=copy_queries.list_copies(viewer, now=now) if signed_in else [],
            signed_in=signed_in, is_carer=_is_carer(viewer), days=COPY_LASTS.days,
            is_on_rota=viewer.kind is PersonKind.WORKER and _is_carer(viewer),
            holds_talks=_holds_talks(viewer),
        ),
        content_type="text/html; charset=utf-8",
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = WITH_WORKER
    return response


@bp.post("/this-phone/keep")
@public
def keep() -> AnyResponse:
    """Give this phone its token, and what it may keep if that was asked for."""
    viewer, now = current_viewer(), clock.now()
    whose, is_carer, talks = _young_person(viewer), _is_carer(viewer), _holds_talks(viewer)
    if viewer is None or not (whose or is_carer or talks):
        return Response(status=403)
    count("copy", token_digest(str(whose or viewer.person_id)), TURNS, fail_open=True)
    documents = documents_for(viewer, now=now) if request.form.get("what") == "all" else []
    if whose:
        token = copy_actions.keep_on_phone(viewer, whose, now=now)
    else:
        token = copy_actions.keep_on_own_phone(viewer, now=now)
    db.session.commit()
    until = int(copy_queries.copy_lasts_until(viewer, now=now).timestamp() * 1000)
    return jsonify(
        token=token, until=until, documents=documents, made=_made(now), carer=is_carer,
        ours=public_key(token), about=_about(viewer, token, now), talks=talks,
    )  # fmt: skip


def _about(viewer: Viewer, token: str, now: datetime) -> list[str]:
    """Name the young people a phone keeps something of, so that only we know whom."""
    found = {one.id: one for one in young_people_to_keep(viewer, now=now)}
    found |= {one.id: one for one in young_people_held(viewer, now=now)}
    return [blind_index("kept about", f"{token}|{one}") for one in found]


def _made(now: datetime) -> str:
    return str(time_in_words(now, "d MMMM y").striptags())


@bp.post("/this-phone/still")
@csrf.exempt
@public
def still() -> Response:
    """Tell a phone whether it may go on keeping what it has (204), or must forget it (410)."""
    now, token = clock.now(), request.form.get("token", "")
    count("copy asks", token_digest(network()), ASKS, fail_open=True)
    kept_for = copy_queries.find_kept_for(SYSTEM, token, now=now)
    may_stay = kept_for is not None and kept_for.is_good and _may_still(kept_for, token, now)
    return Response(status=204 if may_stay else 410)


def _may_still(kept_for: KeptFor, token: str, now: datetime) -> bool:
    """Say whether everybody of whom a phone keeps something is still looked after by its person."""
    if kept_for.kind is PersonKind.YOUNG_PERSON:
        return True
    viewer = viewer_of(SYSTEM, kept_for.person_id, now=now)
    now_theirs = _about(viewer, token, now) if viewer is not None else []
    return set(request.form.get("about", "").split()) <= set(now_theirs)


@bp.post("/this-phone/fresh")
@csrf.exempt
@public
def fresh() -> Response:
    """Give a phone what it may keep as it is today, if its own person is signed in on it (200)."""
    viewer, now, token = current_viewer(), clock.now(), request.form.get("token", "")
    count("copy asks", token_digest(network()), ASKS, fail_open=True)
    kept_for = copy_queries.find_kept_for(SYSTEM, token, now=now)
    if viewer is None or kept_for is None or not kept_for.is_good or not is_signed_in(viewer):
        return Response(status=401)
    if viewer.person_id != kept_for.person_id:
        return Response(status=401)
    documents = documents_for(viewer, now=now)
    return jsonify(documents=documents, made=_made(now), about=_about(viewer, token, now))


@bp.post("/this-phone/<uuid:copy_id>/end")
@viewer_required(PersonKind.YOUNG_PERSON, PersonKind.CARER, Role.OUT_OF_HOURS, Role.INTERVIEWER)
def end(copy_id: UUID) -> AnyResponse:
    """Tell another phone of theirs to forget."""
    viewer = current_viewer()
    assert viewer is not None
    copy_actions.end_copy(viewer, copy_id, now=clock.now())
    db.session.commit()
    return redirect("/this-phone", 303)


@bp.get("/this-phone/<any(now, open, waiting, sent, worried, talk):which>")
@public
def shell(which: str) -> str:
    """Draw a page that phones keep: it says nothing of anybody, only whom to text and call here.

    A phone shows by its token whose numbers it needs; it sends no cookie.
    """
    token = request.headers.get("X-Phone", "")
    known = copy_queries.find_kept_for(SYSTEM, token, now=clock.now()) or current_viewer()
    house = None
    if known is not None and known.organisation_id is not None:
        house = db.session.get(Organisation, known.organisation_id)
    rules = pack(house.policy) if house else None
    return render_template(
        f"home/kept_{which}.html",
        number=house.service_number if house else None,
        emergency=rules.emergency if rules else "",
        lines=helplines(rules, for_adults=which == "worried") if rules else None,
        outcomes=outcome_words(),
        waits=WAITS,
        is_on_rota=known is not None and known.kind is PersonKind.WORKER,
    )


@bp.get("/sw.js")
@public
def worker() -> Response:
    """Send the worker script, with the names of the files it keeps."""
    files = ["app.css", "app-rtl.css", "app.mjs", "offline.mjs", "icon.svg"]
    carer = {"pages": {"worried": WORRIED}, "files": [static.asset("worried.mjs")]}
    talks = {"pages": {"talk": TALK}, "files": [static.asset("talk.mjs")]}
    kept = {"pages": SHELL, "files": [static.asset(name) for name in files], "carer": carer,
            "talks": talks}  # fmt: skip
    script = (static.DIST / static.manifest()["sw.mjs"]).read_text()
    body = f"self.KEPT={json.dumps(kept)};\n{script}"
    return Response(body, content_type="text/javascript; charset=utf-8")
