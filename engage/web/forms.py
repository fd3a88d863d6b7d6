"""The base of every form: forged ones are refused, and errors are said once, kindly.

class NoteForm(Form):
    note = TextArea(_l("Anything else?"), limit=500)
    key = Key()
"""

from typing import Any

from flask import Flask, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, CSRFProtect

from engage.web.fields import (
    Choices,
    Key,
    ManyChoices,
    PasswordField,
    Select,
    TextArea,
    TextField,
    Tick,
    ValidationError,
)
from engage.web.headers import is_from_elsewhere

# Programs that post to us and prove themselves otherwise: `csrf.exempt(bp)`.
csrf = CSRFProtect()
FROM_ELSEWHERE = "from elsewhere"
PROVEN_OTHERWISE = ("/webhooks/", "/csp")


def init_app(app: Flask) -> None:
    """Refuse forms that our own pages did not write."""
    app.config.update(
        # A phone may lie open for hours before somebody dares to press; the session is the limit.
        WTF_CSRF_TIME_LIMIT=None,
        # Some phones send no Referer. Origin and Sec-Fetch-Site say the same and are always sent.
        WTF_CSRF_SSL_STRICT=False,
        WTF_I18N_ENABLED=False,
    )
    app.before_request(refuse_from_elsewhere)
    csrf.init_app(app)


def refuse_from_elsewhere() -> None:
    """Refuse a form that the browser says another site sent."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.path.startswith(PROVEN_OTHERWISE):
        return
    if is_from_elsewhere():
        raise CSRFError(FROM_ELSEWHERE)


class Form(FlaskForm):
    """A form of ours. `fixes` lists what to fix, in the order of the fields."""

    class Meta(FlaskForm.Meta):
        """No English from the library: every sentence is ours."""

        locales = False

    @property
    def fixes(self) -> list[tuple[str, str]]:
        """Return (id of the field, what to fix) for each field that needs it."""
        return [(field.id, str(field.errors[0])) for field in self if field.errors]

    def say(self, name: str, problem: str) -> None:
        """Add something to fix that only an action or a query could find out."""
        field: Any = self[name]
        field.errors = [*field.errors, problem]


__all__ = [
    "Choices",
    "Form",
    "Key",
    "ManyChoices",
    "PasswordField",
    "Select",
    "TextArea",
    "TextField",
    "Tick",
    "ValidationError",
    "csrf",
]
