"""The tables of questions to trusted people. Answers are added, never overwritten."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.asking.rules import Heard, How
from engage.db import Base


class TrustedQuestion(Base):
    """Somebody the young person trusts was asked whether they have heard from them."""

    __tablename__ = "trusted_questions"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    # The time away it was asked in.
    episode_id: Mapped[UUID] = mapped_column(index=True)
    message_id: Mapped[UUID | None]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    # When somebody hears that no answer came; None once one did, or once they heard.
    silent_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        Index(
            "ix_trusted_questions_silent_at",
            "silent_at",
            sqlite_where=silent_at.is_not(None),
            postgresql_where=silent_at.is_not(None),
        ),
    )


class TrustedAnswer(Base):
    """One answer of a trusted person: a claim from their number, never a place."""

    __tablename__ = "trusted_answers"

    question_id: Mapped[UUID] = mapped_column(ForeignKey("trusted_questions.id"), index=True)
    heard: Mapped[Heard] = mapped_column(String(8))
    how: Mapped[How] = mapped_column(String(4))
    at: Mapped[datetime]
