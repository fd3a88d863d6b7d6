"""Telling supervisors that somebody opened the records of very many people. Source: SAFETY T11."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from engage.audit.actions import record
from engage.audit.queries import count_opened, fresh_readers
from engage.db import db
from engage.emergencies.models import ReadingAlarm
from engage.emergencies.queries import alarms
from engage.emergencies.rules import MOST_READ, READ_WITHIN
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass
from engage.people.access import SYSTEM, Viewer, is_in_force
from engage.people.models import Person, PersonKind, RoleGrant
from engage.teams.reading import supervisors_of
from engage.web.errors import Changed, NotFound

_table: Any = ReadingAlarm.__table__
_ONCE: dict[str, Any] = {
    name: insert(_table).on_conflict_do_nothing(index_elements=["dedupe_key"])
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def raise_alarms(*, address: str, now: datetime) -> int:
    """Tell supervisors of members of staff who opened more than thirty people's records within
    an hour. Returns how many alarms were raised.

    Looks only at who opened something since the audit was last sealed, so it costs what
    happened; to be called before each sealing. Once a person and hour.
    """
    count = 0
    for person_id in fresh_readers(SYSTEM):
        people = count_opened(SYSTEM, person_id, since=now - READ_WITHIN)
        if people > MOST_READ and _raise(person_id, people, address, now):
            count += 1
    return count


def _raise(person_id: UUID, people: int, address: str, now: datetime) -> bool:
    reader = db.session.get(Person, person_id)
    if reader is None or reader.kind != PersonKind.WORKER or _was_told(person_id, now):
        return False
    row = {
        "id": uuid4(),
        "dedupe_key": f"{person_id}:{now:%Y%m%d%H}",
        "person_id": person_id,
        "organisation_id": reader.organisation_id,
        "people": people,
        "raised_at": now,
    }
    connection = db.session.connection()
    once = _ONCE[connection.dialect.name].execution_options(preserve_rowcount=True)
    if connection.execute(once, row).rowcount != 1:
        return False
    record("reading:alarmed", viewer=SYSTEM, now=now, object_kind="person", object_id=person_id)
    teams = db.session.scalars(
        select(RoleGrant.team_id).where(
            RoleGrant.person_id == person_id, is_in_force(RoleGrant, now)
        )
    ).all()
    told = supervisors_of(Viewer(person_id=person_id), reader.organisation_id, teams, now=now)
    queue_many(
        [
            message_row(
                "alert_many_opened",
                klass=Klass.STAFF,
                now=now,
                dedupe_key=f"reading:{row['dedupe_key']}:{one.id}",
                person_id=one.id,
                locale=one.locale,
                params={"link": f"{address.rstrip('/')}/emergencies"},
                object_kind="reading_alarm",
                object_id=row["id"],  # type: ignore[arg-type]
            )
            for one in told
        ]
    )
    return True


def _was_told(person_id: UUID, now: datetime) -> bool:
    lately = select(_table.c.id).where(
        _table.c.person_id == person_id, _table.c.raised_at > now - READ_WITHIN
    )
    return db.session.scalar(lately.limit(1)) is not None


def note_seen(viewer: Viewer, alarm_id: UUID, *, now: datetime) -> None:
    """Note that a supervisor looked into it; not the person themselves."""
    if alarm_id not in [alarm.id for alarm in alarms(viewer, now=now)]:
        raise NotFound("alarm")
    seen = (
        update(_table)
        .where(_table.c.id == alarm_id, _table.c.seen_at.is_(None))
        .values(seen_at=now, seen_by_id=viewer.person_id)
        .returning(_table.c.person_id)
    )
    row = db.session.execute(seen).one_or_none()
    if row is None:
        raise Changed("alarm")
    record("reading:alarm_seen", viewer=viewer, now=now, object_kind="person",
           object_id=row.person_id)  # fmt: skip
