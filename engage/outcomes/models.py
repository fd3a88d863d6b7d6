"""The tables of what happens next. Every turn of it is added, none is overwritten."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.outcomes.rules import Consent, From, Kind, State, Turn


class Promised(Base):
    """What every table of promises has: whose it is, by which day, and who heard that it is late.
    What a table seals it declares itself: a sealed value is bound to the table in which it stands.
    """

    __abstract__ = True

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[str] = mapped_column(String(8))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date] = mapped_column(Date)
    # The young person reads it on their own page; False where that would put them in danger.
    is_theirs_to_read: Mapped[bool] = mapped_column(Boolean, default=True)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # When the sweep looks at it; None once it is over or the supervisors heard.
    next_look_at: Mapped[datetime | None] = mapped_column()
    times_told: Mapped[int] = mapped_column(Integer, default=0)


class PromiseLine(Base):
    """One turn of a promise. Added, never overwritten."""

    __abstract__ = True

    number: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date] = mapped_column(Date)
    _reason: Mapped[str | None] = mapped_column("reason", Text)


def late_indexes(table: str) -> tuple[Index, Index]:
    """Return the indexes of such a table by which an owner's promises, and those that the sweep
    has to look at, are found: of the second kind it holds no others.
    """
    waits = text("next_look_at IS NOT NULL")
    return (
        Index(f"ix_{table}_owner", "owner_id", "state", "due_on"),
        Index(f"ix_{table}_next_look", "next_look_at", sqlite_where=waits, postgresql_where=waits),
    )


class NextStep(Promised):
    """Something that somebody will do by a day, after a talk or a return."""

    __tablename__ = "next_steps"

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
    state: Mapped[State] = mapped_column(String(8), default=State.OPEN)
    # What we did, or why not, as they read it.
    _did: Mapped[str | None] = mapped_column("did", Text)
    did = sealed("_did")

    __table_args__ = (
        Index("ix_next_steps_young_person", "young_person_id", "state", "due_on"),
        *late_indexes("next_steps"),
    )


class NextStepLine(PromiseLine):
    """One turn of it: made, given another day or owner, done, or not done and why."""

    __tablename__ = "next_step_lines"

    next_step_id: Mapped[UUID] = mapped_column(ForeignKey("next_steps.id"))
    turn: Mapped[Turn] = mapped_column(String(8))
    reason = sealed("_reason")

    __table_args__ = (Unique("next_step_id", "number"),)
