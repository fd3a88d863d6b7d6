"""What the page of a care record accepts."""

from datetime import date
from typing import Any

from wtforms.validators import ValidationError

from engage.care_records import labels
from engage.care_records.rules import (
    Details,
    Disability,
    Ethnicity,
    Gender,
    PlacementType,
    tidy,
)
from engage.i18n import lazy_gettext as _
from engage.web.forms import Form, Select, TextArea, TextField

NOT_A_DAY = _("Write the day like 2026-11-22.")
NOT_A_NUMBER = _("Write a number, like 12.")
NOBODY_NOTED = ("", labels.NOT_NOTED)
_KINDS: dict[str, Any] = {
    "gender": Gender,
    "ethnicity": Ethnicity,
    "disability": Disability,
    "placement_type": PlacementType,
}
_DAYS = ("care_began_on", "care_ended_on")
_NUMBERS = ("miles_home", "minutes_school", "minutes_people")


def a_day(_form: Form, field: Any) -> None:
    """Refuse what is no day."""
    try:
        date.fromisoformat(field.data)
    except ValueError:
        raise ValidationError(str(NOT_A_DAY)) from None


def a_number(_form: Form, field: Any) -> None:
    """Refuse what is no whole number; digits of any script will do."""
    if not field.data.isdecimal():
        raise ValidationError(str(NOT_A_NUMBER))


class CareRecordForm(Form):
    """Everything of a care record. All of it may stay empty."""

    reference = TextField(
        _("Their reference"),
        hint=_("The number they have in your case system. Returns use it in place of a name."),
        limit=40,
    )
    upn = TextField(_("Pupil number (UPN)"), limit=40)
    care_began_on = TextField(_("Care began on"), kind="date", validators=[a_day])
    care_ended_on = TextField(_("Care ended on"), kind="date", validators=[a_day])
    gender = Select(_("Gender"), choices=[NOBODY_NOTED, *labels.GENDERS.items()])
    ethnicity = Select(_("Ethnic background"), choices=[NOBODY_NOTED, *labels.ETHNICITIES.items()])
    disability = Select(_("Disability"), choices=[NOBODY_NOTED, *labels.DISABILITIES.items()])
    placement_type = Select(
        _("Kind of home"), choices=[NOBODY_NOTED, *labels.PLACEMENT_TYPES.items()]
    )
    miles_home = TextField(
        _("How many miles is it to the area they know as home?"), limit=6, validators=[a_number]
    )
    minutes_school = TextField(
        _("How many minutes does it take to their school?"), limit=6, validators=[a_number]
    )
    minutes_people = TextField(
        _("How many minutes to the people who matter most to them?"),
        limit=6,
        validators=[a_number],
    )
    why_far = TextArea(
        _("If it is far: why do they live there?"),
        hint=_("Needed if it is more than 20 miles. Say what is done so that they keep in touch."),
        limit=500,
        rows=3,
    )

    def show(self, details: Details) -> None:
        """Show what is kept."""
        for name in ("reference", "upn", *_KINDS):
            self[name].data = getattr(details, name)
        for name in _DAYS:
            day = getattr(details, name)
            self[name].data = day.isoformat() if day else ""
        for name in _NUMBERS:
            number = getattr(details, name)
            self[name].data = "" if number is None else str(number)
        self.why_far.data = details.why_far or ""

    def details(self) -> Details:
        """Return what was filled in."""
        days = (date.fromisoformat(day) if (day := self[name].data) else None for name in _DAYS)
        kinds: dict[str, Any] = {
            name: kind(self[name].data) if self[name].data else None
            for name, kind in _KINDS.items()
        }
        numbers: dict[str, Any] = {
            name: int(typed) if (typed := self[name].data) else None for name in _NUMBERS
        }
        began, ended = days
        return Details(
            reference=tidy(self.reference.data),
            upn=tidy(self.upn.data),
            care_began_on=began,
            care_ended_on=ended,
            why_far=self.why_far.data or None,
            **kinds,
            **numbers,
        )
