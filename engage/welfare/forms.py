"""What the pages of welfare meetings accept."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from engage.i18n import lazy_gettext as _
from engage.outcomes.labels import BAD_DAY, SAY_WHY_MOVED
from engage.patterns.place_labels import WHY
from engage.web.forms import Choices, Form, ManyChoices, Select, TextArea, TextField
from engage.welfare import labels
from engage.welfare.actions import Draft
from engage.welfare.rules import About, Fix, State

LONG = 4000
SHORT = 1000
NO_NAMES = _("Name no young person here: others may read it.")


def read_day(words: str | None) -> date | None:
    """Return a day, or None when it cannot be read."""
    try:
        return date.fromisoformat(words or "")
    except ValueError:
        return None


class MeetingForm(Form):
    """The minutes."""

    subject = TextField(
        _("What was it about?"), hint=NO_NAMES, limit=120, needed=_("Write what it was about.")
    )
    held_on = TextField(_("On which day was it?"), kind="date", needed=BAD_DAY)
    present = ManyChoices(_("Who was there?"), needed=_("Pick who was there."))
    others = TextField(
        _("Who else was there?"), hint=_("From the police, a school, a youth club …"), limit=300
    )
    noticed = TextArea(
        _("What did you notice together?"),
        hint=_("What draws them, what they find there, what would make it safer. Name nobody."),
        limit=LONG,
        rows=5,
        needed=_("Write what you noticed."),
    )
    decided = TextArea(_("What did you decide?"), hint=NO_NAMES, limit=LONG, rows=3)

    def offer(self, staff: Mapping[UUID, str]) -> None:
        """Offer those who may have been there."""
        self.present.offer([(str(each), name) for each, name in staff.items()])

    def draft(self, about: About, subject: str) -> Draft | None:
        """Return what was filled in; None when something is to fix, which it says itself."""
        is_good = self.validate_on_submit()
        day = read_day(self.held_on.data)
        if self.held_on.data and day is None and not self.held_on.errors:
            self.say("held_on", str(BAD_DAY))
        if day is None or not is_good:
            return None
        return Draft(
            about,
            subject or str(self.subject.data or ""),
            day,
            frozenset(UUID(each) for each in self.present.data or ()),
            self.noticed.data or "",
            self.decided.data or "",
            self.others.data or "",
        )

    def fix(self, problem: Fix) -> None:
        """Say what cannot be, beside the field it is about."""
        self.say("noticed" if problem is Fix.NO_WORDS else "held_on", str(labels.FIXES[problem]))


class OpenForm(Form):
    """For what somebody who was not there needs the minutes."""

    why = Choices(
        _("Why?"), choices=[(each.value, words) for each, words in WHY.items()],
        needed=_("Pick one."),
    )  # fmt: skip


class NoteForm(Form):
    """Words to add."""

    words = TextArea(
        _("What is there to add?"), hint=NO_NAMES, limit=SHORT, rows=3,
        needed=labels.FIXES[Fix.NO_WORDS],
    )  # fmt: skip


class YoungPeopleForm(Form):
    """Of whom one thought."""

    young_people = ManyChoices(
        _("Of whom did you think?"),
        hint=_("Only you and those who may open their page see the name."),
    )

    def offer(self, theirs: Iterable[tuple[UUID, str]]) -> None:
        """Offer those whose page the viewer may open."""
        self.young_people.offer([(str(each), name) for each, name in theirs])

    def picked(self) -> frozenset[UUID]:
        """Return those who were ticked."""
        return frozenset(UUID(each) for each in self.young_people.data or ())


class OwnedForm(Form):
    """Whose it is, and by which day."""

    owner = Select(_("Who does it?"), needed=_("Pick who does it."))
    due_on = TextField(_("By which day?"), kind="date", needed=BAD_DAY)

    def offer(self, staff: Mapping[UUID, str]) -> None:
        """Offer those who may do something."""
        self.owner.offer([("", _("Choose")), *((str(each), name) for each, name in staff.items())])

    def filled(self) -> tuple[UUID, date] | None:
        """Return whose it is and by when; None when something is to fix."""
        is_good = self.validate_on_submit()
        day = read_day(self.due_on.data)
        if self.due_on.data and day is None and not self.due_on.errors:
            self.say("due_on", str(BAD_DAY))
        return (UUID(str(self.owner.data)), day) if day is not None and is_good else None

    def fix(self, problem: Fix) -> None:
        """Say what cannot be, beside the field it is about."""
        words = "what" if "what" in self else "reason"
        self.say(words if problem is Fix.NO_WORDS else "due_on", str(labels.FIXES[problem]))


class AgreeForm(OwnedForm):
    """Something that somebody does."""

    what = TextArea(
        _("What will be done?"), hint=NO_NAMES, limit=SHORT, rows=2,
        needed=_("Write what will be done."),
    )  # fmt: skip


class MoveForm(OwnedForm):
    """Another day or another owner."""

    reason = TextField(_("Why?"), limit=200, needed=SAY_WHY_MOVED)


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
        _("What did we do, or why could we not?"), hint=NO_NAMES, limit=SHORT, rows=3,
        needed=_("Write what was done, or why it could not be done."),
    )  # fmt: skip
