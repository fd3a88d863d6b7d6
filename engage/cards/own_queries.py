"""What stands on a young person's own page, for themselves and nobody else."""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import or_, select

from engage.db import db
from engage.people.code_words import word_index
from engage.people.models import Person, Relationship, RelationshipKind
from engage.people.viewer import Viewer
from engage.web.errors import NotFound


@dataclass(frozen=True)
class Mine:
    """One person they trust, as they see them."""

    name: str
    phone: str | None


@dataclass(frozen=True)
class Said:
    """Which of their words was typed; neither for anything else."""

    is_word: bool
    is_other_word: bool


def said_by(viewer: Viewer, young_person_id: UUID, typed: str) -> Said:
    """Say which of a young person's two words this is. Both are always compared.

    Raises NotFound for whoever is not this young person, nor holds their card.
    """
    if young_person_id not in (viewer.person_id, viewer.young_person_id):
        raise NotFound("page")
    person = db.session.get_one(Person, young_person_id)
    said = word_index(typed) or ""
    return Said(
        compare_digest(said, person.code_word_index or "-"),
        compare_digest(said, person.not_ok_word_index or "-"),
    )


def people_of(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[Mine]:
    """List the people they trust, in their own order. The caller has heard their word (V2).

    Source: SAFETY 2 (V2 opens their own card) and 5, O5.
    """
    if young_person_id not in (viewer.person_id, viewer.young_person_id):
        raise NotFound("page")
    found = db.session.scalars(
        select(Person)
        .join(Relationship, Relationship.person_id == Person.id)
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind == RelationshipKind.TRUSTED,
            Relationship.starts_at <= now,
            or_(Relationship.ends_at.is_(None), Relationship.ends_at > now),
        )
        .order_by(Relationship.rank, Person.id)
    )
    return [Mine(str(person.name), person.phone) for person in found]
