"""Noting that a young person is away or in danger, and that it is over, with what follows for
their plan and for the check-ins agreed for that time. Until an episode is opened, a worker does
it by hand.
"""

from datetime import datetime
from uuid import UUID

from engage.agreed import away_actions
from engage.people import circumstance_actions as people
from engage.people.access import SYSTEM, Viewer
from engage.people.rules import CircumstanceKind
from engage.people.sharing_models import Circumstance
from engage.plans.agreement_actions import ask_for_review
from engage.plans.models import ReviewReason


def note(
    viewer: Viewer,
    young_person_id: UUID,
    kind: CircumstanceKind,
    *,
    about_id: UUID | None = None,
    now: datetime,
) -> Circumstance:
    """Note that a young person is away or in danger: what they share for that case opens, and
    the check-ins agreed for while they are away begin. `about_id`: what it follows from.
    """
    if kind is CircumstanceKind.DANGER:
        return people.note_danger(viewer, young_person_id, now=now)
    noted = people.note_away(viewer, young_person_id, now=now, about_id=about_id)
    # Whoever may say that they are away may not change what was agreed: it follows by itself.
    away_actions.begin_away(SYSTEM, young_person_id, now=now)
    return noted


def end(viewer: Viewer, young_person_id: UUID, kind: CircumstanceKind, *, now: datetime) -> bool:
    """Note that it is over: what was open for that case closes, and the plan is read again.

    False if nothing was open. Source: C5, a review after each episode.
    """
    if kind is CircumstanceKind.AWAY:
        was_open = people.end_away(viewer, young_person_id, now=now)
        away_actions.note_back(young_person_id, now=now)
    else:
        was_open = people.end_danger(viewer, young_person_id, now=now)
    if not was_open:
        return False
    ask_for_review(viewer, young_person_id, reason=ReviewReason.EPISODE, now=now)
    return True
