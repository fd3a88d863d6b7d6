"""What each person's start page shows, gathered for them and nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rules import AlertState
from engage.checkins.models import CheckIn
from engage.db import db
from engage.oversight.queries import LastCheckIn, OpenAlert
from engage.people.access import Object, Verb, Viewer, access_to, is_in_force, require
from engage.people.models import (
    Consent,
    Organisation,
    Person,
    PersonKind,
    Relationship,
    RelationshipKind,
    RoleGrant,
    Team,
)
from engage.people.queries import workers_of, young_people
from engage.plans.models import PlanVersion, SafetyPlan, VersionState
from engage.plans.queries import plan_state
from engage.plans.rules import PlanState
from engage.policy.queries import pack
from engage.reviews.queries import Excerpt, excerpt_for_carer

SHOWN_AS_NEWS = timedelta(days=3)


@dataclass(frozen=True)
class PlanGlance:
    """How far a plan is, and when it last came into use."""

    id: UUID | None
    state: PlanState | None
    agreed_at: datetime | None = None
    number: int | None = None
    changed_since: bool = False


@dataclass(frozen=True)
class Heard:
    """What became of the newest thing a young person let us know."""

    check_in: LastCheckIn
    # Told to people, and whether somebody has said that they have it.
    alert_state: AlertState | None
    taken_by: str | None
    taken_at: datetime | None


@dataclass(frozen=True)
class YoungHome:
    """A young person's own start page."""

    me: UUID
    plan: PlanGlance
    heard: Heard | None
    trusted: int
    trusted_yes: int


def plan_glance(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> PlanGlance:
    """Return how far a plan is for somebody who may open it."""
    state = plan_state(viewer, young_person_id, now=now)
    if state is None:
        return PlanGlance(None, None)
    plan = SafetyPlan
    row = db.session.execute(
        select(plan.id, plan.changed_at, PlanVersion.live_at, PlanVersion.number)
        .outerjoin(
            PlanVersion, (PlanVersion.plan_id == plan.id) & (PlanVersion.state == VersionState.LIVE)
        )
        .where(plan.young_person_id == young_person_id)
    ).one()
    return PlanGlance(row.id, state, row.live_at, row.number, state is PlanState.CHANGED)


def young_home(viewer: Viewer, *, now: datetime) -> YoungHome:
    """Return a young person's own start page."""
    young_person_id = viewer.person_id
    assert young_person_id is not None
    require(viewer, Verb.READ, Object.CHECK_IN, young_person_id, now=now)
    consents = db.session.scalars(
        select(Relationship.consent).where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind == RelationshipKind.TRUSTED,
            is_in_force(Relationship, now),
        )
    ).all()
    return YoungHome(
        me=young_person_id,
        plan=plan_glance(viewer, young_person_id, now=now),
        heard=_heard(young_person_id, now),
        trusted=len(consents),
        trusted_yes=sum(consent == Consent.YES for consent in consents),
    )


def _heard(young_person_id: UUID, now: datetime) -> Heard | None:
    row: Any = db.session.execute(
        select(CheckIn, Alert)
        .outerjoin(Alert, Alert.id == CheckIn.alert_id)
        .where(
            CheckIn.young_person_id == young_person_id,
            CheckIn.received_at > now - SHOWN_AS_NEWS,
        )
        .order_by(CheckIn.received_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    check_in, alert = row
    last = LastCheckIn(check_in.id, check_in.kind, check_in.belief, check_in.received_at)
    if alert is None:
        return Heard(last, None, None, None)
    taken_by = alert.acknowledged_by_id and db.session.get(Person, alert.acknowledged_by_id)
    return Heard(
        last,
        AlertState(alert.state),
        taken_by.name if taken_by else None,
        alert.acknowledged_at,
    )


@dataclass(frozen=True)
class CaredFor:
    """One young person as their carer's start page shows them."""

    id: UUID
    name: str
    plan: PlanGlance
    # Only if the young person shares check-ins with their carer.
    last: LastCheckIn | None


@dataclass(frozen=True)
class CarerHome:
    """A carer's start page."""

    young_people: list[CaredFor]
    alerts: list[OpenAlert]


def carer_home(viewer: Viewer, *, now: datetime) -> CarerHome:
    """Return a carer's start page: whom they care for, and what they were told of."""
    found = []
    for person in young_people(viewer, now=now, limit=20):
        access = access_to(viewer, person.id, now=now)
        may_know = access.may(Verb.READ, Object.CHECK_IN)
        found.append(
            CaredFor(
                person.id,
                person.name,
                plan_glance(viewer, person.id, now=now),
                _last(person.id) if may_know else None,
            )
        )
    return CarerHome(found, alerts_told(viewer))


def _last(young_person_id: UUID) -> LastCheckIn | None:
    row = db.session.execute(
        select(CheckIn.id, CheckIn.kind, CheckIn.belief, CheckIn.received_at)
        .where(CheckIn.young_person_id == young_person_id)
        .order_by(CheckIn.received_at.desc())
        .limit(1)
    ).one_or_none()
    return LastCheckIn(*row) if row else None


def alerts_told(viewer: Viewer, *, limit: int = 20) -> list[OpenAlert]:
    """List the alerts this person was told of that are not finished, the longest waiting first."""
    told = select(AlertNotice.alert_id).where(AlertNotice.person_id == viewer.person_id)
    rows = db.session.execute(
        select(Alert.id, Alert.young_person_id, Alert.kind, Alert.urgency, Alert.state,
               Alert.raised_at, Alert.acknowledged_by_id)
        .where(Alert.id.in_(told),
               Alert.state.in_((AlertState.OPEN, AlertState.ACKNOWLEDGED)))
        .order_by(Alert.raised_at)
        .limit(limit)
    )  # fmt: skip
    return [OpenAlert(*row) for row in rows]


@dataclass(frozen=True)
class WorriedPage:
    """What a worried carer needs first."""

    young_person_id: UUID
    name: str
    excerpt: Excerpt | None
    emergency: str
    people: list[tuple[str, str, str | None]]
    workers: list[tuple[str, str | None]]


def worried_page(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> WorriedPage:
    """Return what the plan says to try first and whom to call; NotFound for strangers."""
    require(viewer, Verb.READ, Object.PROFILE, young_person_id, now=now)
    person = db.session.get(Person, young_person_id)
    assert person is not None
    excerpt = excerpt_for_carer(viewer, young_person_id, now=now)
    people = []
    for one in excerpt.people if excerpt else []:
        trusted = db.session.get(Person, one.person_id)
        people.append((one.name, one.how_known, trusted.phone if trusted else None))
    workers = workers_of(viewer, young_person_id, now=now)
    organisation = db.session.get(Organisation, person.organisation_id)
    assert organisation is not None
    return WorriedPage(
        young_person_id=young_person_id,
        name=person.name,
        excerpt=excerpt,
        emergency=pack(organisation.policy).emergency,
        people=people,
        workers=[(worker.name, worker.phone) for worker in workers],
    )


@dataclass(frozen=True)
class PeopleCount:
    """How many of one kind or role there are. For administrators: numbers, never names."""

    what: str
    count: int


def count_people(viewer: Viewer, *, now: datetime) -> tuple[list[PeopleCount], list[PeopleCount]]:
    """Count the people by kind and the roles held, in the administrator's organisation."""
    require(viewer, Verb.READ_TOTALS, Object.AUDIT_LOG, None, now=now)
    kinds = db.session.execute(
        select(Person.kind, func.count())
        .where(Person.organisation_id == viewer.organisation_id, Person.ended_at.is_(None))
        .group_by(Person.kind)
    )
    roles = db.session.execute(
        select(RoleGrant.role, func.count(func.distinct(RoleGrant.person_id)))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.organisation_id == viewer.organisation_id, is_in_force(RoleGrant, now))
        .group_by(RoleGrant.role)
    )
    return (
        [PeopleCount(PersonKind(kind).value, count) for kind, count in kinds],
        [PeopleCount(role, count) for role, count in roles],
    )


def team_names(viewer: Viewer) -> list[str]:
    """List the names of the viewer's own teams."""
    wanted = select(Team.name).where(Team.id.in_(sorted(viewer.team_ids))).order_by(Team.name)
    return list(db.session.scalars(wanted))
