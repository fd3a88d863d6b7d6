"""What was agreed for the time they are away: it begins with it, and ends with it."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from engage.agreed.access import may_pause
from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.rules import ExpectedState, Repeat, TimeState
from engage.agreed.turns import call_off, note, run
from engage.alerts.rules import initials
from engage.alerts.undo_actions import stop_alert
from engage.audit.actions import record_many
from engage.db import db
from engage.people.access import SYSTEM, Viewer, access_to
from engage.people.models import Person
from engage.web.errors import NotFound

_expected: Any = ExpectedCheckIn.__table__


def begin_away(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> int:
    """Begin what was agreed for the time they are away; return how many agreed times began.

    What runs already goes on as it was: an episode that is told of twice starts no hours anew.
    """
    access = access_to(viewer, young_person_id, now=now)
    if not may_pause(access):
        raise NotFound("agreed times")
    begun = [time for time in _while_away(young_person_id) if time.running_since is None]
    for time in begun:
        run(viewer, time, now)
    return len(begun)


def end_away(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> int:
    """End what was agreed for the time away: they are back; return how many agreed times ended.

    An alert that runs already goes on until a person ends it.
    """
    access = access_to(viewer, young_person_id, now=now)
    if not may_pause(access):
        raise NotFound("agreed times")
    ended = [time for time in _while_away(young_person_id) if time.running_since is not None]
    for time in ended:
        time.running_since = time.paused_at = time.paused_until = None
        call_off(viewer, time, now)
        note("agreed_time:stopped", viewer, time, now)
    return len(ended)


def note_back(young_person_id: UUID, *, now: datetime) -> int:
    """Note that somebody has noted their return: the hours end, and what they had not checked in
    for is answered, as they were seen. Return how many alerts stopped.

    Only a named person's word leads here, whose act stands in the audit already.
    """
    end_away(SYSTEM, young_person_id, now=now)
    connection = db.session.connection()
    heard = connection.execute(
        update(_expected)
        .where(
            _expected.c.young_person_id == young_person_id,
            _expected.c.settled_at.is_(None),
            _expected.c.state == ExpectedState.OVERDUE,
        )
        .values(state=ExpectedState.HEARD, settled_at=now, next_step_at=None, heard_at=now)
        .returning(_expected.c.alert_id)
    ).scalars()
    alerts = {alert_id for alert_id in heard if alert_id is not None}
    person = db.session.get_one(Person, young_person_id)
    local = now.astimezone(ZoneInfo(person.organisation.time_zone))
    words = {"who": initials(str(person.name)), "at": f"{local:%H:%M}"}
    lines: list[dict[str, Any]] = []
    for alert_id in sorted(alerts):
        lines += stop_alert(connection, alert_id, "info_heard", words, now=now, viewer=SYSTEM)
    record_many(lines, connection)
    return len(alerts)


def _while_away(young_person_id: UUID) -> list[AgreedTime]:
    return list(
        db.session.scalars(
            select(AgreedTime)
            .where(
                AgreedTime.young_person_id == young_person_id,
                AgreedTime.repeat == Repeat.WHILE_AWAY,
                AgreedTime.state == TimeState.ACTIVE,
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
