"""The rows of expected check-ins, and the columns that hold what was agreed."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Uuid, bindparam, func, select

from engage.agreed.models import AgreedTime, ExpectedCheckIn, terms_of
from engage.agreed.rules import Deadline, ExpectedState, Repeat, TimeState, next_after
from engage.statements import Into

_times: Any = AgreedTime.__table__
_expected: Any = ExpectedCheckIn.__table__
TERMS = (
    _times.c.repeat,
    _times.c.days,
    _times.c.wall,
    _times.c.zone,
    _times.c.every_hours,
    _times.c.grace_minutes,
    _times.c.may_ask,
    _times.c.running_since,
    _times.c.paused_at,
    _times.c.paused_until,
    _times.c.ended_at,
    _times.c.state.label("time_state"),
)
# What was called off for a pause is expected again when the pause ends early: the same row.
_AGAIN = ("state", "opens_at", "overdue_at", "next_step_at")
_EXPECTATIONS = Into(
    _expected,
    once=["agreed_time_id", "due_at"],
    then=(
        f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _AGAIN)},"
        " asked_at = NULL, settled_at = NULL, heard_by_id = NULL"
        f" WHERE {_expected.name}.state = '{ExpectedState.CALLED_OFF}'"
    ),
)

_LATEST = (
    select(_expected.c.agreed_time_id, func.max(_expected.c.due_at).label("due_at"))
    .where(
        _expected.c.agreed_time_id.in_(bindparam("times", expanding=True, type_=Uuid())),
        _expected.c.state.in_((ExpectedState.WAITING, ExpectedState.ASKED)),
    )
    .group_by(_expected.c.agreed_time_id)
)


def expected_row(agreed_time_id: UUID, young_person_id: UUID, deadline: Deadline) -> dict[str, Any]:
    """Return the row of one expected check-in."""
    return {
        "id": uuid4(),
        "agreed_time_id": agreed_time_id,
        "young_person_id": young_person_id,
        "state": str(ExpectedState.WAITING),
        "opens_at": deadline.opens_at,
        "due_at": deadline.due_at,
        "overdue_at": deadline.overdue_at,
        "next_step_at": deadline.first_step_at,
    }


def insert_expected(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Store expected check-ins; one that is there already is left, unless it was called off."""
    _EXPECTATIONS.insert(connection, rows)


def next_rows(row: Any, now: datetime) -> list[dict[str, Any]]:
    """Return the row of the check-in that is expected after this one, or none.

    `row` holds an expected check-in with what was agreed.
    """
    deadline = next_after(
        terms_of(row),
        row.due_at,
        now,
        state=TimeState(row.time_state),
        running_since=row.running_since,
        paused_until=row.paused_until,
    )
    if deadline is None:
        return []
    return [expected_row(row.agreed_time_id, row.young_person_id, deadline)]


def insert_next(connection: Connection, settled: Iterable[Any], now: datetime) -> None:
    """Expect what follows these check-ins, which were met or missed; their rows say so already.

    `settled`: expected check-ins with what was agreed.
    """
    settled = list(settled)
    latest = latest_open(
        connection, {row.agreed_time_id for row in settled if row.repeat == Repeat.WHILE_AWAY}
    )
    following = [
        each
        for row in settled
        if latest.get(row.agreed_time_id, row.due_at) <= row.due_at
        for each in next_rows(row, now)
    ]
    insert_expected(connection, following)


def latest_open(connection: Connection, times: Collection[UUID]) -> dict[UUID, datetime]:
    """Return by when hours that went on expect the next check-in already, where they do.

    Hours that go on while one is in its grace have a later one: it brings all that follow, and
    the earlier one brings none. The latest never gives way, so that one always follows.
    """
    if not times:
        return {}
    found = connection.execute(_LATEST, {"times": list(times)})
    return {row.agreed_time_id: row.due_at for row in found}
