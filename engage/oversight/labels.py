"""The words for what was let us know, what became of it, and who is who."""

from engage.alerts.rules import AlertState
from engage.i18n import lazy_gettext as _
from engage.people.models import PersonKind, Role
from engage.plans.models import Voice
from engage.plans.rules import PlanState
from engage.timeline import own_labels

# What a young person reads of their own check-in.
I_SAID = own_labels.I_SAID

BECAME = {
    AlertState.OPEN: _("People were told. Nobody has answered yet."),
    AlertState.ACKNOWLEDGED: _("Somebody has it."),
    AlertState.RESOLVED: _("It was looked after."),
}

MY_PLAN = {
    PlanState.DRAFT: _("Being written. You decide what goes in."),
    PlanState.SHARED: _("It waits for everyone to say yes."),
    PlanState.LIVE: _("Agreed and in use."),
    PlanState.CHANGED: _("In use. Something new is written and not agreed yet."),
    PlanState.DECLINED: _("You said not now. That is fine."),
}

PLANS = {
    PlanState.DRAFT: _("Plan: being written"),
    PlanState.SHARED: _("Plan: waits for everyone to agree"),
    PlanState.LIVE: _("Plan: agreed and in use"),
    PlanState.CHANGED: _("Plan: in use, something new is not agreed yet"),
    PlanState.DECLINED: _("Plan: not wanted for now"),
}

KINDS = {
    PersonKind.YOUNG_PERSON: _("Young people"),
    PersonKind.CARER: _("Carers"),
    PersonKind.TRUSTED_PERSON: _("Trusted people"),
    PersonKind.WORKER: _("Members of staff"),
}

ROLES = {
    Role.SOCIAL_WORKER: _("Social workers"),
    Role.SUPERVISOR: _("Supervisors"),
    Role.OUT_OF_HOURS: _("Out-of-hours workers"),
    Role.INTERVIEWER: _("Interviewers"),
    Role.ADMIN: _("Administrators"),
}

# Whose words an adult reads.
WHOSE = {
    Voice.YOUNG_PERSON: _("Their own words"),
    Voice.WORKER: _("From their worker"),
    Voice.CARER: _("From their carer"),
}
