"""The outbox, what came in, what the provider told us, and who wants no texts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
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
from engage.messaging.rules import Klass, MessageState, Reason

PAYLOAD_VERSION = 1


def _where(condition: str) -> dict[str, Any]:
    """Restrict an index to some rows, on both engines."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Message(Base):
    """One outgoing text: written with the change it tells of, sent by the worker.

    `due_at` says when the worker looks at it next: the moment to send while pending, the
    end of the lease while sending, empty when nothing is left to do. Only one column, so
    that finding work costs what is due and not what exists.
    """

    __tablename__ = "messages"

    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    klass: Mapped[Klass] = mapped_column(String(1))
    template: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # Only for a number that belongs to nobody we know.
    _to_number: Mapped[str | None] = mapped_column("to_number", Text)
    to_number = sealed("_to_number")
    phone_index: Mapped[str | None] = mapped_column(String(32))
    locale: Mapped[str | None] = mapped_column(String(12))
    _params: Mapped[str | None] = mapped_column("params", Text)
    params = sealed("_params")
    _body: Mapped[str | None] = mapped_column("body", Text)
    body = sealed("_body")
    young_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    object_kind: Mapped[str | None] = mapped_column(String(32))
    object_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    answers_at: Mapped[datetime | None]

    state: Mapped[MessageState] = mapped_column(String(12), default=MessageState.PENDING)
    reason: Mapped[Reason | None] = mapped_column(String(16))
    due_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(32))
    fence: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    # Failures of our own on this row, apart from the provider's: five and it is put aside.
    strikes: Mapped[int] = mapped_column(Integer, default=0)
    first_post_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(200))
    payload_v: Mapped[int] = mapped_column(Integer, default=PAYLOAD_VERSION)

    provider: Mapped[str | None] = mapped_column(String(12))
    provider_sid: Mapped[str | None] = mapped_column(String(40))
    # Of earlier sends that ended unreached, so that their late callbacks change nothing.
    former_sids: Mapped[list[str] | None] = mapped_column(JSON)
    status_rank: Mapped[int] = mapped_column(Integer, default=0)
    status_conflict: Mapped[bool] = mapped_column(Boolean, default=False)
    error_code: Mapped[int | None]
    finished_at: Mapped[datetime | None]
    # When the provider's copy is looked at next: to ask where it stands while nobody told us,
    # then to delete its words; empty once done.
    forget_at: Mapped[datetime | None]

    # A text that needs a person: it may not have gone, or the phone takes no texts.
    needs_person_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        Index(
            "ix_messages_due",
            "klass",
            "due_at",
            **_where("due_at IS NOT NULL"),
        ),
        Index(
            "ix_messages_provider_sid",
            "provider_sid",
            unique=True,
            **_where("provider_sid IS NOT NULL"),
        ),
        Index("ix_messages_person", "person_id", "created_at"),
        Index(
            "ix_messages_stranger",
            "phone_index",
            "created_at",
            **_where("person_id IS NULL"),
        ),
        Index(
            "ix_messages_young_person",
            "young_person_id",
            "created_at",
            **_where("young_person_id IS NOT NULL"),
        ),
        Index(
            "ix_messages_needs_person",
            "young_person_id",
            "needs_person_at",
            **_where("needs_person_at IS NOT NULL"),
        ),
        Index(
            "ix_messages_forget",
            "forget_at",
            **_where("forget_at IS NOT NULL"),
        ),
    )


class MessageEvent(Base):
    """One thing the provider told us of a text. Repeats are counted, never dropped."""

    __tablename__ = "message_events"

    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), index=True
    )
    provider: Mapped[str] = mapped_column(String(12))
    provider_sid: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20))
    error_code: Mapped[int | None]
    received_at: Mapped[datetime]
    hits: Mapped[int] = mapped_column(Integer, default=1)

    __table_args__ = (UniqueConstraint("provider", "provider_sid", "status"),)


class InboundMessage(Base):
    """One text that came in, kept once however often the provider says it."""

    __tablename__ = "inbound_messages"

    provider: Mapped[str] = mapped_column(String(12))
    provider_sid: Mapped[str] = mapped_column(String(40))
    _from_number: Mapped[str] = mapped_column("from_number", Text)
    from_number = sealed("_from_number")
    phone_index: Mapped[str] = mapped_column(String(32))
    to_number: Mapped[str] = mapped_column(String(20))
    _body: Mapped[str | None] = mapped_column("body", Text)
    body = sealed("_body")
    received_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    opt_out_type: Mapped[str | None] = mapped_column(String(12))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    source: Mapped[str] = mapped_column(String(12))  # webhook, fallback, reconcile or console
    hits: Mapped[int] = mapped_column(Integer, default=1)
    handled_at: Mapped[datetime | None]
    # How often we failed to work on it, and when last: five times, and a human reads it as it is.
    tries: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    tried_at: Mapped[datetime | None]
    forget_at: Mapped[datetime | None]
    # Beyond what one phone may send an hour: kept and shown to this organisation's people, and
    # nobody was told of it. Source: SAFETY 6 R16.
    set_aside_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    looked_at: Mapped[datetime | None]
    looked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        UniqueConstraint("provider", "provider_sid"),
        Index("ix_inbound_messages_phone", "phone_index", "received_at"),
        Index(
            "ix_inbound_messages_set_aside",
            "set_aside_for_id",
            "received_at",
            **_where("set_aside_for_id IS NOT NULL AND looked_at IS NULL"),
        ),
        Index("ix_inbound_messages_person", "person_id", "received_at"),
        Index(
            "ix_inbound_messages_unhandled",
            "received_at",
            **_where("handled_at IS NULL"),
        ),
        Index(
            "ix_inbound_messages_forget",
            "forget_at",
            **_where("forget_at IS NOT NULL"),
        ),
    )


class ConsentEntry(Base):
    """A change in whether a phone wants our texts. Only ever added to."""

    __tablename__ = "consent_entries"

    phone_index: Mapped[str] = mapped_column(String(32), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    change: Mapped[str] = mapped_column(String(12))  # opted_out or opted_in
    how: Mapped[str] = mapped_column(String(20))  # text, provider or staff
    inbound_id: Mapped[UUID | None] = mapped_column(ForeignKey("inbound_messages.id"))
    at: Mapped[datetime]


class OptOut(Base):
    """A phone that wants no texts from us now. What it sends us is still read."""

    __tablename__ = "opt_outs"

    phone_index: Mapped[str] = mapped_column(String(32), unique=True)
    how: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]


class ProviderWatermark(Base):
    """Up to when the provider's list of incoming texts was compared with ours."""

    __tablename__ = "provider_watermarks"

    provider: Mapped[str] = mapped_column(String(12), unique=True)
    at: Mapped[datetime]


class Heartbeat(Base):
    """When a worker last went round (`worker:…`), or a step was last begun (`step:…`)."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(60), unique=True)
    at: Mapped[datetime] = mapped_column(index=True)
    started_at: Mapped[datetime]


class SendDay(Base):
    """How many segments left us on one day (UTC). Source: SAFETY T21, A11."""

    __tablename__ = "send_days"

    sent_on: Mapped[date] = mapped_column(unique=True)
    segments: Mapped[int] = mapped_column(Integer)
    # Of these, what went to the people an alert told: never stopped, so shown apart.
    staff_segments: Mapped[int] = mapped_column(Integer)


class WorkerText(Base):
    """A text that a worker wrote to a young person: who, and why although one went today."""

    __tablename__ = "worker_texts"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), unique=True)
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
    _override_reason: Mapped[str | None] = mapped_column("override_reason", Text)
    override_reason = sealed("_override_reason")

    __table_args__ = (Index("ix_worker_texts_young_person", "young_person_id", "written_at"),)


class TextSuggestion(Base):
    """A neutral sentence that an organisation offers its workers to text."""

    __tablename__ = "text_suggestions"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    locale: Mapped[str] = mapped_column(String(12))
    _words: Mapped[str] = mapped_column("words", Text)
    words = sealed("_words")
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    retired_at: Mapped[datetime | None]
    retired_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (Index("ix_text_suggestions_organisation", "organisation_id", "locale"),)


class OperatorAlarm(Base):
    """Something that whoever runs the installation must look at. Holds nobody's data."""

    __tablename__ = "operator_alarms"

    kind: Mapped[str] = mapped_column(String(24))
    raised_at: Mapped[datetime]
    last_at: Mapped[datetime]
    hits: Mapped[int] = mapped_column(Integer)
    # A number that says more: how many texts, how many seconds, which code.
    number: Mapped[int | None]
    cleared_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_operator_alarms_open",
            "kind",
            unique=True,
            **_where("cleared_at IS NULL"),
        ),
    )
