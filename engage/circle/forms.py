"""What is asked about somebody who matters."""

from typing import Any

from engage import i18n
from engage.circle.actions import WORDS, About
from engage.circle.labels import MAY_CALL, TIES
from engage.circle.models import ImportantPerson, MayCall, Tie
from engage.i18n import lazy_gettext as _
from engage.plans.forms import read_number
from engage.plans.rules import NAME_LIMIT, REASON_LIMIT, SHORT_LIMIT
from engage.web.forms import (
    Choices,
    Form,
    ManyChoices,
    Select,
    TextArea,
    TextField,
    ValidationError,
)


class ImportantForm(Form):
    """Somebody who matters, how to reach them, and how they stay in touch."""

    name = TextField(
        _("What do you call them?"), needed=_("Tell us what you call them."), limit=NAME_LIMIT
    )
    tie = Select(
        _("Who are they?"),
        choices=[("", _("Choose")), *TIES.items()],
        needed=_("Pick who they are. It can be someone else."),
    )
    may_call = Choices(
        _("May adults get in touch with them?"),
        choices=list(MAY_CALL.items()),
        needed=_("Pick yes, only if worried, or no."),
    )
    phone = TextField(
        _("Phone number"),
        hint=_("Leave it empty if you don't know it, or don't want to give it."),
        kind="tel",
        limit=40,
    )
    other_phone = TextField(_("Another number"), kind="tel", limit=40)
    email = TextField(_("Email"), kind="email", limit=SHORT_LIMIT)
    social = TextField(
        _("User name online"), hint=_("Say where, for example: @ade on Snapchat."),
        limit=SHORT_LIMIT,
    )  # fmt: skip
    languages = ManyChoices(_("Which languages do they speak?"), choices=list(i18n.LOCALES.items()))
    other_languages = TextField(_("Other languages"), limit=SHORT_LIMIT)
    visits = TextField(
        _("When do you see each other?"),
        hint=_("For example: every second Sunday."),
        limit=SHORT_LIMIT,
    )
    calls = TextField(
        _("When do you call or video call?"),
        hint=_("For example: on the tablet, Tuesdays after tea."),
        limit=SHORT_LIMIT,
    )
    distance = TextField(
        _("How far away are they?"), hint=_("For example: an hour on the bus."), limit=SHORT_LIMIT
    )
    needed = TextField(
        _("What is needed to stay in touch?"),
        hint=_("For example: a lift, bus money, somewhere quiet to call from."),
        limit=SHORT_LIMIT,
    )
    for_carer = TextArea(
        _("Why do they matter?"),
        hint=_("Whoever cares for you at home reads this, if you share this list with them."),
        limit=REASON_LIMIT,
        rows=3,
    )

    region = "GB"

    def show(self, person: ImportantPerson, region: str, local_form: Any) -> None:
        """Fill in what is known."""
        self.name.data, self.tie.data = person.name, person.tie
        self.may_call.data, self.languages.data = person.may_call, list(person.languages)
        for name in ("phone", "other_phone"):
            number = getattr(person, name)
            self[name].data = local_form(number, region) if number else ""
        for name in WORDS:
            self[name].data = getattr(person, name) or ""

    def validate_phone(self, field: TextField) -> None:
        """Read the number as people of the organisation's country type it."""
        self.read_phone = read_number(field.data or "", self.region)

    def validate_other_phone(self, field: TextField) -> None:
        """The same for the other number."""
        self.read_other_phone = read_number(field.data or "", self.region)

    def validate_email(self, field: TextField) -> None:
        """Refuse what cannot be an address; whether it is one, only a letter can tell."""
        before, at, after = (field.data or "").partition("@")
        if not before or not at or "." not in after or " " in (field.data or ""):
            raise ValidationError(str(_("Check the email, like name@example.org.")))

    @property
    def about(self) -> About:
        """Return what was said, once it is valid."""
        return About(
            name=self.name.data or "",
            tie=Tie(self.tie.data),
            may_call=MayCall(self.may_call.data),
            phone=getattr(self, "read_phone", ""),
            other_phone=getattr(self, "read_other_phone", ""),
            languages=tuple(self.languages.data or ()),
            words={name: self[name].data or "" for name in WORDS},
        )
