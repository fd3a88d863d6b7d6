"""The words for alerts."""

from engage.alerts.rules import AlertKind, AlertState, How, Urgency
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
