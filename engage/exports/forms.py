"""What asking for a file accepts."""

from datetime import date

from engage.exports import labels
from engage.exports.rules import RETURNS, ExportKind, Year, year_of
from engage.i18n import lazy_gettext as _
from engage.web.forms import Choices, Form, Select

OFFERED = 6


class ExportForm(Form):
    """Which file, of which year."""

    kind = Choices(
        _("Which file?"),
        choices=[(kind, labels.KINDS[kind]) for kind in RETURNS],
        needed=_("Pick which file."),
    )
    year = Select(_("Of which year?"), needed=_("Pick the year."))

    def offer(self, today: date) -> "ExportForm":
        """Offer this year and some before it."""
        latest = year_of(today).number
        years = [Year(latest - back) for back in range(OFFERED)]
        self.year.offer([(str(each.number), labels.year(each)) for each in years])
        return self

    def asked(self) -> tuple[ExportKind, Year]:
        """Return what was picked."""
        return ExportKind(str(self.kind.data)), Year(int(str(self.year.data)))
