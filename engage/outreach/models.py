"""Who leads the outreach of an episode, what was tried, and who was asked to help."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base


class Channel(StrEnum):
    """How somebody tried to reach them."""

    CALL = "call"
    TEXT = "text"
    VISIT = "visit"
    EMAIL = "email"
    SOCIAL = "social"
    OTHER = "other"


class Outcome(StrEnum):
    """What came of it."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LEFT_WORDS = "left_words"
    SEEN = "seen"
    NOTHING = "nothing"


class AskAnswer(StrEnum):
    """What somebody answered who was asked to get in touch."""

    REACHED = "reached"
    TRIED = "tried"
    WILL = "will"
    RATHER_NOT = "rather_not"


class OutreachLead(Base):
    """Who leads the outreach, from when to when. Only ever added to and ended."""

    __tablename__ = "outreach_leads"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # None: by rule, because nobody had been named.
    named_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        Index(
            "uq_outreach_leads_now",
            "episode_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class OutreachTry(Base):
    """One call, message, visit or look: by whom, when, and what came of it."""

    __tablename__ = "outreach_tries"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"))
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    channel: Mapped[Channel] = mapped_column(String(8))
    outcome: Mapped[Outcome] = mapped_column(String(12))
    _account: Mapped[str | None] = mapped_column("account", Text)
    account = sealed("_account")
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    key: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("episode_id", "key"),
        Index("ix_outreach_tries_young_person", "young_person_id", "at"),
    )


class OutreachAsk(Base):
    """Somebody of the team asked to get in touch, and what they answered."""

    __tablename__ = "outreach_asks"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"))
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    answer: Mapped[AskAnswer | None] = mapped_column(String(12))
    answered_at: Mapped[datetime | None]
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")

    __table_args__ = (Index("ix_outreach_asks_young_person", "young_person_id", "asked_at"),)
