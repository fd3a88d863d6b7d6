"""Beside the lines of the sharing agreement: its review, proposals, and what overrides it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.people.rules import CircumstanceKind, DisclosureReason, Purpose


class Circumstance(Base):
    """What is so about a young person for a time: away, or in danger. While it lasts, what they
    share for that case is open. At most one of a kind at once.
    """

    __tablename__ = "circumstances"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[CircumstanceKind] = mapped_column(String(8))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    opened_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # What it follows from, an episode for example.
    about_id: Mapped[UUID | None]

    __table_args__ = (
        Index("ix_circumstances_young_person", "young_person_id", "kind"),
        Index(
            "uq_circumstances_open",
            "young_person_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class SharingAgreement(Base):
    """When a young person last said who may see what, and when they are asked again."""

    __tablename__ = "sharing_agreements"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), unique=True)
    agreed_at: Mapped[datetime]
    agreed_how: Mapped[str] = mapped_column(String(24))
    review_due_at: Mapped[datetime] = mapped_column(index=True)


class ShareProposal(Base):
    """A worker asks whether somebody may see a part; only the young person's yes makes it so."""

    __tablename__ = "share_proposals"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    section: Mapped[str] = mapped_column(String(40))
    grantee_kind: Mapped[str] = mapped_column(String(12))  # person or role
    grantee_id: Mapped[UUID | None]
    grantee_role: Mapped[str | None] = mapped_column(String(20))
    purpose: Mapped[Purpose] = mapped_column(String(24))
    _why: Mapped[str | None] = mapped_column("why", Text)
    why = sealed("_why")
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]


class Disclosure(Base):
    """Something was told to somebody without the young person's yes, because it had to be.

    Source: SAFETY 5.2.
    """

    __tablename__ = "disclosures"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    sections: Mapped[list[str]] = mapped_column(MutableList.as_mutable(JSON), default=list)
    reason_code: Mapped[DisclosureReason] = mapped_column(String(24))
    _reason: Mapped[str] = mapped_column("reason", Text)
    reason = sealed("_reason")
    _told_to: Mapped[str] = mapped_column("told_to", Text)
    told_to = sealed("_told_to")
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    # Why the young person is not told yet, by whom, and until when at the latest.
    _withheld_why: Mapped[str | None] = mapped_column("withheld_why", Text)
    withheld_why = sealed("_withheld_why")
    withheld_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    withheld_until: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
