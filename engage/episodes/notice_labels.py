"""The words for whoever must hear that somebody is missing, or that they are back."""

from engage.episodes.notice_rules import NoticeState, Phase
from engage.i18n import lazy_gettext as _

PHASES = {
    Phase.MISSING: _("That they are missing"),
    Phase.RETURNED: _("That they are back"),
}
STATES = {
    NoticeState.OPEN: _("To do"),
    NoticeState.STARTED: _("Told, something is blank"),
    NoticeState.REFUSED: _("They would not take it"),
    NoticeState.WAITING: _("A supervisor looks at it"),
    NoticeState.DONE: _("Told"),
    NoticeState.NOT_SAFE: _("Not safe to tell"),
    NoticeState.NOT_NEEDED: _("Not needed"),
}
# By the words of the policy packs.
WHO = {
    "police": _("The police"),
    "ncmec": _("The national centre (NCMEC)"),
    "highway_patrol": _("The highway patrol"),
    "task_force": _("The task force against trafficking"),
    "juvenile_officer": _("The juvenile officer"),
    "court": _("The court"),
    "supervisor": _("The supervisor"),
    "parents": _("Parents or guardians"),
    "attorneys": _("Their lawyers"),
    "casa": _("Their guardian ad litem or CASA"),
    "tribe": _("Their tribe"),
    "siblings": _("Brothers and sisters"),
    "placing_authority": _("The authority that looks after them"),
    "host_authority": _("The authority where they live"),
    "listed_people": _("The people the law lists"),
    "treatment_team": _("Those who treat or help them, also out of hours"),
    "school": _("School or college"),
    "warrants": _("The court, so that warrants are called back"),
    "staffings": _("Whoever was asked to staffings: they are over"),
}
