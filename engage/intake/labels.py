"""The words for referrals."""

from datetime import datetime

from engage.episodes.rules import Source
from engage.i18n import lazy_gettext as _
from engage.i18n import ngettext
from engage.intake.rules import (
    About,
    Age,
    CameBy,
    Known,
    Likeness,
    Referrer,
    State,
    Trouble,
    Turn,
    age,
)

CAME_BY = {
    CameBy.FORM: _("Written down by a worker"),
    CameBy.SHEET: _("From a spreadsheet"),
    CameBy.EMAIL: _("By email"),
    CameBy.PROGRAM: _("From another program"),
}
REFERRERS = {
    Referrer.POLICE: _("The police"),
    Referrer.SOCIAL_CARE: _("Another social care team"),
    Referrer.HEALTH: _("Health services"),
    Referrer.SCHOOL: _("A school or college"),
    Referrer.HOME: _("Their home or carer"),
    Referrer.FAMILY: _("Family or a friend"),
    Referrer.OTHER: _("Somebody else"),
}
ABOUT = {
    About.MISSING: _("Somebody is missing"),
    About.RETURNED: _("Somebody came back"),
    About.WORRY: _("Somebody is worried"),
    About.OTHER: _("Something else, or it does not say"),
}
STATES = {
    State.WAITING: _("Waiting"),
    State.IN_HAND: _("In hand"),
    State.DONE: _("Done"),
    State.NOT_OURS: _("Not ours"),
    State.MERGED: _("Put together with another"),
}
KNOWN = {
    Known.NOT_ASKED: _("Nobody has looked yet"),
    Known.LOOKED_AFTER: _("Yes: they are looked after"),
    Known.KNOWN: _("Yes, but they are not looked after"),
    Known.NOT_KNOWN: _("No: social care does not know them"),
}
TURNS = {
    Turn.CAME: _("It came in"),
    Turn.CORRECTED: _("Who it is about was written anew. Before:"),
    Turn.MATCHED: _("Somebody said who it is about"),
    Turn.UNMATCHED: _("Taken back: it is not about"),
    Turn.KNOWN: _("About nobody with a record here"),
    Turn.ALLOCATED: _("Given to"),
    Turn.MERGED: _("Put together with one that came first"),
    Turn.TOOK_IN: _("A later one was put together with this one"),
    Turn.NOT_OURS: _("Not ours"),
    Turn.DONE: _("Done"),
    Turn.REOPENED: _("Opened again"),
}
TROUBLES = {
    Trouble.UNREADABLE: _("We could not read this mail. The whole mail is kept as a file below."),
    Trouble.TOO_LARGE: _("This mail was over 10 MB. Only its beginning is kept. Ask the sender."),
    Trouble.CUT: _("The words are longer than shown. All of them are in a file below."),
    Trouble.FILES_LEFT: _("Some files were too big or too many. Ask the sender for them."),
}
WHY = {
    Likeness.REFERENCE: _("Has the same reference in the care record"),
    Likeness.EARLIER: _("An earlier one with the same reference was about them"),
    Likeness.PHONE: _("Has the same phone number"),
    Likeness.NAME_AND_BIRTH: _("Same name and date of birth"),
    Likeness.PART_AND_BIRTH: _("Same date of birth, and a part of the name"),
    Likeness.NAME_AND_NEAR_BIRTH: _("Alike in name, and nearly the same date of birth"),
    Likeness.NAME: _("Same name"),
    Likeness.BIRTH: _("Same date of birth, another name"),
    Likeness.PART: _("A part of the name is the same"),
}
# From whom a time away is known, when a referral told of it.
SOURCE_OF = {
    Referrer.POLICE: Source.POLICE,
    Referrer.SOCIAL_CARE: Source.WORKER,
    Referrer.HEALTH: Source.OTHER,
    Referrer.SCHOOL: Source.OTHER,
    Referrer.HOME: Source.CARER,
    Referrer.FAMILY: Source.OTHER,
    Referrer.OTHER: Source.OTHER,
}
BAD_BIRTH = _("Write the date of birth, like 2010-12-31.")
BAD_PHONE = _("This is not a phone number. Leave it empty if there is none.")
BAD_SINCE = _("This is still to come, or years ago. Look at it again.")
SAY_SOMETHING = _("Write what they told you, or at least a name.")
NEEDS_SOMEBODY = _("Pick a team or a person.")
NOT_KNOWN_HERE = _("Who has a record here is known. Pick one of the first two.")
LOOKED_AFTER_HERE = _("Who is looked after has a record here. Look for them again.")
NOT_ONE_THING = _("They are about two young people. They stay apart.")
SAY_WHY = _("Write it in a few words.")


def waits(received_at: datetime, now: datetime) -> str:
    """Say how long something has been here."""
    kind, number = age(received_at, now)
    if kind is Age.MINUTES:
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", number)
    if kind is Age.HOURS:
        return ngettext("%(num)s hour ago", "%(num)s hours ago", number)
    return ngettext("%(num)s day ago", "%(num)s days ago", number)
