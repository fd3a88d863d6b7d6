"""When somebody is reminded of a plan that is overdue, in plain Python."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

# A plan that waits is no emergency: nobody is woken for it. Source: SAFETY H07, ours the hours.
WORK_BEGINS, WORK_ENDS = time(9), time(17)
# Then the supervisor hears of it as well. Ours; MISSION C3 names no second clock.
SUPERVISOR_AFTER = timedelta(hours=24)
# A home that somebody came to longer ago is not new: its plan waits in the list of reviews.
LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True)
class DuePlan:
    """A plan that should have been agreed by now. `round_id`: the home or plan it is due for."""

    young_person_id: UUID
    organisation_id: UUID
    round_id: UUID
    due_at: datetime
    time_zone: str


def in_working_hours(local: datetime) -> bool:
    """Say whether it is Monday to Friday, nine to five, on this wall clock."""
    return local.weekday() < 5 and WORK_BEGINS <= local.time() < WORK_ENDS


def steps_to_remind(due_at: datetime, now: datetime) -> Collection[str]:
    """Return who hears of an overdue plan by now, as the steps of the order of telling."""
    if now < due_at:
        return ()
    if now - due_at < SUPERVISOR_AFTER:
        return ("social_worker",)
    return ("social_worker", "supervisor")


def reminder_key(due: DuePlan, person_id: UUID) -> str:
    """Return what makes one reminder the only one of its kind for this person."""
    return f"plan_due:{due.round_id.hex}:{person_id.hex}"
