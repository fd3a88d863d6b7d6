"""Where each kind of person may go from any page."""

from engage.i18n import gettext as _
from engage.people.models import PersonKind, Role
from engage.people.viewer import Viewer
from engage.web.layout import NavigationLink

LOOKS_AFTER = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS})


def places_of(viewer: Viewer | None) -> list[NavigationLink]:
    """List the places in the header of somebody signed in; the name there leads home."""
    if viewer is None or viewer.kind is None or viewer.link_kind is not None:
        return []
    found = []
    if viewer.kind is PersonKind.WORKER and viewer.roles & LOOKS_AFTER:
        found.append(NavigationLink("/young-people", _("Young people")))
        found.append(NavigationLink("/alerts", _("Alerts")))
        found.append(NavigationLink("/check-ins", _("Check-ins")))
    if viewer.roles & {Role.SOCIAL_WORKER, Role.SUPERVISOR}:
        found.append(NavigationLink("/plans/to-review", _("Plans")))
    if viewer.roles & {Role.ADMIN, Role.SUPERVISOR}:
        found.append(NavigationLink("/staff", _("Staff")))
    if Role.ADMIN in viewer.roles:
        found.append(NavigationLink("/record/check", _("The audit")))
    return found
