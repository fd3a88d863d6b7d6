"""What the frame of every page says: helplines, places to go, and that the worker is late."""

from datetime import datetime

from flask import Flask, g

from engage import clock
from engage.config import Settings
from engage.home.places import places_of
from engage.messaging.queries import find_delay
from engage.people.models import PersonKind
from engage.people.queries import get_organisation
from engage.people.signin import current_viewer
from engage.policy.queries import pack
from engage.policy.setup import helplines
from engage.web.layout import NavigationLink, frame


def init_app(app: Flask, settings: Settings) -> None:
    """Fill the frame of every page from what the packages below know."""
    its = frame(app)
    its.delayed_since = delayed_since
    its.helplines = lambda: helplines(pack(policy_in_use(settings)), for_adults=is_for_adults())
    its.navigation = navigation


def policy_in_use(settings: Settings) -> str:
    """Name the policy pack of the reader's organisation, or the installation's for strangers."""
    viewer = current_viewer()
    if viewer is None or viewer.organisation_id is None:
        return settings.policy
    return get_organisation(viewer, viewer.organisation_id).policy


def is_for_adults() -> bool:
    """Say whether the reader is a carer or a worker who has signed in."""
    viewer = current_viewer()
    return (
        viewer is not None
        and viewer.link_kind is None
        and viewer.kind in (PersonKind.CARER, PersonKind.WORKER)
    )


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
