"""Carers and young people sign in with their phone: a number, six digits, and they are in.

Every number leads to the same pages after the same work, so that nobody learns who is known.
"""

from uuid import UUID, uuid4

from flask import Blueprint, current_app, redirect, render_template, request, session
from werkzeug.wrappers import Response

from engage import clock
from engage.audit.actions import record
from engage.checkins.rules import Kind
from engage.checkins.tap_actions import Tap, receive_tap
from engage.config import Settings
from engage.crypto import blind_index
from engage.db import db, transaction
from engage.home.phone_forms import DigitsForm, NumberForm, WordForm
from engage.i18n import gettext as _
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass
from engage.people.code_actions import redeem_code, request_code
from engage.people.code_words import word_index
from engage.people.models import Person, PersonKind, YoungPerson
from engage.people.phones import NotANumber, parse_phone
from engage.people.queries import any_region, viewer_of
from engage.people.rules import CODE_LIFE
from engage.people.signin import public, sign_in
from engage.people.viewer import ANONYMOUS, SYSTEM
from engage.web import limits
from engage.web.redirects import safe_next

bp = Blueprint("phone", __name__)
# Kept in the session between the steps: which phone was asked, then who holds it.
ASKED, WHO, NEXT = "phone_asked", "phone_who", "phone_next"


@bp.route("/phone-sign-in", methods=["GET", "POST"])
@public
def number() -> str | Response:
    """Ask for a number; whatever it is, the next page asks for six digits."""
    form = NumberForm()
    if not form.validate_on_submit():
        return render_template("people/phone_number.html", form=form)
    try:
        typed = parse_phone(form.number.data or "", any_region(SYSTEM))
    except NotANumber:
        form.say("number", _("This is not a whole phone number. Check it and try again."))
        return render_template("people/phone_number.html", form=form)
    index = blind_index("phone", typed)
    limits.count("phone code", limits.network(), "30 per hour")
    limits.count("phone code number", index, "5 per 15 minutes")
    with transaction(db.session):
        _send_code(typed)
    session[ASKED] = index
    session[NEXT] = safe_next(request.values.get("next"))
    session.pop(WHO, None)
    return redirect("/phone-sign-in/code", 303)


def _send_code(number: str) -> None:
    now = clock.now()
    asked = request_code(ANONYMOUS, number, now=now)
    holder = db.session.get(Person, asked.holders[0] if asked.holders else uuid4())
    young = holder is not None and holder.kind == PersonKind.YOUNG_PERSON
    row = message_row(
        "sign_in_code",
        klass=Klass.YOUNG_PERSON if young else Klass.OTHER,
        person_id=holder.id if holder else None,
        phone_index=holder.phone_index if holder else None,
        locale=holder.locale if holder else None,
        params={"code": asked.code},
        dedupe_key=f"sign-in-code:{uuid4()}",
        answers_at=now,
        not_after=now + CODE_LIFE,
        now=now,
    )
    if holder:
        queue_many([row])
    else:
        # As much work as the text that is not sent, and nothing to a number nobody has.
        record("sign_in_code:not_sent", viewer=ANONYMOUS, now=now)


@bp.route("/phone-sign-in/code", methods=["GET", "POST"])
@public
def code() -> str | Response:
    """Take the six digits."""
    asked = session.get(ASKED)
    if not asked:
        return redirect("/phone-sign-in", 303)
    form = DigitsForm()
    if not form.validate_on_submit():
        return render_template("people/phone_code.html", form=form)
    limits.count("phone digits", limits.network(), "60 per hour")
    with transaction(db.session):
        holders = redeem_code(ANONYMOUS, asked, form.code.data or "", now=clock.now())
    if holders is None:
        form.say("code", _("These digits are not right, or too old."))
        return render_template("people/phone_code.html", form=form)
    session.pop(ASKED)
    session[WHO] = [str(holder) for holder in holders]
    if len(holders) == 1 and not _needs_word(holders[0]):
        return _enter(holders[0])
    return redirect("/phone-sign-in/who", 303)


@bp.route("/phone-sign-in/who", methods=["GET", "POST"])
@public
def who() -> str | Response:
    """Ask people who share a phone who they are, and for the word where the plan wants one."""
    known = [UUID(one) for one in session.get(WHO, [])]
    if not known:
        return redirect("/phone-sign-in", 303)
    form = WordForm()
    chosen = _chosen(known)
    if chosen is None:
        people = [person for one in known if (person := db.session.get(Person, one))]
        return render_template("people/phone_who.html", people=people)
    if not _needs_word(chosen):
        return _enter(chosen) if request.method == "POST" else redirect("/phone-sign-in", 303)
    if not form.validate_on_submit():
        return render_template("people/phone_word.html", form=form, person_id=chosen)
    limits.count("phone word", str(chosen), "5 per 15 minutes")
    if not _is_word_of(chosen, form.word.data or ""):
        _hear_not_ok(chosen, form.word.data or "")
        form.say("word", _("That is not the word in your plan."))
        return render_template("people/phone_word.html", form=form, person_id=chosen)
    return _enter(chosen)


def _chosen(known: list[UUID]) -> UUID | None:
    if len(known) == 1:
        return known[0]
    picked = request.form.get("person", "")
    return next((one for one in known if str(one) == picked), None)


def _needs_word(person_id: UUID) -> bool:
    young_person = db.session.get(YoungPerson, person_id)
    return bool(young_person and young_person.word_needed and young_person.code_word_index)


def _is_word_of(person_id: UUID, typed: str) -> bool:
    young_person = db.session.get(YoungPerson, person_id)
    found = word_index(typed)
    return bool(young_person and found and found == young_person.code_word_index)


def _hear_not_ok(person_id: UUID, typed: str) -> None:
    """Tell people quietly when the word is the one that means: I am not OK.

    Whoever looks over the shoulder reads the same as after any wrong word. Source: SAFETY T04.
    """
    young_person = db.session.get(YoungPerson, person_id)
    found = word_index(typed)
    if young_person is None or not found or found != young_person.not_ok_word_index:
        return
    settings: Settings = current_app.extensions["engage"]
    viewer = viewer_of(SYSTEM, person_id, now=clock.now())
    tap = Tap(Kind.NOT_OK, uuid4().hex)
    if viewer is not None:
        with transaction(db.session):
            receive_tap(viewer, person_id, tap, now=clock.now(), address=settings.public_url)


def _enter(person_id: UUID) -> Response:
    viewer = viewer_of(SYSTEM, person_id, now=clock.now())
    if viewer is None:
        return redirect("/phone-sign-in", 303)
    after = safe_next(session.get(NEXT))
    sign_in(viewer)
    return redirect(after, 303)
