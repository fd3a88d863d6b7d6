"""What somebody says of an alert that they have."""

from uuid import UUID

from engage.alerts.labels import OUTCOMES
from engage.alerts.queries import AlertPage
from engage.alerts.taken_rules import LONGEST_NOTE, OFFERED
from engage.i18n import lazy_gettext as _
from engage.web.fields import Choices, Select, TextField
from engage.web.forms import Form

WHOEVER_IS_NEXT = "next"


class OutcomeForm(Form):
    """What came of it: one button, and a few words for those who want to write some."""

    outcome = Choices(
        _("What came of it?"),
        choices=[(each, OUTCOMES[each]) for each in OFFERED],
        needed=_("Press what came of it."),
    )
    note = TextField(
        _("A few words, if you like"),
        limit=LONGEST_NOTE,
        hint=_("Everybody who may see this alert can read them."),
    )


class PassOnForm(Form):
    """Who shall have it now."""

    to = Select(_("Who shall have it?"))

    def chosen(self) -> UUID | None:
        """Return who was chosen; None for whoever is next."""
        return None if self.to.data in (None, WHOEVER_IS_NEXT) else UUID(str(self.to.data))


def pass_on_form(page: AlertPage) -> PassOnForm:
    """Return the form that offers who else can be told of this alert."""
    form = PassOnForm()
    names = [(str(person_id), name) for person_id, name in page.others]
    form.to.offer([(WHOEVER_IS_NEXT, _("Whoever is next")), *names])
    return form
