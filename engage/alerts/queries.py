"""Reading alerts: those a viewer may see, and the one behind a texted link."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, or_, select

from engage.alerts.chain import contacts_of, is_over
from engage.alerts.models import Alert, AlertHidden, AlertNotice
from engage.alerts.rows import WORKERS, code_digest
from engage.alerts.rules import AlertKind, AlertState, initials
from engage.db import db
from engage.people.access import Object, Verb, Viewer, may, visible_young_people
from engage.people.models import Person, PersonKind, Role
from engage.web.errors import NotFound

ANSWERS_FOR_ALL = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS})
A_CODE_LASTS = timedelta(days=7)
RECENT = timedelta(hours=24)


@dataclass(frozen=True)
class Told:
    """One person told of an alert, first and how often."""

    name: str
    told_at: datetime
    times: int


@dataclass(frozen=True)
class AlertPage:
    """One alert with its names."""

    alert: Alert
    name: str
    taken_by: str = ""
    told: tuple[Told, ...] = field(default_factory=tuple)
    may_take: bool = False
    may_resolve: bool = False
    # The viewer has it.
    is_mine: bool = False
    # Who had it before it went on to others.
    held_before: str = ""
    resolved_by: str = ""
    # Who else can be told of it by text: to pass it on to.
    others: tuple[tuple[UUID, str], ...] = ()


def _visible(viewer: Viewer, now: datetime) -> Any:
    """Tell, in SQL over Alert, what this viewer may see. Source: SAFETY 5, O15."""
    told = exists().where(
        AlertNotice.alert_id == Alert.id, AlertNotice.person_id == viewer.person_id
    )
    ways: list[Any] = [told]
    if viewer.kind is PersonKind.WORKER and viewer.roles & ANSWERS_FOR_ALL:
        seen = select(Person.id).where(visible_young_people(viewer, now=now))
        ways.append(Alert.young_person_id.in_(seen))
        ways.append(
            and_(Alert.young_person_id.is_(None), Alert.organisation_id == viewer.organisation_id)
        )
    return and_(or_(*ways), ~is_kept_close(viewer))


def is_kept_close(viewer: Viewer) -> ColumnElement[bool]:
    """Tell, in SQL over Alert, whether it is kept from this viewer.

    That somebody may have been hurt is for those who were told of it, whatever else somebody may
    see; while nobody could be told, for all who answer at night or supervise. Never for those it
    may be about.
    """
    hidden = exists().where(
        AlertHidden.alert_id == Alert.id, AlertHidden.person_id == viewer.person_id
    )
    told = exists().where(
        AlertNotice.alert_id == Alert.id, AlertNotice.person_id == viewer.person_id
    )
    for_all = Alert.nobody_told.is_(bool(viewer.roles & {Role.SUPERVISOR, Role.OUT_OF_HOURS}))
    for_those_told = and_(
        Alert.kind == AlertKind.HARM, ~told, ~and_(Alert.nobody_told.is_(True), for_all)
    )
    return or_(hidden, for_those_told)


def alerts(viewer: Viewer, *, now: datetime, limit: int = 100) -> list[AlertPage]:
    """List open alerts, then those somebody has or over within a day; the most urgent first."""
    if viewer.person_id is None:
        raise NotFound("alerts")
    rows = db.session.execute(
        select(Alert, Person)
        .outerjoin(Person, Person.id == Alert.young_person_id)
        .where(
            _visible(viewer, now),
            # Whose it is stays visible until it is over.
            or_(Alert.state != AlertState.RESOLVED, Alert.raised_at > now - RECENT),
        )
        .order_by(
            case(
                (Alert.state == AlertState.OPEN, 0),
                (Alert.state == AlertState.ACKNOWLEDGED, 1),
                else_=2,
            ),
            case((Alert.urgency == "now", 0), else_=1),
            Alert.raised_at,
        )
        .limit(limit)
    ).all()
    names = _names([alert.acknowledged_by_id for alert, _ in rows])
    return [
        AlertPage(
            alert,
            initials(str(person.name)) if person else "",
            names.get(alert.acknowledged_by_id, ""),
        )
        for alert, person in rows
    ]


def get_alert(viewer: Viewer, alert_id: UUID, *, now: datetime) -> AlertPage:
    """Return an alert the viewer may see, with who was told; raises NotFound."""
    alert = db.session.scalar(select(Alert).where(Alert.id == alert_id, _visible(viewer, now)))
    if alert is None or viewer.person_id is None:
        raise NotFound("alert")
    told = _told(alert.id)
    is_told = any(person_id == viewer.person_id for person_id, _ in told)
    is_mine = alert.acknowledged_by_id == viewer.person_id
    may_act = is_mine or may_answer(viewer, alert, is_told=is_told, now=now)
    may_resolve = may_act and alert.state == AlertState.ACKNOWLEDGED
    names = _names([alert.acknowledged_by_id, alert.held_before_id, alert.resolved_by_id])
    return AlertPage(
        alert,
        _name(alert.young_person_id),
        names.get(alert.acknowledged_by_id, ""),
        tuple(each for _, each in told),
        may_take=may_act and alert.state == AlertState.OPEN,
        may_resolve=may_resolve,
        is_mine=is_mine and alert.state == AlertState.ACKNOWLEDGED,
        held_before=names.get(alert.held_before_id, ""),
        resolved_by=names.get(alert.resolved_by_id, ""),
        others=_others(alert, viewer, now) if may_resolve else (),
    )


def _others(alert: Alert, viewer: Viewer, now: datetime) -> tuple[tuple[UUID, str], ...]:
    """Return whom this alert could be passed on to: staff and carers, whom all here may know."""
    if viewer.kind is not PersonKind.WORKER:
        return ()
    ids = {
        contact.person_id
        for contact in contacts_of(alert, now)
        if contact.step in WORKERS and contact.person_id != alert.acknowledged_by_id
    }
    return tuple(sorted(((each, name) for each, name in _names([*ids]).items() if each),
                        key=lambda pair: pair[1]))  # fmt: skip


def may_answer(viewer: Viewer, alert: Alert, *, is_told: bool, now: datetime) -> bool:
    """Say whether this viewer may take an alert, or say that it is over."""
    if alert.young_person_id is None:
        return viewer.organisation_id == alert.organisation_id and (
            is_told or bool(viewer.roles & ANSWERS_FOR_ALL)
        )
    owner_id = viewer.person_id if is_told else None
    return may(viewer, Verb.EDIT, Object.ALERT, alert.young_person_id, now=now, owner_id=owner_id)


@dataclass(frozen=True)
class ByCode:
    """What stands behind the link in a text: enough to say "I have it", and no name."""

    alert: Alert
    person: Person
    initials: str
    taken_by: str
    is_mine: bool

    @property
    def is_held(self) -> bool:
        """Say whether whoever was texted has it now."""
        return self.is_mine and self.alert.state == AlertState.ACKNOWLEDGED


def find_by_code(viewer: Viewer, code: str, *, now: datetime) -> ByCode | None:
    """Return the alert and the person of a texted code; None if unknown or older than a week, or
    if whoever was texted looks after somebody else by now.
    """
    row = db.session.execute(
        select(Alert, Person)
        .join(AlertNotice, AlertNotice.alert_id == Alert.id)
        .join(Person, Person.id == AlertNotice.person_id)
        .where(
            AlertNotice.code_digest == code_digest(code),
            AlertNotice.told_at > now - A_CODE_LASTS,
            or_(Person.ended_at.is_(None), Person.ended_at > now),
            ~is_over(Person.id, Alert.young_person_id),
        ),
        {"now": now},
    ).one_or_none()
    if row is None:
        return None
    alert, person = row
    if alert.kind == AlertKind.HARM and db.session.scalar(
        select(AlertHidden.id).where(
            AlertHidden.alert_id == alert.id, AlertHidden.person_id == person.id
        )
    ):
        return None
    by = _names([alert.acknowledged_by_id]).get(alert.acknowledged_by_id, "")
    name = _name(alert.young_person_id)
    return ByCode(
        alert,
        person,
        initials(name) if name else "?",
        by.split()[0] if by else "",
        alert.acknowledged_by_id == person.id,
    )


def count_untold(viewer: Viewer) -> int:
    """Count the open alerts of the viewer's organisation of which nobody at all could be told."""
    if not viewer.roles & ANSWERS_FOR_ALL:
        return 0
    return len(
        db.session.execute(
            select(Alert.id)
            .where(
                Alert.organisation_id == viewer.organisation_id,
                Alert.state == AlertState.OPEN,
                Alert.nobody_told.is_(True),
            )
            .limit(100)
        ).all()
    )


def _told(alert_id: UUID) -> list[tuple[UUID, Told]]:
    rows = db.session.execute(
        select(AlertNotice.person_id, AlertNotice.told_at, Person)
        .join(Person, Person.id == AlertNotice.person_id)
        .where(AlertNotice.alert_id == alert_id)
        .order_by(AlertNotice.told_at)
    ).all()
    found: dict[UUID, Told] = {}
    for person_id, told_at, person in rows:
        before = found.get(person_id)
        found[person_id] = (
            Told(before.name, before.told_at, before.times + 1)
            if before
            else Told(str(person.name), told_at, 1)
        )
    return list(found.items())


def _name(person_id: UUID | None) -> str:
    person = db.session.get(Person, person_id) if person_id else None
    return str(person.name) if person else ""


def _names(ids: list[UUID | None]) -> dict[UUID | None, str]:
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    return {
        person.id: str(person.name)
        for person in db.session.scalars(select(Person).where(Person.id.in_(wanted)))
    }
