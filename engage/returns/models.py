"""The tables of a return. What was noted is added to, never overwritten."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.returns.rules import Choice, Mark, Way


class WelcomeMark(Base):
    """Somebody did a step of the welcome, or let it be. The last one counts."""

    __tablename__ = "welcome_marks"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"), index=True)
    step: Mapped[str] = mapped_column(String(16))
    mark: Mapped[Mark] = mapped_column(String(8))
    number: Mapped[int] = mapped_column(Integer)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("episode_id", "number"),)


class ReturnRecord(Base):
    """How they came back and what was seen to. A later one corrects it and says why."""

    __tablename__ = "return_records"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"))
    number: Mapped[int] = mapped_column(Integer)
    way: Mapped[Way] = mapped_column(String(16))
    by_choice: Mapped[Choice] = mapped_column(String(8))
    checks: Mapped[dict[str, str]] = mapped_column(JSON)
    _where_to: Mapped[str | None] = mapped_column("where_to", Text)
    where_to = sealed("_where_to")
    _condition: Mapped[str | None] = mapped_column("condition", Text)
    condition = sealed("_condition")
    _needs: Mapped[str | None] = mapped_column("needs", Text)
    needs = sealed("_needs")
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("episode_id", "number"),)


class WelcomeStandards(Base):
    """What an organisation promises whoever comes back, in one version. The last one counts.

    `written_with` says where young people had a part in it; empty: not yet.
    """

    __tablename__ = "welcome_standards"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[int] = mapped_column(Integer)
    _words: Mapped[str] = mapped_column("words", Text)
    words = sealed("_words")
    _written_with: Mapped[str | None] = mapped_column("written_with", Text)
    written_with = sealed("_written_with")
    written_on: Mapped[date | None] = mapped_column(Date)
    how_many: Mapped[int | None] = mapped_column(Integer)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("organisation_id", "number"),)
