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
from engage.web.forms import Form, Select, TextField

NOT_A_DAY = _("Write the day like 2026-11-22.")
NOBODY_NOTED = ("", labels.NOT_NOTED)
_KINDS: dict[str, Any] = {
    "gender": Gender,
    "ethnicity": Ethnicity,
    "disability": Disability,
    "placement_type": PlacementType,
}
_DAYS = ("care_began_on", "care_ended_on")


def a_day(_form: Form, field: Any) -> None:
    """Refuse what is no day."""
    try:
        date.fromisoformat(field.data)
    except ValueError:
        raise ValidationError(str(NOT_A_DAY)) from None


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

    def show(self, details: Details) -> None:
        """Show what is kept."""
        for name in ("reference", "upn", *_KINDS):
            self[name].data = getattr(details, name)
        for name in _DAYS:
            day = getattr(details, name)
            self[name].data = day.isoformat() if day else ""

    def details(self) -> Details:
        """Return what was filled in."""
        days = (date.fromisoformat(day) if (day := self[name].data) else None for name in _DAYS)
        kinds: dict[str, Any] = {
            name: kind(self[name].data) if self[name].data else None
            for name, kind in _KINDS.items()
        }
        began, ended = days
        return Details(
            reference=tidy(self.reference.data),
            upn=tidy(self.upn.data),
            care_began_on=began,
            care_ended_on=ended,
            **kinds,
        )
