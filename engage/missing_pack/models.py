"""Today's facts about somebody who is away, and each pack that was made."""

import base64
from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.missing_pack.rules import Fact


class PackFact(Base):
    """One of today's facts, as somebody knew it then. The last one added counts."""

    __tablename__ = "pack_facts"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"), index=True)
    fact: Mapped[Fact] = mapped_column(String(16))
    # Empty: nobody knows.
    _words: Mapped[str] = mapped_column("words", Text)
    words = sealed("_words")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    number: Mapped[int] = mapped_column(Integer)


class MissingPack(Base):
    """A pack as it was made. Never changed: it is what was sent."""

    __tablename__ = "missing_packs"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"))
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    # Which parts of the plan stand in it, and what was so about the young person then.
    parts: Mapped[list[str]] = mapped_column(JSON)
    circumstances: Mapped[list[str]] = mapped_column(JSON)
    # Parts put in without a yes, because of danger; told to the young person by this disclosure.
    overridden: Mapped[list[str]] = mapped_column(JSON, default=list)
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"))
    # Everything that stands on the pages, as JSON: the PDF is drawn from it and nothing else.
    _content: Mapped[str] = mapped_column("content", Text, deferred=True)
    content = sealed("_content")
    _picture: Mapped[str | None] = mapped_column(
        "picture", Text, deferred=True, info={"rows_at_once": 10}
    )
    sealed_jpeg = sealed("_picture")

    __table_args__ = (UniqueConstraint("episode_id", "number"),)

    @property
    def is_override(self) -> bool:
        """Say whether something stands in it without the young person's yes."""
        return bool(self.overridden)

    @property
    def jpeg(self) -> bytes | None:
        """The photo as it was then, or None."""
        return base64.b64decode(self.sealed_jpeg) if self.sealed_jpeg else None

    @jpeg.setter
    def jpeg(self, data: bytes | None) -> None:
        self.sealed_jpeg = base64.b64encode(data).decode() if data else None
