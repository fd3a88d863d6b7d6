"""Asking first, then telling people: the next step of every expected check-in that is due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, String, Uuid, bindparam, or_, select, update

from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.rows import TERMS, insert_next
from engage.agreed.rules import (
    ExpectedState,
    Repeat,
    still_holds,
)
from engage.alerts.chain import NOW, chain_of, contacts_for, initials_of, staff_of
from engage.alerts.models import Alert
from engage.alerts.rows import Rows, Subject, alert_rows, write
from engage.alerts.rules import AlertKind, AlertState, Contact, late_by
from engage.audit.actions import entry, record_many
from engage.db import UtcDateTime, begin_write, db
from engage.messaging.actions import message_row
from engage.messaging.rules import Klass
from engage.people.models import Organisation, Person, ReplyPolicy
from engage.people.viewer import SYSTEM

_times: Any = AgreedTime.__table__
_expected: Any = ExpectedCheckIn.__table__
_person: Any = Person.__table__
_organisation: Any = Organisation.__table__
_alerts: Any = Alert.__table__
_DUE = _expected.c.next_step_at <= NOW
# Without the order the planner reads the table instead of the index (DESIGN 6a).
_PROBE = select(_expected.c.id).where(_DUE).order_by(_expected.c.next_step_at).limit(1)
_CLAIM = (
    select(
        _expected.c.id,
        _expected.c.agreed_time_id,
        _expected.c.young_person_id,
        _expected.c.state,
        _expected.c.due_at,
        _expected.c.overdue_at,
        _expected.c.next_step_at,
        _expected.c.asked_at,
        _person.c.organisation_id,
        _person.c.name,
        _person.c.locale,
        _person.c.reply_policy,
        _organisation.c.policy,
        or_(_person.c.ended_at.is_(None), _person.c.ended_at > NOW).label("is_here"),
        *TERMS,
    )
    .join_from(_expected, _times, _times.c.id == _expected.c.agreed_time_id)
    .join(_person, _person.c.id == _expected.c.young_person_id)
    .join(_organisation, _organisation.c.id == _person.c.organisation_id)
    .where(_DUE)
    .order_by(_expected.c.next_step_at)
    .limit(bindparam("most"))
    .with_for_update(of=_expected, skip_locked=True)
)
# An earlier silence that people are still being told of: nothing new to tell.
_RUNNING = select(_alerts.c.young_person_id, _alerts.c.id).where(
    _alerts.c.young_person_id.in_(bindparam("young", expanding=True, type_=Uuid())),
    _alerts.c.kind == str(AlertKind.OVERDUE),
    _alerts.c.state == AlertState.OPEN,
)
# The instant it was due is part of the condition: whoever was quicker has moved it.
_STEP = (
    update(_expected)
    .where(
        _expected.c.id == bindparam("row_id", type_=Uuid()),
        _expected.c.next_step_at == bindparam("was_due", type_=UtcDateTime()),
    )
    .values(
        state=bindparam("to_state", type_=String()),
        next_step_at=bindparam("to_step", type_=UtcDateTime()),
        asked_at=bindparam("asked", type_=UtcDateTime()),
        raised_at=bindparam("raised", type_=UtcDateTime()),
        settled_at=bindparam("settled", type_=UtcDateTime()),
        late_by=bindparam("late"),
        alert_id=bindparam("alert", type_=Uuid()),
    )
)
QUESTIONS = {ReplyPolicy.NEUTRAL: "ask_neutral", ReplyPolicy.AGREED: "ask_agreed"}


def sweep_expected(*, now: datetime, address: str, limit: int = 500) -> int:
    """Take the next step of up to `limit` expected check-ins that are due; return how many.

    First the young person is asked, if they agreed to that; then the people around them are
    told, one after the other, and never the police. The caller commits, and calls again while
    it took any. Two at once never take the same step.
    """
    if db.session.connection().execute(_PROBE, {"now": now}).first() is None:
        return 0
    begin_write(db.session)
    connection = db.session.connection()
    due = connection.execute(_CLAIM, {"now": now, "most": limit}).all()
    if not due:
        return 0
    work = _Work(connection, now, address)
    wanted = [row for row in due if row.is_here and _still_holds(row)]
    called_off = [row for row in due if not (row.is_here and _still_holds(row))]
    asking = [row for row in wanted if now < row.overdue_at]
    telling = [row for row in wanted if now >= row.overdue_at]
    for row in asking:
        work.ask(row)
    work.tell(telling)
    for row in called_off:
        work.step(row, ExpectedState.CALLED_OFF, settled=now)
    work.write()
    record_many(work.rows.audit, connection, by_the_thousand=True)
    return len(due)


def _still_holds(row: Any) -> bool:
    return still_holds(
        row.due_at,
        repeat=Repeat(row.repeat),
        running_since=row.running_since,
        paused_at=row.paused_at,
        paused_until=row.paused_until,
        ended_at=row.ended_at,
    )


class _Work:
    """The rows that one sweep writes."""

    def __init__(self, connection: Connection, now: datetime, address: str):
        self.connection, self.now, self.address = connection, now, address
        self.rows = Rows()
        self.steps: list[dict[str, Any]] = []
        self.told: list[Any] = []
        self.staff: dict[UUID, list[Contact]] = {}

    def step(self, row: Any, state: ExpectedState, **facts: Any) -> None:
        """Note what becomes of one expected check-in."""
        self.steps.append(
            {
                "row_id": row.id,
                "was_due": row.next_step_at,
                "to_state": str(state),
                "to_step": None,
                "asked": row.asked_at,
                "raised": None,
                "settled": None,
                "late": None,
                "alert": None,
                **facts,
            }
        )
        self.rows.audit.append(
            entry(
                f"expected_check_in:{state}",
                viewer=SYSTEM,
                now=self.now,
                subject_id=row.young_person_id,
                object_kind="expected_check_in",
                object_id=row.id,
            )
        )

    def ask(self, row: Any) -> None:
        """Ask how they are, in words that give nothing away; the text dies at the deadline."""
        template = QUESTIONS.get(ReplyPolicy(row.reply_policy)) if row.may_ask else None
        if template is None:
            self.step(row, ExpectedState.WAITING, to_step=row.overdue_at)
            return
        self.rows.messages.append(
            message_row(
                template,
                klass=Klass.YOUNG_PERSON,
                now=self.now,
                dedupe_key=f"expected:{row.id}:ask",
                person_id=row.young_person_id,
                locale=row.locale,
                about=row.young_person_id,
                not_after=row.overdue_at,
                object_kind="expected_check_in",
                object_id=row.id,
            )
        )
        self.step(row, ExpectedState.ASKED, to_step=row.overdue_at, asked=self.now)

    def tell(self, due: Sequence[Any]) -> None:
        """Tell the first people of each chain, and expect the next check-in."""
        if not due:
            return
        young = sorted({row.young_person_id for row in due})
        found = self.connection.execute(_RUNNING, {"young": young})
        running: dict[UUID, UUID] = {alert.young_person_id: alert.id for alert in found}
        near = contacts_for(self.connection, young, self.now)
        for row in due:
            alert_id = running.get(row.young_person_id)
            if alert_id is None:
                alert_id = self._alert(row, near.get(row.young_person_id, []))
                running[row.young_person_id] = alert_id
            late = late_by(row.overdue_at, self.now)
            self.step(
                row,
                ExpectedState.OVERDUE,
                raised=self.now,
                late=int(late.total_seconds()) if late else None,
                alert=alert_id,
            )
            self.told.append(row)

    def _alert(self, row: Any, near: list[Contact]) -> UUID:
        organisation_id = row.organisation_id
        if not near and organisation_id not in self.staff:
            self.staff[organisation_id] = staff_of(self.connection, organisation_id, self.now)
        who = initials_of(row.name, row.young_person_id)
        alert = alert_rows(
            self.rows,
            AlertKind.OVERDUE,
            Subject(organisation_id, row.young_person_id, who, self.address),
            chain=chain_of(row.policy, AlertKind.OVERDUE),
            contacts=near or self.staff[organisation_id],
            dedupe_key=f"expected:{row.id}",
            actor=SYSTEM,
            now=self.now,
            about_kind="expected_check_in",
            about_id=row.id,
        )
        alert_id: UUID = alert["id"]
        return alert_id

    def write(self) -> None:
        """Write everything but the audit, in one transaction, which the caller commits."""
        write(self.rows, self.connection)
        self.connection.execute(_STEP, self.steps)
        insert_next(self.connection, self.told, self.now)
