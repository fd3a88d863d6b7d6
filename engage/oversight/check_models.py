"""Each time somebody held the register against another list: who, when, and the numbers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base


class Whose(StrEnum):
    """Whose list it was."""

    POLICE = "police"
    NCMEC = "ncmec"
    OTHER = "other"


class RegisterCheck(Base):
    """What came of one check. No name of their list is kept, and none of ours."""

    __tablename__ = "register_checks"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    checked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    checked_at: Mapped[datetime]
    whose: Mapped[Whose] = mapped_column(String(8))
    # How many lines their list had.
    listed: Mapped[int] = mapped_column(Integer)
    both: Mapped[int] = mapped_column(Integer)
    other_times: Mapped[int] = mapped_column(Integer)
    alike: Mapped[int] = mapped_column(Integer)
    only_ours: Mapped[int] = mapped_column(Integer)
    only_theirs: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_register_checks_person", "checked_by_id", "checked_at"),)
