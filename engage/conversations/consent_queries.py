"""Reading which texts a young person agreed to, by purpose, and what their phone asked for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.messaging.consent_models import Purpose, TextConsent
from engage.messaging.models import ConsentEntry
from engage.messaging.queries import find_opt_out
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Person, ReplyPolicy
from engage.web.errors import NotFound

MOST = 50


@dataclass(frozen=True)
class Line:
    """One line of the ledger: what changed, when, and who wrote it down."""

    at: datetime
    # "opted_out" and "opted_in" of the phone, else the purpose.
    what: str
    says_yes: bool
    detail: str
    how: str
    by: str


@dataclass(frozen=True)
class ConsentPage:
    """Which texts a young person wants now, and how it came to be."""

    person: Person
    is_own: bool
    off_since: datetime | None
    is_shared: bool
    now: dict[Purpose, bool]
    replies: ReplyPolicy
    lines: tuple[Line, ...]


def consent_page(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> ConsentPage:
    """Return the ledger of consent; NotFound for those who may not know of their texts."""
    require(viewer, Verb.READ, Object.CHECK_IN, young_person_id, now=now)
    require(viewer, Verb.READ_MASKED, Object.MESSAGE_LOG, young_person_id, now=now)
    person = db.session.get(Person, young_person_id)
    if person is None:
        raise NotFound("young person")
    index = person.phone_index
    said = db.session.scalars(
        select(TextConsent)
        .where(TextConsent.person_id == young_person_id)
        .order_by(TextConsent.at.desc())
        .limit(MOST)
    ).all()
    latest: dict[Purpose, bool] = {}
    for one in said:
        latest.setdefault(Purpose(one.purpose), one.says_yes)
    latest[Purpose.REPLIES] = person.reply_policy != ReplyPolicy.NONE
    return ConsentPage(
        person=person,
        is_own=viewer.person_id == young_person_id,
        off_since=find_opt_out(viewer, index) if index else None,
        is_shared=_is_shared(person),
        now={purpose: latest.get(purpose, False) for purpose in Purpose},
        replies=ReplyPolicy(person.reply_policy),
        lines=tuple(
            sorted([*_said(list(said)), *_asked(person)], key=lambda line: line.at, reverse=True)
        )[:MOST],
    )


def _is_shared(person: Person) -> bool:
    if person.phone_index is None:
        return False
    other = select(Person.id).where(
        Person.phone_index == person.phone_index,
        Person.id != person.id,
        Person.organisation_id == person.organisation_id,
    )
    return db.session.execute(other.limit(1)).first() is not None


def _said(rows: list[TextConsent]) -> list[Line]:
    names = _names([row.noted_by_id for row in rows])
    return [
        Line(row.at, row.purpose, row.says_yes, row.detail, "", names.get(row.noted_by_id, ""))
        for row in rows
    ]


def _asked(person: Person) -> list[Line]:
    """List the times this person's phone turned all texts off or on."""
    rows = db.session.scalars(
        select(ConsentEntry)
        .where(ConsentEntry.person_id == person.id)
        .order_by(ConsentEntry.at.desc())
        .limit(MOST)
    )
    return [Line(row.at, row.change, row.change == "opted_in", "", row.how, "") for row in rows]


def _names(ids: list[UUID | None]) -> dict[UUID | None, str]:
    wanted = {one for one in ids if one}
    found = db.session.scalars(select(Person).where(Person.id.in_(wanted)))
    return {person.id: str(person.name) for person in found}
