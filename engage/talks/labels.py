"""The words for talks: who may know, how far a record is, what is kept apart."""

from engage.i18n import lazy_gettext as _
from engage.plans.labels import WORD_PROBLEMS
from engage.talks.rules import Apart, Audience, TalkState

__all__ = ["APART", "AUDIENCES", "OPEN", "SHARED_WITH", "STATES", "WORD_PROBLEMS"]

STATES = {
    TalkState.WRITING: _("Being written"),
    TalkState.HANDED_IN: _("Waits for a supervisor"),
    TalkState.SIGNED_OFF: _("Signed off"),
}
# As the young person hears and reads them.
AUDIENCES = {
    Audience.WORKER: _("My worker, and whoever supervises them"),
    Audience.CARER: _("My carer"),
    Audience.TEAM: _("The people who meet about me"),
    Audience.POLICE: _("The police"),
    Audience.NOBODY: _("Nobody else"),
}
# As whoever reads the record reads them.
SHARED_WITH = {
    Audience.WORKER: _("worker and supervisor"),
    Audience.CARER: _("carer"),
    Audience.TEAM: _("meeting"),
    Audience.POLICE: _("police"),
    Audience.NOBODY: _("nobody else"),
}
APART = {
    Apart.SAFE_AND_WELL: _("What was told at the safe-and-well check"),
    Apart.CARER_VIEW: _("How parents or carers see it"),
}
# What is still open when a record is handed in.
OPEN = {
    "questions": _("Some questions were neither answered nor skipped."),
    "read_back": _("It was not read back yet."),
    "sharing": _("Some lines were not agreed yet. Nobody else sees those."),
}
