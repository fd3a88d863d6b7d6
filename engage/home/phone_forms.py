"""What somebody types to sign in with their phone."""

from engage.i18n import lazy_gettext as _l
from engage.people.staff_forms import CodeField
from engage.web.forms import Form, PasswordField, TextField


class NumberForm(Form):
    """The number of one's own phone."""

    number = TextField(
        _l("Your phone number"),
        kind="tel",
        autocomplete="tel",
        limit=40,
        needed=_l("Type your phone number."),
    )


class DigitsForm(Form):
    """The six digits that came by text."""

    code = CodeField(
        _l("The six digits"),
        autocomplete="one-time-code",
        limit=12,
        needed=_l("Type the six digits."),
    )


class WordForm(Form):
    """The word from one's plan, where the plan says that somebody else may hold the phone."""

    word = PasswordField(_l("Your word"), limit=60, needed=_l("Type your word."))
