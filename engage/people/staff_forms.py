# mypy: disable-error-code="assignment,misc,unused-ignore"
# The fields of Flask-Security are replaced by ours, which its types do not foresee.
"""What members of staff type to sign in. The checks are Flask-Security's, the words are ours."""

import unicodedata
from typing import Any

from flask import current_app
from flask_security import (
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSelectForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnRegisterForm,
)
from wtforms import StringField
from wtforms.validators import ValidationError

from engage.i18n import lazy_gettext as _l
from engage.web.forms import Form, PasswordField, TextField
from engage.web.redirects import safe_next

EMAIL_LIMIT = 254  # Source: RFC 5321, 4.5.3.1.3.
PASSWORD_LIMIT = 256


class StaffForm(Form):
    """Shows what Flask-Security says about the whole form beside the first field."""

    @property
    def fixes(self) -> list[tuple[str, str]]:
        """Return what to fix: at the fields, and for the form as a whole."""
        first = next((field.id for field in self if isinstance(field, TextField)), "main")
        return [*super().fixes, *((first, str(words)) for words in dict.fromkeys(self.form_errors))]


class CodeField(TextField):
    """Six digits, however they were typed: spaces and digits of every script are fine."""

    def tidy(self, typed: str) -> str:
        """Keep the digits, as 0 to 9."""
        return "".join(str(unicodedata.digit(c)) for c in typed if unicodedata.category(c) == "Nd")


def email_field() -> TextField:
    """Make the field for the address somebody signs in with."""
    return TextField(
        _l("Work email"),
        kind="email",
        autocomplete="username",
        limit=EMAIL_LIMIT,
        needed=_l("Type your work email."),
    )


def new_password_field() -> PasswordField:
    """Make the field for a password of one's own choosing."""
    return PasswordField(
        _l("New password"),
        autocomplete="new-password",
        limit=PASSWORD_LIMIT,
        hint=_l("At least 12 letters. Three or four words that do not belong together work well."),
        needed=_l("Choose a password."),
    )


def password_field() -> PasswordField:
    """Make the field for the password somebody has."""
    return PasswordField(
        _l("Password"),
        autocomplete="current-password",
        limit=PASSWORD_LIMIT,
        needed=_l("Type your password."),
    )


class SignInForm(StaffForm, LoginForm):
    """Address and password."""

    email = email_field()
    password = password_field()
    remember = None
    submit = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The library puts a link there, in English; ours stands below the form.
        self.password.description = ""

    def validate_next(self, field: Any) -> None:
        """Forget a way back that leads elsewhere; signing in goes on."""
        field.data = safe_next(field.data, "")


class ForgottenForm(StaffForm, ForgotPasswordForm):
    """The address to which a link may be sent."""

    email = email_field()
    submit = None

    def validate_email(self, field: Any) -> None:
        """Look the address up; the page says the same when nobody has it."""
        self.user = current_app.extensions["security"].datastore.find_user(email=field.data)
        if self.user is None:
            raise ValidationError("unknown")


class NewPasswordForm(StaffForm, ResetPasswordForm):
    """A new password, after a link by mail."""

    password = new_password_field()
    password_confirm = None
    submit = None


class FirstPasswordForm(StaffForm):
    """A first password, after a link from a colleague."""

    password = new_password_field()

    def validate_password(self, field: Any) -> None:
        """Refuse a password that is too short or too easy."""
        util = current_app.extensions["security"].password_util
        problems, field.data = util.validate(field.data, True)
        if problems:
            raise ValidationError(str(problems[0]))


class AgainForm(StaffForm, VerifyForm):
    """The password once more, before something that matters."""

    password = password_field()
    submit = None
    validate_next = SignInForm.validate_next


class SecondStepForm(StaffForm, TwoFactorVerifyCodeForm):
    """The six digits an app shows."""

    code = CodeField(
        _l("Six digits from your app"),
        autocomplete="one-time-code",
        limit=12,
        needed=_l("Type the six digits."),
    )
    submit = None


class Offered(StringField):
    """Takes one of the values our page offers; the view that reads it checks it."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.choices: list[tuple[str, str]] = []


class SetUpForm(StaffForm, TwoFactorSetupForm):
    """The way of the second step; an app is the only one we offer."""

    setup = Offered()
    phone = Offered()
    submit = None


class ChooseForm(StaffForm, TwoFactorSelectForm):
    """An app or a passkey, for those who have both."""

    which = Offered()
    submit = None


class RescueForm(StaffForm, TwoFactorRescueForm):
    """Never shown: whoever lost everything asks an administrator."""

    help_setup = Offered()
    submit = None


class PasskeyForm(StaffForm, WebAuthnRegisterForm):
    """A name for a new passkey."""

    name = TextField(
        _l("A name for it"),
        limit=40,
        hint=_l("For example: my work phone."),
        needed=_l("Give the passkey a name."),
    )
    usage = Offered(default="first")
    submit = None


class RecoveryForm(StaffForm, MfRecoveryForm):
    """One of the codes kept for the day the phone is gone."""

    code = TextField(_l("Recovery code"), limit=40, needed=_l("Type one of your recovery codes."))
    submit = None
