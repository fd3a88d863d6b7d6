"""The tables of a worry. Answers are added, never overwritten: two carers both keep theirs."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.wordings.models import Version
from engage.worries.rules import OPEN_STATES, WorryState


class Attempt(StrEnum):
    """How somebody tried to reach someone."""

    CALL = "call"
    TEXT = "text"
    VISIT = "visit"


class Outcome(StrEnum):
    """What came of it."""

    TALKED = "talked"
    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    SENT = "sent"


class Worry(Base):
    """Somebody is worried about a young person: the questions, and what was decided."""

    __tablename__ = "worries"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"), index=True)
    # The set it began with: ours by name, or `own-<number>`. Later versions change nothing here.
    prompt_set: Mapped[str] = mapped_column(String(20))
    # Which version of this young person's own prompts it began with; 0: there were none.
    young_set: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    state: Mapped[WorryState] = mapped_column(String(12), default=WorryState.ASKING)
    opened_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    look_again_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")

    __table_args__ = (
        # Two carers with two phones share one worry.
        Index(
            "uq_worries_open",
            "young_person_id",
            unique=True,
            sqlite_where=state.in_(sorted(OPEN_STATES)),
            postgresql_where=state.in_(sorted(OPEN_STATES)),
        ),
    )


class WorryAnswer(Base):
    """One person's answer to one prompt. The newest counts; the others stay readable."""

    __tablename__ = "worry_answers"

    worry_id: Mapped[UUID] = mapped_column(ForeignKey("worries.id"), index=True)
    prompt: Mapped[str] = mapped_column(String(40))
    # What was pressed (several with commas), or words; sealed alike, so that lengths say little.
    _value: Mapped[str] = mapped_column("value", Text)
    value = sealed("_value")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    # When it was given, by the phone that gave it, and when it reached us.
    given_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    number: Mapped[int] = mapped_column(Integer)
    # Made by the phone, so that an answer sent twice is kept once.
    key: Mapped[str] = mapped_column(String(40))

    __table_args__ = (UniqueConstraint("worry_id", "key"),)


class Reached(Base):
    """Somebody tried to reach a person about a young person who is not back, and what came."""

    __tablename__ = "worry_attempts"

    worry_id: Mapped[UUID] = mapped_column(ForeignKey("worries.id"), index=True)
    # Whom; None for somebody who is only named.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    _named: Mapped[str | None] = mapped_column("named", Text)
    named = sealed("_named")
    how: Mapped[Attempt] = mapped_column(String(8))
    outcome: Mapped[Outcome] = mapped_column(String(16))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    key: Mapped[str] = mapped_column(String(40))

    __table_args__ = (UniqueConstraint("worry_id", "key"),)


class WorryDecision(Base):
    """What one person decided in a worry, and until when. Added, never overwritten: of two that
    do not agree both can be read, and one of them counts.
    """

    __tablename__ = "worry_decisions"

    worry_id: Mapped[UUID] = mapped_column(ForeignKey("worries.id"), index=True)
    state: Mapped[WorryState] = mapped_column(String(12))
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")
    look_again_at: Mapped[datetime | None]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    # When it was decided, by the phone on which it was, and when it reached us.
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    # False: it came when others had decided or said something since.
    counts: Mapped[bool] = mapped_column(Boolean)
    key: Mapped[str] = mapped_column(String(40))

    __table_args__ = (UniqueConstraint("worry_id", "key"),)

    @property
    def was_kept(self) -> bool:
        """Say whether a phone without a signal kept it for a while."""
        return self.at < self.recorded_at


class PromptVersion(Version):
    """One version of an organisation's prompts. What is published is never changed again."""

    __tablename__ = "prompt_versions"
    audited_as = "prompts"

    edits = sealed("_edits")
    tested_with = sealed("_tested_with")


class PromptVote(Base):
    """What somebody in a co-design session thought of a prompt, without a name."""

    __tablename__ = "prompt_votes"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("prompt_versions.id"), index=True)
    prompt: Mapped[str] = mapped_column(String(40))
    is_good: Mapped[bool] = mapped_column(Boolean)
    _instead: Mapped[str | None] = mapped_column("instead", Text)
    instead = sealed("_instead")
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]


class YoungPrompts(Base):
    """The prompts about one young person, as they were from one moment on. Never changed again.

    A worry finishes on the version it began with.
    """

    __tablename__ = "young_prompts"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    number: Mapped[int] = mapped_column(Integer)
    _prompts: Mapped[str] = mapped_column("prompts", Text)
    prompts = sealed("_prompts")
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("young_person_id", "number"),)
