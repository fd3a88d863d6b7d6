"""The one row behind an emergency access: who asked, why, who let them, who looked at it after."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base


class UseState(StrEnum):
    """How far a use of emergency access has come."""

    WAITING = "waiting"
    OPENED = "opened"
    REFUSED = "refused"


class ReviewOutcome(StrEnum):
    """What a supervisor thought of it afterwards."""

    RIGHT = "right"
    TALK = "talk"


class EmergencyUse(Base):
    """One worker opens closed parts of one young person's record, once. Source: SAFETY 5.3.

    The parts themselves are rows of EmergencyAccess, made when it opens: those decide. This row
    waits for a supervisor where one must say yes first, and for the review afterwards.
    """

    __tablename__ = "emergency_uses"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    sections: Mapped[list[str]] = mapped_column(JSON)
    reason_code: Mapped[str] = mapped_column(String(24))
    _reason: Mapped[str] = mapped_column("reason", Text)
    reason = sealed("_reason")
    state: Mapped[UseState] = mapped_column(String(8))
    asked_at: Mapped[datetime]
    # The supervisor who said yes or no, where one had to.
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    starts_at: Mapped[datetime | None]
    # When the hour is over, or when the worker closed it before.
    ends_at: Mapped[datetime | None]
    review_due_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[ReviewOutcome | None] = mapped_column(String(8))
    _note: Mapped[str | None] = mapped_column("note", Text)
    note = sealed("_note")

    __table_args__ = (
        Index("ix_emergency_uses_person", "person_id", "asked_at"),
        Index("ix_emergency_uses_young_person", "young_person_id", "asked_at"),
    )
