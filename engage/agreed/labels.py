"""The words for agreed times and expected check-ins."""

from datetime import timedelta

from babel.dates import get_day_names

from engage.agreed.models import AgreedTime
from engage.agreed.rules import ExpectedState, Repeat, TimeState, days_of
from engage.i18n import current_locale, gettext, in_a_row, ngettext
from engage.i18n import lazy_gettext as _

REPEATS = {
    Repeat.WEEKLY: _("On days of the week"),
    Repeat.WHILE_AWAY: _("Every few hours while away"),
}
STATES = {
    TimeState.PROPOSED: _("Not agreed by both yet"),
    TimeState.ACTIVE: _("Agreed"),
    TimeState.ENDED: _("Ended"),
}
TOO_MANY = _("These are too many to keep in mind. End one first.")
# For staff and carers.
EXPECTED = {
    ExpectedState.WAITING: _("Expected"),
    ExpectedState.ASKED: _("We asked how they are"),
    ExpectedState.OVERDUE: _("Not heard, people are told"),
    ExpectedState.MET: _("Checked in"),
    ExpectedState.MET_UNSEEN: _("Checked in in time, it reached us late"),
    ExpectedState.LATE: _("Checked in late, the alert was stopped"),
    ExpectedState.HEARD: _("Somebody spoke to them"),
    ExpectedState.CALLED_OFF: _("Called off"),
}
# For the young person themselves.
MINE = {
    ExpectedState.WAITING: _("Still to come"),
    ExpectedState.ASKED: _("We asked if you are OK"),
    ExpectedState.OVERDUE: _("We did not hear from you, so we told your people"),
    ExpectedState.MET: _("You checked in"),
    ExpectedState.MET_UNSEEN: _("You checked in in time. It reached us late, not your fault."),
    ExpectedState.LATE: _("You checked in later. We told your people that you did."),
    ExpectedState.HEARD: _("Someone spoke to you"),
    ExpectedState.CALLED_OFF: _("Called off"),
}


def day_names(*, wide: bool = True) -> list[str]:
    """Return the names of the days in the language in use, Monday first."""
    names = get_day_names("wide" if wide else "abbreviated", locale=current_locale())
    return [names[day] for day in range(7)]


def time_words(time: AgreedTime) -> str:
    """Say when: "By 22:00: Friday, Saturday"."""
    if time.repeat == Repeat.WHILE_AWAY:
        return ngettext(
            "Every %(num)s hour while away", "Every %(num)s hours while away", time.every_hours or 0
        )
    days = days_of(time.days)
    if len(days) == 7:
        return gettext("Every day by %(time)s", time=time.wall)
    names = day_names()
    listed = in_a_row(names[day] for day in sorted(days))
    return gettext("By %(time)s: %(days)s", time=time.wall, days=listed)


def said_words(time: AgreedTime | None) -> str:
    """Say when, as the plan shows it; empty where no times were set."""
    if time is None:
        return ""
    words = time_words(time)
    if time.state == TimeState.PROPOSED:
        return gettext("%(time)s (not agreed by both yet)", time=words)
    return words


def wait_words(wait: timedelta) -> str:
    """Say how long somebody has before the next one is told."""
    minutes = int(wait.total_seconds()) // 60
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)
