"""The words for a worry: advice, reasons, tries, states."""

from datetime import timedelta

from engage.asking.rules import Heard
from engage.i18n import lazy_gettext as _
from engage.i18n import ngettext
from engage.worries.models import Attempt, Outcome
from engage.worries.prompt_rules import EditFault
from engage.worries.rules import AdviceKind, Because, WorryState

STATES = {
    WorryState.ASKING: _("Going through the questions"),
    WorryState.WAITING: _("Not missing yet: somebody looks again"),
    WorryState.NOT_MISSING: _("Not missing"),
    WorryState.MISSING: _("Missing"),
    WorryState.BACK: _("Came back"),
}
ADVICE = {
    AdviceKind.REPORT_NOW: _("Report now"),
    AdviceKind.ASK_OUT_OF_HOURS: _("Talk to the night team"),
    AdviceKind.TRY_FIRST: _("Try these first"),
    AdviceKind.WAIT: _("Wait, and look again"),
}
REASONS = {
    Because.DANGER: _("because you think there is danger"),
    Because.SOMEBODY_MAKES_THEM: _("because somebody may be making them go"),
    Because.HEALTH: _("because of a health need that cannot wait"),
    Because.YOUNG: _("because of how young they are"),
    Because.DUE_SOON: _("because a report is due within half an hour"),
    Because.OVERDUE: _("because the time for a report has passed"),
    Because.WAITED_ENOUGH: _("because the time you agreed to wait is over"),
    Because.DIFFERENT: _("because this is different from other times"),
    Because.FIRST_TIME: _("because we know of no other time"),
    Because.LONGER_THAN_BEFORE: _("because they were never away this long before"),
    Because.TRUSTED_WORRIED: _("because one of the people they trust is worried"),
    Because.NEEDS: _("because they lack something they need"),
    Because.NIGHT: _("because it is night"),
    Because.PLAN_STEPS_LEFT: _("because their plan says what to try"),
    Because.PEOPLE_LEFT: _("because some of the people they trust have not been asked"),
    Because.KNOWN_SAFE: _("because somebody you trust has seen them safe"),
    Because.USUAL: _("because it is like other times"),
    Because.NOTHING_POINTS_TO_DANGER: _("because nothing you said points to danger"),
}
ATTEMPTS = {
    Attempt.CALL: _("Phone call"),
    Attempt.TEXT: _("Text message"),
    Attempt.VISIT: _("A visit"),
}
OUTCOMES = {
    Outcome.TALKED: _("Talked"),
    Outcome.NO_ANSWER: _("No answer"),
    Outcome.LEFT_MESSAGE: _("Message left"),
    Outcome.SENT: _("Sent"),
}
HEARD = {
    Heard.FINE: _("Has heard from them: fine, they say"),
    Heard.WORRIED: _("Has heard from them, and is worried"),
    Heard.NO: _("Has not heard from them"),
}
FOR_POLICE = _("For the police")
LOOKS = {
    "recheck": _("Somebody looks again"),
    "danger_check": _("Is there danger? Somebody is asked again"),
}
EDIT_FAULTS = {
    EditFault.GATE_HIDDEN: _("The first four questions are asked of everybody."),
    EditFault.NO_ENGLISH: _("Write the question in English at least."),
    EditFault.TOO_LONG: _("Make it shorter: 160 letters at most."),
    EditFault.BLAME: _("This has a word that blames or labels. Say it another way."),
    EditFault.LONG_SENTENCE: _("Make the sentence shorter: 20 words at most."),
    EditFault.UNKNOWN: _("There is no such question."),
    EditFault.NO_CHOICES: _("Give at least two answers to choose from."),
}
AGO = {
    "0": _("Just now"),
    "15": _("15 minutes ago"),
    "30": _("Half an hour ago"),
    "60": _("1 hour ago"),
    "120": _("2 hours ago"),
    "240": _("4 hours ago"),
}
WAITS = {
    "10": _("in 10 minutes"),
    "15": _("in 15 minutes"),
    "30": _("in half an hour"),
    "60": _("in 1 hour"),
}


def how_long(allowed: timedelta) -> str:
    """Return how long a rule allows, in words: 2 hours; nothing where it is at once."""
    minutes = int(allowed.total_seconds()) // 60
    if not minutes:
        return ""
    if minutes % 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
