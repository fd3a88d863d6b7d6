"""What one person must not do alone waits here for a second one. Source: SAFETY T12, O18."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base
from engage.people.models import Role


class RequestKind(StrEnum):
    """What somebody asks for, on behalf of a member of staff."""

    ROLE = "role"
    FRESH_START = "fresh_start"


class RequestState(StrEnum):
    """What became of it."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class StaffRequest(Base):
    """Somebody asks for a role, or a fresh start of the sign-in, for a member of staff."""

    __tablename__ = "staff_requests"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[RequestKind] = mapped_column(String(12))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[Role | None] = mapped_column(String(20))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    # Until when the role is to hold; None: until somebody ends it.
    role_ends_at: Mapped[datetime | None]
    state: Mapped[RequestState] = mapped_column(String(10))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_staff_requests_waiting", "organisation_id", "state", "asked_at"),)
