"""My own page, behind my word. Who is made to open it types the other word and shows nothing.

Source: SAFETY T03, T04, I10: both words look, weigh and take the same; nothing is kept in the
session, so it is asked for each time.
"""

import secrets
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engage import clock
from engage.audit.actions import record
from engage.cards.own_queries import people_of, said_by
from engage.checkins.forms import new_key
from engage.checkins.holding import sender, young_person_of
from engage.checkins.rules import Kind
from engage.checkins.tap_actions import Tap, receive_tap
from engage.crypto import token_digest
from engage.db import db
from engage.i18n import current_locale
from engage.people.access import Viewer
from engage.people.signin import public
from engage.web.fields import showable
from engage.web.limits import count

bp = Blueprint("mine", __name__)
# A word is guessed more easily than a code. Source: SAFETY T19.
GUESSES, LONGEST_WORD = "10 per hour", 100
# Every page that opens weighs the same, whatever stands on it.
BLOCK = 8192
HERE = "<!--fill-->"


@bp.get("/now/mine")
@public
def ask() -> str | Response:
    """Ask for the word. The same page for everybody who has a card."""
    if young_person_of(sender()) is None:
        return redirect(url_for("now.type_code"), 303)
    return render_template("cards/word.html")


@bp.post("/now/mine")
@public
def show() -> Response | str | tuple[str, int]:
    """Show whom they trust to whoever knows their word; their other word shows an empty page."""
    viewer = sender()
    young_person_id = young_person_of(viewer)
    if viewer is None or young_person_id is None:
        return redirect(url_for("now.type_code"), 303)
    typed = showable(request.form.get("word", ""))[:LONGEST_WORD]
    said = said_by(viewer, young_person_id, typed)
    if said.is_other_word:
        # Heard before anything is counted: no number of guesses may silence it.
        _raise_concern(viewer, young_person_id, typed)
        db.session.commit()
    count("own page", token_digest(str(young_person_id)), GUESSES)
    if not (said.is_word or said.is_other_word):
        return render_template("cards/word.html", is_wrong=True), 422
    people = people_of(viewer, young_person_id, now=clock.now())
    # Who chose one word for both has no way to show nothing: then it raises concern.
    if said.is_other_word:
        people = []
    else:
        record(
            "card:own_page_opened",
            viewer=viewer,
            now=clock.now(),
            subject_id=young_person_id,
            object_kind="card",
        )
        db.session.commit()
    return filled(render_template("cards/mine.html", people=people))


def _raise_concern(viewer: Viewer, young_person_id: UUID, typed: str) -> None:
    tap = Tap(kind=Kind.OK, key=new_key(), note=typed, locale=current_locale())
    address = current_app.extensions["engage"].public_url.rstrip("/")
    receive_tap(viewer, young_person_id, tap, now=clock.now(), address=address)


def filled(page: str) -> str:
    """Fill a page up with noise to whole blocks, so that its size says nothing of it."""
    missing = -len(page.replace(HERE, "<!---->").encode()) % BLOCK
    return page.replace(HERE, f"<!--{secrets.token_hex(BLOCK)[:missing]}-->")
