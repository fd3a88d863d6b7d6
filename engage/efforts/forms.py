"""What the pages of efforts, searchers, needs and court items accept."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from engage.efforts import labels
from engage.efforts.rules import MayKnow, SearcherState
from engage.i18n import lazy_gettext as _
from engage.people.phones import NotANumber, parse_phone
from engage.web.forms import Choices, Form, ManyChoices, Select, TextArea, TextField

NAME = 60
SHORT = 200
LONG = 1000


class EffortForm(Form):
    """What came of asking."""

    result = Choices(
        _("What came of it?"), choices=list(labels.RESULTS.items()), needed=labels.PICK_RESULT
    )
    note = TextArea(_("Whom did you reach, and what did they say?"), limit=LONG, rows=2)


class OwnerForm(Form):
    """Whose it is."""

    owner = Select(_("Who has it?"))

    def offer(self, owners: Mapping[UUID, str]) -> "OwnerForm":
        """Offer those who may answer for it."""
        self.owner.offer([(str(one), name) for one, name in owners.items()])
        return self


class SearcherForm(Form):
    """Who could be asked, and what they may know."""

    name = TextField(_("Who is it?"), needed=labels.NO_NAME, limit=NAME)
    kind = Select(
        _("What are they to the young person?"),
        choices=[("", labels.NOT_PICKED), *labels.SEARCHER_KINDS.items()],
        needed=labels.PICK_KIND,
    )
    phone = TextField(_("Their phone, if you have it"), kind="tel", limit=40)
    asked_to = ManyChoices(
        _("What do you ask them to do?"),
        choices=list(labels.ASKED_TO.items()),
        needed=labels.NO_TASK,
    )
    may_know = ManyChoices(_("What may they know? Tick one line at a time."))

    def offer(self, tellable: Iterable[MayKnow]) -> "SearcherForm":
        """Offer what may be told to them."""
        self.may_know.offer([(each.value, labels.MAY_KNOW[each]) for each in tellable])
        return self


class KnowForm(Form):
    """What a searcher may know from now on."""

    may_know = ManyChoices(_("What may they know? Tick one line at a time."))

    def offer(self, tellable: Iterable[MayKnow]) -> "KnowForm":
        """Offer what may be told to them."""
        self.may_know.offer([(each.value, labels.MAY_KNOW[each]) for each in tellable])
        return self


class AnswerForm(Form):
    """What a searcher said."""

    state = Choices(_("What happened?"), needed=labels.PICK_RESULT)
    note = TextArea(_("What did they say?"), limit=LONG, rows=2)

    def offer(self, states: Iterable[SearcherState]) -> "AnswerForm":
        """Offer what can follow."""
        self.state.offer([(each.value, labels.SEARCHER_DEEDS[each]) for each in states])
        return self


class GuideForm(Form):
    """All that a searcher finds behind a link of their own."""

    where_to_look = TextArea(
        _("Where could they look?"), needed=labels.NO_WHERE, limit=SHORT, rows=2
    )
    hours = TextField(_("Which hours?"), limit=SHORT)
    call_name = TextField(
        _("Whom do they call when they find something?"), needed=labels.NO_CALL, limit=NAME
    )
    call_phone = TextField(_("Under which number?"), kind="tel", needed=labels.BAD_NUMBER, limit=40)

    def number(self, region: str) -> str | None:
        """Return the number to call, or None and say so beside the field."""
        try:
            return parse_phone(self.call_phone.data or "", region)
        except NotANumber:
            self.say("call_phone", str(labels.BAD_NUMBER))
            return None


class DigitsForm(Form):
    """The end of one's own number, which shows where and whom."""

    digits = TextField(
        _("The last four digits of your phone number"),
        limit=20,
        kind="tel",
        needed=_("Write the last four digits."),
    )


class NeedForm(OwnerForm):
    """How far something is that must be ready."""

    state = Choices(
        _("Is it ready?"), choices=list(labels.NEED_STATES.items()), needed=labels.PICK_STATE
    )
    note = TextArea(_("What exactly?"), limit=LONG, rows=2)


class CourtForm(Form):
    """What a court issued."""

    kind = Choices(
        _("What was issued?"),
        choices=list(labels.COURT_KINDS.items()),
        needed=labels.PICK_ITEM,
    )
    number = TextField(_("Its number"), needed=labels.NO_NUMBER, limit=SHORT)
    court = TextField(_("Which court?"), needed=labels.NO_COURT, limit=SHORT)
    issued_on = TextField(_("Issued on which day?"), kind="date", needed=labels.BAD_DAY)

    def day(self) -> date | None:
        """Return the day, or None when it cannot be read."""
        try:
            return date.fromisoformat(self.issued_on.data or "")
        except ValueError:
            return None


class RecallForm(Form):
    """How it is known that something is recalled."""

    how = TextField(
        _("Who said that it is recalled, and under which number?"),
        needed=labels.SAY_HOW,
        limit=SHORT,
    )
