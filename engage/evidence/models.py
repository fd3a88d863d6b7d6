"""What was noted about telling somebody, never overwritten, and the papers that show it."""

import base64
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.evidence.rules import Field


class NoticeFact(Base):
    """One thing somebody noted. The last one of a field counts; those before stay readable."""

    __tablename__ = "notice_facts"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("episode_notices.id"))
    field: Mapped[Field] = mapped_column(String(24))
    number: Mapped[int] = mapped_column(Integer)
    _value: Mapped[str] = mapped_column("value", Text)
    value = sealed("_value")
    # Set when it corrects an earlier one, which stays.
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("notice_id", "number"),)


class NoticeFile(Base):
    """A paper or a picture that shows it: sealed, and sent only as a file to keep."""

    __tablename__ = "notice_files"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("episode_notices.id"), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    _name: Mapped[str] = mapped_column("name", Text)
    name = sealed("_name")
    # Up to fourteen megabytes: read only when it is fetched, moved to a new key a few at a time.
    _content: Mapped[str | None] = mapped_column(
        "content", Text, deferred=True, info={"rows_at_once": 5}
    )
    sealed_content = sealed("_content")
    size: Mapped[int] = mapped_column(Integer)
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    # Taken out: what it held is gone, that it was there stays.
    removed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")

    @property
    def content(self) -> bytes:
        """The file, unsealed."""
        return base64.b64decode(self.sealed_content or "")

    @content.setter
    def content(self, data: bytes) -> None:
        self.sealed_content = base64.b64encode(data).decode()
