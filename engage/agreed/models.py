"""Agreed times, and each check-in that is expected because of one."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.agreed.rules import (
    ExpectedState,
    Repeat,
    Terms,
    TimeState,
    days_of,
)
from engage.db import Base


class AgreedTime(Base):
    """When a young person will let us know how they are: holds once they and a worker agreed."""

    __tablename__ = "agreed_times"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    # Said in their plan, of this person to check in with; empty when agreed beside the plan.
    relationship_id: Mapped[UUID | None] = mapped_column(ForeignKey("relationships.id"), index=True)
    # What it takes the place of, once both have said yes to it.
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreed_times.id"))
    repeat: Mapped[Repeat] = mapped_column(String(12))
    # Weekdays as bits, Monday the lowest, and the wall time in the zone; or hours while away.
    days: Mapped[int] = mapped_column(Integer, default=0)
    wall: Mapped[str | None] = mapped_column(String(5))
    zone: Mapped[str] = mapped_column(String(60))
    every_hours: Mapped[int | None] = mapped_column(Integer)
    grace_minutes: Mapped[int] = mapped_column(Integer)
    # We may ask "all good?" first, before anybody is told.
    may_ask: Mapped[bool] = mapped_column(Boolean, default=True)
    state: Mapped[TimeState] = mapped_column(String(10))
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    young_agreed_at: Mapped[datetime | None]
    worker_agreed_at: Mapped[datetime | None]
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # They said yes aloud, and a worker wrote it down.
    said_aloud: Mapped[bool] = mapped_column(Boolean, default=False)
    # "While away": since when it runs; empty while they are at home.
    running_since: Mapped[datetime | None]
    # The last pause: what was due before it is still told of.
    paused_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    @property
    def terms(self) -> Terms:
        """What was agreed, for the rules."""
        return terms_of(self)


def terms_of(row: Any) -> Terms:
    """Return the terms of an agreed time, given as an object or as a row of its columns."""
    return Terms(
        repeat=Repeat(row.repeat),
        zone=row.zone,
        grace=timedelta(minutes=row.grace_minutes),
        days=days_of(row.days),
        wall=time.fromisoformat(row.wall) if row.wall else None,
        every=timedelta(hours=row.every_hours) if row.every_hours else None,
        may_ask=row.may_ask,
    )


class ExpectedCheckIn(Base):
    """One check-in that is expected by an instant.

    `next_step_at` says when something must happen, and is empty when nothing must: finding
    what is due costs what is due, not what exists. `settled_at` is empty while a check-in
    still changes something.
    """

    __tablename__ = "expected_check_ins"

    agreed_time_id: Mapped[UUID] = mapped_column(ForeignKey("agreed_times.id"))
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    state: Mapped[ExpectedState] = mapped_column(String(12))
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime]
    overdue_at: Mapped[datetime]
    next_step_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    raised_at: Mapped[datetime | None]
    # How many seconds after its time people were told, when the scheduler had stopped.
    late_by: Mapped[int | None] = mapped_column(Integer)
    alert_id: Mapped[UUID | None] = mapped_column(ForeignKey("alerts.id"))
    settled_at: Mapped[datetime | None]
    check_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("check_ins.id"))
    check_in_kind: Mapped[str | None] = mapped_column(String(16))
    belief: Mapped[int | None] = mapped_column(Integer)
    # When it was sent, if that was known; else when it came.
    heard_at: Mapped[datetime | None]
    heard_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        UniqueConstraint("agreed_time_id", "due_at"),
        Index(
            "ix_expected_check_ins_due",
            "next_step_at",
            sqlite_where=text("next_step_at IS NOT NULL"),
            postgresql_where=text("next_step_at IS NOT NULL"),
        ),
        Index(
            "ix_expected_check_ins_open",
            "young_person_id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index("ix_expected_check_ins_young_person", "young_person_id", "due_at"),
    )
