"""Everything kept about one young person, from every table: for the case system, before it goes.

A table comes along by itself: whatever has a key that leads to the young person is in it. What
is left out is named here, each with its reason.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Select, Table, or_, select

from engage.audit.actions import record
from engage.crypto import CannotUnseal
from engage.db import Base, db
from engage.operators.keys import SealedColumn, load_every_table, sealed_columns
from engage.people.access import SYSTEM
from engage.people.models import Person, PersonKind

# A key to one of these does not make a row one about the young person it leads to.
_NO_WAY = frozenset({"organisations", "teams", "alerts", "messages", "inbound_messages", "links"})
# Tables that are not part of the record, and why.
LEFT_OUT: Mapping[str, str] = {
    "accounts": "how staff sign in",
    "export_parts": "copies of the record for the case system; gone after a day",
    "login_sessions": "signed in, for minutes",
    "passkeys": "how staff sign in",
    "gap_mails": "which supervisor got which daily mail; gone after a month",
    "gap_mail_stops": "which supervisor wants no daily mail",
    "links": "codes that open a page",
    "phone_copies": "which phones keep a page; ends with its link",
    "plan_drafts": "what somebody is typing; gone after a day",
    "reading_alarms": "about a worker",
    "role_grants": "about a worker",
    "staff_requests": "about a worker",
}
# Tables about several: a row is about those whom rows of another table put beside it.
_NAMED_BY = {"welfare_meetings": "welfare_young_people"}
# Columns that open something or find somebody, and say nothing.
_SECRET = ("_digest", "_hash", "_index", "_verifier", "digest", "key")
# Rows whose young person, or whose person, is named in another column.
_PERSON = ("person_id",)
_SUBJECT = {"audit_entries": "subject_id", "people": "id"}


def ways_to_the_young_person() -> dict[str, list[tuple[Column[Any], Column[Any] | None]]]:
    """Return, for each table about somebody, its key and what that leads to (None: the person).

    The rows of a table without its own key are those of the table its first key leads to.
    """
    load_every_table()
    found: dict[str, list[tuple[Column[Any], Column[Any] | None]]] = {}
    tables = Base.metadata.sorted_tables
    for table in tables:
        names = ("young_person_id", _SUBJECT.get(table.name, ""))
        own = [table.c[name] for name in names if name in table.c]
        if own:
            found[table.name] = [(own[0], None)]
        elif table.name in _NAMED_BY:
            by = Base.metadata.tables[_NAMED_BY[table.name]]
            found[table.name] = [(table.c.id, by.c.meeting_id)]
    while grown := _one_further(tables, found):
        found |= grown
    for table in tables:
        for name in _PERSON:
            if name in table.c and (table.name not in found or table.name == "messages"):
                found.setdefault(table.name, []).append((table.c[name], None))
    return found


def _one_further(tables: list[Table], found: Mapping[str, Any]) -> dict[str, Any]:
    grown: dict[str, Any] = {}
    for table in tables:
        if table.name in found:
            continue
        for key in table.c:
            for foreign in key.foreign_keys:
                there = foreign.column.table.name
                is_part = there in found and there != "people"
                if is_part and (there not in _NO_WAY or table.name in _PARTS_OF):
                    grown.setdefault(table.name, [(key, foreign.column)])
    return grown


# What happened to a text or an alert is part of it, although a key to one is not enough.
_PARTS_OF = frozenset({"alert_notices", "message_events"})


def gather(young_person_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Return everything kept about a young person, table by table, with names beside the ids.

    Adds an audit line. Raises LookupError when there is no such young person.
    """
    person = db.session.get(Person, young_person_id)
    if person is None or person.kind != PersonKind.YOUNG_PERSON:
        raise LookupError(f"There is no young person {young_person_id}.")
    opener = {(c.table.name, c.column.name): c for c in sealed_columns()}
    ways = ways_to_the_young_person()
    records, seen = {}, set[UUID]()
    for table in Base.metadata.sorted_tables:
        if table.name not in ways or table.name in LEFT_OUT:
            continue
        rows = [*_rows(table, ways, young_person_id, opener)]
        if rows:
            records[table.name] = rows
            seen |= {v for row in rows for v in row.values() if isinstance(v, UUID)}
    record("record:exported", viewer=SYSTEM, now=now, subject_id=young_person_id)
    return {
        "young_person": young_person_id,
        "made_at": now,
        "names": dict(sorted(_names(seen), key=lambda pair: pair[::-1])),
        "records": records,
    }


def _rows(
    table: Table, ways: Mapping[str, Any], young: UUID, opener: Mapping[Any, SealedColumn]
) -> Iterator[dict[str, Any]]:
    shown = [c for c in table.c if not c.name.endswith(_SECRET)]
    # In an order, so that two copies can be compared.
    wanted = select(*shown).where(_about(table, ways, young)).order_by(*table.primary_key)
    for row in db.session.execute(wanted).mappings():
        yield {
            column.name: _opened(opener.get((table.name, column.name)), row[column], row)
            for column in shown
            if row[column] is not None
        }


def _about(table: Table, ways: Mapping[str, Any], young: UUID) -> ColumnElement[bool]:
    which = []
    for key, there in ways[table.name]:
        if there is None:
            which.append(key == young)
        else:
            beyond: Select[Any] = select(there).where(_about(there.table, ways, young))
            which.append(key.in_(beyond))
    return or_(*which)


def _opened(place: SealedColumn | None, value: Any, row: Mapping[Any, Any]) -> Any:
    if place is None or not isinstance(value, str) or value.count(".") != 2:
        return value
    try:
        return place.open(value, row["id"])[0]
    except CannotUnseal:
        return value


def _names(ids: set[UUID]) -> Iterator[tuple[str, str]]:
    for row in db.session.scalars(select(Person).where(Person.id.in_(ids))):
        yield str(row.id), str(row.name)
