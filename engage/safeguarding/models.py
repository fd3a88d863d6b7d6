"""The tables of screenings and of what is done when somebody says that they were hurt."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.safeguarding.rules import About, Deed, Found, Seen, Stage, Whom


class Screening(Base):
    """What a tool for exploitation found, by its name, on a day. Added, never changed."""

    __tablename__ = "screenings"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    _tool: Mapped[str] = mapped_column("tool", Text)
    tool = sealed("_tool")
    done_on: Mapped[date] = mapped_column(Date)
    found: Mapped[Found] = mapped_column(String(12))
    _note: Mapped[str | None] = mapped_column("note", Text)
    note = sealed("_note")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    # Only then may carers read it, and who decided so.
    shared_at: Mapped[datetime | None]
    shared_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class Allegation(Base):
    """Somebody said, or it was seen, that a young person was hurt. Their whole story is not asked.

    Lines of the audit about it name this row and not the young person: whoever it is about may be
    somebody who reads that young person's audit.
    """

    __tablename__ = "allegations"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    # None: written without a name on the page for feedback.
    young_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    seen: Mapped[Seen] = mapped_column(String(12))
    seen_id: Mapped[UUID | None]
    about: Mapped[About] = mapped_column(String(8))
    _about_name: Mapped[str | None] = mapped_column("about_name", Text)
    about_name = sealed("_about_name")
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    # Asked before it is closed: what keeps them safe now, and what they were told.
    _safe_now: Mapped[str | None] = mapped_column("safe_now", Text)
    safe_now = sealed("_safe_now")
    _they_know: Mapped[str | None] = mapped_column("they_know", Text)
    they_know = sealed("_they_know")
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    due_at: Mapped[datetime]
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    stage: Mapped[Stage] = mapped_column(String(8), default=Stage.OPEN)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    alert_id: Mapped[UUID | None]
    next_look_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        Index("ix_allegations_organisation", "organisation_id", "stage", "opened_at"),
        Index(
            "ix_allegations_next_look",
            "next_look_at",
            sqlite_where=next_look_at.is_not(None),
            postgresql_where=next_look_at.is_not(None),
        ),
    )


class AllegationHidden(Base):
    """Somebody from whom it is kept: whom it is about, or may be about as long as nobody knows."""

    __tablename__ = "allegation_hidden_from"

    allegation_id: Mapped[UUID] = mapped_column(ForeignKey("allegations.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (UniqueConstraint("allegation_id", "person_id"),)


class AllegationTold(Base):
    """Somebody outside was told, or need not be and why. Added; the last about each one counts."""

    __tablename__ = "allegation_told"

    allegation_id: Mapped[UUID] = mapped_column(ForeignKey("allegations.id"))
    number: Mapped[int] = mapped_column(Integer)
    whom: Mapped[Whom] = mapped_column(String(24))
    deed: Mapped[Deed] = mapped_column(String(12))
    told_at: Mapped[datetime | None]
    # Whom one spoke with, and their number for it.
    _named: Mapped[str | None] = mapped_column("named", Text)
    named = sealed("_named")
    _reference: Mapped[str | None] = mapped_column("reference", Text)
    reference = sealed("_reference")
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("allegation_id", "number"),)
