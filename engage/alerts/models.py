"""Alerts, and who was told of each one when. Guarded so that two schedulers tell once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.alerts.rules import AlertKind, AlertState, How, Urgency
from engage.alerts.taken_rules import Outcome
from engage.crypto import sealed
from engage.db import Base


class Alert(Base):
    """Something a person must hear of. It is not done until a person says what came of it.

    `next_due_at` says when the chain takes its next step, or whoever has it is asked how it is
    now. It is empty when it is over: finding what is due costs what is due, not what exists.
    """

    __tablename__ = "alerts"

    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    # None: nobody knows yet whom it is about (the board of unmatched texts).
    young_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[AlertKind] = mapped_column(String(16))
    urgency: Mapped[Urgency] = mapped_column(String(4))
    about_kind: Mapped[str | None] = mapped_column(String(24))
    about_id: Mapped[UUID | None]
    state: Mapped[AlertState] = mapped_column(String(12), default=AlertState.OPEN)
    level: Mapped[int] = mapped_column(Integer, default=0)
    round: Mapped[int] = mapped_column(Integer, default=0)
    raised_at: Mapped[datetime]
    next_due_at: Mapped[datetime | None]
    # The worst delay of a step of this chain, in seconds, after the scheduler had stopped.
    late_by: Mapped[int | None] = mapped_column(Integer)
    # Nobody at all could be told: a banner for every member of staff instead.
    nobody_told: Mapped[bool] = mapped_column(default=False)
    acknowledged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    acknowledged_at: Mapped[datetime | None]
    acknowledged_how: Mapped[How | None] = mapped_column(String(8))
    resolved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    resolved_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(String(8))
    _outcome_note: Mapped[str | None] = mapped_column("outcome_note", Text)
    outcome_note = sealed("_outcome_note")
    # Who had it before it went on to others: passed on, or silent when we asked.
    held_before_id: Mapped[UUID | None]
    # How often somebody was asked on their own, ever; makes each such notice the only one.
    # No default in Python: rows of the hot path leave these two to the database.
    turn: Mapped[int] = mapped_column(Integer, server_default="0")
    # How often whoever has it was asked how it is now, without an answer.
    unanswered: Mapped[int] = mapped_column(Integer, server_default="0")

    __table_args__ = (
        Index(
            "ix_alerts_due",
            "next_due_at",
            sqlite_where=text("next_due_at IS NOT NULL"),
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
        Index("ix_alerts_young_person", "young_person_id", "raised_at"),
        Index("ix_alerts_open", "organisation_id", "state", "raised_at"),
        Index(
            "ix_alerts_held",
            "acknowledged_by_id",
            sqlite_where=text("state = 'acknowledged'"),
            postgresql_where=text("state = 'acknowledged'"),
        ),
        Index(
            "ix_alerts_held_before",
            "held_before_id",
            sqlite_where=text("state = 'open' AND held_before_id IS NOT NULL"),
            postgresql_where=text("state = 'open' AND held_before_id IS NOT NULL"),
        ),
    )


class AlertNotice(Base):
    """One person told of one alert, at one level and round. Its code opens `/a/<code>`.

    `turn`: 0 for a step of the chain; else which time it was that one person was asked alone.
    """

    __tablename__ = "alert_notices"

    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    level: Mapped[int] = mapped_column(Integer)
    round: Mapped[int] = mapped_column(Integer)
    turn: Mapped[int] = mapped_column(Integer, server_default="0")
    told_at: Mapped[datetime]
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)

    __table_args__ = (
        UniqueConstraint("alert_id", "level", "person_id", "round", "turn"),
        Index("ix_alert_notices_person", "person_id", "told_at"),
    )


class AlertHidden(Base):
    """Somebody who is never told of an alert and never finds it: it may be about them."""

    __tablename__ = "alert_hidden_from"

    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (UniqueConstraint("alert_id", "person_id"),)
