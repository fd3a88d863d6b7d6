"""The tables of an episode. What changed is added, never overwritten."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.episodes.rules import (
    STILL_OUT,
    EpisodeKind,
    EpisodeState,
    Event,
    Source,
    Stage,
)


class Episode(Base):
    """One time away, from the first worry to the day everything is done."""

    __tablename__ = "episodes"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[EpisodeState] = mapped_column(String(16))
    kind: Mapped[EpisodeKind] = mapped_column(String(16), default=EpisodeKind.NOT_KNOWN)
    opened_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime]
    # Whose it is now: never nobody while it is open.
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    # The rules as they were when it was opened; a pack that changes later changes nothing here.
    packs: Mapped[list[str]] = mapped_column(JSON)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # Who must be told, by the same rules; None: it began before these were kept.
    notices: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    facts: Mapped[list[str]] = mapped_column(JSON, default=list)
    was_missing: Mapped[bool] = mapped_column(default=False)
    next_due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        # Those that ended lately are found without going through history.
        Index(
            "ix_episodes_closed",
            "closed_at",
            sqlite_where=text("closed_at IS NOT NULL"),
            postgresql_where=text("closed_at IS NOT NULL"),
        ),
        # Two at once for one person would be two truths. Back home, they may go again.
        Index(
            "uq_episodes_still_out",
            "young_person_id",
            unique=True,
            sqlite_where=state.in_(sorted(STILL_OUT)),
            postgresql_where=state.in_(sorted(STILL_OUT)),
        ),
        Index("ix_episodes_organisation", "organisation_id", "state"),
        # A quarter is counted by when each began.
        Index("ix_episodes_opened", "organisation_id", "opened_at"),
        # The register goes through it in order, a page at a time.
        Index(
            "ix_episodes_next_due",
            "organisation_id",
            "next_due_at",
            "id",
            sqlite_where=text("next_due_at IS NOT NULL"),
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
    )


class EpisodeChange(Base):
    """It came to be in a state: when that was, who says so, and why."""

    __tablename__ = "episode_changes"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"), index=True)
    state: Mapped[EpisodeState] = mapped_column(String(16))
    at: Mapped[datetime]
    source: Mapped[Source] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
    # Orders two that were recorded at the same instant.
    number: Mapped[int] = mapped_column(Integer)
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")


class EpisodeTime(Base):
    """An instant of the episode and where it is known from. The last one added counts."""

    __tablename__ = "episode_times"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"), index=True)
    event: Mapped[Event] = mapped_column(String(24))
    at: Mapped[datetime]
    source: Mapped[Source] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
    number: Mapped[int] = mapped_column(Integer)
    # Set when it corrects an earlier one, which stays.
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")

    # Returns of a quarter are found by when they were.
    __table_args__ = (Index("ix_episode_times_event", "event", "at"),)


class EpisodeClock(Base):
    """Something that must be done by a certain time, under a named rule."""

    __tablename__ = "episode_clocks"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"))
    name: Mapped[str] = mapped_column(String(24))
    # A clock that repeats has a row for each time.
    round: Mapped[int] = mapped_column(Integer, default=0)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    # Somebody said that they would see to it by then: sooner than the rule, never later.
    promised_at: Mapped[datetime | None]
    # Which rule wins and which it won against: see `Deadline`.
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    others: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    stage: Mapped[Stage] = mapped_column(String(12), default=Stage.RUNNING)
    next_look_at: Mapped[datetime | None] = mapped_column()
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # Why it was not needed, or why it was late.
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")

    __table_args__ = (
        UniqueConstraint("episode_id", "name", "round"),
        Index(
            "ix_episode_clocks_next_look",
            "next_look_at",
            sqlite_where=next_look_at.is_not(None),
            postgresql_where=next_look_at.is_not(None),
        ),
    )
