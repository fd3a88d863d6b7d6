"""The words for what asks for help and for what is offered. None of them is a weight or a colour.

The young person reads only `THEIRS`; carers read `SIGNS`.
"""

from engage.heightened.models import Flag
from engage.heightened.rules import (
    Ending,
    Fix,
    From,
    Heard,
    Hearing,
    Kind,
    Sign,
    Standing,
    State,
    Turn,
)
from engage.heightened.sign_queries import SignPage
from engage.i18n import gettext, ngettext
from engage.i18n import lazy_gettext as _

KINDS = {
    Kind.EARLIER_TIMES: _("They were away before"),
    Kind.MOVES: _("They moved home more than once"),
    Kind.SIBLINGS: _("They live apart from brothers or sisters"),
    Kind.GROUP_HOME: _("They live in a group home"),
    Kind.SUBSTANCES: _("Alcohol or drugs"),
    Kind.SELF_HARM: _("They hurt themselves, or thought of it"),
    Kind.EXPLOITATION: _("Somebody may be using them"),
    Kind.OTHER: _("Something else"),
    Kind.SIGN: _("A warning sign was noticed"),
}
SIGNS = {
    Sign.PLAN: _("A sign that their plan names"),
    Sign.QUIET: _("Very quiet, or keeps away from everybody"),
    Sign.UPSET: _("Upset, angry or on edge"),
    Sign.BAD_NEWS: _("A row, bad news or a hard visit"),
    Sign.WANTS_TO_GO: _("Says that they want to go"),
    Sign.PACKED: _("Packed things, or gave things away"),
    Sign.NEW_PEOPLE: _("New people, or calls they hide"),
    Sign.OTHER: _("Something else"),
}
ORIGINS = {
    From.RECORD: _("From the record"),
    From.BY_HAND: _("Noted by hand"),
    From.NOTICED: _("Noticed"),
}
HEARD = {
    Heard.THEMSELVES: _("From the young person"),
    Heard.PLAN: _("From their plan"),
    Heard.TALK: _("From a talk, and they said yes to it"),
    Heard.HOME: _("From home"),
    Heard.FAMILY: _("From family"),
    Heard.SCHOOL: _("From school"),
    Heard.HEALTH: _("From health workers"),
    Heard.OTHER: _("From somebody else"),
}
STATES = {
    State.OFFERED: _("Offered"),
    State.TAKEN_UP: _("Taken up"),
    State.DECLINED: _("They said no"),
    State.DONE: _("Done"),
    State.NOT_NOW: _("Not now"),
}
# The same as the young person reads it.
THEIRS = {
    State.OFFERED: _("It is up to you"),
    State.TAKEN_UP: _("We are on it"),
    State.DECLINED: _("You said no, and that is fine"),
    State.DONE: _("Done"),
    State.NOT_NOW: _("Later"),
}
TURNS = {
    Turn.MADE: _("Offered"),
    Turn.MOVED: _("Another day or another person"),
    Turn.TAKEN_UP: _("Taken up"),
    Turn.DECLINED: _("They said no"),
    Turn.DONE: _("Done"),
}
ENDINGS = {
    Ending.UNDONE: _("Taken back by whoever noticed it"),
    Ending.NO_LONGER: _("It no longer holds"),
}
STANDINGS = {
    Standing.NO_ANSWER: _("No answer yet"),
    Standing.LATE: _("The day has passed"),
    Standing.IN_HAND: _("In hand"),
    Standing.ANSWERED: _("Answered"),
}
FIXES = {
    Fix.PAST: _("Pick a day that is still to come."),
    Fix.TOO_FAR: _("Pick a nearer day: half a year for help, three months to look again."),
    Fix.NO_WORDS: _("Write some words."),
    Fix.NOTHING_PICKED: _("Pick at least one thing that it answers."),
}


def what(flag: Flag) -> str:
    """Say what was noted, with how often where the record counts it."""
    if flag.kind == Kind.SIGN and flag.sign:
        return str(SIGNS[Sign(flag.sign)])
    if flag.kind == Kind.EARLIER_TIMES and flag.number:
        return ngettext(
            "Away %(num)s time in the last year", "Away %(num)s times in the last year", flag.number
        )
    if flag.kind == Kind.MOVES and flag.number:
        return ngettext(
            "Moved home %(num)s time in the last year",
            "Moved home %(num)s times in the last year",
            flag.number,
        )
    return str(KINDS[Kind(flag.kind)])


def heard(page: SignPage) -> str:
    """Say to whoever noticed a sign who knows of it by now."""
    match page.hearing:
        case Hearing.TAKEN:
            return gettext("%(name)s has it.", name=page.taken_by)
        case Hearing.OVER:
            return gettext("It is looked after. Thank you for noticing.")
        case Hearing.ASKED:
            return gettext(
                "Their people were told, and nobody has said yet that they have it. If you still"
                " think of it, talk to one of them."
            )
    return gettext("Their people hear of it now, so that somebody is there for them in time.")


def where_from(flag: Flag, by: str) -> str:
    """Say where it comes from: the record, or who noted it and from where they know it."""
    if flag.origin == From.RECORD:
        return _in_the_record(Kind(flag.kind))
    if flag.origin == From.NOTICED:
        return gettext("Noticed by %(who)s", who=by)
    heard = HEARD[Heard(flag.heard_from)] if flag.heard_from else ORIGINS[From.BY_HAND]
    return gettext("%(from_where)s. Noted by %(who)s", from_where=heard, who=by)


def _in_the_record(kind: Kind) -> str:
    match kind:
        case Kind.EARLIER_TIMES:
            return gettext("From the record: times away that ended")
        case Kind.MOVES:
            return gettext("From the record: homes")
        case Kind.GROUP_HOME:
            return gettext("From the care record: kind of home")
        case Kind.EXPLOITATION:
            return gettext("From the record: a screening, or a time away")
    return str(ORIGINS[From.RECORD])


def waits(days: int) -> str:
    """Say how long something has waited for an answer."""
    if days == 0:
        return gettext("Since today")
    return ngettext("For %(num)s day", "For %(num)s days", days)
