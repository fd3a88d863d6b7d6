"""What the frame of every page says: helplines, places to go, the words of the place, and that
the worker is late.
"""

from datetime import datetime

from flask import Flask, g

from engage import clock
from engage.alerts.rules import initials
from engage.config import Settings
from engage.emergencies.queries import names_of, open_uses
from engage.emergencies.rules import minutes_left
from engage.home.places import places_of
from engage.i18n import say_with
from engage.messaging.queries import find_delay
from engage.people.models import PersonKind
from engage.people.queries import get_organisation
from engage.people.sessions import current_session
from engage.people.signin import current_viewer
from engage.policy.helplines import helplines
from engage.policy.queries import pack
from engage.policy.word_rules import LOOKED_FOR, in_words_of, may_be_said_otherwise
from engage.web.layout import NavigationLink, OpenNow, frame, own_words


def init_app(app: Flask, settings: Settings) -> None:
    """Fill the frame of every page from what the packages below know."""
    its = frame(app)
    its.delayed_since = delayed_since
    its.helplines = lambda: helplines(pack(policy_in_use(settings)), for_adults=is_for_adults())
    its.navigation = navigation
    its.open_now = open_now
    its.is_for_adults = is_for_adults
    its.own_words = lambda sentence: in_words_of(pack(policy_in_use(settings)).words, sentence)
    say_with(own_words, may_be_said_otherwise, LOOKED_FOR)


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


def open_now() -> list[OpenNow]:
    """List what is open to a worker in an emergency; nearly always nothing, and then nothing is
    asked: the session's row has said so already. Source: SAFETY 5.3.
    """
    viewer, until, now = current_viewer(), current_session().emergency_until, clock.now()
    if viewer is None or until is None or until <= now:
        return []
    uses = open_uses(viewer, now=now)
    names = names_of(viewer, [use.young_person_id for use in uses])
    return [
        OpenNow(use.id, initials(names[use.young_person_id]), use.ends_at,
                minutes_left(use.ends_at, now))
        for use in uses if use.ends_at is not None and use.young_person_id in names
    ]  # fmt: skip


def navigation() -> list[NavigationLink]:
    """List where somebody signed in may go."""
    return places_of(current_viewer())
