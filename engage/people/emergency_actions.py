"""Opening what is closed, for an hour, saying why. Source: SAFETY 5.3."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select

from engage.audit.actions import record
from engage.db import db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import EmergencyAccess, Role
from engage.people.rules import (
    EMERGENCY_AGAIN,
    EMERGENCY_LENGTH,
    EMERGENCY_REASON,
    REVIEW_WITHIN,
    working_days_after,
)
from engage.web.errors import NotFound

MAY_OPEN = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS})


class ReasonCode(StrEnum):
    """Why somebody opens what is closed to them."""

    MISSING = "missing"
    SERIOUS_HARM = "serious_harm"
    COURT_ORDER = "court_order"


class ReasonTooShort(ValueError):
    """The reason says too little for whoever reviews it."""


class AskASupervisor(Exception):
    """They opened this young person's record within a week: a supervisor decides the next time."""


def open_in_emergency(
    viewer: Viewer,
    young_person_id: UUID,
    sections: Sequence[str],
    *,
    code: ReasonCode,
    reason: str,
    now: datetime,
) -> list[EmergencyAccess]:
    """Let a worker read these closed sections of one young person for an hour.

    They must be able to open the young person's page anyway. The caller queues the notices to
    supervisor and own worker in the same transaction: without them there is no access.
    Raises NotFound, ReasonTooShort, AskASupervisor.
    """
    require(viewer, Verb.READ, Object.PROFILE, young_person_id, now=now)
    if not viewer.roles & MAY_OPEN or viewer.person_id is None or not sections:
        raise NotFound("emergency")
    if len(" ".join(reason.split())) < EMERGENCY_REASON:
        raise ReasonTooShort
    if Role.SUPERVISOR not in viewer.roles and _opened_lately(viewer, young_person_id, now):
        raise AskASupervisor
    opened = [
        EmergencyAccess(
            person_id=viewer.person_id,
            young_person_id=young_person_id,
            section=section,
            reason_code=code,
            reason=reason,
            starts_at=now,
            ends_at=now + EMERGENCY_LENGTH,
            review_due_at=working_days_after(now, REVIEW_WITHIN),
        )
        for section in dict.fromkeys(sections)
    ]
    db.session.add_all(opened)
    db.session.flush()
    for access in opened:
        record(
            "emergency:opened",
            viewer=viewer,
            now=now,
            subject_id=young_person_id,
            object_kind=access.section,
            object_id=access.id,
            reason=code,
        )
    return opened


def _opened_lately(viewer: Viewer, young_person_id: UUID, now: datetime) -> int:
    count = select(func.count()).where(
        EmergencyAccess.person_id == viewer.person_id,
        EmergencyAccess.young_person_id == young_person_id,
        EmergencyAccess.starts_at > now - EMERGENCY_AGAIN,
    )
    return db.session.scalar(count) or 0


def note_reviewed(viewer: Viewer, access_id: UUID, *, now: datetime) -> None:
    """Note that a supervisor looked at an emergency access; nobody reviews their own."""
    access = db.session.get(EmergencyAccess, access_id)
    if access is None or viewer.person_id == access.person_id:
        raise NotFound("emergency")
    require(viewer, Verb.APPROVE, Object.PLAN_SHARED, access.young_person_id, now=now)
    access.reviewed_at, access.reviewed_by_id = now, viewer.person_id
    record(
        "emergency:reviewed",
        viewer=viewer,
        now=now,
        subject_id=access.young_person_id,
        object_kind="emergency",
        object_id=access_id,
    )
