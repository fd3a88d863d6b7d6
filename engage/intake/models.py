"""The tables of referrals: what came, what became of it, its files, and programs that may send."""

import base64
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.intake.rules import About, CameBy, Known, Referrer, State, Trouble, Turn


class ReferralSender(Base):
    """A program that may send referrals. Only the digest of its token is kept."""

    __tablename__ = "referral_senders"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(80))
    source: Mapped[Referrer] = mapped_column(String(12))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Referral(Base):
    """What somebody outside let us know about a young person. All words are sealed.

    Nothing is erased when two are put together: the later one points to the first.
    """

    __tablename__ = "referrals"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    came_by: Mapped[CameBy] = mapped_column(String(8))
    source: Mapped[Referrer] = mapped_column(String(12))
    about: Mapped[About] = mapped_column(String(10))
    state: Mapped[State] = mapped_column(String(10))
    known: Mapped[Known] = mapped_column(String(14))
    trouble: Mapped[Trouble | None] = mapped_column(String(12))
    received_at: Mapped[datetime]
    # Since when it is so, as the sender says.
    since_at: Mapped[datetime | None]
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral_senders.id"))
    # The same thing sent twice comes in once: the sender's own mark, as a blind index …
    key_index: Mapped[str] = mapped_column(String(32))
    # … and what it said, so that other words under one mark are not taken for the same.
    content_digest: Mapped[str] = mapped_column(String(64))
    reference_index: Mapped[str | None] = mapped_column(String(32))
    phone_index: Mapped[str | None] = mapped_column(String(32))
    _name: Mapped[str | None] = mapped_column("name", Text)
    name = sealed("_name")
    _birth_date: Mapped[str | None] = mapped_column("birth_date", Text)
    birth_date = sealed("_birth_date")
    _phone: Mapped[str | None] = mapped_column("phone", Text)
    phone = sealed("_phone")
    _reference: Mapped[str | None] = mapped_column("reference", Text)
    reference = sealed("_reference")
    # Who wrote, and how they are reached.
    _contact: Mapped[str | None] = mapped_column("contact", Text)
    contact = sealed("_contact")
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    young_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    # Who decided last; somebody, once it is closed.
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    # What came of it, or why it is not ours.
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"), index=True)
    # When those on duty hear of it, unless somebody looked before; None: no more.
    tell_at: Mapped[datetime | None] = mapped_column()

    @property
    def born_on(self) -> date | None:
        """Return the date of birth that it gives."""
        return date.fromisoformat(self.birth_date) if self.birth_date else None

    __table_args__ = (
        Index("ix_referrals_inbox", "organisation_id", "state", "received_at", "id"),
        Index("ix_referrals_reference", "organisation_id", "reference_index"),
        Index("ix_referrals_phone", "organisation_id", "phone_index"),
        Index("uq_referrals_key", "organisation_id", "key_index", unique=True),
        Index(
            "ix_referrals_tell",
            "tell_at",
            sqlite_where=tell_at.is_not(None),
            postgresql_where=tell_at.is_not(None),
        ),
    )


class ReferralTurn(Base):
    """One thing that happened to a referral. Lines are added, none is changed."""

    __tablename__ = "referral_turns"

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    number: Mapped[int] = mapped_column(Integer)
    turn: Mapped[Turn] = mapped_column(String(10))
    at: Mapped[datetime]
    # None: a program or a command did it.
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # Whom or which one it is about: a young person, an owner, another referral.
    other_id: Mapped[UUID | None]
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")

    __table_args__ = (UniqueConstraint("referral_id", "number"),)


class ReferralFile(Base):
    """What came with a mail, set aside: sealed, never opened here, sent only as a file to keep."""

    __tablename__ = "referral_files"

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    _name: Mapped[str] = mapped_column("name", Text)
    name = sealed("_name")
    # Empty where it was too big to keep: then only its name is known.
    _content: Mapped[str | None] = mapped_column(
        "content", Text, deferred=True, info={"rows_at_once": 5}
    )
    sealed_content = sealed("_content")
    is_kept: Mapped[bool]
    size: Mapped[int] = mapped_column(Integer)

    @property
    def content(self) -> bytes:
        """The file, unsealed."""
        return base64.b64decode(self.sealed_content or "")

    @content.setter
    def content(self, data: bytes) -> None:
        self.sealed_content = base64.b64encode(data).decode()
