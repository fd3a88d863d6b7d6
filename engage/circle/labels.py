"""The words for the people who matter to a young person."""

from engage.circle.models import ImportantPerson, MayCall, Tie
from engage.i18n import LOCALES
from engage.i18n import lazy_gettext as _

TIES = {
    Tie.PARENT: _("Mum, dad or a parent"),
    Tie.SIBLING: _("Brother or sister"),
    Tie.FAMILY: _("Other family"),
    Tie.FRIEND: _("Friend"),
    Tie.PARTNER: _("Girlfriend, boyfriend or partner"),
    Tie.MENTOR: _("Mentor or teacher"),
    Tie.COACH: _("Coach"),
    Tie.NEIGHBOUR: _("Neighbour"),
    Tie.OTHER: _("Someone else"),
}
MAY_CALL = {
    MayCall.YES: _("Yes, any time"),
    MayCall.IF_WORRIED: _("Only if people are worried"),
    MayCall.NEVER: _("No, don't call this person"),
}
# How it stands on the list.
CALLING = {
    MayCall.YES: _("May be called"),
    MayCall.IF_WORRIED: _("Only if you are worried"),
    MayCall.NEVER: _("Don't call"),
}
KEPT_CLOSED = _("The young person said no. Only they can change it.")
# What is said of how they stay in touch, in the order it is read.
IN_TOUCH = {
    "visits": _("Visits"),
    "calls": _("Calls and video calls"),
    "distance": _("How far away"),
    "needed": _("What is needed"),
}


def languages_of(person: ImportantPerson) -> str:
    """List the languages somebody speaks, each by its own name."""
    known = [LOCALES[code] for code in person.languages if code in LOCALES]
    return ", ".join([*known, *([person.other_languages] if person.other_languages else [])])
