"""Reminding those who answer for a young person that the plan is overdue."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engage.alerts.chain import contacts_for
from engage.alerts.rules import Contact, initials
from engage.audit import actions as audit
from engage.db import db
from engage.messaging.actions import queue
from engage.messaging.models import Message
from engage.messaging.rules import Klass
from engage.people.models import Person
from engage.people.viewer import SYSTEM
from engage.reviews.due_queries import overdue_plans
from engage.reviews.due_rules import DuePlan, in_working_hours, reminder_key, steps_to_remind


def remind_overdue(*, now: datetime, address: str) -> int:
    """Text each social worker once that a plan is overdue, and a day later their supervisors;
    return how many texts. In working hours alone. `address` is our public address.

    The plan stays on top of their lists until it is agreed, refused or offered again later.
    """
    due = [
        one
        for one in overdue_plans(SYSTEM, now=now)
        if in_working_hours(now.astimezone(ZoneInfo(one.time_zone)))
    ]
    if not due:
        return 0
    people = [one.young_person_id for one in due]
    near = contacts_for(db.session.connection(), people, now)
    wanted = {
        reminder_key(one, contact.person_id): (one, contact)
        for one in due
        for contact in near.get(one.young_person_id, [])
        if contact.step in steps_to_remind(one.due_at, now)
    }
    told = set(db.session.scalars(select(Message.dedupe_key).where(Message.dedupe_key.in_(wanted))))
    fresh = {key: pair for key, pair in wanted.items() if key not in told}
    for key, (one, contact) in fresh.items():
        _remind(one, contact, key, address, now)
    return len(fresh)


def _remind(due: DuePlan, contact: Contact, key: str, address: str, now: datetime) -> None:
    young_person = db.session.get(Person, due.young_person_id)
    person = db.session.get(Person, contact.person_id)
    assert young_person is not None and person is not None
    queue(
        "plan_due",
        to=person,
        klass=Klass.STAFF,
        now=now,
        dedupe_key=key,
        params={
            "who": initials(young_person.name),
            "link": f"{address}/plans/to-review",
        },
        about=due.young_person_id,
    )
    audit.record(
        "plan:due_reminded",
        viewer=SYSTEM,
        now=now,
        subject_id=due.young_person_id,
        object_kind="person",
        object_id=person.id,
        reason=contact.step,
    )
