"""What young people sent: by text, by link or QR, or from their own page."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.checkins.rules import Belief, Kind
from engage.crypto import sealed
from engage.db import Base

# What is pressed with a signal arrives sooner than this.
NO_SIGNAL = timedelta(minutes=2)


class SentBy(StrEnum):
    """Which way it came."""

    TEXT = "text"
    LINK = "link"
    PAGE = "page"


class Word(StrEnum):
    """Which of their two words stood in it."""

    NONE = "none"
    CODE = "code"
    NOT_OK = "not_ok"


class Handling(StrEnum):
    """What staff did with a text that nobody could match."""

    MATCHED = "matched"
    REPLIED = "replied"
    LEFT = "left"


class CheckIn(Base):
    """A claim by a young person, or by somebody: never a location, never the end of anything."""

    __tablename__ = "check_ins"

    idempotency_key: Mapped[str] = mapped_column(String(80), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    # None: on the board of unmatched texts until staff say whose it is.
    young_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # An adult we know wrote it (a carer, a trusted person): also for the board.
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # The blind index of the phone it came from: gathers what one unknown phone sent.
    sender_index: Mapped[str | None] = mapped_column(String(32))
    kind: Mapped[Kind] = mapped_column(String(16))
    # What it is to somebody who looks on, where a not-OK word made it something else for us.
    looks_like: Mapped[Kind | None] = mapped_column(String(16))
    choice: Mapped[int | None] = mapped_column(Integer)
    word: Mapped[Word] = mapped_column(String(8), default=Word.NONE)
    belief: Mapped[Belief] = mapped_column(Integer)
    sent_by: Mapped[SentBy] = mapped_column(String(8))
    inbound_id: Mapped[UUID | None] = mapped_column(ForeignKey("inbound_messages.id"))
    alert_id: Mapped[UUID | None] = mapped_column(ForeignKey("alerts.id"))
    _note: Mapped[str | None] = mapped_column("note", Text)
    note = sealed("_note")
    _place: Mapped[str | None] = mapped_column("place", Text)
    place = sealed("_place")
    locale: Mapped[str] = mapped_column(String(12))
    received_at: Mapped[datetime]
    # When the phone or the provider says it was sent, if that is known.
    sent_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    handled_how: Mapped[Handling | None] = mapped_column(String(8))

    @property
    def was_kept(self) -> bool:
        """Say whether a phone held it back until there was a signal: it is older than it looks."""
        if self.sent_at is None or self.sent_by == SentBy.TEXT:
            return False
        return self.received_at - self.sent_at > NO_SIGNAL

    __table_args__ = (
        Index("ix_check_ins_young_person", "young_person_id", "received_at"),
        Index(
            "ix_check_ins_unmatched",
            "organisation_id",
            "received_at",
            sqlite_where=text("young_person_id IS NULL AND handled_at IS NULL"),
            postgresql_where=text("young_person_id IS NULL AND handled_at IS NULL"),
        ),
        Index(
            "ix_check_ins_stranger",
            "sender_index",
            "received_at",
            sqlite_where=text("young_person_id IS NULL"),
            postgresql_where=text("young_person_id IS NULL"),
        ),
    )


class Candidate(Base):
    """A young person who may have sent an unmatched text: they share the phone it came from."""

    __tablename__ = "check_in_candidates"

    check_in_id: Mapped[UUID] = mapped_column(
        ForeignKey("check_ins.id", ondelete="CASCADE"), index=True
    )
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
