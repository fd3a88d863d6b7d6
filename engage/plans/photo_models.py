"""The photo in a plan: sealed like every word in it, and kept nowhere else."""

import base64
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base

_AGREED = text("agreed_at IS NOT NULL")
_WAITING = text("agreed_at IS NULL")


class PlanPhoto(Base):
    """A photo the young person agreed to, or one their worker added that waits for their yes."""

    __tablename__ = "plan_photos"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    # Up to half a megabyte: read only when it is shown, and moved to a new key a few at a time.
    _picture: Mapped[str] = mapped_column("picture", Text, deferred=True, info={"rows_at_once": 10})
    sealed_jpeg = sealed("_picture")
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    taken_on: Mapped[date] = mapped_column(Date)
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    agreed_how: Mapped[str | None] = mapped_column(String(24))

    __table_args__ = (
        # One that is agreed and one that waits, each at most.
        Index("uq_plan_photos_agreed", "young_person_id", unique=True,
              sqlite_where=_AGREED, postgresql_where=_AGREED),
        Index("uq_plan_photos_waiting", "young_person_id", unique=True,
              sqlite_where=_WAITING, postgresql_where=_WAITING),
    )  # fmt: skip

    @property
    def jpeg(self) -> bytes:
        """The picture, unsealed, as JPEG without any metadata."""
        return base64.b64decode(self.sealed_jpeg)

    @jpeg.setter
    def jpeg(self, data: bytes) -> None:
        self.sealed_jpeg = base64.b64encode(data).decode()
