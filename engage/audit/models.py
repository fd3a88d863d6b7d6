"""The audit table: one row an act, no content, chained by the worker."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import keyring
from engage.db import Base


class Actor(Protocol):
    """Whoever acts: a viewer signed in, a link, or the system."""

    @property
    def person_id(self) -> UUID | None:
        """The person acting, if it is one we know."""

    @property
    def actor_kind(self) -> str:
        """What they act as: a role, a kind of link, or `system`."""


class AuditEntry(Base):
    """One act on one record. Written unsealed with the act; the worker chains it afterwards.

    Sealing later keeps writers from waiting for each other. Database triggers refuse any
    change except the sealing itself. Source: SAFETY 12.
    """

    __tablename__ = "audit_entries"

    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_kind: Mapped[str] = mapped_column(String(24))
    verb: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    object_kind: Mapped[str | None] = mapped_column(String(32))
    object_id: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(36))
    chain_no: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    prev_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_audit_entries_actor", "actor_id", "at"),
        Index(
            "ix_audit_entries_unsealed",
            "at",
            sqlite_where=chain_no.is_(None),
            postgresql_where=chain_no.is_(None),
        ),
    )


def audit_digest(content: str) -> str:
    """Return the keyed hash that chains the audit."""
    return keyring().digest("audit", content).hex()
