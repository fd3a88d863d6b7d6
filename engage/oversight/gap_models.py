"""The daily mail of what is left: one row for each supervisor and day, and who stopped it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base


class GapMail(Base):
    """The mail of one supervisor on one day of their zone: whoever adds the row makes it due."""

    __tablename__ = "gap_mails"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    on: Mapped[date] = mapped_column("day", Date)
    # None: it went, there was nothing to say, or it was given up.
    mail_due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("person_id", "day"),
        Index("ix_gap_mails_day", "day"),
        Index(
            "ix_gap_mails_due",
            "mail_due_at",
            sqlite_where=text("mail_due_at IS NOT NULL"),
            postgresql_where=text("mail_due_at IS NOT NULL"),
        ),
    )


class GapMailStop(Base):
    """A supervisor who wants no mail; what is left stands on their page all the same."""

    __tablename__ = "gap_mail_stops"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), unique=True)
    stopped_at: Mapped[datetime]
