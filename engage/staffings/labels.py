"""The words for staffings and meetings. On screen a staffing is a short meeting."""

from engage.i18n import LazyText, gettext, ngettext
from engage.i18n import lazy_gettext as _
from engage.staffings.models import StaffingReason
from engage.staffings.rules import (
    OF_RECORD,
    RHYTHMS,
    Answer,
    Ask,
    MeetingState,
    Part,
    Purpose,
    Whose,
)
from engage.staffings.rules import StaffingState as S

STATES = {
    S.WATCHED: _("No reason for a short meeting so far"),
    S.PROPOSED: _("A short meeting is proposed"),
    S.CONFIRMED: _("Short meetings go on until it is known where they are"),
    S.DECLINED: _("Somebody decided against a short meeting"),
    S.CLOSED: _("The short meetings are over"),
}
PURPOSES = {Purpose.STAFFING: _("Short meeting"), Purpose.TEAM: _("Team meeting")}
MEETING_STATES = {
    MeetingState.PLANNED: _("Set"),
    MeetingState.HELD: _("Held"),
    MeetingState.CANCELLED: _("Called off"),
}
PARTS = {
    Part.YOUNG_PERSON: _("The young person"),
    Part.WORKER: _("Social worker"),
    Part.SUPERVISOR: _("Supervisor"),
    Part.FACILITATOR: _("Leads the meeting"),
    Part.CARER: _("Carer"),
    Part.TRUSTED: _("One of their trusted people"),
    Part.FAMILY: _("Family"),
    Part.GUARDIAN: _("Guardian, attorney or advocate"),
    Part.COURT: _("Court or juvenile officer"),
    Part.POLICE: _("Police"),
    Part.TREATMENT: _("Health or treatment team"),
    Part.TRAFFICKING: _("Specialist on trafficking"),
    Part.OTHER: _("Somebody else who knows something"),
}
ANSWERS = {
    Answer.NONE: _("No answer yet"),
    Answer.YES: _("Comes"),
    Answer.NO: _("Cannot come"),
}
WHOSE = {
    Whose.YOUNG_PERSON: _("The young person"),
    Whose.TRUSTED: _("One of their trusted people"),
}
ASKS = {
    Ask.KNOWN: _("What do we know?"),
    Ask.LAST_SPOKE: _("Who last spoke with them, and when?"),
    Ask.WHERE: _("Where might they be?"),
    Ask.PLAN: _("What does their plan say?"),
    Ask.WORRIES: _("What worries us?"),
    Ask.STRENGTHS: _("What keeps them strong?"),
    Ask.TRIED: _("What has been tried?"),
    Ask.BRING_BACK: _("What would make it easier for them to come back?"),
    Ask.READY: _("What will be ready when they are found?"),
    Ask.WHO_DOES: _("Who does what, by when?"),
}
STOPS = {
    "words": _("The young person’s own words"),
    "news": _("What is new"),
    "where": _("Where they might be, and who looks"),
    "back": _("What would make it easier to come back"),
    "who_does": _("Who does what, by when"),
    "next": _("When we meet again"),
}
WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
)  # fmt: skip
NOT_AHEAD = _("Pick a day and a time that are still to come.")
NO_TIME = _("Pick one of the free times, or write a day and a time.")
TAKEN = _("Whoever leads it is in another meeting then. Pick another time.")
NEXT_NEEDED = _("Nobody knows yet where they are: set the next date.")
NOT_HELD_YET = _("This meeting has not begun yet, or was more than a month ago.")
BAD_EMAIL = _("Write one email address, like name@example.org.")
BAD_LINK = _("A link begins with https://.")
BAD_MINUTES = _("Write the minutes as a number from 1 to 240.")
NO_CLOCK_TIME = _("Write the time, like 14:30.")
OVERLAPS = _("They have another half hour at that time.")
FULL = _("Thirty people are asked already. That is as many as fit.")
BAD_DAY = _("Pick a day that is still to come, like 2026-12-24.")


def reason_words(reason: StaffingReason) -> str:
    """Say why a staffing is proposed."""
    name, _sep, _rest = reason.trigger.partition("_")
    times = int(reason.trigger.rpartition("_")[2]) if name == "repeated" else 0
    match name:
        case "missing":
            return ngettext(
                "Missing for %(num)s day or more", "Missing for %(num)s days or more", reason.number
            )
        case "aged":
            return gettext("%(years)s years old or younger", years=reason.number)
        case "trafficking":
            return gettext("Known or suspected trafficking")
        case "elevated":
            return gettext("The danger is higher for them")
        case "repeated":
            return gettext(
                "%(times)s times or more in %(days)s days", times=times, days=reason.number
            )
    return gettext("A worker asks for it")


def rhythms() -> list[tuple[str, str]]:
    """List how often it may be held."""
    return [(str(days), ngettext("Every day", "Every %(num)s days", days)) for days in RHYTHMS]


def outside() -> list[tuple[Part, LazyText]]:
    """List in which parts a worker names somebody by hand: the others come from the record."""
    return [(part, PARTS[part]) for part in Part if part not in OF_RECORD]
