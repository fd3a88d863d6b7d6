"""What somebody types to open closed parts, and what a supervisor says afterwards."""

from engage.emergencies import labels
from engage.i18n import lazy_gettext as _l
from engage.people.again import AgainFields
from engage.web.forms import Choices, Form, ManyChoices, TextArea, TextField


class SearchForm(Form):
    """Whom one looks for: a number or a whole name, never a part of one."""

    who = TextField(
        _l("Their phone number, or their whole name"),
        hint=_l("Exactly as it is written down here."),
        limit=80,
        needed=_l("Type a phone number or a whole name."),
    )


class OpenForm(AgainFields):
    """Which parts, why, and once more who asks."""

    sections = ManyChoices(
        _l("Which parts do you need?"),
        hint=_l("Open only what helps now."),
        needed=_l("Pick the parts you need."),
    )
    reason_code = Choices(
        _l("Why?"), choices=list(labels.REASONS.items()), needed=_l("Pick why you need it.")
    )
    reason = TextArea(
        _l("What happened, and how will this help?"),
        limit=1000,
        needed=_l("Say what happened, in at least 15 letters."),
    )


class ReviewForm(Form):
    """What a supervisor thought of it."""

    outcome = Choices(
        _l("What do you think?"),
        choices=list(labels.OUTCOMES.items()),
        needed=_l("Pick one of the two."),
    )
    note = TextArea(_l("Anything to add? You may leave it empty."), limit=1000)
