"""Raising an alert, saying that one has it, and that it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, case, select, update

from engage.alerts.chain import chain_of, contacts_for, staff_of
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rows import INSERT_ALERT, Rows, Subject, alert_rows, code_digest, write
from engage.alerts.rules import AlertKind, AlertState, How, initials
from engage.audit.actions import record, record_many
from engage.audit.models import Actor
from engage.db import UtcDateTime, db, insert_many
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass
from engage.people.models import Organisation, Person
from engage.people.viewer import SYSTEM, Viewer

A_DIGIT_COUNTS = timedelta(days=1)
_alerts: Any = Alert.__table__
_notices: Any = AlertNotice.__table__
_person: Any = Person.__table__
_organisation: Any = Organisation.__table__


@dataclass(frozen=True)
class Acknowledged:
    """What came of somebody saying that they have an alert."""

    alert_id: UUID
    # False: somebody else was quicker, or it is over.
    is_theirs: bool
    by_id: UUID | None


def raise_alert(
    kind: AlertKind,
    *,
    organisation_id: UUID,
    young_person_id: UUID | None,
    dedupe_key: str,
    address: str,
    now: datetime,
    viewer: Actor = SYSTEM,
    about_kind: str | None = None,
    about_id: UUID | None = None,
) -> UUID | None:
    """Tell the first people of the chain about something; return the alert, or None if it was
    raised before under this key.

    Nobody near: the organisation's out-of-hours workers and supervisors. Nobody at all: a red
    banner for staff instead. `address` is our public address.
    """
    connection = db.session.connection()
    policy = connection.execute(
        select(_organisation.c.policy).where(_organisation.c.id == organisation_id)
    ).scalar_one()
    near = contacts_for(connection, [young_person_id] if young_person_id else [], now)
    contacts = near.get(young_person_id, []) if young_person_id else []
    rows = Rows()
    subject = Subject(organisation_id, young_person_id, _initials(young_person_id), address)
    alert = alert_rows(
        rows,
        kind,
        subject,
        chain=chain_of(policy, kind),
        contacts=contacts or staff_of(connection, organisation_id, now),
        dedupe_key=dedupe_key,
        actor=viewer,
        now=now,
        about_kind=about_kind,
        about_id=about_id,
    )
    insert = INSERT_ALERT[connection.dialect.name]
    if not insert_many(connection, insert, [rows.alerts.pop()]):
        return None
    write(rows, connection)
    record_many(rows.audit, connection)
    alert_id: UUID = alert["id"]
    return alert_id


def acknowledge(
    alert_id: UUID,
    person_id: UUID,
    *,
    how: How,
    now: datetime,
    viewer: Actor,
) -> Acknowledged:
    """Note that a person has an alert: the chain stops, and everybody told is told who has it.

    The caller has made sure that this person was told, or may see it. Two at once: one has it.
    """
    done = db.session.execute(
        update(_alerts)
        .where(_alerts.c.id == alert_id, _alerts.c.state == AlertState.OPEN)
        .values(
            state=AlertState.ACKNOWLEDGED,
            acknowledged_by_id=person_id,
            acknowledged_at=now,
            acknowledged_how=how,
            next_due_at=None,
        )
        .returning(_alerts.c.young_person_id)
    ).one_or_none()
    if done is None:
        by_id = db.session.scalar(
            select(_alerts.c.acknowledged_by_id).where(_alerts.c.id == alert_id)
        )
        return Acknowledged(alert_id, by_id == person_id, by_id)
    record(
        "alert:acknowledged",
        viewer=viewer,
        now=now,
        subject_id=done.young_person_id,
        object_kind="alert",
        object_id=alert_id,
        reason=str(how),
    )
    _tell_who_has_it(alert_id, done.young_person_id, person_id, now)
    return Acknowledged(alert_id, True, person_id)


def acknowledge_by_text(person_ids: list[UUID], *, now: datetime) -> Acknowledged | None:
    """Take a texted 1 as "I have it": the open alert this phone was told of last, else the last
    one of all, so that somebody who comes second hears that it is taken.

    Returns None when nobody with this phone was told of an alert within a day.
    """
    told = db.session.execute(
        select(_notices.c.alert_id, _notices.c.person_id)
        .join(_alerts, _alerts.c.id == _notices.c.alert_id)
        .where(
            _notices.c.person_id.in_(bindparam("ids", expanding=True, type_=Uuid())),
            _notices.c.told_at > bindparam("since", type_=UtcDateTime()),
        )
        .order_by(case((_alerts.c.state == AlertState.OPEN, 0), else_=1), _notices.c.told_at.desc())
        .limit(1),
        {"ids": person_ids, "since": now - A_DIGIT_COUNTS},
    ).one_or_none()
    if told is None:
        return None
    return acknowledge(
        told.alert_id,
        told.person_id,
        how=How.TEXT,
        now=now,
        viewer=Viewer(person_id=told.person_id, area="phone"),
    )


def acknowledge_by_code(code: str, *, now: datetime) -> Acknowledged | None:
    """Take the button behind `/a/<code>` as "I have it"; None for an unknown code."""
    notice = db.session.execute(
        select(_notices.c.alert_id, _notices.c.person_id).where(
            _notices.c.code_digest == code_digest(code)
        )
    ).one_or_none()
    if notice is None:
        return None
    return acknowledge(
        notice.alert_id,
        notice.person_id,
        how=How.LINK,
        now=now,
        viewer=Viewer(person_id=notice.person_id, area="link"),
    )


def resolve(viewer: Viewer, alert_id: UUID, *, now: datetime) -> bool:
    """Note that an alert needs nothing more. False if nobody has it yet, or it was over before.

    The caller has asked the access function.
    """
    done = db.session.execute(
        update(_alerts)
        .where(_alerts.c.id == alert_id, _alerts.c.state == AlertState.ACKNOWLEDGED)
        .values(state=AlertState.RESOLVED, resolved_by_id=viewer.person_id, resolved_at=now)
        .returning(_alerts.c.young_person_id)
    ).one_or_none()
    if done is None:
        return False
    record(
        "alert:resolved",
        viewer=viewer,
        now=now,
        subject_id=done.young_person_id,
        object_kind="alert",
        object_id=alert_id,
    )
    return True


def _initials(person_id: UUID | None) -> str:
    person = db.session.get(Person, person_id) if person_id else None
    return initials(person.name) if person else "?"


def _tell_who_has_it(
    alert_id: UUID, young_person_id: UUID | None, person_id: UUID, now: datetime
) -> None:
    holder = db.session.get(Person, person_id)
    told = db.session.execute(
        select(_person.c.id, _person.c.locale)
        .join(_notices, _notices.c.person_id == _person.c.id)
        .where(_notices.c.alert_id == alert_id, _person.c.id != person_id)
        .distinct()
    ).all()
    params = {
        "who": _initials(young_person_id),
        "by": str(holder.name).split()[0] if holder else "?",
    }
    queue_many(
        [
            message_row(
                "alert_taken",
                klass=Klass.STAFF,
                now=now,
                dedupe_key=f"alert:{alert_id}:taken:{each.id}",
                person_id=each.id,
                locale=each.locale,
                params=params,
                about=young_person_id,
                object_kind="alert",
                object_id=alert_id,
            )
            for each in told
        ]
    )
