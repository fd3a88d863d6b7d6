"""The tables of reflective supervision. Whatever somebody wrote is sealed."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base


class Reflection(Base):
    """What one worker thinks about one time away; theirs to change as often as they like."""

    __tablename__ = "reflections"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    began_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    _answers: Mapped[str | None] = mapped_column("answers", Text)
    _text = sealed("_answers", "answers")

    __table_args__ = (UniqueConstraint("episode_id", "by_id"),)

    @property
    def answers(self) -> dict[str, str]:
        """What they wrote, by question; empty once it is forgotten."""
        found: dict[str, str] = json.loads(self._text or "{}")
        return found

    @answers.setter
    def answers(self, answers: dict[str, str]) -> None:
        self._text = json.dumps(answers)


class ReflectionNote(Base):
    """What a supervisor, or the worker, said to it. Added, never changed."""

    __tablename__ = "reflection_notes"

    reflection_id: Mapped[UUID] = mapped_column(ForeignKey("reflections.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
