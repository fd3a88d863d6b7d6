"""The words of the queue."""

from engage.conversations.queue_queries import Waits
from engage.i18n import gettext, ngettext
from engage.i18n import lazy_gettext as _

WAITS = {
    Waits.ANSWER: _("Waits for an answer"),
    Waits.MATCH: _("From a phone we do not know"),
    Waits.OTHER_WAY: _("A text did not reach them"),
    Waits.READY: _("Ready to come back"),
}
HOUR, DAY = 60, 24 * 60


def age(minutes: int) -> str:
    """Return how long something has waited, in words."""
    if minutes < 1:
        return gettext("just now")
    if minutes < HOUR:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    if minutes < DAY:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // HOUR)
    return ngettext("%(num)s day", "%(num)s days", minutes // DAY)
