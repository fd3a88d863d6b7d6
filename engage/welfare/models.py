"""The tables of welfare meetings: minutes, who was there, what was added, and what was agreed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.welfare.rules import About, State, Turn


class WelfareMeeting(Base):
    """The minutes of one meeting. Written once; what comes later is added as a note."""

    __tablename__ = "welfare_meetings"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    held_on: Mapped[date] = mapped_column(Date)
    about: Mapped[About] = mapped_column(String(8))
    # The place or what else it was about in words; of a pattern its code.
    _subject: Mapped[str | None] = mapped_column("subject", Text)
    subject = sealed("_subject")
    # Who was there besides those who work here.
    _others: Mapped[str | None] = mapped_column("others", Text)
    others = sealed("_others")
    _noticed: Mapped[str | None] = mapped_column("noticed", Text)
    noticed = sealed("_noticed")
    _decided: Mapped[str | None] = mapped_column("decided", Text)
    decided = sealed("_decided")
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]

    __table_args__ = (Index("ix_welfare_meetings_held", "organisation_id", "held_on", "id"),)


class WelfarePresent(Base):
    """A member of staff who was there."""

    __tablename__ = "welfare_present"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("welfare_meetings.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)

    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)


class WelfareYoungPerson(Base):
    """A young person who was thought of, put there by somebody who may open their page."""

    __tablename__ = "welfare_young_people"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("welfare_meetings.id"))
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("meeting_id", "young_person_id"),)


class WelfareNote(Base):
    """Something added to the minutes later. Added, never overwritten."""

    __tablename__ = "welfare_notes"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("welfare_meetings.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")


class WelfareAction(Base):
    """Something that somebody does by a day, agreed in a welfare meeting."""

    __tablename__ = "welfare_actions"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("welfare_meetings.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    _what: Mapped[str | None] = mapped_column("what", Text)
    what = sealed("_what")
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[State] = mapped_column(String(8), default=State.OPEN)
    # What was done, or why it could not be.
    _did: Mapped[str | None] = mapped_column("did", Text)
    did = sealed("_did")
    ended_at: Mapped[datetime | None]
    # When the sweep looks at it; None once it is over or the supervisors heard.
    next_look_at: Mapped[datetime | None] = mapped_column()
    times_told: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (
        Index("ix_welfare_actions_owner", "owner_id", "state", "due_on"),
        Index(
            "ix_welfare_actions_next_look",
            "next_look_at",
            sqlite_where=next_look_at.is_not(None),
            postgresql_where=next_look_at.is_not(None),
        ),
    )


class WelfareLine(Base):
    """One turn of something agreed. Added, never overwritten."""

    __tablename__ = "welfare_action_lines"

    action_id: Mapped[UUID] = mapped_column(ForeignKey("welfare_actions.id"))
    number: Mapped[int] = mapped_column(Integer)
    turn: Mapped[Turn] = mapped_column(String(8))
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date] = mapped_column(Date)
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")

    __table_args__ = (UniqueConstraint("action_id", "number"),)
