"""Somebody opened the records of very many people within an hour. Source: SAFETY T11."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base


class ReadingAlarm(Base):
    """One worker, one hour, more young people opened than the work explains."""

    __tablename__ = "reading_alarms"

    # Person and hour, so that two workers who notice at once tell once.
    dedupe_key: Mapped[str] = mapped_column(String(60), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    people: Mapped[int] = mapped_column(Integer)
    raised_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (Index("ix_reading_alarms_organisation", "organisation_id", "raised_at"),)
