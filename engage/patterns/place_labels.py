"""The words for places at which different young people were."""

from engage.i18n import lazy_gettext as _
from engage.patterns.place_rules import Why, shown_as

WHY = {
    Why.WELFARE_MEETING: _("A meeting to think together about their welfare"),
    Why.SAFETY_THERE: _("To make that place safer for them"),
    Why.PLANS: _("To talk about it with them, for their plans"),
}
PLACES = _("Same place, different young people")
READ = _("Places written down where they were last seen, or said they were. Ask what draws them.")
OTHERS = _("Other places, with fewer than 5 young people each, are not shown.")
MEETINGS = _("Thinking together about welfare")
MEETINGS_READ = _("What people noticed about a place together, and who does what")
shown = shown_as
