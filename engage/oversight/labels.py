"""The words for what was let us know, what became of it, and who is who."""

from engage.alerts.rules import AlertState
from engage.checkins.rules import Kind
from engage.i18n import lazy_gettext as _
from engage.people.models import PersonKind, Role
from engage.plans.models import Voice
from engage.plans.rules import PlanState

# What a young person reads of their own check-in.
I_SAID = {
    Kind.SOS: _("You said you are not safe."),
    Kind.NOT_OK: _("You said you are not OK."),
    Kind.STOP: _("You asked for no more texts."),
    Kind.START: _("You asked for texts again."),
    Kind.HELP: _("You asked for help."),
    Kind.INFO: _("You asked what this is."),
    Kind.WRONG_NUMBER: _("Someone said this is the wrong number."),
    Kind.CHOICE: _("You picked an answer."),
    Kind.READY: _("You said you want to come back."),
    Kind.TALK: _("You asked to talk."),
    Kind.WHERE: _("You asked where you can go."),
    Kind.OK: _("You said you are OK."),
    Kind.YES: _("You said yes."),
    Kind.NO: _("You said no."),
    Kind.THANKS: _("You said thanks."),
    Kind.FREE: _("You sent some words."),
}

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
