"""The words about telling people."""

from collections.abc import Mapping
from typing import Any

from engage.episodes.notice_labels import PHASES, STATES, WHO
from engage.episodes.notice_rules import Phase
from engage.evidence.documents import FileProblem
from engage.evidence.rules import Field, Group, LeftOut, Route, TellingProblem, YesNo
from engage.i18n import lazy_gettext as _

__all__ = [
    "ESCALATIONS", "FIELDS", "FILE_PROBLEMS", "GROUPS", "LEFT_OUT", "LOOKS", "PHASES", "ROUTES",
    "STATES", "TELLING_PROBLEMS", "WHO", "WHY", "YES_NO", "shown",
]  # fmt: skip

WHY = {
    Phase.MISSING: _("They must hear of it, and it must be written down that they did."),
    Phase.RETURNED: _(
        "Tell them, so that no one is stopped for being missing when they are not."
    ),
}  # fmt: skip
GROUPS = {
    Group.CONTACT: _("When and whom did you tell?"),
    Group.NUMBERS: _("What number did they give it?"),
    Group.SENT: _("What did they get?"),
    Group.REFUSED: _("They would not take it"),
    Group.FOLLOW_UP: _("You were in touch again"),
}
FIELDS = {
    Field.TIME: _("When"),
    Field.ROUTE: _("How"),
    Field.NAME: _("Who it was told to"),
    Field.BADGE: _("Officer or badge number"),
    Field.AGENCY: _("Which station or office"),
    Field.PHONE: _("Their phone number"),
    Field.REPORT_NUMBER: _("Number of the report"),
    Field.NCIC_ASKED: _("Were they asked to enter it in NCIC?"),
    Field.NCIC_NUMBER: _("NCIC number, if you have it"),
    Field.NOT_IN_CARE: _("Were they asked not to say that it is about foster care?"),
    Field.WHAT_WAS_SENT: _("What was told or sent"),
    Field.REPORTED_BY: _("Who reported it"),
    Field.LATE_REASON: _("Why it was late"),
    Field.FOLLOW_UP: _("Further contact: with whom, and what was said"),
    Field.NEXT_CONTACT: _("When the next contact is"),
    Field.REFUSED_BY: _("Who would not take it"),
    Field.REFUSED_WHY: _("What they said"),
    Field.ESCALATED_TO: _("Whom you turned to then, and what they said"),
    Field.LEFT_OUT: _("Why they are not told"),
    Field.WHY: _("More about why"),
    Field.SECOND_LOOK: _("A supervisor agrees"),
}
ROUTES = {
    Route.PHONE: _("By phone"),
    Route.WEB: _("On their website"),
    Route.IN_PERSON: _("In person"),
    Route.EMAIL: _("By email"),
    Route.LETTER: _("By letter"),
    Route.OTHER: _("Another way"),
}
YES_NO = {
    YesNo.YES: _("Yes"),
    YesNo.NO: _("No"),
    YesNo.DO_NOT_KNOW: _("I don't know"),
}
LEFT_OUT = {
    LeftOut.NOT_SAFE: _("It is not safe to tell them"),
    LeftOut.NOBODY_THERE: _("There is nobody to tell, or nothing to call back"),
    LeftOut.KNOW_ALREADY: _("They know already"),
    LeftOut.NEVER_TOLD: _("They never heard that anybody was missing"),
    LeftOut.AWAY_AGAIN: _("The young person is away again"),
    LeftOut.OTHER: _("Another reason"),
}
LOOKS = {"yes": _("Yes"), "no": _("No: they must be told")}
ESCALATIONS = {
    "highway_patrol_trainer": _("Then turn to the highway patrol's MULES trainer."),
    "their_supervisor": _("Then ask for the supervisor of whoever said no."),
}
TELLING_PROBLEMS = {
    TellingProblem.FUTURE: _("This time has not come yet. Look at the date and the time."),
    TellingProblem.TOO_LONG_AGO: _("This is more than a year ago. Look at the date."),
    TellingProblem.BEFORE_RETURN: _("This is before they came back. Look at the date and time."),
}
FILE_PROBLEMS = {
    FileProblem.NOTHING: _("Choose a file first."),
    FileProblem.TOO_HEAVY: _("This file is bigger than 10 MB. Choose a smaller one."),
    FileProblem.OTHER_KIND: _(
        "What is in this file is not a PDF, a JPEG or a PNG, whatever its name says."
    ),
    FileProblem.BROKEN: _("This file is damaged, or only part of it came. Try again."),
    FileProblem.TOO_LARGE: _("This picture has too many dots to handle. Choose a smaller one."),
    FileProblem.TOO_SMALL: _("This picture is too small to read. Choose a bigger one."),
    FileProblem.MOVES: _("This picture moves. Choose one that stands still."),
    FileProblem.PROGRAM: _(
        "This PDF has a program or another file in it. Print it to a new PDF and send that."
    ),
    FileProblem.TWO_IN_ONE: _(
        "Something else is hidden behind this PDF. Print it to a new PDF and send that."
    ),
    FileProblem.TOO_MANY: _("There are twenty files here already. Take one out first."),
}
# By name, as not every field has a list of answers.
_OFFERED: dict[str, Mapping[Any, Any]] = {
    "route": ROUTES,
    "ncic_asked": YES_NO,
    "not_in_care": YES_NO,
    "left_out": LEFT_OUT,
    "second_look": LOOKS,
}


def shown(name: Field, value: str) -> str:
    """Return a value as people read it: the words of an answer, else what was written."""
    return str(_OFFERED.get(str(name), {}).get(value, value))
