"""What the pages about coming back accept."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from engage.checkins.ready_models import Answer, How
from engage.checkins.ready_rules import LONGEST_WORDS
from engage.i18n import lazy_gettext as _
from engage.people.models import ReplyPolicy
from engage.ways_back.actions import Step
from engage.ways_back.labels import CHOICES, HOWS, REPLIES
from engage.ways_back.rules import Saying
from engage.ways_back.wish_actions import Wishes
from engage.web.forms import Choices, Form, Key, ManyChoices, Select, TextField, Tick

# Minutes from now. A wish further ahead is for a talk with a person.
WHENS = {"15": _("As soon as you can"), "60": _("In about an hour"), "120": _("In two hours"),
         "180": _("In three hours")}  # fmt: skip


class StepForm(Form):
    """Who, where and how, and what may be texted."""

    how = Choices(_("How?"), choices=list(HOWS.items()), needed=_("Pick how."))
    who = TextField(_("Who?"), hint=_("Someone you would like to see first."), limit=80)
    place = TextField(_("Where?"), hint=_("A place where waiting feels safe."), limit=120)
    may_text = Tick(
        _("When I text READY, text me these words"),
        hint=_("Only if nobody else reads your phone, or the words give nothing away."),
    )
    words = TextField(
        _("The words"),
        hint=_("For example: Same corner as always. No names are best."),
        limit=LONGEST_WORDS,
    )

    replies = Choices(
        _("When I text you, what may you text back?"),
        choices=[(policy.value, words) for policy, words in REPLIES.items()],
        hint=_("Think of who else may read your phone."),
    )

    def step(self) -> Step:
        """Return what was filled in. Call only when the form is valid."""
        return Step(
            how=How(self.how.data),
            who=self.who.data or "",
            place=self.place.data or "",
            may_text=bool(self.may_text and self.may_text.data),
            words=(self.words.data or "") if self.words else "",
            replies=ReplyPolicy(self.replies.data) if self.replies and self.replies.data else None,
        )


def read_said(value: str | None) -> Answer | None:
    """Return the answer that was pressed, if it is one."""
    return Answer(value) if value in set(Answer) else None


class WishForm(Form):
    """How a young person would like to come back. Nothing in it is needed."""

    choice = Choices(
        _("What would help?"), choices=[(str(n), words) for n, words in CHOICES.items()]
    )
    when = Choices(_("When?"), choices=list(WHENS.items()))
    place = TextField(
        _("Where?"), hint=_("A place where waiting feels safe. You can leave it empty."), limit=120
    )
    food = TextField(_("Something to eat?"), limit=120)
    not_tonight = TextField(
        _("What should not happen tonight?"),
        hint=_("For example: no questions, no meeting, nobody is called."),
        limit=200,
    )
    instead = TextField(_("And if that does not work?"), limit=200)
    not_there = TextField(
        _("Who should not be there?"),
        hint=_("We never tell them. Only those who make sure of it see this."),
        limit=200,
    )
    key = Key()

    def wishes(self, now: datetime) -> Wishes:
        """Return what was wished. What a card's holder leaves empty stays as it is."""
        return Wishes(
            choice=int(self.choice.data) if self.choice.data else None,
            at=now + timedelta(minutes=int(self.when.data)) if self.when.data else None,
            place=self.place.data or None,
            food=self.food.data or None,
            not_tonight=self.not_tonight.data or None,
            instead=self.instead.data or None,
            not_there=self.not_there.data or None,
        )


class OwnWishForm(WishForm):
    """The same for somebody signed in, who may see names and what they said before."""

    who = Select(_("Who should come or call?"))
    unwanted = ManyChoices(_("Should any of these people not be there?"))

    def offer(self, people: list[tuple[UUID, str]], unwanted: Collection[UUID]) -> None:
        """Offer the people around them to pick from."""
        self.who.offer([("", str(_("Anybody"))), *((str(i), name) for i, name in people)])
        self.unwanted.offer([(str(i), name) for i, name in people])
        if not self.is_submitted():
            self.unwanted.data = [str(each) for each in unwanted]

    def wishes(self, now: datetime) -> Wishes:
        """Return what was wished; an emptied field takes back what stood there."""
        known = super().wishes(now)
        return Wishes(
            choice=known.choice,
            at=known.at,
            place=known.place,
            food=self.food.data or "",
            not_tonight=self.not_tonight.data or "",
            instead=self.instead.data or "",
            not_there=self.not_there.data or "",
            who_id=UUID(self.who.data) if self.who.data else None,
            unwanted=frozenset(UUID(each) for each in self.unwanted.data or ()),
        )


class EndForm(Form):
    """The end of one's own number, which shows what it is about."""

    digits = TextField(
        _("The last four digits of your phone number"),
        limit=20,
        kind="tel",
        needed=_("Write the last four digits."),
    )


def read_saying(value: str | None) -> Saying | None:
    """Return what was pressed, if it is one of ours."""
    return Saying(value) if value in set(Saying) else None
