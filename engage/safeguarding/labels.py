"""The words for harm and screenings. Read by those who look after somebody, often in a hurry."""

from engage.i18n import lazy_gettext as _
from engage.safeguarding.rules import About, Blank, Deed, Found, Seen, Stage, Whom

ABOUT = {
    About.CARER: _("Somebody who looks after them at home"),
    About.WORKER: _("Somebody who works with them"),
    About.OTHER: _("Somebody else"),
    About.UNKNOWN: _("I do not know yet"),
}
SEEN = {
    Seen.TALK: _("In the talk after coming back"),
    Seen.FEEDBACK: _("Written without a name"),
    Seen.WELCOME: _("When they came back"),
    Seen.PAGE: _("In another way"),
}
WHOM = {
    Whom.POLICE: _("Police"),
    Whom.CHILD_PROTECTION: _("Child protection"),
    Whom.DESIGNATED_OFFICER: _("The officer for complaints about people who work with children"),
    Whom.LICENSING: _("Whoever licenses or inspects the home"),
    Whom.PLACING_AUTHORITY: _("Whoever placed them here"),
}
DEEDS = {
    Deed.TOLD: _("I told them"),
    Deed.TRIED: _("I tried, nobody answered"),
    Deed.NOT_NEEDED: _("They need not be told"),
}
LOGGED = {
    Deed.TOLD: _("Told"),
    Deed.TRIED: _("Tried, no answer"),
    Deed.NOT_NEEDED: _("Need not be told"),
}
STAGES = {Stage.OPEN: _("Still open"), Stage.CLOSED: _("Closed")}
BLANKS = {
    Blank.WHO: _("Say who it is about. “Somebody else” is an answer."),
    Blank.TOLD: _("Somebody outside is still to be told."),
    Blank.SAFE_NOW: _("Write what keeps them safe now."),
    Blank.THEY_KNOW: _("Write what the young person was told about it."),
}
FOUND = {
    Found.NONE: _("No signs found"),
    Found.SOME: _("Some signs"),
    Found.CLEAR: _("Clear signs"),
    Found.NOT_DONE: _("Offered, not done: they said no"),
}
SAY_WHOM = _("Write whom you spoke with.")
SAY_REASON = _("Write why they need not be told.")
SAY_TOOL = _("Write which tool it was.")
BAD_DAY = _("Write the day it was done, like 2026-11-22. It cannot be a day to come.")
NOT_AHEAD = _("Write when it was. It cannot be still to come.")
