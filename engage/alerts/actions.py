"""Raising an alert, and saying that one has it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engage.alerts.chain import but, chain_of, contacts_for, initials_of, staff_of
from engage.alerts.hiding import hide
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rows import ALERTS, Rows, Subject, alert_rows, code_digest, knows_row, write
from engage.alerts.rules import AlertKind, AlertState, How
from engage.alerts.told import Told
from engage.audit.actions import record, record_many
from engage.audit.models import Actor
from engage.db import db
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass
from engage.people.models import Organisation, Person
from engage.people.viewer import SYSTEM, Viewer

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
    # How often it had gone from one person to others.
    turn: int = 0


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
    hidden_from: Collection[UUID] = (),
    near: UUID | None = None,
    known_to: Collection[UUID] = (),
) -> UUID | None:
    """Tell the first people of the chain about something; return the alert, or None if it was
    raised before under this key.

    Nobody near: the organisation's out-of-hours workers and supervisors. Nobody at all: a red
    banner for staff instead. `address` is our public address. `hidden_from`: who is never told
    and never finds it, as it may be about them. `near`: near whom the first who hear stand, where
    the alert itself must not say whom it is about. `known_to`: who knows of it already. The chain
    goes past them without a text, and they hear who has it; all are asked once nobody is left.
    """
    connection = db.session.connection()
    policy = connection.execute(
        select(_organisation.c.policy).where(_organisation.c.id == organisation_id)
    ).scalar_one()
    center = young_person_id or near
    around = contacts_for(connection, [center] if center else [], now)
    contacts = around.get(center, []) if center else []
    rows = Rows()
    subject = Subject(organisation_id, young_person_id, _initials(young_person_id), address)
    chain = chain_of(policy, kind)
    reached = but(hidden_from, contacts) or but(
        hidden_from, staff_of(connection, organisation_id, now)
    )
    alert = alert_rows(
        rows,
        kind,
        subject,
        chain=chain,
        contacts=but(known_to, reached),
        dedupe_key=dedupe_key,
        actor=viewer,
        now=now,
        about_kind=about_kind,
        about_id=about_id,
    )
    if not ALERTS.insert(connection, [rows.alerts.pop()]):
        return None
    alert_id: UUID = alert["id"]
    hide(alert_id, hidden_from)
    on_chain = {step for level in chain.levels for step in level}
    there = {contact.person_id for contact in reached if contact.step in on_chain}
    rows.notices += [knows_row(alert, each) for each in known_to if each in there]
    write(rows, connection)
    record_many(rows.audit, connection)
    return alert_id


def acknowledge(
    alert_id: UUID,
    person_id: UUID,
    *,
    how: How,
    now: datetime,
    viewer: Actor,
    remind: timedelta | None = None,
) -> Acknowledged:
    """Note that a person has an alert: the chain stops, and everybody told is told who has it.

    From then on they are asked how it is, until it is over. The caller has made sure that this
    person was told, or may see it. Two at once: one has it. `remind`: when first, if the caller
    knows it already.
    """
    remind = remind or _remind(alert_id)
    done = db.session.execute(
        update(_alerts)
        .where(_alerts.c.id == alert_id, _alerts.c.state == AlertState.OPEN)
        .values(
            state=AlertState.ACKNOWLEDGED,
            acknowledged_by_id=person_id,
            acknowledged_at=now,
            acknowledged_how=how,
            unanswered=0,
            next_due_at=now + remind,
        )
        .returning(_alerts.c.young_person_id, _alerts.c.turn)
    ).one_or_none()
    if done is None:
        now_is = db.session.execute(
            select(_alerts.c.acknowledged_by_id, _alerts.c.turn).where(_alerts.c.id == alert_id)
        ).one()
        by_id = now_is.acknowledged_by_id
        return Acknowledged(alert_id, by_id == person_id, by_id, now_is.turn)
    record(
        "alert:acknowledged",
        viewer=viewer,
        now=now,
        subject_id=done.young_person_id,
        object_kind="alert",
        object_id=alert_id,
        reason=str(how),
    )
    _tell_who_has_it(alert_id, done.young_person_id, person_id, done.turn, now)
    return Acknowledged(alert_id, True, person_id, done.turn)


def acknowledge_by_text(told: Told, *, now: datetime) -> Acknowledged:
    """Take a texted 1 as "I have it"; who comes second hears that it is taken."""
    return acknowledge(
        told.alert_id,
        told.person_id,
        how=How.TEXT,
        now=now,
        viewer=Viewer(person_id=told.person_id, area="phone"),
        remind=told.remind,
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


def _remind(alert_id: UUID) -> timedelta:
    of = db.session.execute(
        select(_alerts.c.kind, _organisation.c.policy)
        .join(_organisation, _organisation.c.id == _alerts.c.organisation_id)
        .where(_alerts.c.id == alert_id)
    ).one()
    return chain_of(of.policy, of.kind).remind


def _initials(person_id: UUID | None) -> str:
    person = db.session.get(Person, person_id) if person_id else None
    return initials_of(person._name, person.id) if person else "?"


def _tell_who_has_it(
    alert_id: UUID, young_person_id: UUID | None, person_id: UUID, turn: int, now: datetime
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
                dedupe_key=f"alert:{alert_id}:taken:{turn}:{each.id}",
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
