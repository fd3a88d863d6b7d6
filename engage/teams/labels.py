"""The words for roles, for how somebody stands with us, and for requests."""

from engage.i18n import lazy_gettext as _
from engage.people.models import Role
from engage.teams.models import RequestKind
from engage.teams.queries import Standing

ROLES = {
    Role.SOCIAL_WORKER: _("Social worker"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.OUT_OF_HOURS: _("Out-of-hours worker"),
    Role.INTERVIEWER: _("Interviewer"),
    Role.ADMIN: _("Administrator"),
}

ROLE_HINTS = {
    Role.SOCIAL_WORKER: _("Answers for young people who are assigned to them."),
    Role.SUPERVISOR: _("Supports a team, and looks over what it does."),
    Role.OUT_OF_HOURS: _("Answers for the team at night and at weekends."),
    Role.INTERVIEWER: _("Talks with young people who chose them after coming back."),
    Role.ADMIN: _("Looks after the installation and its staff. Reads no records."),
}

STANDINGS = {
    Standing.INVITED: _("Invited, has not signed in yet"),
    Standing.ACTIVE: _("Works here"),
    Standing.SUSPENDED: _("Suspended"),
    Standing.LEFT: _("Has left"),
}

REQUESTS = {
    RequestKind.ROLE: _("A role"),
    RequestKind.FRESH_START: _("A fresh start of the sign-in, after a lost phone"),
}

WHOLE_ORGANISATION = _("The whole organisation")
TAKEN = _("Somebody signs in with this address already.")
NO_NUMBER = _("This does not look like a phone number.")
NO_TEAM_FOR_ADMIN = _("An administrator looks after the whole organisation. Pick that.")
HELD = _("They have this role here already, or somebody has asked for it.")
IN_THE_PAST = _("Pick a day that is still to come.")
NOT_A_DAY = _("Pick a day, or leave it empty.")
NOT_AN_ADDRESS = _("This does not look like an email address.")
