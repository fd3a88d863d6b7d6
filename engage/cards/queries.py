"""What stands on a card besides its codes, for those who may print it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Organisation, Person
from engage.web.errors import NotFound
from engage.web.paper_sizes import is_letter


@dataclass(frozen=True)
class Owner:
    """In which language a card speaks, and whose numbers stand on it."""

    locale: str
    policy: str
    region: str

    @property
    def prints_on_letter(self) -> bool:
        """Say whether the paper here is Letter."""
        return is_letter(self.region)


def get_owner(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Owner:
    """Return what a card of this young person needs, or raise NotFound."""
    require(viewer, Verb.REVOKE, Object.LINKS, young_person_id, now=now)
    row = db.session.execute(
        select(Person.locale, Organisation.policy, Organisation.region)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.id == young_person_id)
    ).one_or_none()
    if row is None:
        raise NotFound("card")
    return Owner(row.locale, row.policy, row.region)
