"""What the frame of every page says: helplines, places to go, and that the worker is late."""

from datetime import datetime

from flask import Flask, g

from engage import clock
from engage.config import Settings
from engage.home.places import places_of
from engage.i18n import current_locale
from engage.i18n import gettext as _
from engage.messaging.queries import find_delay
from engage.people.models import PersonKind
from engage.people.queries import get_organisation
from engage.people.signin import current_viewer
from engage.policy.queries import pack
from engage.web.layout import Helpline, NavigationLink, frame


def init_app(app: Flask, settings: Settings) -> None:
    """Fill the frame of every page from what the packages below know."""

    def helplines() -> list[Helpline]:
        rules = pack(policy_in_use(settings), settings.policy_dir)
        code = current_locale()
        lines = [
            Helpline(h.name_in(code), h.phone, h.text, h.note_in(code)) for h in rules.helplines
        ]
        return [Helpline(_("In danger now"), phone=rules.emergency), *lines]

    its = frame(app)
    its.delayed_since = delayed_since
    its.helplines = helplines
    its.navigation = navigation


def policy_in_use(settings: Settings) -> str:
    """Name the policy pack of the reader's organisation, or the installation's for strangers."""
    viewer = current_viewer()
    if viewer is None or viewer.organisation_id is None:
        return settings.policy
    return get_organisation(viewer, viewer.organisation_id).policy


def delayed_since() -> datetime | None:
    """Tell staff, and nobody else, since when alerts are delayed. Source: SAFETY R09."""
    viewer = current_viewer()
    if viewer is None or viewer.kind is not PersonKind.WORKER:
        return None
    if "engage_delay" not in g:
        g.engage_delay = find_delay(viewer, now=clock.now())
    found: datetime | None = g.engage_delay
    return found


def navigation() -> list[NavigationLink]:
    """List where somebody signed in may go."""
    return places_of(current_viewer())
