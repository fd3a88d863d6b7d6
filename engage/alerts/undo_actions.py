"""Stopping an alert because what it was about has turned out well, and telling everybody told.

A person who says so ends it. A check-in only stops the chain of one that nobody has yet: once
somebody has it, they hear that something came, and say themselves when it is over.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, or_, select, update

from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rules import AlertState
from engage.alerts.taken_rules import Outcome
from engage.audit.actions import entry
from engage.audit.models import Actor
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass
from engage.people.models import Person, PersonKind
from engage.people.viewer import Viewer

ADULTS = frozenset({PersonKind.CARER, PersonKind.WORKER, PersonKind.TRUSTED_PERSON})
_alerts: Any = Alert.__table__
_notices: Any = AlertNotice.__table__
_person: Any = Person.__table__


def stop_alert(
    connection: Connection,
    alert_id: UUID,
    template: str,
    params: Mapping[str, Any],
    *,
    now: datetime,
    viewer: Actor,
) -> list[dict[str, Any]]:
    """Stop an alert that has no reason any more; tell everybody who was told of it.

    By `viewer`: an adult ends it, whoever has it; what a young person sends only while nobody
    has it. `template` is the text that says why. Returns the line for the audit, which the caller
    writes with its own; nothing when somebody had said already that it is over.
    """
    done, verb = _stop(connection, alert_id, now, viewer)
    if done is None:
        return []
    told = connection.execute(
        select(_person.c.id, _person.c.locale).where(
            or_(
                # Whoever has it may never have been told: they took it on the page.
                _person.c.id == done.acknowledged_by_id,
                _person.c.id.in_(
                    select(_notices.c.person_id).where(_notices.c.alert_id == alert_id)
                ),
            )
        )
    ).all()
    texts = [
        message_row(
            template,
            klass=Klass.STAFF,
            now=now,
            dedupe_key=f"{verb}:{alert_id}:{each.id}",
            person_id=each.id,
            locale=each.locale,
            params=params,
            about=done.young_person_id,
            object_kind="alert",
            object_id=alert_id,
        )
        for each in told
    ]
    queue_many(texts, connection)
    line = entry(
        verb,
        viewer=viewer,
        now=now,
        subject_id=done.young_person_id,
        object_kind="alert",
        object_id=alert_id,
        reason=template,
    )
    return [line]


def _stop(connection: Connection, alert_id: UUID, now: datetime, viewer: Actor) -> tuple[Any, str]:
    """End it; or, when somebody has it and no adult says so, only find whom to tell."""
    by_person = _is_adult(viewer)
    held = (AlertState.OPEN, AlertState.ACKNOWLEDGED) if by_person else (AlertState.OPEN,)
    facts = (_alerts.c.young_person_id, _alerts.c.acknowledged_by_id)
    done = connection.execute(
        update(_alerts)
        .where(_alerts.c.id == alert_id, _alerts.c.state.in_(held))
        .values(
            state=AlertState.RESOLVED,
            resolved_by_id=viewer.person_id if by_person else None,
            resolved_at=now,
            next_due_at=None,
            outcome=Outcome.HANDLED if by_person else Outcome.UNDONE,
        )
        .returning(*facts)
    ).one_or_none()
    if done is not None:
        return done, "alert:stopped"
    taken = (_alerts.c.id == alert_id, _alerts.c.state == AlertState.ACKNOWLEDGED)
    return connection.execute(select(*facts).where(*taken)).one_or_none(), "alert:heard"


def _is_adult(viewer: Actor) -> bool:
    return isinstance(viewer, Viewer) and viewer.kind in ADULTS
