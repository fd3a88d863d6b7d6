"""The table of what is left of places once the words about them are gone."""

from uuid import UUID

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base


class PlaceTally(Base):
    """One place in one quarter, as far as words about it were erased. It is about nobody.

    `boxes`: into which of sixteen boxes those fell who were there, so that one who was there
    often is one; four in a box look like one. Who they were cannot be read from it.
    """

    __tablename__ = "place_tallies"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    year: Mapped[int] = mapped_column(Integer)
    quarter: Mapped[int] = mapped_column(Integer)
    place_index: Mapped[str] = mapped_column(String(32))
    _place: Mapped[str] = mapped_column("place", Text)
    place = sealed("_place")
    boxes: Mapped[int] = mapped_column(Integer)
    times: Mapped[int] = mapped_column(Integer)

    __table_args__ = (UniqueConstraint("organisation_id", "year", "quarter", "place_index"),)
