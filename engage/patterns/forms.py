"""What is asked before names stand beside a place."""

from engage.i18n import lazy_gettext as _
from engage.patterns.place_labels import WHY
from engage.web.forms import Choices, Form


class WhyForm(Form):
    """For what somebody needs to know who was there."""

    why = Choices(
        _("What do you need the names for?"),
        choices=[(each.value, words) for each, words in WHY.items()],
        needed=_("Pick what you need the names for."),
    )
