"""What the pages of an episode accept."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engage.episodes.labels import EVENTS, SOURCES, STATES
from engage.episodes.rules import MAY_BECOME, EpisodeState, Event
from engage.i18n import LazyText
from engage.i18n import lazy_gettext as _
from engage.web.forms import Choices, Form, Select, TextArea, TextField

NOT_A_TIME = _("Write the day and the time, like 2026-11-22 and 21:30.")
NO_SUCH_TIME = _("The clocks went forward that night: this time did not exist. Look at it again.")
SAME_HOURS_TWICE = 0  # of two equal wall times the first counts. Source: SAFETY R12


class WhenForm(Form):
    """A day and a time of day, as they stood on the wall."""

    on = TextField(_("Which day?"), kind="date")
    at = TextField(_("What time?"), kind="time")
    # What to say when there is no instant.
    why: LazyText = NOT_A_TIME

    def instant(self, zone: str, now: datetime) -> datetime | None:
        """Return the instant (UTC): now when both are empty, None when unreadable or when no
        clock in this zone ever showed it.
        """
        if not self.on.data and not self.at.data:
            return now
        try:
            wall = datetime.fromisoformat(f"{self.on.data}T{self.at.data}")
        except ValueError:
            return None
        if wall.tzinfo is not None:
            return None
        local = wall.replace(tzinfo=ZoneInfo(zone), fold=SAME_HOURS_TWICE)
        try:
            at = local.astimezone(UTC)
            is_real = at.astimezone(local.tzinfo).replace(tzinfo=None, fold=0) == wall
        except OverflowError:
            return None
        if not is_real:
            self.why = NO_SUCH_TIME
            return None
        return at


class ChangeForm(WhenForm):
    """What became of it, since when, and who says so."""

    state = Choices(_("What is true now?"), needed=_("Pick what is true now."))
    source = Select(_("Who says so?"), choices=[(each.value, w) for each, w in SOURCES.items()])
    reason = TextArea(_("Anything to add?"), limit=500, rows=2)

    def offer(self, state: EpisodeState) -> "ChangeForm":
        """Offer what can follow from this state; closing has its own button."""
        self.state.offer(
            (each.value, STATES[each])
            for each in EpisodeState
            if each in MAY_BECOME[state] and each is not EpisodeState.CLOSED
        )
        return self


class TimeForm(WhenForm):
    """When something was."""

    event = Select(
        _("What happened then?"), choices=[(each.value, w) for each, w in EVENTS.items()]
    )
    source = Select(_("Who says so?"), choices=[(each.value, w) for each, w in SOURCES.items()])
    reason = TextArea(_("Why is it changed? Only for a correction."), limit=500, rows=2)

    @property
    def chosen(self) -> Event:
        """Return what was picked."""
        return Event(self.event.data)


class CloseForm(Form):
    """Why it can be closed."""

    reason = TextArea(_("What should be known about how it ended?"), limit=500, rows=2)
