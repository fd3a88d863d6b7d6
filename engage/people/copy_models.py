"""Which phones keep something of ours, so that each can be told to throw it away."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base


class PhoneCopy(Base):
    """One phone on which somebody turned on keeping pages for when there is no signal.

    What it keeps is on the phone alone. We keep the digest of a token with which the phone asks
    whether it may go on, and with which it sends later what was pressed without a signal.
    """

    __tablename__ = "phone_copies"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    # Turned on with a card: it ends when the card does.
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("links.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
