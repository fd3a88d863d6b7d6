"""The words for what happens next. The young person reads some of them."""

from engage.i18n import lazy_gettext as _
from engage.outcomes.rules import Aim, Consent, Fix, From, Kind, Standing, State, Turn

KINDS = {
    Kind.PRE_ASSESSMENT: _("A first look at what help is needed (pre-assessment)"),
    Kind.ASSESSMENT: _("A fuller look at what is needed (assessment)"),
    Kind.BRIEF_HELP: _("Help for a short time, up to three months"),
    Kind.SIGNPOST: _("Bring them together with somebody who can help"),
    Kind.PLAN: _("Look at the plan again together"),
    Kind.CHANGE: _("Change something at home or at school that made them leave"),
    Kind.OTHER: _("Something else"),
}
# The same as the young person reads it.
THEIRS = {
    Kind.PRE_ASSESSMENT: _("We look together at what help you want"),
    Kind.ASSESSMENT: _("We look more closely at what you need"),
    Kind.BRIEF_HELP: _("Somebody helps you for a while"),
    Kind.SIGNPOST: _("We find somebody who can help"),
    Kind.PLAN: _("We look at your plan again with you"),
    Kind.CHANGE: _("We try to change something"),
    Kind.OTHER: _("We do something about it"),
}
AIMS = {
    Aim.DANGERS: _("They know the dangers, and what to do"),
    Aim.TRUST: _("They have somebody whom they trust"),
    Aim.SAFER_WAYS: _("They find safer ways to deal with what made them go"),
    Aim.QUESTIONS: _("They can ask anything and it is safe to"),
}
CONSENTS = {
    Consent.YES: _("They said yes"),
    Consent.NO: _("They said no"),
    Consent.NOT_ASKED: _("Not asked yet"),
}
STATES = {
    State.OPEN: _("Still to do"),
    State.DONE: _("Done"),
    State.NOT_DONE: _("Not done"),
}
STANDINGS = {
    Standing.OPEN: _("Still to do"),
    Standing.SOON: _("Due in a day or two"),
    Standing.OVERDUE: _("Late"),
    Standing.DONE: _("Done"),
    Standing.NOT_DONE: _("Not done"),
}
TURNS = {
    Turn.MADE: _("Promised"),
    Turn.MOVED: _("Another day or another person"),
    Turn.DONE: _("Done"),
    Turn.NOT_DONE: _("Could not be done"),
}
CAME_OF = {From.TALK: _("After the talk"), From.RETURN: _("After the return")}
FIXES = {
    Fix.PAST: _("Pick a day that is still to come."),
    Fix.TOO_FAR: _("Pick a day within a year. Promise a first step of it."),
    Fix.TOO_LONG: _("Help for a short time ends within three months of the promise."),
    Fix.NEEDS_AIM: _("Pick at least one aim."),
    Fix.NEEDS_CONSENT: _("Ask them first. It begins only when they said yes."),
}
SAY_WHY_MOVED = _("Write why it is another day or another person.")
BAD_DAY = _("Write the day, like 2026-11-22.")
