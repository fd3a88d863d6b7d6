"""What is asked about the person a young person would check in with."""

from collections.abc import Iterable, Sequence
from typing import Any

from engage.agreed.forms import read_wall
from engage.agreed.labels import day_names
from engage.agreed.models import AgreedTime
from engage.agreed.rules import Proposal, Repeat, days_of, proposal_problems
from engage.i18n import lazy_gettext as _
from engage.plans.forms import read_number
from engage.plans.labels import CHANNELS
from engage.plans.rules import NAME_LIMIT, SHORT_LIMIT
from engage.trust.labels import FIELD_OF, GRACES, HOURS, NO_SET_TIMES, PROBLEMS, RHYTHMS
from engage.web.forms import (
    Choices,
    Form,
    ManyChoices,
    Select,
    TextField,
    Tick,
    ValidationError,
)

SOMEONE_ELSE = "someone_else"


class CheckInForm(Form):
    """Who to check in with, how and how often."""

    who = Choices(_("Who is it?"), needed=_("Pick who you would check in with."))
    name = TextField(_("What do you call them?"), limit=NAME_LIMIT)
    phone = TextField(_("What is their phone number?"), kind="tel", limit=40)
    channel = Choices(
        _("How would you reach them?"),
        choices=list(CHANNELS.items()),
        needed=_("Pick how you would reach them."),
    )
    rhythm = Choices(
        _("How often?"),
        choices=list(RHYTHMS.items()),
        needed=_("Pick how often, or no set times."),
    )
    every_hours = Select(_("After how many hours?"))
    days = ManyChoices(_("On which days?"))
    by = TextField(_("By what time?"), kind="time", limit=20)
    grace = Select(
        _("How late may it be?"), hint=_("Nobody worries before that. Phones run out of power.")
    )
    may_ask = Tick(
        _("Text me first: “all good?”"),
        hint=_("Nobody can tell what it is about. We never text between 22:00 and 7:00."),
    )
    how_often = TextField(
        _("Anything to add? You can leave this empty."),
        hint=_("For example: I send a thumbs up, not words."),
        limit=SHORT_LIMIT,
    )
    understood = Tick(
        _("My worker must be able to talk to this person. I know that."),
        needed=_("Tick the box when you have read it. Or pick someone else."),
    )

    region = "GB"
    number = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = [("", str(_("Choose")))]
        self.every_hours.offer(nothing + [(str(n), str(words)) for n, words in HOURS.items()])
        self.grace.offer(nothing + [(str(n), str(words)) for n, words in GRACES.items()])
        self.days.offer([(str(day), name) for day, name in enumerate(day_names())])

    def offer_people(self, people: Iterable[Sequence[str]]) -> None:
        """Offer the three by id, and somebody else."""
        self.who.offer([*people, (SOMEONE_ELSE, str(_("Someone else")))])

    def show(self, promise: AgreedTime | None) -> None:
        """Fill in what was said before."""
        if promise is None:
            self.rhythm.data = NO_SET_TIMES
            return
        self.rhythm.data = str(promise.repeat)
        self.every_hours.data = str(promise.every_hours or "")
        self.days.data = [str(day) for day in sorted(days_of(promise.days))]
        self.by.data = promise.wall or ""
        self.grace.data = str(promise.grace_minutes)
        self.may_ask.data = promise.may_ask

    @property
    def proposal(self) -> Proposal | None:
        """Return what is proposed, as far as it can be read; None for no set times."""
        if self.rhythm.data not in set(Repeat):
            return None
        repeat = Repeat(self.rhythm.data)
        weekly = repeat is Repeat.WEEKLY
        days = (int(day) for day in self.days.data or () if day.isascii() and day.isdigit())
        # Some browsers send the seconds, too.
        typed = (self.by.data or "")[:5]
        return Proposal(
            repeat,
            days=frozenset(days) if weekly else frozenset(),
            wall=(read_wall(self.by.data or "") or read_wall(typed)) if weekly else None,
            every_hours=None if weekly else _number(self.every_hours.data),
            grace_minutes=_number(self.grace.data) or 0,
            may_ask=bool(self.may_ask.data),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a name and a number too when it is somebody new, and for what a rhythm needs."""
        is_valid = bool(super().validate(extra_validators))
        for problem in proposal_problems(self.proposal) if self.proposal else ():
            self.say(FIELD_OF[problem], str(PROBLEMS[problem]))
            is_valid = False
        if self.who.data != SOMEONE_ELSE:
            return is_valid
        if not self.name.data:
            self.say("name", str(_("Tell us what you call them.")))
        try:
            self.number = read_number(self.phone.data or "", self.region)
        except ValidationError as wrong:
            self.say("phone", str(wrong))
        return is_valid and not (self.name.errors or self.phone.errors)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None
