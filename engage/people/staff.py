"""How members of staff sign in: Flask-Security, told our addresses, words and rules."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import flask_login
from flask import Flask, current_app, render_template, request, session
from flask_security import (
    FSQLALiteUserDatastore,
    Security,
    hash_password,
    password_changed,
    password_reset,
    reset_password_instructions_sent,
)
from flask_security.totp import Totp
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from engage import clock
from engage.config import Settings
from engage.crypto import keyring
from engage.db import db
from engage.i18n import gettext as _
from engage.i18n import lazy_gettext as _l
from engage.i18n import render_text
from engage.people import mail, staff_forms
from engage.people.account_actions import end_sessions
from engage.people.account_models import Account, Passkey
from engage.people.addresses import email_index
from engage.people.models import RoleGrant
from engage.people.passkeys import PasskeyRules
from engage.people.qr import totp_qr
from engage.people.queries import viewer_of
from engage.people.sessions import current_session
from engage.people.viewer import SYSTEM
from engage.web import language, limits
from engage.web.errors import NotFound, NotStored
from engage.web.redirects import safe_next

# Reached before anybody is signed in; the rest of the blueprint needs a member of staff.
OPEN_ENDPOINTS = frozenset(
    f"security.{name}"
    for name in (
        "login",
        "forgot_password",
        "reset_password",
        "two_factor_setup",
        "two_factor_token_validation",
        "tf_select",
        "mf_recovery",
        "wan_signin",
        "wan_signin_response",
    )
)
# Help by mail with a lost phone goes through people: an administrator sends a new link.
SHUT = "security.two_factor_rescue"
_OWN_KEYS = ("_user_id", "_fresh", "_id")
MESSAGES = {
    "GENERIC_AUTHN_FAILED": _l("The email or the password is not right."),
    "PASSWORD_RESET_REQUEST": _l("If we know this address, a link is on its way to it."),
    "PASSWORD_RESET_EXPIRED": _l("This link is too old. Ask for a new one."),
    "INVALID_RESET_PASSWORD_TOKEN": _l("This link does not work any more. Ask for a new one."),
    "PASSWORD_RESET_NO_LOGIN": _l("Your password is changed. Sign in with it now."),
    "PASSWORD_INVALID_LENGTH": _l("Make it longer: at least %(length)s letters or signs."),
    "PASSWORD_TOO_SIMPLE": _l("This password is easy to guess. Choose another one."),
    "INVALID_PASSWORD": _l("This password is not right."),
    "TWO_FACTOR_INVALID_TOKEN": _l("These digits are not right, or too old. Try the next ones."),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": _l("You are signed in."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": _l("The second step is set up."),
    "TWO_FACTOR_SETUP_EXPIRED": _l("That took too long. Please start again."),
    "TWO_FACTOR_PERMISSION_DENIED": _l("Please sign in first."),
    "INVALID_RECOVERY_CODE": _l("This recovery code is not right, or was used before."),
    "NO_RECOVERY_CODES_SETUP": _l("You have no recovery codes yet."),
    "REAUTHENTICATION_REQUIRED": _l("Please type your password once more."),
    "REAUTHENTICATION_SUCCESSFUL": _l("Thank you."),
    "UNAUTHENTICATED": _l("Please sign in first."),
    "DISABLED_ACCOUNT": _l("The email or the password is not right."),
    "WEBAUTHN_EXPIRED": _l("That took too long. Please start again."),
    "WEBAUTHN_NAME_REQUIRED": _l("Give the passkey a name."),
    "WEBAUTHN_NAME_INUSE": _l("You have a passkey with this name already."),
    "WEBAUTHN_NAME_NOT_FOUND": _l("You have no passkey with this name."),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": _l("Use letters, digits and spaces only."),
    "WEBAUTHN_REGISTER_SUCCESSFUL": _l("The passkey is ready to use."),
    "WEBAUTHN_CREDENTIAL_DELETED": _l("The passkey is removed."),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": _l("This passkey is set up already."),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": _l("This passkey does not work here."),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": _l("This passkey does not work here."),
    "WEBAUTHN_MISMATCH_USER_HANDLE": _l("This passkey does not work here."),
    "WEBAUTHN_NO_VERIFY": _l("This passkey does not work here."),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": _l("This passkey cannot be used for this step."),
}


class Accounts(FSQLALiteUserDatastore):
    """Finds accounts; an address is looked up by its blind index."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Any:
        """Return the account with this property, or None."""
        if "email" in kwargs:
            index = email_index(str(kwargs["email"] or ""))
            return db.session.scalar(select(Account).where(Account.email == index))
        return super().find_user(case_insensitive, **kwargs)


class AppCodes(Totp):
    """Six-digit codes of an authenticator app, each good once."""

    def generate_qrcode(self, username: str, totp: str) -> Markup:
        """Return the QR code as an SVG element: our pages load no `data:` images."""
        return totp_qr(self.get_totp_uri(username, totp))

    def get_last_counter(self, user: Any) -> int | None:
        """Return which code was used last, so that nobody can use it again."""
        return user.tf_last_counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Remember which code was used; stored with the sign-in."""
        user.tf_last_counter = tmatch.counter


class TwoAtOnce:
    """Works out at most two password hashes at once in a process; others wait their turn.

    Each takes 19 MiB and a core for 20 ms: a flood of sign-ins must not take the machine from
    those who text for help. Who waits too long is told to try again (503). Source: DESIGN 6a.
    """

    MOST = 2
    PATIENCE = 10.0  # seconds

    def __init__(self, context: Any) -> None:
        self._context = context
        self._places = threading.BoundedSemaphore(self.MOST)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def hash(self, *args: Any, **more: Any) -> Any:
        """Hash a password, in turn."""
        with self._in_turn():
            return self._context.hash(*args, **more)

    def verify(self, *args: Any, **more: Any) -> Any:
        """Compare a password with a hash, in turn."""
        with self._in_turn():
            return self._context.verify(*args, **more)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._places.acquire(timeout=self.PATIENCE):
            raise NotStored("passwords")
        try:
            yield
        finally:
            self._places.release()


def init_app(app: Flask, settings: Settings) -> None:
    """Set Flask-Security up and join its idea of who is here to ours."""
    app.config.update(configuration(settings))
    app.config.update({f"SECURITY_MSG_{name}": (words, "info") for name, words in MESSAGES.items()})
    security = Security(
        app,
        Accounts(db, Account, RoleGrant, Passkey),  # type: ignore[arg-type]
        login_form=staff_forms.SignInForm,
        forgot_password_form=staff_forms.ForgottenForm,
        reset_password_form=staff_forms.NewPasswordForm,
        verify_form=staff_forms.AgainForm,
        two_factor_verify_code_form=staff_forms.SecondStepForm,
        two_factor_setup_form=staff_forms.SetUpForm,
        two_factor_select_form=staff_forms.ChooseForm,
        two_factor_rescue_form=staff_forms.RescueForm,
        mf_recovery_form=staff_forms.RecoveryForm,
        wan_register_form=staff_forms.PasskeyForm,
        totp_cls=AppCodes,
        webauthn_util_cls=PasskeyRules,
    )
    security.pwd_context = TwoAtOnce(security.pwd_context)
    security.want_json(lambda _request: False)
    security.render_template = render_template
    # It would ask the database for the account on every page.
    app.template_context_processors[None] = [
        one
        for one in app.template_context_processors[None]
        if one.__name__ != "_user_context_processor"
    ]
    # Flask-Principal works out an identity for every request; only our access function decides.
    app.before_request_funcs[None] = [
        one for one in app.before_request_funcs[None] if one.__name__ != "_on_before_request"
    ]
    app.jinja_env.globals.update(staff_mail=can_mail, next_path=next_path)
    app.login_manager.session_protection = None  # type: ignore[attr-defined]
    app.before_request(count_tries)
    app.after_request(see_other)
    flask_login.user_logged_in.connect(_signed_in, app)
    flask_login.user_logged_out.connect(_signed_out, app)
    reset_password_instructions_sent.connect(_send_reset_link, app)
    password_reset.connect(_password_changed, app)
    password_changed.connect(_password_changed, app)


def configuration(settings: Settings) -> dict[str, Any]:
    """Return Flask-Security's settings."""
    ours: dict[str, Any] = {
        "PASSWORD_SALT": keyring().digest("password", "pepper").hex(),
        # Source: OWASP password storage: argon2id, 19 MiB, two passes, one lane.
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__type": "ID",
            "argon2__memory_cost": 19_456,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        # What a reset link carries of the password: the library's own choice takes a second of
        # CPU, which told known addresses from unknown ones. It is a digest of an argon2 hash.
        "HASHING_SCHEMES": ["hex_sha256"],
        "PASSWORD_LENGTH_MIN": 12,
        "PASSWORD_CONFIRM_REQUIRED": False,
        "RETURN_GENERIC_RESPONSES": True,
        "STATIC_FOLDER": None,
        "DATETIME_FACTORY": clock.now,
        "JOIN_USER_ROLES": False,
        "LOGIN_URL": "/sign-in",
        "LOGOUT_METHODS": None,
        "VERIFY_URL": "/sign-in/again",
        "POST_LOGIN_VIEW": "/",
        "RECOVERABLE": True,
        "RESET_URL": "/sign-in/forgotten",
        "RESET_PASSWORD_WITHIN": timedelta(hours=1),
        "SEND_PASSWORD_RESET_EMAIL": False,
        "SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
        "TWO_FACTOR": True,
        "TWO_FACTOR_REQUIRED": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_SETUP_URL": "/sign-in/second-step/set-up",
        "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/second-step",
        "TWO_FACTOR_RESCUE_URL": "/sign-in/second-step/rescue",
        "TWO_FACTOR_SELECT_URL": "/sign-in/second-step/choose",
        "TOTP_SECRETS": {1: keyring().digest("totp", "secrets").hex()},
        "TOTP_ISSUER": settings.public_host.partition(":")[0],
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [_recovery_key()],
        "MULTI_FACTOR_RECOVERY_CODES_URL": "/sign-in/recovery-codes",
        "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery",
        "WEBAUTHN": True,
        "WAN_RP_NAME": settings.public_host.partition(":")[0],
        # Hints would tell a stranger which addresses have passkeys.
        "WAN_ALLOW_USER_HINTS": False,
        "WAN_REGISTER_URL": "/sign-in/passkeys",
        "WAN_SIGNIN_URL": "/sign-in/passkey",
        "WAN_DELETE_URL": "/sign-in/passkeys/remove",
        "WAN_VERIFY_URL": "/sign-in/again/passkey",
        # Recovery codes and passkeys ask for the password again after this long.
        "FRESHNESS": timedelta(minutes=15),
        "FRESHNESS_GRACE_PERIOD": timedelta(0),
    }
    return {f"SECURITY_{name}": value for name, value in ours.items()}


def _recovery_key() -> bytes:
    return base64.urlsafe_b64encode(keyring().digest("recovery", "codes"))


def count_tries() -> None:
    """Let nobody try for ever: by address, by network, and for the second step by account."""
    if request.endpoint == SHUT:
        raise NotFound("rescue")
    if request.method != "POST" or request.endpoint not in OPEN_ENDPOINTS:
        return
    limits.count("staff sign-in", limits.network(), "60 per 15 minutes")
    if request.endpoint in {"security.login", "security.forgot_password"}:
        limits.count("staff email", email_index(request.form.get("email", "")), "10 per 15 minutes")
    elif "tf_user_id" in session:
        limits.count("second step", str(session["tf_user_id"]), "10 per 15 minutes")


def see_other(response: Response) -> Response:
    """Answer a form with 303, and send people nowhere but to a path of ours."""
    if request.blueprint == "security" and response.status_code in {301, 302, 303}:
        response.status_code = 303
        where = response.headers["Location"].removeprefix(request.host_url.rstrip("/"))
        response.headers["Location"] = safe_next(where)
    return response


def _signed_in(_app: Flask, user: Account, **_more: Any) -> None:
    viewer = viewer_of(SYSTEM, user.person_id, now=clock.now())
    if viewer is None:
        raise NotFound("worker")
    kept = {key: session[key] for key in _OWN_KEYS if key in session}
    current_session().begin(viewer)
    session.update(kept)
    if language.KEPT not in session:
        language.keep(viewer.locale)


def _signed_out(_app: Flask, **_more: Any) -> None:
    current_session().end()


def _send_reset_link(app: Flask, user: Account, reset_token: str, **_more: Any) -> None:
    settings: Settings = app.extensions["engage"]
    # As long as the answer to an address that nobody has.
    hash_password("not a password")
    if not settings.mail_url:
        return
    link = f"{settings.public_url.rstrip('/')}/sign-in/forgotten/{reset_token}"
    body = render_text("people/mail/reset.txt", user.person.locale, link=link)
    mail.send_beside(settings, user.email_address, _("A new password"), body)


def _password_changed(app: Flask, user: Account, **_more: Any) -> None:
    settings: Settings = app.extensions["engage"]
    end_sessions(SYSTEM, user.person_id, now=clock.now())
    if settings.mail_url:
        body = render_text("people/mail/changed.txt", user.person.locale)
        mail.send_beside(settings, user.email_address, _("Your password was changed"), body)


def next_path() -> str:
    """Return where somebody wanted to go, if that is a path of ours, else nothing."""
    return safe_next(request.values.get("next"), "")


def can_mail() -> bool:
    """Say whether we can send mail to staff at all."""
    settings: Settings = current_app.extensions["engage"]
    return bool(settings.mail_url)
