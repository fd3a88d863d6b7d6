"""Which young people a referral may be about: what is exact first, then what is alike.

Names and dates of birth are sealed. They are opened in memory and compared, up to a limit; a
person decides, and whose names they were shown is written down.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from engage.care_records.models import CareRecord
from engage.crypto import blind_index, unseal
from engage.db import db
from engage.intake.models import Referral
from engage.intake.queries import get_referral
from engage.intake.rules import (
    MOST_COMPARED,
    MOST_OFFERED,
    STRENGTH,
    BirthLikeness,
    Likeness,
    Sought,
    birth_likeness,
    likeness,
    name_likeness,
)
from engage.people.access import Verb, Viewer
from engage.people.models import Person, PersonKind, Team
from engage.people.words import fold

_person: Any = Person.__table__


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody it may be about, as much as tells two of one name apart."""

    id: UUID
    name: str
    born: date | None
    team: str
    why: Likeness


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who may be the one, the likeliest first."""

    found: list[Candidate]
    # Not everybody was compared, or more were found than are shown.
    is_cut: bool


def candidates(viewer: Viewer, referral_id: UUID, *, now: datetime) -> Candidates:
    """Return whom a referral may be about. For a page that writes down whose names it shows.

    Raises NotFound for a referral the viewer may not change.
    """
    referral = get_referral(viewer, referral_id, Verb.EDIT, now=now)
    exact = _exact(referral)
    why = dict(exact)
    rows, is_cut = _people(referral, now, why)
    sought = _sought_in(referral)
    found: list[Candidate] = []
    for row in rows:
        name, born = _name(row), _born(row)
        reason = why.get(row.id) or _alike(sought, name, born)
        if reason is not None:
            found.append(Candidate(row.id, name, born, row.team or "", reason))
    found.sort(key=lambda each: (STRENGTH[each.why], each.name.casefold(), each.id))
    return Candidates(found[:MOST_OFFERED], is_cut or len(found) > MOST_OFFERED)


def _sought_in(referral: Referral) -> Sought:
    """Return who a referral says it is about, ready to be compared."""
    return Sought(fold(str(referral.name or "")), referral.born_on)


def _exact(referral: Referral) -> Iterator[tuple[UUID, Likeness]]:
    """Yield whom a blind index names; the strongest last, so that it stays."""
    house = referral.organisation_id
    if referral.phone_index:
        has_it = select(_person.c.id).where(
            _person.c.organisation_id == house, _person.c.phone_index == referral.phone_index,
            _person.c.kind == PersonKind.YOUNG_PERSON,
        )  # fmt: skip
        for young in db.session.scalars(has_it):
            yield young, Likeness.PHONE
    if referral.reference_index:
        earlier = select(Referral.young_person_id).where(
            Referral.organisation_id == house,
            Referral.reference_index == referral.reference_index,
            Referral.young_person_id.is_not(None),
            Referral.id != referral.id,
        )
        for found in db.session.scalars(earlier):
            if found is not None:
                yield found, Likeness.EARLIER
    if referral.reference:
        index = blind_index("child_reference", str(referral.reference))
        recorded = select(CareRecord.young_person_id).where(
            CareRecord.organisation_id == house, CareRecord.reference_index == index
        )
        for young in db.session.scalars(recorded):
            yield young, Likeness.REFERENCE


def _people(
    referral: Referral, now: datetime, exact: dict[UUID, Likeness]
) -> tuple[list[Any], bool]:
    """Return the rows to compare: those named exactly, then everybody, up to the limit."""
    young = (
        select(_person.c.id, _person.c.name, _person.c.birth_date, Team.name.label("team"))
        .outerjoin(Team, Team.id == _person.c.team_id)
        .where(
            _person.c.organisation_id == referral.organisation_id,
            _person.c.kind == PersonKind.YOUNG_PERSON,
            or_(_person.c.ended_at.is_(None), _person.c.ended_at > now),
        )
    )
    named = list(db.session.execute(young.where(_person.c.id.in_(list(exact))))) if exact else []
    if not _sought_in(referral).says_anything:
        return named, False
    everybody = young.order_by(_person.c.id).limit(MOST_COMPARED + 1)
    rows = list(db.session.execute(everybody))
    is_cut = len(rows) > MOST_COMPARED
    return [*named, *(row for row in rows[:MOST_COMPARED] if row.id not in exact)], is_cut


def _name(row: Any) -> str:
    return unseal(row.name, "people.name", row.id)


def _born(row: Any) -> date | None:
    if row.birth_date is None:
        return None
    return date.fromisoformat(unseal(row.birth_date, "people.birth_date", row.id))


def _alike(sought: Sought, name: str, born: date | None) -> Likeness | None:
    birth = birth_likeness(sought.born, born)
    if birth is BirthLikeness.OTHER and not sought.name:
        return None
    return likeness(name_likeness(sought.name, fold(name)), birth)
