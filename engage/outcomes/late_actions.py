"""What somebody promised, and the day has passed: its owner hears, a day later the supervisors."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind, initials
from engage.audit.actions import record
from engage.db import Due, db
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.outcomes.models import Promised
from engage.outcomes.rules import next_look
from engage.people.models import Person
from engage.people.viewer import SYSTEM

Row = TypeVar("Row", bound=Promised)


@dataclass(frozen=True, slots=True)
class Named:
    """What a kind of promise is called: by the audit, in the keys against telling of it twice, and
    in the address of its page; and in which states it is still to be done.
    """

    audited_as: str
    key: str
    path: str
    open_states: Collection[str]

    def key_of(self, promised: Promised) -> str:
        """Return the key of what is told: another day may be told of anew."""
        return f"{self.key}:{promised.id}:{promised.due_on.isoformat()}"


def tell_of_late(
    due: Due[Row], named: Named, *, now: datetime, address: str, limit: int = 500
) -> int:
    """Tell owners of what they promised and did not do, a day later the supervisors; return how
    many were looked at. The supervisors' alert climbs by itself. The cost is what is due. The
    caller commits.
    """
    found = due.take(now=now, limit=limit)
    if not found:
        return 0
    for promised in found:
        looked_at = promised.next_look_at
        if promised.state not in named.open_states or looked_at is None:
            promised.next_look_at = None
            continue
        owner = db.session.get_one(Person, promised.owner_id)
        # Somebody who left cannot do it any more: those who supervise hear at once.
        is_here = owner.ended_at is None or owner.ended_at > now
        if promised.times_told == 0 and is_here:
            _remind(promised, named, owner, address, now)
            promised.times_told = 1
        else:
            _climb(promised, named, address, now)
            promised.times_told = 2
        promised.next_look_at = next_look(max(looked_at, now), promised.times_told)
    db.session.flush()
    return len(found)


def _remind(promised: Promised, named: Named, owner: Person, address: str, now: datetime) -> None:
    young_person = db.session.get_one(Person, promised.young_person_id)
    queue(
        "promise_due",
        to=owner,
        klass=Klass.STAFF,
        now=now,
        dedupe_key=f"{named.key_of(promised)}:{owner.id}",
        params={
            "who": initials(str(young_person.name)),
            "link": f"{address}/{named.path}/{promised.id}",
        },
        about=promised.young_person_id,
    )
    record(
        f"{named.audited_as}:reminded",
        viewer=SYSTEM,
        now=now,
        subject_id=promised.young_person_id,
        object_kind=named.audited_as,
        object_id=promised.id,
    )


def _climb(promised: Promised, named: Named, address: str, now: datetime) -> None:
    raise_alert(
        AlertKind.PROMISE,
        organisation_id=promised.organisation_id,
        young_person_id=promised.young_person_id,
        dedupe_key=named.key_of(promised),
        address=address,
        now=now,
        about_kind=named.audited_as,
        about_id=promised.id,
    )
