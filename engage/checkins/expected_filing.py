"""What becomes of an expected check-in when they are heard. Statements built once: a hot path."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Uuid, bindparam, case, func, select, update

from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.rows import TERMS, insert_next
from engage.agreed.rules import ExpectedState
from engage.alerts.chain import NOW
from engage.alerts.rows import Subject
from engage.alerts.undo_actions import stop_alert
from engage.audit.actions import entry
from engage.audit.models import Actor
from engage.checkins.expected_rules import counts, settles
from engage.checkins.rules import Belief, Kind
from engage.db import UtcDateTime
from engage.people.models import Person

_times: Any = AgreedTime.__table__
_expected: Any = ExpectedCheckIn.__table__
_person: Any = Person.__table__
# Read with whoever has the phone, so that a text nobody waits for costs no statement more:
# empty when none is expected, 1 when one is, 2 when we asked them how they are.
EXPECTED = (
    select(func.max(case((_expected.c.asked_at.is_not(None), 2), else_=1)))
    .where(
        _expected.c.young_person_id == _person.c.id,
        _expected.c.settled_at.is_(None),
        _expected.c.opens_at <= NOW,
    )
    .correlate(_person)
    .scalar_subquery()
    .label("expected")
)
ASKED = 2
_OPEN = (
    select(
        _expected.c.id,
        _expected.c.agreed_time_id,
        _expected.c.young_person_id,
        _expected.c.state,
        _expected.c.due_at,
        _expected.c.overdue_at,
        _expected.c.alert_id,
        *TERMS,
    )
    .join_from(_expected, _times, _times.c.id == _expected.c.agreed_time_id)
    .where(
        _expected.c.young_person_id == bindparam("young", type_=Uuid()),
        _expected.c.settled_at.is_(None),
        _expected.c.opens_at <= NOW,
    )
    # Against the scheduler: exactly one of "met" and "overdue" wins. Source: SAFETY R11.
    .with_for_update(of=_expected)
)
_SETTLE = (
    update(_expected)
    .where(_expected.c.id == bindparam("row_id", type_=Uuid()), _expected.c.settled_at.is_(None))
    .values(
        state=bindparam("to_state"),
        settled_at=NOW,
        next_step_at=None,
        check_in_id=bindparam("check_in", type_=Uuid()),
        check_in_kind=bindparam("heard_kind"),
        belief=bindparam("how_sure"),
        heard_at=bindparam("heard", type_=UtcDateTime()),
    )
)


def hear(
    connection: Connection,
    subject: Subject,
    check_in: dict[str, Any],
    *,
    word_needed: bool,
    actor: Actor,
    now: datetime,
) -> list[dict[str, Any]]:
    """Meet what was expected of a young person with a check-in that is stored already.

    Called only when something is expected. An alert that told people stops, unless what they
    sent raises concern; everybody told hears why. Returns the lines for the audit.
    """
    kind, belief = Kind(check_in["kind"]), Belief(check_in["belief"])
    young_id = subject.young_person_id
    if young_id is None or not counts(kind, belief, word_needed=word_needed):
        return []
    sent_at = check_in["sent_at"]
    met: list[tuple[Any, ExpectedState]] = []
    for row in connection.execute(_OPEN, {"young": young_id, "now": now}).all():
        state = settles(
            ExpectedState(row.state),
            kind,
            overdue_at=row.overdue_at,
            sent_at=sent_at,
            received_at=now,
        )
        if state is not None:
            met.append((row, state))
    if not met:
        return []
    heard_at = sent_at if sent_at is not None and sent_at < now else now
    facts = {"check_in": check_in["id"], "heard_kind": str(kind), "how_sure": int(belief)}
    connection.execute(
        _SETTLE,
        [
            {"row_id": row.id, "to_state": str(state), "now": now, "heard": heard_at, **facts}
            for row, state in met
        ],
    )
    # Where people had been told, the next one is expected already.
    insert_next(connection, [row for row, state in met if state is ExpectedState.MET], now)
    return _audit(met, actor, now) + _stop_alerts(connection, met, subject, heard_at, actor, now)


def _audit(
    met: Iterable[tuple[Any, ExpectedState]], actor: Actor, now: datetime
) -> list[dict[str, Any]]:
    return [
        entry(
            "expected_check_in:settled",
            viewer=actor,
            now=now,
            subject_id=row.young_person_id,
            object_kind="expected_check_in",
            object_id=row.id,
            reason=str(state),
        )
        for row, state in met
    ]


def _stop_alerts(
    connection: Connection,
    met: Iterable[tuple[Any, ExpectedState]],
    subject: Subject,
    heard_at: datetime,
    actor: Actor,
    now: datetime,
) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    stopped: set[UUID] = set()
    for row, state in met:
        if row.alert_id is None or row.alert_id in stopped:
            continue
        stopped.add(row.alert_id)
        in_time = state is ExpectedState.MET_UNSEEN
        local = heard_at.astimezone(ZoneInfo(row.zone))
        lines += stop_alert(
            connection,
            row.alert_id,
            "info_in_time" if in_time else "info_late",
            {"who": subject.initials, "at": f"{local:%H:%M}"},
            now=now,
            viewer=actor,
        )
    return lines
