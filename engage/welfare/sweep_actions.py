"""What was agreed in a meeting and is late: its owner hears, a day later those who supervise."""

from datetime import datetime

from sqlalchemy import select

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.audit.actions import record
from engage.db import Due, db
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.outcomes.rules import next_look
from engage.people.models import Person
from engage.people.viewer import SYSTEM
from engage.welfare.models import WelfareAction, WelfareYoungPerson
from engage.welfare.rules import State

_DUE = Due(WelfareAction, WelfareAction.next_look_at)


def sweep(*, now: datetime, address: str, limit: int = 500) -> int:
    """Tell owners of what they took on and did not do, a day later the supervisors; return how
    many. No text says about whom or which place. The cost is what is due; the caller commits.
    """
    found = _DUE.take(now=now, limit=limit)
    for action in found:
        looked_at = action.next_look_at
        if action.state != State.OPEN or looked_at is None:
            action.next_look_at = None
            continue
        owner = db.session.get_one(Person, action.owner_id)
        # Somebody who left cannot do it any more: those who supervise hear at once.
        is_here = owner.ended_at is None or owner.ended_at > now
        if action.times_told == 0 and is_here:
            _remind(action, owner, address, now)
            action.times_told = 1
        else:
            _climb(action, address, now)
            action.times_told = 2
        action.next_look_at = next_look(max(looked_at, now), action.times_told)
    db.session.flush()
    return len(found)


def _remind(action: WelfareAction, owner: Person, address: str, now: datetime) -> None:
    queue(
        "welfare_due",
        to=owner,
        klass=Klass.STAFF,
        now=now,
        dedupe_key=f"welfare:{action.id}:{action.due_on.isoformat()}:{owner.id}",
        params={"link": f"{address.rstrip('/')}/welfare-actions/{action.id}"},
    )
    record(
        "welfare_action:reminded",
        viewer=SYSTEM,
        now=now,
        object_kind="welfare_action",
        object_id=action.id,
    )


def _climb(action: WelfareAction, address: str, now: datetime) -> None:
    # The supervisors near one of those thought of, and nothing that says near whom.
    near = db.session.scalar(
        select(WelfareYoungPerson.young_person_id)
        .where(WelfareYoungPerson.meeting_id == action.meeting_id)
        .order_by(WelfareYoungPerson.at, WelfareYoungPerson.young_person_id)
        .limit(1)
    )
    raise_alert(
        AlertKind.PROMISE,
        organisation_id=action.organisation_id,
        young_person_id=None,
        dedupe_key=f"welfare:{action.id}:{action.due_on.isoformat()}",
        address=address,
        now=now,
        about_kind="welfare_action",
        about_id=action.id,
        near=near,
    )
