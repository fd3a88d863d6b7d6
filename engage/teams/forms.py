"""What is typed about staff: an invitation, a role, a team."""

import re
from datetime import date
from typing import Any

from engage.i18n import LOCALES
from engage.i18n import lazy_gettext as _l
from engage.people.models import Role
from engage.people.staff_forms import email_field
from engage.teams import labels
from engage.web.forms import Choices, Form, Select, TextField, Tick, ValidationError

# As little as every address has; whether it is theirs shows when they open the link.
ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
WHOLE = "all"


class WithRole(Form):
    """A role, and where it holds; which are offered depends on who asks."""

    role = Choices(_l("Role"), needed=_l("Pick a role."))
    team = Select(_l("Where"), needed=_l("Pick where."))

    def offer(self, roles: list[Role], teams: list[tuple[str, str]], *, whole: bool) -> None:
        """Offer these roles and teams; `whole`: also the whole organisation."""
        self.role.offer([(r, labels.ROLES[r], labels.ROLE_HINTS[r]) for r in roles])
        more = [(WHOLE, labels.WHOLE_ORGANISATION)] if whole else []
        self.team.offer([*([("", "")] if len(teams) + len(more) > 1 else []), *teams, *more])

    def validate_team(self, field: Any) -> None:
        """Refuse an administrator of one team."""
        if self.role.data == Role.ADMIN and field.data != WHOLE:
            raise ValidationError(str(labels.NO_TEAM_FOR_ADMIN))


class InviteForm(WithRole):
    """Somebody new."""

    name = TextField(_l("Name"), limit=120, needed=_l("Type their name."))
    email = email_field()
    phone = TextField(
        _l("Work phone"),
        kind="tel",
        limit=40,
        hint=_l("Alerts come here by text. You may leave it empty."),
    )
    locale = Select(
        _l("Language"), choices=list(LOCALES.items()), default="en", needed=_l("Pick a language.")
    )

    def validate_email(self, field: Any) -> None:
        """Refuse what is no address."""
        if not ADDRESS.fullmatch((field.data or "").strip()):
            raise ValidationError(str(labels.NOT_AN_ADDRESS))


class RoleForm(WithRole):
    """One more role for a colleague."""

    until = TextField(
        _l("Until which day?"), kind="date", limit=10, hint=_l("Empty: until you end it.")
    )

    def last_day(self) -> date | None:
        """Return the last day on which the role holds, or None for no end."""
        return date.fromisoformat(self.until.data) if self.until.data else None

    def validate_until(self, field: Any) -> None:
        """Refuse what is no day."""
        try:
            self.last_day()
        except ValueError:
            raise ValidationError(str(labels.NOT_A_DAY)) from None


class TeamForm(Form):
    """A team's name."""

    name = TextField(_l("Name of the team"), limit=120, needed=_l("Type a name for the team."))


class LeftForm(Form):
    """Somebody does not work here any more."""

    sure = Tick(
        _l("Yes, they do not work here any more"),
        needed=_l("Tick this if they have left for good."),
    )
