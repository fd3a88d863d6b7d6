"""The words for how often a young person would check in, as their plan asks it."""

from engage.agreed.rules import ProposalProblem, Repeat
from engage.i18n import lazy_gettext as _

NO_SET_TIMES = "none"
RHYTHMS = {
    Repeat.WHILE_AWAY: _("Every few hours while I am away"),
    Repeat.WEEKLY: _("By a time of day, on some days"),
    NO_SET_TIMES: _("No set times"),
}
PROBLEMS = {
    ProposalProblem.NO_HOURS: _("Pick after how many hours."),
    ProposalProblem.NO_DAYS: _("Pick one day or more."),
    ProposalProblem.NO_TIME: _("Type a time, like 21:30."),
    ProposalProblem.NO_GRACE: _("Pick how late it may be."),
}
# Beside which field each of them is shown.
FIELD_OF = {
    ProposalProblem.NO_HOURS: "every_hours",
    ProposalProblem.NO_DAYS: "days",
    ProposalProblem.NO_TIME: "by",
    ProposalProblem.NO_GRACE: "grace",
}
HOURS = {
    2: _("Every 2 hours"),
    3: _("Every 3 hours"),
    4: _("Every 4 hours"),
    6: _("Every 6 hours"),
    8: _("Every 8 hours"),
    12: _("Every 12 hours"),
    24: _("Once a day"),
}
GRACES = {
    15: _("15 minutes"),
    30: _("Half an hour"),
    60: _("1 hour"),
    120: _("2 hours"),
    240: _("4 hours"),
}
