"""The words for how far a version is."""

from engage.i18n import lazy_gettext as _
from engage.wordings.rules import WordingState

SET_STATES = {
    WordingState.DRAFT: _("Being written"),
    WordingState.PUBLISHED: _("In use"),
    WordingState.REPLACED: _("Replaced by a newer one"),
}
NOT_A_DAY = _("Give a day that has been, like 2026-11-22.")
