"""The words for alerts."""

from engage.alerts.rules import AlertKind, AlertState, How, Urgency
from engage.alerts.taken_rules import Outcome
from engage.i18n import lazy_gettext as _

KINDS = {
    AlertKind.SOS: _("In danger, they say"),
    AlertKind.NOT_OK: _("Not OK, they say"),
    AlertKind.HELP: _("Asked for help"),
    AlertKind.READY: _("Ready to come back"),
    AlertKind.TALK: _("Wants to talk"),
    AlertKind.WORDS: _("Wrote a message"),
    AlertKind.WHERE: _("Asked for a place to go"),
    AlertKind.TEXTS_OFF: _("Turned our texts off: use another way"),
    AlertKind.WRONG_NUMBER: _("The number may be somebody else's now"),
    AlertKind.UNMATCHED: _("A text from a phone we cannot match"),
    AlertKind.UNANSWERED: _("Ready to come back, and nobody has answered yet"),
    AlertKind.OVERDUE: _("Has not checked in as agreed"),
    AlertKind.NOT_BACK: _("Away, and we do not know that they are safe"),
    AlertKind.WORRIED: _("Not back yet, and somebody is worried"),
    AlertKind.DUE: _("Something is due that the rules ask for"),
    AlertKind.LOOK_AGAIN: _("Time to look again"),
    AlertKind.CALL_CARER: _("A carer would like somebody to call them"),
    AlertKind.STEP_FAILED: _("A step of their way back did not work"),
    AlertKind.CONCERN: _("Somebody close to them is worried"),
    AlertKind.FEEDBACK: _("Somebody wrote, without a name, that they may not be safe"),
    AlertKind.PROMISE: _("Something that was promised is late"),
    AlertKind.SEEN: _("Somebody who looks says that they found them"),
    AlertKind.HARM: _("Somebody may have been hurt: people must be told"),
    AlertKind.SIGN: _("A good time to be in touch with them"),
    AlertKind.REFERRAL: _("Word came of somebody who is missing, and nobody has it yet"),
}
STATES = {
    AlertState.OPEN: _("Nobody has it yet"),
    AlertState.ACKNOWLEDGED: _("Somebody has it"),
    AlertState.RESOLVED: _("Over"),
}
URGENCIES = {Urgency.NOW: _("Now"), Urgency.SOON: _("Soon")}
HOWS = {
    How.LINK: _("by the link in the text"),
    How.TEXT: _("by text"),
    How.PAGE: _("on this page"),
}
OUTCOMES = {
    Outcome.SPOKE: _("I spoke with them. It is over."),
    Outcome.OTHER: _("It is over in another way."),
    Outcome.NOTHING: _("There was nothing to do."),
    Outcome.HANDLED: _("A person looked after it on its own page."),
    Outcome.UNDONE: _("They checked in before anybody had it."),
}
# The same in the words of somebody who reads it afterwards.
CAME_OF_IT = OUTCOMES | {
    Outcome.SPOKE: _("Somebody spoke with them. It is over."),
    Outcome.NOTHING: _("There was nothing to do, they say."),
}
