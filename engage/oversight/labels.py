"""The words for what was let us know, what became of it, and who is who."""

from engage.alerts.rules import AlertKind, AlertState
from engage.checkins.rules import Kind
from engage.i18n import LazyText
from engage.i18n import lazy_gettext as _
from engage.people.models import PersonKind, Role
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

# What adults read of it.
SAID = {
    Kind.SOS: _("Not safe"),
    Kind.NOT_OK: _("Not OK"),
    Kind.STOP: _("No more texts: use another way"),
    Kind.START: _("Texts again"),
    Kind.HELP: _("Asked for help"),
    Kind.INFO: _("Asked what this is"),
    Kind.WRONG_NUMBER: _("Wrong number"),
    Kind.CHOICE: _("Picked an answer"),
    Kind.READY: _("Wants to come back"),
    Kind.TALK: _("Wants to talk"),
    Kind.WHERE: _("Asks where to go"),
    Kind.OK: _("OK"),
    Kind.YES: _("Yes"),
    Kind.NO: _("No"),
    Kind.THANKS: _("Thanks"),
    Kind.FREE: _("Sent some words"),
}

ABOUT = {
    AlertKind.SOS: _("Not safe"),
    AlertKind.NOT_OK: _("Not OK"),
    AlertKind.HELP: _("Asks for help"),
    AlertKind.READY: _("Wants to come back"),
    AlertKind.TALK: _("Wants to talk"),
    AlertKind.WORDS: _("Sent some words"),
    AlertKind.WHERE: _("Asks where to go"),
    AlertKind.TEXTS_OFF: _("No more texts: use another way"),
    AlertKind.WRONG_NUMBER: _("The number may be wrong"),
    AlertKind.UNMATCHED: _("A text from a phone we do not know"),
}

BECAME = {
    AlertState.OPEN: _("People were told. Nobody has answered yet."),
    AlertState.ACKNOWLEDGED: _("Somebody has it."),
    AlertState.RESOLVED: _("It was looked after."),
}

BELIEFS: dict[int, LazyText] = {
    0: _("We do not know who sent it"),
    1: _("Number only, not confirmed"),
    2: _("With their word"),
    3: _("Someone spoke with them"),
}

MY_PLAN = {
    PlanState.DRAFT: _("Being written. You decide what goes in."),
    PlanState.SHARED: _("It waits for everyone to say yes."),
    PlanState.LIVE: _("Agreed and in use."),
    PlanState.CHANGED: _("In use. Something new is written and not agreed yet."),
    PlanState.DECLINED: _("You said not now. That is fine."),
}

PLANS = {
    PlanState.DRAFT: _("being written"),
    PlanState.SHARED: _("waits for everyone to agree"),
    PlanState.LIVE: _("agreed and in use"),
    PlanState.CHANGED: _("in use, something new is not agreed yet"),
    PlanState.DECLINED: _("not wanted for now"),
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
