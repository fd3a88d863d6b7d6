"""The directory of places. Public facts, so that they can be searched: nothing about a person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Float, ForeignKey, Index, String, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base
from engage.places.rules import Span, What, parse_hours


class Place(Base):
    """Somewhere a young person can go, as anybody can find it out."""

    __tablename__ = "places"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(80))
    # What a text calls it, when its own name would say too much over a shoulder.
    text_name: Mapped[str] = mapped_column(String(40), default="")
    what: Mapped[What] = mapped_column(String(10))
    run_by: Mapped[list[str]] = mapped_column(MutableList.as_mutable(JSON), default=list)
    languages: Mapped[list[str]] = mapped_column(MutableList.as_mutable(JSON), default=list)
    address: Mapped[str] = mapped_column(String(120), default="")
    town: Mapped[str] = mapped_column(String(60))
    town_key: Mapped[str] = mapped_column(String(60))
    postcode: Mapped[str] = mapped_column(String(10), default="")
    # The first half of the postcode, by which neighbours are found.
    district: Mapped[str] = mapped_column(String(6), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    hours: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    # The day somebody last made sure that all of this is true.
    checked_on: Mapped[date]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    hidden_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_places_position", "organisation_id", "latitude", "longitude"),
        Index("ix_places_town", "organisation_id", "town_key"),
        Index("ix_places_district", "organisation_id", "district"),
    )

    @property
    def spans(self) -> tuple[Span, ...]:
        """The opening hours, read."""
        return parse_hours(self.hours)

    @property
    def called(self) -> str:
        """What a text calls it."""
        return self.text_name or self.name
