"""Which alert a phone was told of lately: what a digit that it texts is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, case, select

from engage.alerts.chain import chain_of, is_over
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rules import AlertState
from engage.db import UtcDateTime, db
from engage.people.models import Organisation

A_DIGIT_COUNTS = timedelta(days=1)
_alerts: Any = Alert.__table__
_notices: Any = AlertNotice.__table__
_organisation: Any = Organisation.__table__
_is_taken = case((_alerts.c.state == AlertState.OPEN, 0), else_=1)
_LATELY = (
    select(
        _notices.c.alert_id,
        _notices.c.person_id,
        _alerts.c.state,
        _alerts.c.kind,
        _organisation.c.policy,
    )
    .join(_alerts, _alerts.c.id == _notices.c.alert_id)
    .join(_organisation, _organisation.c.id == _alerts.c.organisation_id)
    .where(
        _notices.c.person_id.in_(bindparam("ids", expanding=True, type_=Uuid())),
        _notices.c.told_at > bindparam("since", type_=UtcDateTime()),
        ~is_over(_notices.c.person_id, _alerts.c.young_person_id),
    )
    .order_by(_is_taken, _notices.c.told_at.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Told:
    """An alert that a phone was told of lately, and who of those that have the phone."""

    alert_id: UUID
    person_id: UUID
    is_open: bool
    remind: timedelta


def find_raised(dedupe_key: str) -> UUID | None:
    """Return the alert raised under a key, for callers that asked about what it is about."""
    return db.session.scalar(select(_alerts.c.id).where(_alerts.c.dedupe_key == dedupe_key))


def find_told(person_ids: list[UUID], *, now: datetime) -> Told | None:
    """Return the open alert that this phone was told of last, else the last one of all.

    None when nobody with this phone was told of an alert within a day.
    """
    row = db.session.execute(
        _LATELY, {"ids": person_ids, "since": now - A_DIGIT_COUNTS, "now": now}
    ).one_or_none()
    if row is None:
        return None
    remind = chain_of(row.policy, row.kind).remind
    return Told(row.alert_id, row.person_id, row.state == AlertState.OPEN, remind)
