"""What the plan says of when they check in: it is an agreed time, kept once."""

from datetime import datetime
from uuid import UUID

from engage.agreed import actions as times
from engage.agreed.models import AgreedTime
from engage.agreed.reading import said_in_plan, says_the_same
from engage.agreed.rules import Proposal, TimeState
from engage.agreed.turns import finish, note
from engage.people.access import Viewer


def say_in_plan(
    viewer: Viewer,
    young_person_id: UUID,
    relationship_id: UUID,
    proposal: Proposal | None,
    *,
    now: datetime,
) -> AgreedTime | None:
    """Keep what a young person says in their plan of when they check in, and with whom.

    It holds once their worker says yes; until then what held before goes on. None: no set times,
    which ends it at once, and their worker hears. Raises TooMany, NotFound.
    """
    held = said_in_plan(young_person_id)
    if proposal is None:
        for time in held:
            times.end(viewer, time.id, now=now)
        return None
    for time in held:
        time.relationship_id = relationship_id
    if held and says_the_same(held[-1], proposal):
        return held[-1]
    for time in held:
        if time.state == TimeState.PROPOSED:
            finish(viewer, time, now)
            note("agreed_time:ended", viewer, time, now)
    active = next((time for time in held if time.state == TimeState.ACTIVE), None)
    if active is not None and says_the_same(active, proposal):
        return active
    return times.propose(
        viewer, young_person_id, proposal, relationship_id=relationship_id, replaces=active, now=now
    )


def agree_with_plan(
    viewer: Viewer, young_person_id: UUID, *, until: datetime, now: datetime
) -> int:
    """Let a worker's yes to a plan be their yes to the times in it; return how many that were.

    Those proposed after `until`, when that plan was put to everybody, wait for a yes of their own.
    """
    waiting = [
        time
        for time in said_in_plan(young_person_id)
        if time.state == TimeState.PROPOSED
        and time.worker_agreed_at is None
        and time.proposed_at <= until
    ]
    return sum(times.agree(viewer, time.id, now=now) for time in waiting)
