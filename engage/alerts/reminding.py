"""Asking whoever has an alert how it is now, and telling the next people when they do not say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, null, select, update

from engage.alerts.models import Alert
from engage.alerts.rows import Rows, Subject, telling_rows
from engage.alerts.rules import AlertKind, AlertState, Chain, Contact, Telling
from engage.alerts.taken_rules import Holder, is_asked_again
from engage.audit.actions import entry
from engage.people.models import Person
from engage.people.viewer import SYSTEM
from engage.statements import Change

ASK, ASKED_OTHERS = "alert_remind", "alert_asked_others"
_alerts: Any = Alert.__table__
_person: Any = Person.__table__
_HOLDERS = select(_person.c.id, _person.c.locale, _person.c.ended_at).where(
    _person.c.id.in_(bindparam("ids", expanding=True, type_=Uuid()))
)
# The instant it was due is part of the condition: whoever was quicker has moved it.
_theirs = (
    _alerts.c.id == bindparam("row_id"),
    _alerts.c.next_due_at == bindparam("was_due"),
    _alerts.c.state == AlertState.ACKNOWLEDGED,
)
_ASKED = Change(
    update(_alerts)
    .where(*_theirs)
    .values(
        turn=bindparam("to_turn"),
        unanswered=_alerts.c.unanswered + 1,
        next_due_at=bindparam("to_due"),
    )
)
_PASSED_ON = Change(
    update(_alerts)
    .where(*_theirs)
    .values(
        state=AlertState.OPEN,
        level=bindparam("to_level"),
        round=bindparam("to_round"),
        turn=bindparam("to_turn"),
        unanswered=0,
        next_due_at=bindparam("to_due"),
        nobody_told=bindparam("nobody"),
        held_before_id=_alerts.c.acknowledged_by_id,
        acknowledged_by_id=null(),
        acknowledged_at=null(),
        acknowledged_how=null(),
    )
)


def passed_on_values(alert: Any, telling: Telling) -> dict[str, Any]:
    """Return what `pass_on_alert` changes: an alert that somebody had is open for others."""
    return {
        "row_id": alert.id,
        "was_due": alert.next_due_at,
        "to_level": telling.level,
        "to_round": telling.round,
        "to_turn": alert.turn + 1,
        "to_due": telling.next_due_at,
        "nobody": not telling.people,
    }


def pass_on_alert(connection: Connection, alert: Any, telling: Telling) -> bool:
    """Open an alert for others again; False if somebody else was quicker."""
    return _PASSED_ON.make(connection, passed_on_values(alert, telling)) == 1


@dataclass
class Reminders:
    """What is due for alerts that somebody has, gathered for one write."""

    connection: Connection
    held: Sequence[Any]
    rows: Rows
    now: datetime
    _asked: list[dict[str, Any]] = field(default_factory=list)
    _passed: list[dict[str, Any]] = field(default_factory=list)
    _holders: dict[UUID, Holder] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read whoever has these alerts, in one statement; none when nothing is held."""
        ids = {alert.acknowledged_by_id for alert in self.held}
        found = self.connection.execute(_HOLDERS, {"ids": list(ids)}).all() if ids else []
        for row in found:
            has_left = row.ended_at is not None and row.ended_at <= self.now
            self._holders[row.id] = Holder(row.locale, has_left)

    def ask(self, alert: Any, chain: Chain, subject: Subject) -> bool:
        """Ask whoever has it how it is now. False when they were asked often enough, or left."""
        holder = self._holders.get(alert.acknowledged_by_id)
        if holder is None or not is_asked_again(alert.unanswered, holder):
            return False
        turn, next_at = alert.turn + 1, self.now + chain.remind
        # The text dies when the next one is due: two in a row would ask the same.
        self._tell_holder(ASK, alert, subject, turn, holder.locale, next_at)
        self._asked.append(
            {
                "row_id": alert.id,
                "was_due": alert.next_due_at,
                "to_turn": turn,
                "to_due": next_at,
            }
        )
        self._audit("alert:reminded", alert)
        return True

    def pass_on(self, alert: Any, subject: Subject, telling: Telling) -> None:
        """Tell the next people, and whoever had it that we did."""
        telling_rows(self.rows, alert.id, AlertKind(alert.kind), subject, telling, self.now)
        holder = self._holders.get(alert.acknowledged_by_id)
        is_told = any(each.person_id == alert.acknowledged_by_id for each in telling.people)
        if holder is not None and not holder.has_left and not is_told:
            self._tell_holder(
                ASKED_OTHERS, alert, subject, alert.turn + 1, holder.locale, telling.next_due_at
            )
        self._passed.append(passed_on_values(alert, telling))
        self._audit("alert:reopened", alert)

    def _tell_holder(
        self,
        template: str,
        alert: Any,
        subject: Subject,
        turn: int,
        locale: str,
        not_after: datetime,
    ) -> None:
        who = (Contact(alert.acknowledged_by_id, "holder", locale=locale),)
        telling = Telling(alert.level, alert.round, who, not_after)
        telling_rows(
            self.rows, alert.id, AlertKind(alert.kind), subject, telling, self.now,
            turn=turn, template=template, not_after=not_after,
        )  # fmt: skip

    def _audit(self, verb: str, alert: Any) -> None:
        self.rows.audit.append(
            entry(
                verb,
                viewer=SYSTEM,
                now=self.now,
                subject_id=alert.young_person_id,
                object_kind="alert",
                object_id=alert.id,
                reason=str(alert.turn + 1),
            )
        )

    def write(self) -> None:
        """Move on what was gathered; the notices and texts are written with all others."""
        _ASKED.make_each(self.connection, self._asked)
        _PASSED_ON.make_each(self.connection, self._passed)
