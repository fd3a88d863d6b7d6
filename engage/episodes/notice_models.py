"""One row for everybody who must hear of an episode; what was said to them stands above."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base
from engage.episodes.notice_rules import ForYoung, NoticeState, Phase


class EpisodeNotice(Base):
    """Somebody who must hear that a young person is missing, or that they are back.

    Due when the episode's clock of that name is. Only a person ends it.
    """

    __tablename__ = "episode_notices"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"))
    to: Mapped[str] = mapped_column("told", String(24))
    phase: Mapped[Phase] = mapped_column(String(8))
    clock: Mapped[str] = mapped_column(String(24))
    # The rule as it was when the episode began; a pack that changes later changes nothing here.
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    appeared_at: Mapped[datetime]
    state: Mapped[NoticeState] = mapped_column(String(12), default=NoticeState.OPEN)
    # When they were told, as somebody says (UTC).
    told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # Whether the young person reads of it; None: as `young_person_reads` says.
    for_young: Mapped[ForYoung | None] = mapped_column(String(8))

    __table_args__ = (
        UniqueConstraint("episode_id", "phase", "told"),
        Index("ix_episode_notices_state", "state", "episode_id"),
    )
