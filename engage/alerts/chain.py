"""Reading who may be told, for many young people in one statement built once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    literal,
    or_,
    select,
    union_all,
)

from engage.alerts.rules import Chain, Contact
from engage.db import UtcDateTime
from engage.people.models import (
    Consent,
    Person,
    PersonKind,
    Relationship,
    RelationshipKind,
    Role,
    RoleGrant,
)
from engage.policy.queries import pack

NOW = bindparam("now", type_=UtcDateTime())
_person: Any = Person.__table__
_related: Any = Relationship.__table__
_grants: Any = RoleGrant.__table__
_TOLD = (RelationshipKind.CHECK_IN, RelationshipKind.CARER, RelationshipKind.SOCIAL_WORKER)
_TEAM = (Role.OUT_OF_HOURS, Role.SUPERVISOR)


def _in_force(table: Any) -> Any:
    return and_(table.c.starts_at <= NOW, or_(table.c.ends_at.is_(None), table.c.ends_at > NOW))


def _build(is_one: bool) -> Any:
    young = _person.alias()

    def asked(column: Any) -> Any:
        # An incoming text is about one: equality needs no statement made anew each time.
        name = bindparam("young", expanding=not is_one, type_=Uuid())
        return column == name if is_one else column.in_(name)

    related = select(
        _related.c.young_person_id.label("young_id"),
        _related.c.kind.label("step"),
        _related.c.rank.label("rank"),
        _related.c.person_id.label("told_id"),
    ).where(
        asked(_related.c.young_person_id),
        _related.c.kind.in_(_TOLD),
        _in_force(_related),
    )

    def on_duty(of_team: bool) -> Any:
        # Two branches, so that each one finds its grants by the index on their team.
        same_team = _grants.c.team_id == young.c.team_id if of_team else _grants.c.team_id.is_(None)
        return (
            select(young.c.id, _grants.c.role, literal(0 if of_team else 1), _grants.c.person_id)
            .join_from(young, _grants, same_team)
            .where(asked(young.c.id), _grants.c.role.in_(_TEAM), _in_force(_grants))
        )

    told = union_all(related, on_duty(True), on_duty(False)).subquery()
    home, consent = _person.alias(), _related.alias()
    said_yes = exists().where(
        consent.c.person_id == _person.c.id,
        consent.c.young_person_id == told.c.young_id,
        consent.c.consent == Consent.YES,
        _in_force(consent),
    )
    return (
        select(told.c.young_id, told.c.step, told.c.rank, _person.c.id, _person.c.locale)
        .join_from(told, _person, _person.c.id == told.c.told_id)
        .join(home, home.c.id == told.c.young_id)
        .where(
            # A text must be able to reach them, or the chain would wait for nobody.
            _person.c.phone_index.is_not(None),
            _person.c.phone_suspended_at.is_(None),
            _person.c.organisation_id == home.c.organisation_id,
            or_(_person.c.ended_at.is_(None), _person.c.ended_at > NOW),
            or_(_person.c.kind != PersonKind.TRUSTED_PERSON, said_yes),
        )
    )


def _build_staff() -> Any:
    return (
        select(
            _person.c.organisation_id,
            _grants.c.role,
            case((_grants.c.team_id.is_(None), 0), else_=1).label("rank"),
            _person.c.id,
            _person.c.locale,
        )
        .join_from(_person, _grants, _grants.c.person_id == _person.c.id)
        .where(
            _person.c.organisation_id == bindparam("organisation", type_=Uuid()),
            _person.c.kind == PersonKind.WORKER,
            _person.c.phone_index.is_not(None),
            _person.c.phone_suspended_at.is_(None),
            or_(_person.c.ended_at.is_(None), _person.c.ended_at > NOW),
            _grants.c.role.in_(_TEAM),
            _in_force(_grants),
        )
    )


_CONTACTS, _CONTACTS_OF_ONE = _build(False), _build(True)
_STAFF = _build_staff()


def contacts_for(
    connection: Connection, young_person_ids: Collection[UUID], now: datetime
) -> dict[UUID, list[Contact]]:
    """Return whom a text can reach about each of these young people. One statement."""
    found: dict[UUID, list[Contact]] = defaultdict(list)
    if young_person_ids:
        several = list(young_person_ids)
        is_one = len(several) == 1
        asked = {"young": several[0] if is_one else several, "now": now}
        statement = _CONTACTS_OF_ONE if is_one else _CONTACTS
        for young_id, step, rank, person_id, locale in connection.execute(statement, asked):
            found[young_id].append(Contact(person_id, step, rank, locale))
    return found


def staff_of(connection: Connection, organisation_id: UUID, now: datetime) -> list[Contact]:
    """Return the out-of-hours workers and supervisors of a whole organisation.

    Those without a team come first: they answer for everybody. Used when nobody nearer is known.
    """
    asked = {"organisation": organisation_id, "now": now}
    return [
        Contact(person_id, role, rank, locale)
        for _, role, rank, person_id, locale in connection.execute(_STAFF, asked)
    ]


@cache
def chain_of(policy: str, kind: str) -> Chain:
    """Return the levels and waits of one kind of alert under a policy pack."""
    alerts = pack(policy).alerts
    levels = alerts.levels(kind)
    return Chain(levels, tuple(alerts.wait(steps) for steps in levels), alerts.nag)
