"""The tables of talks after coming back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.calendar_mail.models import Invited, waiting_index
from engage.crypto import sealed
from engage.db import Base
from engage.interviews.rules import (
    OPEN,
    Facts,
    InterviewState,
    Manner,
    Reached,
    Who,
    Wish,
)


class ReturnInterview(Base):
    """One talk that is owed to a young person; it may cover several times away."""

    __tablename__ = "return_interviews"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[InterviewState] = mapped_column(String(12), default=InterviewState.OWED)
    opened_at: Mapped[datetime]
    # The earliest of the times away it covers decides. None: nobody noted when they came back.
    due_at: Mapped[datetime | None]
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    others: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    next_look_at: Mapped[datetime | None] = mapped_column()
    offered_at: Mapped[datetime | None]
    offered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # When the text went that can be answered by a digit.
    asked_by_text_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    again_at: Mapped[datetime | None]
    _decline_reason: Mapped[str | None] = mapped_column("decline_reason", Text)
    decline_reason = sealed("_decline_reason")
    # What the young person chose, and when they last changed it.
    chosen_at: Mapped[datetime | None]
    who: Mapped[Who | None] = mapped_column(String(16))
    _who_name: Mapped[str | None] = mapped_column("who_name", Text)
    who_name = sealed("_who_name")
    wish: Mapped[Wish | None] = mapped_column(String(12))
    manner: Mapped[Manner | None] = mapped_column(String(8))
    needs_interpreter: Mapped[bool] = mapped_column(Boolean, default=False)
    _language: Mapped[str | None] = mapped_column("language", Text)
    language = sealed("_language")
    _where: Mapped[str | None] = mapped_column("where_to_meet", Text)
    where = sealed("_where")
    _when: Mapped[str | None] = mapped_column("when_it_suits", Text)
    when = sealed("_when")
    _may_know: Mapped[str | None] = mapped_column("may_know", Text)
    may_know = sealed("_may_know")
    # What was arranged.
    interviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    _interviewer_name: Mapped[str | None] = mapped_column("interviewer_name", Text)
    interviewer_name = sealed("_interviewer_name")
    is_involved: Mapped[bool] = mapped_column(Boolean, default=False)
    independent_offered: Mapped[bool] = mapped_column(Boolean, default=False)
    booked_for: Mapped[datetime | None]
    # Grows with every change of what is arranged: the newest calendar file counts.
    booked_number: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    # Which reminders of this booking went, or came too late: 1 the day before, 2 two hours before.
    reminded: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    _place: Mapped[str | None] = mapped_column("place", Text)
    place = sealed("_place")
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        # Two open ones for one person would be two truths.
        Index(
            "uq_return_interviews_open",
            "young_person_id",
            unique=True,
            sqlite_where=state.in_(sorted(OPEN)),
            postgresql_where=state.in_(sorted(OPEN)),
        ),
        Index(
            "ix_return_interviews_next_look",
            "next_look_at",
            sqlite_where=next_look_at.is_not(None),
            postgresql_where=next_look_at.is_not(None),
        ),
        # The list of what is owed is read in this order, a page at a time.
        Index(
            "ix_return_interviews_open_due",
            "due_at",
            "id",
            sqlite_where=state.in_(sorted(OPEN)),
            postgresql_where=state.in_(sorted(OPEN)),
        ),
        Index("ix_return_interviews_state", "organisation_id", "state", "due_at"),
        Index("ix_return_interviews_opened", "organisation_id", "opened_at"),
    )

    @property
    def facts(self) -> Facts:
        """What decides how it stands."""
        return Facts(
            InterviewState(self.state), self.due_at, self.offered_at, self.declined_at, self.done_at
        )


class InterviewEpisode(Base):
    """A time away that a talk covers. Each is covered once; None: no rule asks for a talk."""

    __tablename__ = "interview_episodes"

    interview_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("return_interviews.id"), index=True
    )
    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"), unique=True)
    # They were offered a talk about it in time, said no, and went again later: its clock is over,
    # though the talk that comes may be about it too.
    settled_at: Mapped[datetime | None]


class InterviewAttempt(Base):
    """Somebody tried to reach them for it. Added, never changed."""

    __tablename__ = "interview_attempts"

    interview_id: Mapped[UUID] = mapped_column(ForeignKey("return_interviews.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    reached: Mapped[Reached] = mapped_column(String(12))
    _note: Mapped[str | None] = mapped_column("note", Text)
    note = sealed("_note")


class InterviewHolder(Invited):
    """A member of staff with whom a talk is or was arranged: their calendar is told of it."""

    __tablename__ = "interview_holders"

    interview_id: Mapped[UUID] = mapped_column(ForeignKey("return_interviews.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        UniqueConstraint("interview_id", "person_id"),
        waiting_index("interview_holders"),
    )
