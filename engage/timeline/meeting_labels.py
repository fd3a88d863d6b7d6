"""The words for staffings and meetings on a timeline."""

from engage.i18n import lazy_gettext as _
from engage.staffings import labels as staffings
from engage.staffings.rules import Purpose, StaffingState, Whose
from engage.timeline.queries import Happening

REASON = _("A reason for a short meeting")
DECIDED = {
    "staffing:confirmed": _("Somebody said yes to short meetings"),
    "staffing:declined": staffings.STATES[StaffingState.DECLINED],
    "staffing:closed": staffings.STATES[StaffingState.CLOSED],
}
SET = {
    "meeting:planned": _("A meeting was set"),
    "meeting:moved": _("A meeting was moved"),
    "meeting:cancelled": _("A meeting was called off"),
}
HELD = _("People met")
HEARD = _("Said for a meeting")
DONE = _("Done as agreed in a meeting")


def heading(one: Happening) -> str | None:
    """Say what became of meetings; None for what is none of this."""
    what = one.line.what
    match one.line.source:
        case "staffing_reason":
            return f"{REASON}: {_why(what)}"
        case "staffing":
            return str(DECIDED[what])
        case "meeting_set":
            return f"{SET[what]}: {staffings.PURPOSES[Purpose(one.line.also or '')]}"
        case "meeting_held":
            return f"{HELD}: {staffings.PURPOSES[Purpose(what)]}"
        case "meeting_words":
            return f"{HEARD}: {staffings.WHOSE[Whose(what)]}"
        case "meeting_done":
            return str(DONE)
    return None


def _why(trigger: str) -> str:
    return str(WHY.get(trigger.partition("_")[0], WHY["asked"]))


WHY = {
    "missing": _("Missing for long"),
    "aged": _("Their age"),
    "trafficking": _("Known or suspected trafficking"),
    "elevated": _("The danger is higher for them"),
    "repeated": _("Missing several times"),
    "asked": _("A worker asks for it"),
}
