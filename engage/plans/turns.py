"""Taking turns at one young person's plan, and knowing whose form it was that came too late."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.crypto import CannotUnseal, seal, unseal
from engage.db import begin_write, db
from engage.people.access import Viewer
from engage.people.models import Person
from engage.plans import queries
from engage.plans.page import PlanPage
from engage.plans.rules import DRAFT_KEPT

_MARK = "plan_drafts.mark"


def take_turn(young_person_id: UUID) -> None:
    """Let one writer at a time change one young person's plan, until the transaction ends."""
    begin_write(db.session)
    db.session.execute(select(Person.id).where(Person.id == young_person_id).with_for_update())
    # What was read before the turn may have changed.
    db.session.expire_all()


def open_turn(viewer: Viewer, plan_id: UUID, *, now: datetime) -> PlanPage:
    """Take the turn on a plan and return it as it stands now; raises NotFound."""
    take_turn(queries.get_page(viewer, plan_id, now=now).plan.young_person_id)
    return queries.get_page(viewer, plan_id, now=now)


@dataclass(frozen=True)
class Mark:
    """Whose form it was that came after their sign-in had ended."""

    person_id: UUID
    is_staff: bool


def draft_mark(viewer: Viewer, plan_id: UUID, now: datetime) -> str:
    """Return a sealed mark for a form, so that what was typed in it can be kept for its writer
    when their sign-in has ended by the time it arrives.
    """
    staff = "staff" if viewer.area == "staff" else ""
    return seal(f"{viewer.person_id}|{staff}|{now.timestamp():.0f}", _MARK, plan_id)


def read_mark(mark: str, plan_id: UUID, now: datetime) -> Mark | None:
    """Return whose form it was, or None when the mark is forged, moved or old."""
    try:
        person, staff, made = unseal(mark, _MARK, plan_id).split("|")
        is_fresh = now.timestamp() - float(made) <= DRAFT_KEPT.total_seconds()
        return Mark(UUID(person), bool(staff)) if is_fresh else None
    except (CannotUnseal, ValueError):
        return None
