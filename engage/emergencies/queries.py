"""Who may be found in an emergency, what may be opened, and what supervisors look over."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select

from engage.audit.queries import acts_of, subjects_of
from engage.crypto import blind_index, unseal
from engage.db import db
from engage.emergencies.models import ReadingAlarm
from engage.emergencies.parts import parts
from engage.emergencies.rules import ANSWER_WITHIN, FOUND_FOR, week_of, weeks_until
from engage.people.access import Access, Object, Verb, Viewer, access_to
from engage.people.emergency_models import EmergencyUse, UseState
from engage.people.models import Organisation, Person, PersonKind, Role, Team
from engage.people.phones import NotANumber, parse_phone
from engage.people.words import fold
from engage.web.errors import NotFound

MAY_OPEN = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS})
FOUND = "emergency:found"
SHOWN = timedelta(days=30)
_person: Any = Person.__table__


def closed_parts(viewer: Viewer, access: Access) -> list[str]:
    """List the parts this viewer cannot read now, but could in an emergency."""
    found = []
    for part, obj in parts().items():
        opened = replace(access, emergency=frozenset({part}))
        if not access.may(Verb.READ, obj, section=part) and opened.may(
            Verb.READ, obj, section=part
        ):
            found.append(part)
    return found


def people_called(viewer: Viewer, typed: str, *, now: datetime) -> list[UUID]:
    """List the young people of the viewer's organisation with exactly this number or name.

    Names are sealed, so every one is opened and compared: accents, case and spaces aside the
    whole name must be the same. A part of a name finds nobody. For `search`, which audits it.
    """
    young = (
        _person.c.kind == PersonKind.YOUNG_PERSON,
        _person.c.organisation_id == viewer.organisation_id,
        or_(_person.c.ended_at.is_(None), _person.c.ended_at > now),
    )
    region = db.session.scalar(
        select(Organisation.region).where(Organisation.id == viewer.organisation_id)
    )
    try:
        number = parse_phone(typed, region or "GB")
    except NotANumber:
        pass
    else:
        has_it = _person.c.phone_index == blind_index("phone", number)
        return list(db.session.scalars(select(_person.c.id).where(*young, has_it)))
    wanted = fold(typed)
    if not wanted:
        return []
    statement = select(_person.c.id, _person.c.name).where(*young)
    rows = db.session.execute(statement.execution_options(yield_per=1000))
    return [row.id for row in rows if fold(unseal(row.name, "people.name", row.id)) == wanted]


@dataclass(frozen=True, slots=True)
class Found:
    """A young person somebody looked up, as much as tells two of one name apart."""

    id: UUID
    name: str
    team: str


def found_lately(viewer: Viewer, *, now: datetime) -> list[Found]:
    """List whom the viewer looked up within half an hour, the last one first."""
    if not viewer.roles & MAY_OPEN:
        raise NotFound("emergency")
    ids = subjects_of(viewer, FOUND, since=now - FOUND_FOR)
    rows = db.session.execute(
        select(_person.c.id, _person.c.name, Team.name.label("team"))
        .outerjoin(Team, Team.id == _person.c.team_id)
        .where(
            _person.c.id.in_(ids),
            _person.c.organisation_id == viewer.organisation_id,
            or_(_person.c.ended_at.is_(None), _person.c.ended_at > now),
        )
    )
    found = {r.id: Found(r.id, unseal(r.name, "people.name", r.id), r.team or "") for r in rows}
    return [found[one] for one in ids if one in found]


def get_asked_about(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Access:
    """Return what decides, if the viewer may ask to open parts of this young person's record.

    They see the young person anyway, or looked them up within half an hour. Else NotFound.
    """
    access = access_to(viewer, young_person_id, now=now)
    if not viewer.roles & MAY_OPEN or access.organisation_id != viewer.organisation_id:
        raise NotFound("emergency")
    if not access.may(Verb.READ, Object.PROFILE):
        looked_up = subjects_of(viewer, FOUND, since=now - FOUND_FOR)
        if access.organisation_id is None or young_person_id not in looked_up:
            raise NotFound("emergency")
    return access


def open_uses(viewer: Viewer, *, now: datetime) -> list[EmergencyUse]:
    """List what the viewer holds open now, for the banner on every page of theirs."""
    return list(
        db.session.scalars(
            select(EmergencyUse)
            .where(
                EmergencyUse.person_id == viewer.person_id,
                EmergencyUse.state == UseState.OPENED,
                EmergencyUse.ends_at > now,
            )
            .order_by(EmergencyUse.ends_at)
        )
    )


def uses_of(viewer: Viewer, *, now: datetime) -> list[EmergencyUse]:
    """List what the viewer asked for or opened within a month, newest first."""
    return list(
        db.session.scalars(
            select(EmergencyUse)
            .where(EmergencyUse.person_id == viewer.person_id, EmergencyUse.asked_at > now - SHOWN)
            .order_by(EmergencyUse.asked_at.desc())
            .limit(50)
        )
    )


def get_use(viewer: Viewer, use_id: UUID, *, now: datetime) -> EmergencyUse:
    """Return a use of the viewer's own, or one that they supervise; else NotFound."""
    use = db.session.get(EmergencyUse, use_id)
    if use is None or not (
        use.person_id == viewer.person_id or supervises(viewer, use.young_person_id, now=now)
    ):
        raise NotFound("emergency")
    return use


def supervises(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> bool:
    """Say whether the viewer is a supervisor of this young person's team."""
    access = access_to(viewer, young_person_id, now=now)
    return access.may(Verb.APPROVE, Object.PLAN_SHARED)


def _supervised(viewer: Viewer) -> ColumnElement[bool]:
    teams = viewer.teams_as(Role.SUPERVISOR)
    own = Person.organisation_id == viewer.organisation_id
    if None in teams:
        return own
    return and_(own, Person.team_id.in_(sorted(t for t in teams if t))) if teams else false()


def _others(viewer: Viewer, *about: ColumnElement[bool]) -> Any:
    """Select the uses of other workers that the viewer supervises."""
    return (
        select(EmergencyUse)
        .join(Person, Person.id == EmergencyUse.young_person_id)
        .where(_supervised(viewer), EmergencyUse.person_id != viewer.person_id, *about)
    )


def uses_to_decide(viewer: Viewer, *, now: datetime) -> list[EmergencyUse]:
    """List the requests that wait for this supervisor's yes or no, the oldest first."""
    waiting = _others(
        viewer,
        EmergencyUse.state == UseState.WAITING,
        EmergencyUse.asked_at > now - ANSWER_WITHIN,
    )
    return list(db.session.scalars(waiting.order_by(EmergencyUse.asked_at)))


def uses_to_review(viewer: Viewer) -> list[EmergencyUse]:
    """List the uses nobody has looked over yet, what is due first on top."""
    unseen = _others(
        viewer, EmergencyUse.state == UseState.OPENED, EmergencyUse.reviewed_at.is_(None)
    )
    return list(db.session.scalars(unseen.order_by(EmergencyUse.review_due_at).limit(100)))


@dataclass(frozen=True)
class Counted:
    """How often one worker opened closed parts: this week, the one before, and so on."""

    person_id: UUID
    weeks: list[int]


def counts_by_week(viewer: Viewer, zone: str, *, now: datetime) -> list[Counted]:
    """Count each worker's uses for this week and the three before it, the busiest first."""
    weeks = weeks_until(now, zone)
    since = now - timedelta(weeks=len(weeks) + 1)
    rows = db.session.execute(
        select(EmergencyUse.person_id, EmergencyUse.starts_at)
        .join(Person, Person.id == EmergencyUse.young_person_id)
        .where(_supervised(viewer), EmergencyUse.starts_at > since)
    ).all()
    found = Counter((row.person_id, week_of(row.starts_at, zone)) for row in rows)
    people = sorted({person_id for person_id, _week in found})
    counted = [Counted(one, [found[one, week] for week in weeks]) for one in people]
    counted = [one for one in counted if any(one.weeks)]
    return sorted(counted, key=lambda one: one.weeks, reverse=True)


def what_was_read(viewer: Viewer, use: EmergencyUse) -> list[tuple[datetime, str]]:
    """List which parts were opened under a use, and when, oldest first."""
    return acts_of(viewer, "emergency:read", object_id=use.id, person_id=use.person_id)


def alarms(viewer: Viewer, *, now: datetime) -> list[ReadingAlarm]:
    """List who opened very many records and nobody looked into it yet; never the viewer.

    Every supervisor of the organisation sees it: a name, a number and an hour, no record.
    """
    if Role.SUPERVISOR not in viewer.roles:
        return []
    return list(
        db.session.scalars(
            select(ReadingAlarm)
            .where(
                ReadingAlarm.organisation_id == viewer.organisation_id,
                ReadingAlarm.person_id != viewer.person_id,
                ReadingAlarm.seen_at.is_(None),
                ReadingAlarm.raised_at <= now,
            )
            .order_by(ReadingAlarm.raised_at.desc())
            .limit(50)
        )
    )


def count_waiting(viewer: Viewer, *, now: datetime) -> int:
    """Count what waits for this supervisor: requests, reviews and alarms."""
    if Role.SUPERVISOR not in viewer.roles:
        return 0
    waiting = (uses_to_decide(viewer, now=now), uses_to_review(viewer), alarms(viewer, now=now))
    return sum(len(one) for one in waiting)


def names_of(viewer: Viewer, people: Iterable[UUID | None]) -> dict[UUID, str]:
    """Map ids of people of the viewer's organisation to their names, for pages that may show them.

    The caller has asked who the viewer may know of.
    """
    wanted = sorted({one for one in people if one is not None})
    rows = db.session.execute(
        select(_person.c.id, _person.c.name).where(
            _person.c.id.in_(wanted), _person.c.organisation_id == viewer.organisation_id
        )
    )
    return {row.id: unseal(row.name, "people.name", row.id) for row in rows}
