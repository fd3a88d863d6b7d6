"""What the pages about help accept."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from engage.heightened import labels
from engage.heightened.models import Flag
from engage.heightened.offer_actions import Draft
from engage.heightened.rules import BY_HAND, Fix, Heard, Kind, Sign, State
from engage.i18n import lazy_gettext as _
from engage.outcomes.forms import DayForm, OwnedForm
from engage.outcomes.labels import BAD_DAY
from engage.web.forms import Choices, Form, ManyChoices, TextArea, TextField, Tick

LONG = 1000
SHORT = 500
FIELD_OF = {
    Fix.PAST: "due_on",
    Fix.TOO_FAR: "due_on",
    Fix.NO_WORDS: "what",
    Fix.NOTHING_PICKED: "flags",
}


class SignForm(Form):
    """What it was; neither has to be said."""

    sign = Choices(
        _("What did you notice?"),
        choices=[("", _("I would rather not say")), *labels.SIGNS.items()],
    )
    words = TextArea(_("Anything else?"), limit=SHORT, rows=3)

    def picked(self) -> Sign | None:
        """Return what was picked, or None."""
        return Sign(self.sign.data) if self.sign.data else None


class FactorForm(Form):
    """What makes leaving likelier, noted by hand."""

    kind = Choices(
        _("What is it?"),
        choices=[(kind, labels.KINDS[kind]) for kind in BY_HAND],
        needed=_("Pick one."),
    )
    heard_from = Choices(
        _("From where do you know it?"),
        hint=_("Of what they said in a talk, only what they said yes to."),
        choices=list(labels.HEARD.items()),
        needed=_("Pick from where you know it."),
    )
    words = TextArea(_("In a few words"), limit=SHORT, rows=3)

    def filled(self) -> tuple[Kind, Heard, str]:
        """Return what was filled in."""
        return Kind(str(self.kind.data)), Heard(str(self.heard_from.data)), self.words.data or ""


class Fixing(Form):
    """A form that says what cannot be."""

    def fix(self, problem: Fix) -> None:
        """Say what cannot be, beside the field it is about."""
        name = FIELD_OF[problem]
        self.say(name if name in self else "reason", str(labels.FIXES[problem]))


class AnswerForm(DayForm, Fixing):
    """What an offer, or a reason, answers."""

    flags = ManyChoices(
        _("What does it answer?"),
        hint=_("One thing may answer several."),
        needed=labels.FIXES[Fix.NOTHING_PICKED],
    )

    def offer_flags(self, flags: Iterable[tuple[Flag, str]]) -> None:
        """Offer what was noted, each with its words."""
        self.flags.offer([(str(flag.id), words) for flag, words in flags])

    def ids(self) -> frozenset[UUID]:
        """Return what was picked."""
        return frozenset(UUID(each) for each in self.flags.data or ())


class OfferForm(AnswerForm, OwnedForm):
    """Help, with an owner and a day."""

    what = TextArea(
        _("What do you offer?"),
        hint=_("They read these words. Write them as you would say them, and name no danger."),
        limit=LONG,
        rows=3,
        needed=_("Write what is offered."),
    )
    is_not_theirs = Tick(
        _("This is for our work alone: it does not stand on their page."),
        hint=_("Only where reading it could bring somebody into danger."),
    )

    def draft(self, due_on: date) -> Draft:
        """Return what was filled in."""
        return Draft(
            State.OFFERED,
            self.ids(),
            self.what.data or "",
            UUID(str(self.owner.data)),
            due_on,
            not self.is_not_theirs.data,
        )


class NotNowForm(AnswerForm):
    """Why there is no help now, and when somebody looks again."""

    due_on = TextField(_("When do we look again?"), kind="date", needed=BAD_DAY)
    what = TextArea(
        _("Why not now?"),
        hint=_("Workers and supervisors read this."),
        limit=LONG,
        rows=3,
        needed=_("Write why not now."),
    )

    def draft(self, by_id: UUID, due_on: date) -> Draft:
        """Return what was filled in."""
        return Draft(State.NOT_NOW, self.ids(), self.what.data or "", by_id, due_on, False)


class MoveForm(OwnedForm, Fixing):
    """Another day or another owner."""

    reason = TextField(_("Why?"), limit=200, needed=_("Write why it is moved."))


class ChangeForm(Form):
    """What came of an offer."""

    state = Choices(
        _("How is it now?"),
        choices=[
            (State.TAKEN_UP.value, _("They said yes, it has begun")),
            (State.DECLINED.value, _("They said no")),
            (State.DONE.value, _("It is done")),
        ],
        needed=_("Pick how it is now."),
    )
    did = TextArea(
        _("What came of it?"),
        hint=_("They read these words. A no is fine: blame nobody."),
        limit=LONG,
        rows=3,
    )
