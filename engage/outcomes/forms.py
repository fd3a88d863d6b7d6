"""What the pages about what happens next accept."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from engage.i18n import lazy_gettext as _
from engage.outcomes import labels
from engage.outcomes.actions import Draft
from engage.outcomes.rules import Aim, Consent, Fix, Kind, State
from engage.web.forms import Choices, Form, ManyChoices, Select, TextArea, TextField, Tick

LONG = 1000
# Which field a problem is said beside.
FIELD_OF = {
    Fix.PAST: "due_on",
    Fix.TOO_FAR: "due_on",
    Fix.TOO_LONG: "due_on",
    Fix.NEEDS_AIM: "aims",
    Fix.NEEDS_CONSENT: "consent",
}


class DayForm(Form):
    """By which day."""

    due_on = TextField(_("By which day?"), kind="date", needed=labels.BAD_DAY)

    def day(self) -> date | None:
        """Return the day of a form that holds; None when it does not, and say so if it is none."""
        is_good = self.validate_on_submit()
        try:
            found = date.fromisoformat(self.due_on.data or "")
        except ValueError:
            if self.due_on.data and not self.due_on.errors:
                self.say("due_on", str(labels.BAD_DAY))
            return None
        return found if is_good else None


class OwnedForm(DayForm):
    """Whose it is, and by which day."""

    owner = Select(_("Who does it?"), needed=_("Pick who does it."))

    def offer_owners(self, owners: Mapping[UUID, str]) -> None:
        """Offer those who may do it."""
        self.owner.offer([("", _("Choose")), *((str(one), name) for one, name in owners.items())])


class _PromiseDayForm(OwnedForm):
    def fix(self, problem: Fix) -> None:
        """Say what cannot be, beside the field it is about."""
        name = FIELD_OF[problem]
        self.say(name if name in self else "due_on", str(labels.FIXES[problem]))


class PromiseForm(_PromiseDayForm):
    """What will happen."""

    said = TextArea(
        _("What did they say, in their own words?"),
        hint=_("They read it again on their page. Leave it empty if they said nothing about it."),
        limit=LONG,
        rows=2,
    )
    kind = Choices(
        _("What will happen?"), choices=list(labels.KINDS.items()), needed=_("Pick one.")
    )
    what = TextArea(
        _("What exactly?"),
        hint=_("So that they understand it. They read it on their page."),
        limit=LONG,
        rows=2,
        needed=_("Write what will happen."),
    )
    aims = ManyChoices(_("What is it for?"), choices=list(labels.AIMS.items()))
    consent = Choices(
        _("For a pre-assessment: what did they say to it?"), choices=list(labels.CONSENTS.items())
    )
    is_not_theirs = Tick(
        _("This is for our work alone: it does not stand on their page."),
        hint=_("Only where reading it could bring somebody into danger."),
    )

    def draft(self, due_on: date) -> Draft:
        """Return what was filled in."""
        return Draft(
            kind=Kind(str(self.kind.data)),
            owner_id=UUID(str(self.owner.data)),
            due_on=due_on,
            what=self.what.data or "",
            said=self.said.data or "",
            aims=tuple(Aim(each) for each in self.aims.data or ()),
            consent=Consent(self.consent.data) if self.consent.data else Consent.NOT_ASKED,
            is_theirs_to_read=not self.is_not_theirs.data,
        )


class MoveForm(_PromiseDayForm):
    """Another day or another owner."""

    reason = TextField(_("Why?"), limit=200, needed=labels.SAY_WHY_MOVED)


class EndForm(Form):
    """What came of it."""

    state = Choices(
        _("What came of it?"),
        choices=[
            (State.DONE.value, _("It is done")),
            (State.NOT_DONE.value, _("It could not be done")),
        ],
        needed=_("Pick what came of it."),
    )
    did = TextArea(
        _("What did we do, or why could we not?"),
        hint=_("They read these words. Be honest and kind; blame nobody."),
        limit=LONG,
        rows=3,
        needed=_("Write what was done, or why it could not be done."),
    )
