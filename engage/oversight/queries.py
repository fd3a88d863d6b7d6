"""Lists for staff: their young people at a glance, and what waits for them now.

Every list holds exactly the young people whose page the viewer may open, and costs a fixed
number of statements however many there are.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from engage.alerts.models import Alert
from engage.alerts.queries import is_kept_close
from engage.alerts.rules import AlertState, initials
from engage.checkins.models import CheckIn
from engage.crypto import unseal
from engage.db import db
from engage.messaging.code_rules import PhoneTrouble
from engage.messaging.queries import phone_troubles
from engage.people.access import Viewer, visible_young_people
from engage.people.models import Person, PersonKind
from engage.plans.models import PlanVersion, SafetyPlan, VersionState
from engage.plans.rules import PlanState, plan_state_of

PAGE = 50
_person: Any = Person.__table__
_check_in: Any = CheckIn.__table__
_alert: Any = Alert.__table__
_plan: Any = SafetyPlan.__table__
_version: Any = PlanVersion.__table__
_current = (VersionState.LIVE, VersionState.SHARED, VersionState.DECLINED)


@dataclass(frozen=True, slots=True)
class LastCheckIn:
    """The newest thing a young person let us know."""

    id: UUID
    kind: str
    belief: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert about a young person that nobody has taken yet, or that somebody has."""

    id: UUID
    young_person_id: UUID | None
    kind: str
    urgency: str
    state: str
    raised_at: datetime
    acknowledged_by_id: UUID | None


@dataclass(slots=True)
class CaseloadRow:
    """One young person in a list: initials until opened."""

    id: UUID
    initials: str
    created_at: datetime
    plan_id: UUID | None = None
    plan_state: PlanState | None = None
    last: LastCheckIn | None = None
    alerts: list[OpenAlert] = field(default_factory=list)
    troubles: list[PhoneTrouble] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CaseloadPage:
    """Some of a viewer's young people, and where the next page starts."""

    rows: list[CaseloadRow]
    next_after: UUID | None


def caseload(
    viewer: Viewer, *, now: datetime, after: UUID | None = None, limit: int = PAGE
) -> CaseloadPage:
    """List the viewer's young people with plan, newest check-in, open alerts and phone.

    Five statements. Those with an open alert stand first on their page, the longest waiting
    on top; then by initials. `after` is the last id of the page before.
    """
    found = _people(viewer, now, after, limit + 1)
    page, rest = found[:limit], found[limit:]
    by_id = {row.id: row for row in page}
    _add_plans(by_id)
    for young_person_id, check_in in _newest_check_ins(list(by_id)):
        by_id[young_person_id].last = check_in
    about = {"house": viewer.organisation_id, "people": list(by_id)}
    for alert in map(_as_alert, db.session.execute(_ALERTS_ABOUT, about)):
        if alert.young_person_id in by_id:
            by_id[alert.young_person_id].alerts.append(alert)
    for young_person_id, troubles in phone_troubles(viewer, list(by_id), now=now).items():
        by_id[young_person_id].troubles = troubles
    next_after = max(by_id, key=str) if rest else None
    return CaseloadPage(sorted(page, key=_pressing), next_after)


def _pressing(row: CaseloadRow) -> tuple[bool, float, str]:
    waiting = [alert.raised_at.timestamp() for alert in row.alerts if alert.state == "open"]
    return not waiting, min(waiting, default=0.0), row.initials


def _people(viewer: Viewer, now: datetime, after: UUID | None, limit: int) -> list[CaseloadRow]:
    seen = select(_person.c.id, _person.c.name, _person.c.created_at).where(
        visible_young_people(viewer, now=now)
    )
    if after is not None:
        seen = seen.where(_person.c.id > after)
    return [
        CaseloadRow(row.id, initials(unseal(row.name, "people.name", row.id)), row.created_at)
        for row in db.session.execute(seen.order_by(_person.c.id).limit(limit))
    ]


def _add_plans(by_id: dict[UUID, CaseloadRow]) -> None:
    versions: dict[UUID, list[tuple[str, datetime]]] = {}
    changed: dict[UUID, datetime] = {}
    for row in db.session.execute(_PLANS, {"people": list(by_id)}):
        person_id, by_id[row[0]].plan_id, changed[row[0]], state, made_at = row
        if state:
            versions.setdefault(person_id, []).append((state, made_at))
    for person_id, at in changed.items():
        by_id[person_id].plan_state = plan_state_of(at, versions.get(person_id, []))


# Built once: SQLAlchemy spends as long on putting a statement together as on running it.
_PLANS = (
    select(
        _plan.c.young_person_id, _plan.c.id, _plan.c.changed_at, _version.c.state,
        _version.c.made_at,
    )
    .outerjoin(_version, and_(_version.c.plan_id == _plan.c.id, _version.c.state.in_(_current)))
    .where(_plan.c.young_person_id.in_(bindparam("people", expanding=True)))
    .order_by(_version.c.number)
)  # fmt: skip
_NEWEST = (
    select(
        _check_in.c.young_person_id,
        _check_in.c.id,
        _check_in.c.kind,
        _check_in.c.belief,
        _check_in.c.received_at,
    )
    .select_from(_person)
    .join(
        _check_in,
        _check_in.c.id
        == select(_check_in.c.id)
        .where(_check_in.c.young_person_id == _person.c.id)
        .order_by(_check_in.c.received_at.desc())
        .limit(1)
        .correlate(_person)
        .scalar_subquery(),
    )
    .where(_person.c.id.in_(bindparam("people", expanding=True)))
)
_ALERTS = (
    select(
        _alert.c.id,
        _alert.c.young_person_id,
        _alert.c.kind,
        _alert.c.urgency,
        _alert.c.state,
        _alert.c.raised_at,
        _alert.c.acknowledged_by_id,
    )
    .where(
        _alert.c.organisation_id == bindparam("house"),
        _alert.c.state.in_((AlertState.OPEN, AlertState.ACKNOWLEDGED)),
    )
    .order_by(_alert.c.raised_at)
)
_ALERTS_ABOUT = _ALERTS.where(
    _alert.c.young_person_id.in_(bindparam("people", expanding=True))
).limit(200)


def _newest_check_ins(people: list[UUID]) -> list[tuple[UUID, LastCheckIn]]:
    rows = db.session.execute(_NEWEST, {"people": people})
    return [(row[0], LastCheckIn(*row[1:])) for row in rows]


def alerts_waiting(viewer: Viewer, *, now: datetime, limit: int = PAGE) -> list[OpenAlert]:
    """List the open alerts about young people the viewer may see, the longest waiting first.

    Alerts about nobody known (the board) come too, for those who may look after it.
    """
    mine = select(_person.c.id).where(visible_young_people(viewer, now=now))
    about = or_(_alert.c.young_person_id.in_(mine), _alert.c.young_person_id.is_(None))
    found = _ALERTS.where(about, ~is_kept_close(viewer)).limit(limit)
    return [_as_alert(row) for row in db.session.execute(found, {"house": viewer.organisation_id})]


def _as_alert(row: Any) -> OpenAlert:
    return OpenAlert(*row)


@dataclass(frozen=True, slots=True)
class RecentCheckIn:
    """A check-in with the initials of whose it is."""

    young_person_id: UUID
    initials: str
    check_in: LastCheckIn
    sent_by: str
    word: str


def recent_check_ins(viewer: Viewer, *, now: datetime, limit: int = 10) -> list[RecentCheckIn]:
    """List what the viewer's young people let us know, newest first."""
    rows = db.session.execute(
        select(_check_in.c.young_person_id, _person.c.name, _check_in.c.id, _check_in.c.kind,
               _check_in.c.belief, _check_in.c.received_at, _check_in.c.sent_by,
               _check_in.c.word)
        .join(_person, _person.c.id == _check_in.c.young_person_id)
        .where(visible_young_people(viewer, now=now))
        .order_by(_check_in.c.received_at.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        RecentCheckIn(
            row.young_person_id,
            initials(unseal(row.name, "people.name", row.young_person_id)),
            LastCheckIn(row.id, row.kind, row.belief, row.received_at),
            row.sent_by,
            row.word,
        )
        for row in rows
    ]


def initials_of(viewer: Viewer, people: list[UUID], *, now: datetime) -> dict[UUID, str]:
    """Map ids to initials, for the young people among them whom the viewer may see."""
    rows = db.session.execute(
        select(_person.c.id, _person.c.name).where(
            _person.c.id.in_(people), visible_young_people(viewer, now=now)
        )
    )
    return {row.id: initials(unseal(row.name, "people.name", row.id)) for row in rows}


def count_unmatched(viewer: Viewer, *, at_most: int = 100) -> int:
    """Count the texts on the board of the viewer's organisation, up to a limit."""
    waiting = (
        select(_check_in.c.id)
        .where(
            _check_in.c.organisation_id == viewer.organisation_id,
            _check_in.c.young_person_id.is_(None),
            _check_in.c.handled_at.is_(None),
        )
        .limit(at_most)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0


def names_of(viewer: Viewer, people: list[UUID | None]) -> dict[UUID, str]:
    """Map ids of members of staff and carers of the viewer's organisation to their names."""
    wanted = {person_id for person_id in people if person_id is not None}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(_person.c.id, _person.c.name).where(
            _person.c.id.in_(sorted(wanted)),
            _person.c.organisation_id == viewer.organisation_id,
            _person.c.kind != PersonKind.YOUNG_PERSON,
        )
    )
    return {row.id: unseal(row.name, "people.name", row.id) for row in rows}
