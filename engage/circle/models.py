"""The people who matter to a young person: more than the three, and how they stay in touch."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Date, ForeignKey, String, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base


class Tie(StrEnum):
    """What somebody is to the young person. Source: S1, "natural supports"."""

    PARENT = "parent"
    SIBLING = "sibling"
    FAMILY = "family"
    FRIEND = "friend"
    PARTNER = "partner"
    MENTOR = "mentor"
    COACH = "coach"
    NEIGHBOUR = "neighbour"
    OTHER = "other"


class MayCall(StrEnum):
    """Whether adults may get in touch with somebody. Source: C1."""

    YES = "yes"
    IF_WORRIED = "if_worried"
    NEVER = "never"


class ImportantPerson(Base):
    """Somebody who matters to a young person, whether or not they know of this list."""

    __tablename__ = "important_people"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    tie: Mapped[Tie] = mapped_column(String(12))
    _name: Mapped[str] = mapped_column("name", Text)
    name = sealed("_name")
    _phone: Mapped[str | None] = mapped_column("phone", Text)
    phone = sealed("_phone")
    _other_phone: Mapped[str | None] = mapped_column("other_phone", Text)
    other_phone = sealed("_other_phone")
    _email: Mapped[str | None] = mapped_column("email", Text)
    email = sealed("_email")
    _social: Mapped[str | None] = mapped_column("social", Text)
    social = sealed("_social")
    languages: Mapped[list[str]] = mapped_column(MutableList.as_mutable(JSON), default=list)
    _other_languages: Mapped[str | None] = mapped_column("other_languages", Text)
    other_languages = sealed("_other_languages")
    may_call: Mapped[MayCall] = mapped_column(String(12))
    # The young person said "don't call this person": nobody else can change that.
    never_said_by_young_person: Mapped[bool] = mapped_column(default=False)
    # How we keep them in touch. Source: S1, running to people is a reason for leaving.
    _visits: Mapped[str | None] = mapped_column("visits", Text)
    visits = sealed("_visits")
    _calls: Mapped[str | None] = mapped_column("calls", Text)
    calls = sealed("_calls")
    _distance: Mapped[str | None] = mapped_column("distance", Text)
    distance = sealed("_distance")
    _needed: Mapped[str | None] = mapped_column("needed", Text)
    needed = sealed("_needed")
    # Why this person matters, for whoever cares for the young person.
    _for_carer: Mapped[str | None] = mapped_column("for_carer", Text)
    for_carer = sealed("_for_carer")
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    checked_on: Mapped[date | None] = mapped_column(Date)
    checked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]
