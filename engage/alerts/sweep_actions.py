"""The chain's next steps, for everything that is due: costs what is due, not what exists.

What nobody has climbs; whoever has something is asked how it is now (`reminding`).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, select, text, update

from engage.alerts.chain import (
    MAY_BE_HIDDEN,
    but,
    chain_of,
    contacts_for,
    hidden_from,
    initials_of,
    staff_of,
)
from engage.alerts.digest import gathered
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.reminding import Reminders
from engage.alerts.rows import NOTICES, Rows, Subject, telling_rows
from engage.alerts.rules import (
    AlertKind,
    AlertState,
    Chain,
    Contact,
    Telling,
    late_by,
    next_telling,
)
from engage.audit.actions import entry, record_many
from engage.db import UtcDateTime, begin_write, db
from engage.messaging.outbox import OUTBOX, queue_many, queued_here
from engage.people.models import Organisation, Person
from engage.people.viewer import SYSTEM
from engage.statements import Change

_alerts: Any = Alert.__table__
_notices: Any = AlertNotice.__table__
_person: Any = Person.__table__
_organisation: Any = Organisation.__table__
_due = _alerts.c.next_due_at <= bindparam("now", type_=UtcDateTime())
# Without the order the planner reads the table instead of the index (DESIGN 6a).
_PROBE = select(_alerts.c.id).where(_due).order_by(_alerts.c.next_due_at).limit(1)
_CLAIM = (
    select(
        _alerts.c.id,
        _alerts.c.organisation_id,
        _alerts.c.young_person_id,
        _alerts.c.kind,
        _alerts.c.level,
        _alerts.c.round,
        _alerts.c.next_due_at,
        _alerts.c.late_by,
        _alerts.c.state,
        _alerts.c.acknowledged_by_id,
        _alerts.c.turn,
        _alerts.c.unanswered,
    )
    .where(_due)
    .order_by(_alerts.c.next_due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_TOLD = select(_notices.c.alert_id, _notices.c.person_id).where(
    _notices.c.alert_id.in_(bindparam("ids", expanding=True, type_=Uuid()))
)
_NAMES = select(_person.c.id, _person.c.name).where(
    _person.c.id.in_(bindparam("ids", expanding=True, type_=Uuid()))
)
_POLICIES = select(_organisation.c.id, _organisation.c.policy).where(
    _organisation.c.id.in_(bindparam("ids", expanding=True, type_=Uuid()))
)
# The instant it was due is part of the condition: whoever was quicker has moved it.
_CLIMB = Change(
    update(_alerts)
    .where(
        _alerts.c.id == bindparam("row_id"),
        _alerts.c.next_due_at == bindparam("was_due"),
        _alerts.c.state == AlertState.OPEN,
    )
    .values(
        level=bindparam("to_level"),
        round=bindparam("to_round"),
        next_due_at=bindparam("to_due"),
        late_by=bindparam("late"),
        nobody_told=bindparam("nobody"),
    )
)
# The same for all at once, where one statement beats a pipeline of many.
_CLIMB_TOGETHER = text(
    "UPDATE alerts SET level = to_level, round = to_round, next_due_at = to_due, late_by = late,"
    " nobody_told = nobody FROM unnest(CAST(:row_id AS uuid[]), CAST(:was_due AS timestamptz[]),"
    " CAST(:to_level AS int[]), CAST(:to_round AS int[]), CAST(:to_due AS timestamptz[]),"
    " CAST(:late AS int[]), CAST(:nobody AS bool[]))"
    " AS step (row_id, was_due, to_level, to_round, to_due, late, nobody)"
    " WHERE alerts.id = row_id AND next_due_at = was_due AND state = 'open'"
)


def _is_anything_due(now: datetime) -> bool:
    return db.session.connection().execute(_PROBE, {"now": now}).first() is not None


def sweep(*, now: datetime, address: str, limit: int = 500) -> int:
    """Take the next step of up to `limit` alerts that are due; return how many.

    One that nobody has climbs. Whoever has one is asked how it is now, and when they do not
    say, the next people are told. The caller commits, and calls again while it took any.
    `address` is our public address.
    Two at once never take the same step: SQLite has one writer, PostgreSQL skips locked rows,
    and the unique key of the notices stands behind both.
    """
    if not _is_anything_due(now):
        return 0
    begin_write(db.session)
    connection = db.session.connection()
    due = connection.execute(_CLAIM, {"now": now, "most": limit}).all()
    if not due:
        return 0
    facts = _Facts(connection, due, now)
    rows, climbs = Rows(), []
    held = [alert for alert in due if alert.state == AlertState.ACKNOWLEDGED]
    after = Reminders(connection, held, rows, now)
    for alert in due:
        chain = chain_of(facts.policies[alert.organisation_id], alert.kind)
        subject = facts.subject(alert, address)
        if alert.state == AlertState.OPEN:
            climbs.append(_step(alert, chain, subject, facts, rows, now))
        elif not after.ask(alert, chain, subject):
            after.pass_on(alert, subject, _next(alert, chain, facts, now))
    if climbs:
        _climb(connection, climbs)
    after.write()
    texts, digests = gathered(connection, rows.messages, rows.workers)
    # These alerts are ours alone until we commit, so nothing of theirs can be there already.
    NOTICES.copy(connection, rows.notices)
    OUTBOX.copy(connection, texts)
    queue_many(digests, connection)
    queued_here.set(True)
    record_many(rows.audit, connection, by_the_thousand=True)
    return len(due)


def _climb(connection: Connection, climbs: list[dict[str, Any]]) -> None:
    if connection.dialect.name != "postgresql":
        _CLIMB.make_each(connection, climbs)
        return
    columns = {name: [climb[name] for climb in climbs] for name in climbs[0]}
    connection.execute(_CLIMB_TOGETHER, columns)


class _Facts:
    """Everything the steps of these alerts need, read in five statements."""

    def __init__(self, connection: Connection, due: Sequence[Any], now: datetime):
        young = {alert.young_person_id for alert in due if alert.young_person_id}
        self._connection, self._now = connection, now
        self._near = contacts_for(connection, young, now)
        self._staff: dict[UUID, list[Contact]] = {}
        kept = [alert.id for alert in due if alert.kind in MAY_BE_HIDDEN]
        self._hidden = hidden_from(connection, kept) if kept else {}
        self.told: dict[UUID, set[UUID]] = defaultdict(set)
        for alert_id, person_id in connection.execute(_TOLD, {"ids": [a.id for a in due]}).all():
            self.told[alert_id].add(person_id)
        named = connection.execute(_NAMES, {"ids": list(young)}).all() if young else []
        self._names: dict[UUID, str] = {row.id: row.name for row in named}
        organisations = {alert.organisation_id for alert in due}
        housed = connection.execute(_POLICIES, {"ids": list(organisations)})
        self.policies: dict[UUID, str] = {row.id: row.policy for row in housed}

    def contacts(self, alert: Any) -> list[Contact]:
        """Return whom this alert may still reach; the whole organisation when nobody is near."""
        hidden = self._hidden.get(alert.id, ())
        near = self._near.get(alert.young_person_id, ()) if alert.young_person_id else ()
        return but(hidden, near) or but(hidden, self._of_the_house(alert))

    def _of_the_house(self, alert: Any) -> list[Contact]:
        known = self._staff.get(alert.organisation_id)
        if known is None:
            known = staff_of(self._connection, alert.organisation_id, self._now)
            self._staff[alert.organisation_id] = known
        return known

    def subject(self, alert: Any, address: str) -> Subject:
        """Return whom an alert is about; "?" when nobody knows."""
        young_id, who = alert.young_person_id, "?"
        if young_id is not None and young_id in self._names:
            who = initials_of(self._names[young_id], young_id)
        return Subject(alert.organisation_id, young_id, who, address)


def _next(alert: Any, chain: Chain, facts: _Facts, now: datetime) -> Telling:
    return next_telling(
        chain,
        facts.contacts(alert),
        level=alert.level,
        round_no=alert.round,
        told=facts.told[alert.id],
        now=now,
    )


def _step(
    alert: Any, chain: Chain, subject: Subject, facts: _Facts, rows: Rows, now: datetime
) -> dict[str, Any]:
    telling = _next(alert, chain, facts, now)
    telling_rows(rows, alert.id, AlertKind(alert.kind), subject, telling, now)
    rows.audit.append(
        entry(
            "alert:climbed",
            viewer=SYSTEM,
            now=now,
            subject_id=alert.young_person_id,
            object_kind="alert",
            object_id=alert.id,
            reason=f"{telling.level}.{telling.round}",
        )
    )
    late = late_by(alert.next_due_at, now)
    seconds = int(late.total_seconds()) if late else 0
    return {
        "row_id": alert.id,
        "was_due": alert.next_due_at,
        "to_level": telling.level,
        "to_round": telling.round,
        "to_due": telling.next_due_at,
        "late": max(seconds, alert.late_by or 0) or None,
        "nobody": not telling.people,
    }
