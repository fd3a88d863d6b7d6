"""The table of looks at danger: each one stays, with who looked and what they thought."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.danger.rules import Thinks
from engage.db import Base


class DangerLook(Base):
    """Somebody asked themselves again whether a young person who is away is in danger."""

    __tablename__ = "danger_looks"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"), index=True)
    thinks: Mapped[Thinks] = mapped_column(String(10))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    # Made by the page, so that an answer sent twice is kept once.
    key: Mapped[str] = mapped_column(String(40))

    __table_args__ = (UniqueConstraint("episode_id", "key"),)
