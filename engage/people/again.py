"""Making sure once more who it is, before something that matters. Source: SAFETY 13.

With an app for the second step: its next six digits. Without one (in a demonstration): the
password. Each try counts, so that an open screen is no place for guessing.
"""

from enum import StrEnum
from typing import Any

from flask import current_app
from flask_security.utils import verify_password
from sqlalchemy import select

from engage.db import db
from engage.i18n import lazy_gettext as _l
from engage.people.account_models import Account
from engage.people.staff_forms import CodeField, password_field
from engage.people.viewer import Viewer
from engage.web import limits
from engage.web.errors import NotFound
from engage.web.forms import Form

WINDOW = 30  # seconds a clock may be off, as at sign-in
TRIES = "10 per 15 minutes"
WRONG_DIGITS = _l("These digits are not right, or too old. Try the next ones.")
WRONG_PASSWORD = _l("This password is not right.")


class Proof(StrEnum):
    """What somebody is asked for."""

    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - the name of a field


class AgainFields(Form):
    """The last question of a form that matters; `ask` leaves the one that fits."""

    code = CodeField(
        _l("Six digits from your app"),
        autocomplete="one-time-code",
        limit=12,
        needed=_l("Type the six digits."),
    )
    password = password_field()

    @property
    def fixes(self) -> list[tuple[str, str]]:
        """Return what to fix; this question stands last on the page, so it comes last here."""
        return sorted(super().fixes, key=lambda one: one[0] in set(Proof))


def ask(form: AgainFields, viewer: Viewer) -> Proof:
    """Leave the one field with which this member of staff shows who they are."""
    proof = Proof.CODE if _account(viewer).tf_totp_secret else Proof.PASSWORD
    del form["password" if proof is Proof.CODE else "code"]
    return proof


def is_them(form: AgainFields, viewer: Viewer) -> bool:
    """Say whether what was typed is right; if not, the form says so beside the field.

    Digits are good once: the caller commits. Raises TooMany.
    """
    account = _account(viewer)
    limits.count("once more", str(account.person_id), TRIES)
    if account.tf_totp_secret:
        totp: Any = current_app.extensions["security"].totp_factory
        digits = form.code.data or ""
        right = totp.verify_totp(digits, account.tf_totp_secret, account, WINDOW)
        name, words = "code", WRONG_DIGITS
    else:
        util = current_app.extensions["security"].password_util
        typed = util.normalize(form.password.data or "")
        right = account.password is not None and verify_password(typed, account.password)
        name, words = "password", WRONG_PASSWORD
    if not right:
        form.say(name, str(words))
    return right


def _account(viewer: Viewer) -> Account:
    found = db.session.scalar(select(Account).where(Account.person_id == viewer.person_id))
    if found is None or not found.active:
        raise NotFound("account")
    return found
