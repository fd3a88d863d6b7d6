"""The tables of what was noted, the help offered for it, and every turn of that."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.heightened.rules import Ending, From, Heard, Kind, Sign, State, Turn
from engage.outcomes.models import Promised, PromiseLine, late_indexes


class Flag(Base):
    """Something that makes leaving likelier, or a sign somebody noticed. It asks for help for the
    young person, and says nothing about them: it has no weight and no colour.
    """

    __tablename__ = "help_flags"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[Kind] = mapped_column(String(16))
    origin: Mapped[From] = mapped_column(String(8))
    # How often the record holds it; 0 where nothing is counted.
    number: Mapped[int] = mapped_column(Integer, default=0)
    heard_from: Mapped[Heard | None] = mapped_column(String(12))
    sign: Mapped[Sign | None] = mapped_column(String(12))
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    # Who noted or noticed it; None: the record says so.
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[datetime]
    # When it last happened, as far as anybody knows.
    happened_at: Mapped[datetime]
    # Since when it asks for an answer, and from when it asks (again); None: one holds for good.
    raised_at: Mapped[datetime]
    asks_at: Mapped[datetime | None] = mapped_column()
    # Who was told of a sign.
    alert_id: Mapped[UUID | None]
    ending: Mapped[Ending | None] = mapped_column(String(12))
    ended_at: Mapped[datetime | None] = mapped_column()
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (
        Index("ix_help_flags_young_person", "young_person_id", "raised_at"),
        Index("ix_help_flags_by", "by_id", "noted_at"),
        Index(
            "ix_help_flags_asks",
            "organisation_id",
            "asks_at",
            sqlite_where=asks_at.is_not(None),
            postgresql_where=asks_at.is_not(None),
        ),
        # The record says each thing once.
        Index(
            "uq_help_flags_record",
            "young_person_id",
            "kind",
            unique=True,
            sqlite_where=and_(origin == From.RECORD.value, ended_at.is_(None)),
            postgresql_where=and_(origin == From.RECORD.value, ended_at.is_(None)),
        ),
    )


class Offer(Promised):
    """Help that somebody offers by a day, or the reason why there is none now."""

    __tablename__ = "help_offers"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[State] = mapped_column(String(8))
    # What is offered, in the words the young person reads; of a reason, the reason.
    _what: Mapped[str | None] = mapped_column("what", Text)
    what = sealed("_what")
    # The young person themselves said yes or no to it.
    answered_at: Mapped[datetime | None]
    _did: Mapped[str | None] = mapped_column("did", Text)
    did = sealed("_did")
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))

    __table_args__ = late_indexes("help_offers")


class OfferFlag(Base):
    """Which of what was noted an offer, or a reason, answers: often several at once."""

    __tablename__ = "help_offer_flags"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("help_offers.id"))
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("help_flags.id"), index=True)

    __table_args__ = (UniqueConstraint("offer_id", "flag_id"),)


class OfferLine(PromiseLine):
    """One turn of an offer."""

    __tablename__ = "help_offer_lines"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("help_offers.id"))
    turn: Mapped[Turn] = mapped_column(String(8))
    reason = sealed("_reason")

    __table_args__ = (UniqueConstraint("offer_id", "number"),)


class RecordLook(Base):
    """When the record of a young person is looked at next for what asks for help."""

    __tablename__ = "help_looks"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), unique=True)
    next_look_at: Mapped[datetime] = mapped_column(index=True)
