"""Reading agreed times: what was agreed, what is expected next, what became of it, who is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engage.agreed.access import may_pause, may_write
from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.rules import ExpectedState, TimeState
from engage.alerts.chain import chain_of, contacts_for, staff_of
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState
from engage.db import db
from engage.people.access import (
    Access,
    Object,
    Verb,
    Viewer,
    access_to,
    visible_young_people,
)
from engage.people.models import Organisation, Person
from engage.web.errors import NotFound

SHOWN = 10  # earlier ones


@dataclass(frozen=True)
class ToldInOrder:
    """Who hears of it at one level of the chain, and how long they have."""

    names: tuple[str, ...]
    wait: timedelta


@dataclass(frozen=True)
class Expected:
    """One expected check-in with what became of it."""

    row: ExpectedCheckIn
    time: AgreedTime
    alert_state: AlertState | None = None
    taken_by: str = ""
    heard_by: str = ""
    name: str = ""


@dataclass(frozen=True)
class TimesPage:
    """A young person's agreed times as this viewer may see them."""

    person: Person
    zone: str
    is_own: bool
    may_write: bool
    may_pause: bool
    times: tuple[AgreedTime, ...]
    expected: tuple[Expected, ...]
    earlier: tuple[Expected, ...]
    told: tuple[ToldInOrder, ...]

    def next_of(self, time: AgreedTime) -> ExpectedCheckIn | None:
        """Return what is expected next because of this agreed time."""
        waiting = [
            one.row
            for one in self.expected
            if one.row.agreed_time_id == time.id and one.row.state != ExpectedState.OVERDUE
        ]
        return min(waiting, key=lambda row: row.due_at, default=None)

    @property
    def overdue(self) -> list[Expected]:
        """Those of which people are told now."""
        return [one for one in self.expected if one.row.state == ExpectedState.OVERDUE]


def times_page(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> TimesPage:
    """Return what was agreed and what is expected; NotFound for those who may not know."""
    access = access_to(viewer, young_person_id, now=now)
    if not access.may(Verb.READ, Object.CHECK_IN):
        raise NotFound("agreed times")
    person = db.session.get_one(Person, young_person_id)
    times = tuple(
        db.session.scalars(
            select(AgreedTime)
            .where(
                AgreedTime.young_person_id == young_person_id,
                AgreedTime.state != TimeState.ENDED,
            )
            .order_by(AgreedTime.proposed_at)
        )
    )
    return TimesPage(
        person=person,
        zone=person.organisation.time_zone,
        is_own=viewer.person_id == young_person_id,
        may_write=may_write(access),
        may_pause=may_pause(access),
        times=times,
        expected=_expected(young_person_id, is_open=True),
        earlier=_expected(young_person_id, is_open=False),
        told=_told(person, now),
    )


def _expected(young_person_id: UUID, *, is_open: bool) -> tuple[Expected, ...]:
    settled = ExpectedCheckIn.settled_at
    rows = db.session.execute(
        select(ExpectedCheckIn, AgreedTime, Alert)
        .join(AgreedTime, AgreedTime.id == ExpectedCheckIn.agreed_time_id)
        .outerjoin(Alert, Alert.id == ExpectedCheckIn.alert_id)
        .where(
            ExpectedCheckIn.young_person_id == young_person_id,
            settled.is_(None) if is_open else settled.is_not(None),
        )
        .order_by(ExpectedCheckIn.due_at.desc())
        .limit(SHOWN)
    )
    return tuple(
        Expected(
            row,
            time,
            AlertState(alert.state) if alert else None,
            _name(alert.acknowledged_by_id) if alert else "",
            _name(row.heard_by_id),
        )
        for row, time, alert in rows
    )


def _name(person_id: UUID | None) -> str:
    person = db.session.get(Person, person_id) if person_id else None
    return str(person.name) if person else ""


def _told(person: Person, now: datetime) -> tuple[ToldInOrder, ...]:
    """List who would hear, in order: the same chain that the alert takes."""
    connection = db.session.connection()
    near = contacts_for(connection, [person.id], now)[person.id]
    contacts = near or staff_of(connection, person.organisation_id, now)
    house = db.session.get_one(Organisation, person.organisation_id)
    chain = chain_of(house.policy, AlertKind.OVERDUE)
    found, seen = [], set()
    for steps, wait in zip(chain.levels, chain.waits, strict=True):
        ids = [c.person_id for c in contacts if c.step in steps and c.person_id not in seen]
        seen |= set(ids)
        if ids:
            found.append(ToldInOrder(tuple(dict.fromkeys(_name(one) for one in ids)), wait))
    return tuple(found)


def get_time(
    viewer: Viewer, time_id: UUID, *, even_ended: bool = False, now: datetime
) -> tuple[AgreedTime, Access]:
    """Return an agreed time that holds or is proposed, with what the viewer may do; NotFound.

    `even_ended`: one that has ended, too, as people may still be told of what was missed.
    """
    time = db.session.get(AgreedTime, time_id)
    if time is None or (time.state == TimeState.ENDED and not even_ended):
        raise NotFound("agreed time")
    access = access_to(viewer, time.young_person_id, now=now)
    if not may_pause(access):
        raise NotFound("agreed time")
    return time, access


def overdue_now(viewer: Viewer, *, now: datetime, limit: int = 50) -> list[Expected]:
    """List who has not checked in as agreed, of everybody the viewer may see, longest first."""
    seen = select(Person.id).where(visible_young_people(viewer, now=now))
    rows = db.session.execute(
        select(ExpectedCheckIn, AgreedTime, Alert, Person)
        .join(AgreedTime, AgreedTime.id == ExpectedCheckIn.agreed_time_id)
        .join(Alert, Alert.id == ExpectedCheckIn.alert_id)
        .join(Person, Person.id == ExpectedCheckIn.young_person_id)
        .where(
            ExpectedCheckIn.young_person_id.in_(seen),
            ExpectedCheckIn.state == ExpectedState.OVERDUE,
            ExpectedCheckIn.settled_at.is_(None),
            Alert.state != AlertState.RESOLVED,
        )
        .order_by(ExpectedCheckIn.due_at)
        .limit(limit)
    )
    return [
        Expected(
            row,
            time,
            AlertState(alert.state),
            _name(alert.acknowledged_by_id),
            name=str(person.name),
        )
        for row, time, alert, person in rows
    ]
