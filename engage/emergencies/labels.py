"""The words for reasons, states and parts, as members of staff read them."""

from engage.emergencies.rules import ReasonCode
from engage.i18n import LazyText
from engage.i18n import lazy_gettext as _
from engage.people.emergency_models import ReviewOutcome, UseState
from engage.plans.labels import words_of

REASONS = {
    ReasonCode.MISSING: _("They are missing and this may help to find them"),
    ReasonCode.SERIOUS_HARM: _("They or somebody else may be seriously hurt"),
    ReasonCode.COURT_ORDER: _("A court has ordered it"),
}

STATES = {
    UseState.WAITING: _("Waits for a supervisor"),
    UseState.OPENED: _("Opened"),
    UseState.REFUSED: _("A supervisor said no"),
}

OUTCOMES = {
    ReviewOutcome.RIGHT: _("It was right to open this"),
    ReviewOutcome.TALK: _("We need to talk about it"),
}

OTHER_PARTS = {
    "trusted_people": _("Their trusted people, with numbers"),
    "check_in_words": _("The words of their check-ins"),
    "phone": _("Their phone number"),
    "texts": _("The texts we sent them"),
}

TOO_SHORT = _("Say a little more: at least 15 letters.")
NOBODY_TO_TELL = _("Nobody supervises here, so nobody would hear of it. Call your administrator.")
TOO_MANY = _("Many people have this name. Use the number of their phone.")


def title_of(part: str) -> LazyText:
    """Return what a part is called."""
    return OTHER_PARTS.get(part) or words_of(part).title
