"""Which texts a person agreed to, by purpose. Source: MISSION C63."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base


class Purpose(StrEnum):
    """What a text is for."""

    # We answer what they text.
    REPLIES = "replies"
    # We ask how they are, before anybody is told that they did not check in.
    QUESTIONS = "questions"
    # We text the words they chose when they are ready to come back.
    OWN_WORDS = "own_words"


class TextConsent(Base):
    """A yes or no to one purpose: who said it, and who wrote it down. Only ever added to."""

    __tablename__ = "text_consents"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    purpose: Mapped[Purpose] = mapped_column(String(12))
    says_yes: Mapped[bool] = mapped_column(Boolean)
    # How far: the reply policy, for replies.
    detail: Mapped[str] = mapped_column(String(12), default="")
    noted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_text_consents_person", "person_id", "at"),)
