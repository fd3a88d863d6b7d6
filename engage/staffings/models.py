"""The tables of staffings and team meetings: reasons, slots, guests, words and what was agreed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.calendar_mail.models import Invited, waiting_index
from engage.crypto import sealed
from engage.db import Base
from engage.staffings.rules import (
    Answer,
    Ask,
    MeetingState,
    Part,
    Purpose,
    StaffingState,
    Whose,
)


def _where_not_null(column: Mapped[datetime | None], name: str) -> Index:
    return Index(
        name, column, sqlite_where=column.is_not(None), postgresql_where=column.is_not(None)
    )


class Staffing(Base):
    """The staffing of one time away: one record, whatever its reasons and however many meetings."""

    __tablename__ = "staffings"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"), unique=True)
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[StaffingState] = mapped_column(String(12))
    proposed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # Why it was declined, or why it ended.
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")
    # How often it is held, agreed at the first one.
    every_days: Mapped[int | None] = mapped_column(Integer)
    closed_at: Mapped[datetime | None]
    # When the sweep looks at it; None once it is over.
    next_look_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (_where_not_null(next_look_at, "ix_staffings_next_look"),)


class StaffingReason(Base):
    """Why a staffing is proposed: a trigger of the pack, once for each time away."""

    __tablename__ = "staffing_reasons"

    staffing_id: Mapped[UUID] = mapped_column(ForeignKey("staffings.id"))
    trigger: Mapped[str] = mapped_column(String(24))
    # The rule as it was then.
    number: Mapped[int] = mapped_column(Integer, default=0)
    source: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime]
    # Who asked, and why: where a person did.
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")

    __table_args__ = (UniqueConstraint("staffing_id", "trigger"),)


class Preparation(Base):
    """What somebody wrote under one question before a staffing. The last one counts."""

    __tablename__ = "staffing_preparations"

    staffing_id: Mapped[UUID] = mapped_column(ForeignKey("staffings.id"))
    question: Mapped[Ask] = mapped_column(String(12))
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("staffing_id", "question"),)


class FacilitatorSlot(Base):
    """Half an hour a week in which somebody leads staffings of a region."""

    __tablename__ = "facilitator_slots"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    region: Mapped[str] = mapped_column(String(60))
    weekday: Mapped[int] = mapped_column(Integer)
    # Minutes after midnight, by the clock on the wall.
    minute: Mapped[int] = mapped_column(Integer)
    ended_at: Mapped[datetime | None]


class Meeting(Base):
    """One meeting: when, where, who leads it, and what came of it."""

    __tablename__ = "meetings"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"), index=True)
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    staffing_id: Mapped[UUID | None] = mapped_column(ForeignKey("staffings.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(String(12))
    state: Mapped[MeetingState] = mapped_column(String(12))
    starts_at: Mapped[datetime]
    facilitator_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    planned_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    _link: Mapped[str | None] = mapped_column("link", Text)
    link = sealed("_link")
    _place: Mapped[str | None] = mapped_column("place", Text)
    place = sealed("_place")
    # Grows with every change, as calendars want it (RFC 5545).
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    ended_at: Mapped[datetime | None]
    held_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # It also counts as the supervisor's monthly consult, on this day.
    consult_on: Mapped[date | None] = mapped_column(Date)
    _notes: Mapped[str | None] = mapped_column("notes", Text)
    notes = sealed("_notes")

    __table_args__ = (
        # One facilitator is in one meeting at a time, whoever books at the same instant.
        Index(
            "uq_meetings_facilitator",
            "facilitator_id",
            "starts_at",
            unique=True,
            sqlite_where=state == MeetingState.PLANNED,
            postgresql_where=state == MeetingState.PLANNED,
        ),
    )


class MeetingGuest(Invited):
    """Somebody asked to a meeting, what they said, and what was sent to them."""

    __tablename__ = "meeting_guests"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), index=True)
    # Somebody we know; else only what stands here is known.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    part: Mapped[Part] = mapped_column(String(16))
    _name: Mapped[str] = mapped_column("name", Text)
    name = sealed("_name")
    _email: Mapped[str | None] = mapped_column("email", Text)
    email = sealed("_email")
    answer: Mapped[Answer] = mapped_column(String(8), default=Answer.NONE)
    answered_at: Mapped[datetime | None]
    # Taken off the list: their calendar is told, and the link ends.
    removed_at: Mapped[datetime | None]

    __table_args__ = (waiting_index("meeting_guests"),)


class MeetingWords(Base):
    """What the young person says, themselves or through one of the three. Read first."""

    __tablename__ = "meeting_words"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), index=True)
    whose: Mapped[Whose] = mapped_column(String(16))
    # Who wrote it down; None: they did, by their link.
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    at: Mapped[datetime]


class MeetingAction(Base):
    """Something somebody does by a day, agreed in a meeting."""

    __tablename__ = "meeting_actions"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), index=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    next_look_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (_where_not_null(next_look_at, "ix_meeting_actions_next_look"),)
