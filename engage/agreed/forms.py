"""What the pages about agreed times accept."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from engage.agreed.labels import REPEATS
from engage.agreed.rules import EVERY, GRACE, GRACES, Proposal, Repeat
from engage.i18n import lazy_gettext as _
from engage.i18n import ngettext
from engage.web.forms import Choices, Form, ManyChoices, TextField, Tick

_WALL = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", re.IGNORECASE)
PAUSES = {"1": timedelta(days=1), "7": timedelta(days=7), "28": timedelta(days=28)}


def read_wall(typed: str) -> str | None:
    """Read a time of day as people type it ("22:00", "10pm", "9.30 pm"), or None."""
    # Digits of other scripts are digits too.
    digits = "".join(str(int(c)) if c.isdigit() and not c.isascii() else c for c in typed)
    found = _WALL.fullmatch(digits.strip())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


class TimesForm(Form):
    """When to check in, and what happens first when we do not hear."""

    repeat = Choices(
        _("When?"),
        choices=list(REPEATS.items()),
        needed=_("Pick days of the week, or every few hours."),
    )
    days = ManyChoices(_("On which days?"))
    wall = TextField(
        _("By what time?"), hint=_("For example 21:00. It is the time where you are."), limit=12
    )
    every = Choices(_("Every how many hours, while away?"))
    grace = Choices(
        _("How long do we wait after that, before we tell anyone?"),
        needed=_("Pick how long we wait."),
    )
    may_ask = Tick(
        _("Text me first: “all good?”"),
        hint=_("Nobody can tell what it is about. We never text between 22:00 and 7:00."),
    )
    said_aloud = Tick(
        _("They said yes to me, and I write it down for them"),
        hint=_("Leave it empty if they will say yes on their own phone."),
    )

    def fill(self, *, day_names: Iterable[str], by_worker: bool) -> None:
        """Offer the answers in the language in use; only a worker writes down a spoken yes."""
        self.days.offer([(str(at), name) for at, name in enumerate(day_names)])
        self.every.offer([(str(h), ngettext("%(num)s hour", "%(num)s hours", h)) for h in EVERY])
        self.grace.offer(
            [(str(m), ngettext("%(num)s minute", "%(num)s minutes", m)) for m in GRACES]
        )
        if not by_worker:
            del self.said_aloud
        if not self.is_submitted():
            self.grace.data = str(GRACE)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what the chosen way needs, and no more."""
        is_valid = bool(super().validate(extra_validators))
        if self.repeat.data == Repeat.WEEKLY:
            if not self.days.data:
                self.say("days", str(_("Pick at least one day.")))
            if read_wall(self.wall.data or "") is None:
                self.say("wall", str(_("Write a time of day, like 21:00.")))
        if self.repeat.data == Repeat.WHILE_AWAY and not self.every.data:
            self.say("every", str(_("Pick how many hours.")))
        return is_valid and not (self.days.errors or self.wall.errors or self.every.errors)

    def proposal(self) -> Proposal:
        """Return what was filled in. Call only when the form is valid."""
        weekly = self.repeat.data == Repeat.WEEKLY
        return Proposal(
            repeat=Repeat(self.repeat.data),
            days=frozenset(int(day) for day in self.days.data or ()) if weekly else frozenset(),
            wall=read_wall(self.wall.data or "") if weekly else None,
            every_hours=None if weekly else int(self.every.data),
            grace_minutes=int(self.grace.data),
            may_ask=bool(self.may_ask.data),
        )


def read_pause(value: str | None) -> timedelta:
    """Return how long to pause; a day unless another of ours was chosen."""
    return PAUSES.get(value or "", PAUSES["1"])
