"""Who hears nothing of a way back: whom the young person does not want there, or never to be
called. They are not asked for a step, nor told that one did not work.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.alerts.chain import contacts_for, staff_of
from engage.alerts.hiding import hide
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState
from engage.checkins.ready_models import ReturnPlan, ReturnUnwanted
from engage.circle.models import ImportantPerson, MayCall
from engage.db import db
from engage.people.models import Organisation, Person, PersonKind
from engage.people.phones import NotANumber, parse_phone

# What is said of a way back; nothing else is kept from anybody here.
_OF_A_WAY_BACK = (AlertKind.STEP_FAILED, AlertKind.UNANSWERED)


def unwanted_of(plan_id: UUID) -> frozenset[UUID]:
    """Return whom the young person does not want there."""
    return frozenset(
        db.session.scalars(
            select(ReturnUnwanted.person_id).where(ReturnUnwanted.return_plan_id == plan_id)
        )
    )


def never_called(young_person_id: UUID, person_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return who of these stands among the young person's people as never to be called.

    Told by their number, else by their name: the list of people who matter holds no accounts.
    """
    never = db.session.scalars(
        select(ImportantPerson).where(
            ImportantPerson.young_person_id == young_person_id,
            ImportantPerson.may_call == MayCall.NEVER,
            ImportantPerson.removed_at.is_(None),
        )
    ).all()
    if not never:
        return frozenset()
    young = db.session.get_one(Person, young_person_id)
    region = db.session.get_one(Organisation, young.organisation_id).region
    numbers = {_number(typed, region) for one in never for typed in (one.phone, one.other_phone)}
    names = {_plain(str(one.name)) for one in never}
    people = db.session.scalars(select(Person).where(Person.id.in_([*person_ids])))
    return frozenset(
        one.id
        for one in people
        if (one.phone and one.phone in numbers - {None}) or _plain(str(one.name)) in names
    )


def turned_away(plan: ReturnPlan, person_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return who of these, and who else, must hear nothing of a way back."""
    return unwanted_of(plan.id) | never_called(plan.young_person_id, person_ids)


def kept_from(plan: ReturnPlan, now: datetime) -> frozenset[UUID]:
    """Return from whom an alert about a way back is kept.

    If nobody at all were left to hear of it, workers hear of it nevertheless: that a step did
    not work must reach a person.
    """
    connection = db.session.connection()
    near = contacts_for(connection, [plan.young_person_id], now).get(plan.young_person_id, [])
    house = staff_of(connection, plan.organisation_id, now)
    away = turned_away(plan, [each.person_id for each in (*near, *house)])
    if any(each.person_id not in away for each in (*near, *house)):
        return away
    workers = select(Person.id).where(Person.id.in_(away), Person.kind == PersonKind.WORKER)
    return away - set(db.session.scalars(workers))


def keep_alerts_from(plan: ReturnPlan, now: datetime) -> None:
    """Keep what was raised about a way back from whoever is turned away now, and from no other."""
    away = kept_from(plan, now)
    open_now = select(Alert.id).where(
        Alert.young_person_id == plan.young_person_id,
        Alert.about_id == plan.id,
        Alert.kind.in_(_OF_A_WAY_BACK),
        Alert.state != AlertState.RESOLVED,
    )
    for alert_id in db.session.scalars(open_now).all():
        hide(alert_id, away)


def _number(typed: str | None, region: str) -> str | None:
    try:
        return parse_phone(typed, region) if typed else None
    except NotANumber:
        return None


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
