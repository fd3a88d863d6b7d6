"""The tables of what happens next. Every turn of it is added, none is overwritten."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.outcomes.rules import Consent, From, Kind, State, Turn


class NextStep(Base):
    """Something that somebody will do by a day, after a talk or a return."""

    __tablename__ = "next_steps"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    # The talk or the time away it came of.
    came_of: Mapped[From] = mapped_column(String(8))
    came_of_id: Mapped[UUID]
    kind: Mapped[Kind] = mapped_column(String(16))
    aims: Mapped[list[str]] = mapped_column(JSON, default=list)
    consent: Mapped[Consent] = mapped_column(String(12))
    # What the young person said, in their own words; empty where nobody wrote it down.
    _said: Mapped[str | None] = mapped_column("said", Text)
    said = sealed("_said")
    _what: Mapped[str | None] = mapped_column("what", Text)
    what = sealed("_what")
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[State] = mapped_column(String(8), default=State.OPEN)
    # The young person reads it on their own page.
    is_theirs_to_read: Mapped[bool] = mapped_column(Boolean, default=True)
    # What we did, or why not, as they read it.
    _did: Mapped[str | None] = mapped_column("did", Text)
    did = sealed("_did")
    ended_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    # When the sweep looks at it; None once it is over or the supervisors heard.
    next_look_at: Mapped[datetime | None] = mapped_column()
    times_told: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (
        Index("ix_next_steps_young_person", "young_person_id", "state", "due_on"),
        Index("ix_next_steps_owner", "owner_id", "state", "due_on"),
        Index(
            "ix_next_steps_next_look",
            "next_look_at",
            sqlite_where=next_look_at.is_not(None),
            postgresql_where=next_look_at.is_not(None),
        ),
    )


class NextStepLine(Base):
    """One turn of it: made, given another day or owner, done, or not done and why."""

    __tablename__ = "next_step_lines"

    next_step_id: Mapped[UUID] = mapped_column(ForeignKey("next_steps.id"))
    number: Mapped[int] = mapped_column(Integer)
    turn: Mapped[Turn] = mapped_column(String(8))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date] = mapped_column(Date)
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")

    __table_args__ = (Unique("next_step_id", "number"),)
