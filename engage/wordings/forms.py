"""What is asked when an organisation publishes a version of its own wording."""

from datetime import date

from engage.i18n import lazy_gettext as _
from engage.web.forms import Form, TextField
from engage.wordings.actions import LONGEST_PLACE
from engage.wordings.labels import NOT_A_DAY


class PublishForm(Form):
    """Where and when young people tried it; both may stay empty."""

    tested_with = TextField(
        _("Where did young people try them?"),
        hint=_("For example: Northtown youth council. No names."),
        limit=LONGEST_PLACE,
    )
    tested_on = TextField(_("On which day?"), kind="date")

    def filled(self, today: date) -> tuple[str, date | None] | None:
        """Return where and on which day; None, and say so, where the form does not hold."""
        is_good, on = self.validate_on_submit(), None
        if self.tested_on.data:
            try:
                on = date.fromisoformat(self.tested_on.data)
            except ValueError:
                is_good = False
            if on is None or on > today:
                is_good = False
                self.say("tested_on", str(NOT_A_DAY))
        return (self.tested_with.data or "", on) if is_good else None
