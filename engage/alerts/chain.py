"""Reading who may be told, and what was raised of late. Statements built once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import (
    Connection,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)

from engage.alerts.models import Alert, AlertHidden
from engage.alerts.rules import AlertKind, AlertState, Chain, Contact, initials, may_join
from engage.crypto import CannotUnseal, unseal
from engage.db import UtcDateTime, db
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
from engage.statements import Query

log = structlog.get_logger("engage.alerts")
NOW = bindparam("now", type_=UtcDateTime())
_alerts: Any = Alert.__table__
_person: Any = Person.__table__
_related: Any = Relationship.__table__
_grants: Any = RoleGrant.__table__
_TOLD = (RelationshipKind.CHECK_IN, RelationshipKind.CARER, RelationshipKind.SOCIAL_WORKER)
_TEAM = (Role.OUT_OF_HOURS, Role.SUPERVISOR)


def _in_force(table: Any) -> Any:
    return and_(table.c.starts_at <= NOW, or_(table.c.ends_at.is_(None), table.c.ends_at > NOW))


def is_over(person_id: Any, young_person_id: Any) -> Any:
    """Tell, in SQL with `now`, whether somebody stood near a young person and does no longer.

    Not of workers: their role may let them hear all the same.
    """
    related, somebody = _related.alias(), _person.alias()
    near = (related.c.person_id == person_id, related.c.young_person_id == young_person_id)
    is_outside = (somebody.c.id == person_id, somebody.c.kind != PersonKind.WORKER)
    return and_(
        exists().where(*is_outside),
        exists().where(*near, related.c.ends_at <= NOW),
        ~exists().where(*near, _in_force(related)),
    )


def _build(is_one: bool) -> Any:
    young = _person.alias()

    def asked(column: Any) -> Any:
        # An incoming text is about one.
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
            _grants.c.role.label("step"),
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


def _with_alerts(contacts: Any, alerts: Any) -> Query:
    """Read contacts and alerts in one go: an alert stands in the columns of a contact."""
    told = contacts.subquery()
    return Query(
        union_all(
            select(null().label("is_alert"), told.c.step, told.c.rank, told.c.id, told.c.locale),
            select(literal(1), _alerts.c.kind, literal(0), _alerts.c.id, _alerts.c.state).where(
                *alerts
            ),
        )
    )


_CONTACTS = _build(False)
_STAFF = _build_staff()
_hidden: Any = AlertHidden.__table__
_HIDDEN = select(_hidden.c.alert_id, _hidden.c.person_id).where(
    _hidden.c.alert_id.in_(bindparam("ids", expanding=True, type_=Uuid()))
)
# Only these are ever kept from somebody; others need no look.
MAY_BE_HIDDEN = frozenset({AlertKind.HARM, AlertKind.STEP_FAILED, AlertKind.UNANSWERED})
_AROUND_ONE = _with_alerts(
    _build(True),
    (
        _alerts.c.young_person_id == bindparam("young", type_=Uuid()),
        _alerts.c.raised_at > bindparam("since", type_=UtcDateTime()),
        _alerts.c.state != AlertState.RESOLVED,
    ),
)
_AROUND_HOUSE = _with_alerts(_STAFF, (_alerts.c.dedupe_key == bindparam("key", type_=String()),))


def initials_of(name: str | None, person_id: UUID) -> str:
    """Return somebody's initials from their sealed name; "?" when it does not open.

    A key that was taken out too early stops no alarm, theirs or anybody else's.
    """
    try:
        return initials(unseal(name, "people.name", person_id)) if name else "?"
    except CannotUnseal:
        log.error("name does not open", person=person_id)
        return "?"


@dataclass(frozen=True, slots=True)
class Around:
    """Whom a text can reach, and which alerts there are that something new may belong to."""

    contacts: list[Contact]
    alerts: list[tuple[UUID, AlertKind, AlertState]]

    def to_join(self, kind: AlertKind) -> UUID | None:
        """Return the alert to which something of this kind adds nothing."""
        for alert_id, raised, state in self.alerts:
            if may_join(kind, raised, state):
                return alert_id
        return None


def contacts_for(
    connection: Connection, young_person_ids: Collection[UUID], now: datetime
) -> dict[UUID, list[Contact]]:
    """Return whom a text can reach about each of these young people. One statement."""
    found: dict[UUID, list[Contact]] = defaultdict(list)
    if young_person_ids:
        asked = {"young": list(young_person_ids), "now": now}
        for young_id, step, rank, person_id, locale in connection.execute(_CONTACTS, asked).all():
            found[young_id].append(Contact(person_id, step, rank, locale))
    return found


def around_one(
    connection: Connection, young_person_id: UUID, *, since: datetime, now: datetime
) -> Around:
    """Return whom a text can reach about one young person, and their alerts since then."""
    asked = {"young": young_person_id, "since": since, "now": now}
    return _around(_AROUND_ONE.all(connection, asked))


def around_house(
    connection: Connection, organisation_id: UUID, *, key: str, now: datetime
) -> Around:
    """Return who answers for a whole organisation (`staff_of`), and the alert of this key."""
    asked = {"organisation": organisation_id, "key": key, "now": now}
    return _around(_AROUND_HOUSE.all(connection, asked))


def _around(rows: list[Any]) -> Around:
    found = Around([], [])
    for is_alert, word, rank, row_id, other in rows:
        if is_alert:
            found.alerts.append((row_id, AlertKind(word), AlertState(other)))
        else:
            found.contacts.append(Contact(row_id, word, rank, other))
    return found


def staff_of(connection: Connection, organisation_id: UUID, now: datetime) -> list[Contact]:
    """Return the out-of-hours workers and supervisors of a whole organisation.

    Those without a team come first: they answer for everybody. Used when nobody nearer is known.
    """
    asked = {"organisation": organisation_id, "now": now}
    return [
        Contact(person_id, role, rank, locale)
        for role, rank, person_id, locale in connection.execute(_STAFF, asked)
    ]


def contacts_of(alert: Alert, now: datetime) -> list[Contact]:
    """Return whom a text can reach about this alert: near the young person, else the house."""
    connection, young_id = db.session.connection(), alert.young_person_id
    near = contacts_for(connection, [young_id], now).get(young_id, []) if young_id else []
    hidden = hidden_from(connection, [alert.id]) if alert.kind in MAY_BE_HIDDEN else {}
    return but(hidden.get(alert.id, ()), near) or but(
        hidden.get(alert.id, ()), staff_of(connection, alert.organisation_id, now)
    )


def but(hidden: Collection[UUID], contacts: Iterable[Contact]) -> list[Contact]:
    """Leave out those from whom it is kept."""
    return [each for each in contacts if each.person_id not in hidden]


def hidden_from(connection: Connection, alert_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return, by alert, who must never be told of it: it may be about them."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for alert_id, person_id in connection.execute(_HIDDEN, {"ids": list(alert_ids)}):
        found[alert_id].add(person_id)
    return found


@cache
def chain_of(policy: str, kind: str) -> Chain:
    """Return the levels and waits of one kind of alert under a policy pack."""
    alerts = pack(policy).alerts
    levels = alerts.levels(kind)
    return Chain(levels, tuple(alerts.wait(steps) for steps in levels), alerts.nag, alerts.remind)
