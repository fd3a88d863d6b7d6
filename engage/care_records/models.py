"""The table of care records."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.care_records.rules import Details, Disability, Ethnicity, Gender, PlacementType
from engage.crypto import sealed
from engage.db import Base

_KINDS: dict[str, Any] = {
    "gender": Gender,
    "ethnicity": Ethnicity,
    "disability": Disability,
    "placement_type": PlacementType,
}

_JOURNEYS = ("miles_home", "minutes_school", "minutes_people", "why_far")


class CareRecord(Base):
    """What is known of one young person's time in care, for returns and fair comparison.

    Who somebody is (reference, gender, ethnicity …) is sealed as one; only days can be searched.
    """

    __tablename__ = "care_records"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    reference_index: Mapped[str | None] = mapped_column(String(32))
    _sealed_details: Mapped[str | None] = mapped_column("details", Text)
    _details = sealed("_sealed_details", "details")
    care_began_on: Mapped[date | None] = mapped_column(Date)
    care_ended_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        # Two young people under one reference would be one child in every return.
        Index("uq_care_records_reference", "organisation_id", "reference_index", unique=True),
    )

    @property
    def details(self) -> Details:
        """Everything it says."""
        return Details(
            **read_details(self._details),
            care_began_on=self.care_began_on,
            care_ended_on=self.care_ended_on,
        )


def as_text(details: Details) -> str:
    """Return what is sealed of a care record."""
    names = ("reference", "upn", *_KINDS, *_JOURNEYS)
    said = {name: getattr(details, name) for name in names}
    return json.dumps({name: value for name, value in said.items() if value not in (None, "")})


def read_details(text: str | None) -> dict[str, Any]:
    """Read what was sealed of a care record."""
    return {
        name: _KINDS[name](value) if name in _KINDS else value
        for name, value in json.loads(text or "{}").items()
    }
