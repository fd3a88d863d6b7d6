"""Alarms for whoever runs the installation: kept until over, in the log, by mail, in the doctor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from engage.config import Settings
from engage.db import db, transaction
from engage.messaging.code_rules import Trouble, trouble_of
from engage.messaging.models import OperatorAlarm

log = structlog.get_logger("engage.alarms")
# An alarm that nothing renewed for a day is over, unless what caused it says so earlier.
QUIET_FOR = timedelta(hours=24)
_alarms: Any = OperatorAlarm.__table__


class Alarm(StrEnum):
    """What may need whoever runs the installation."""

    BUDGET_NEAR = "budget_near"
    BUDGET_SPENT = "budget_spent"
    MISSED_TEXTS = "missed_texts"
    UNREADABLE_TEXT = "unreadable_text"
    TEXTS_REFUSED = "texts_refused"
    TEXTS_FILTERED = "texts_filtered"
    PROVIDER_DOWN = "provider_down"
    CLOCK_STEPPED = "clock_stepped"
    DISK_LOW = "disk_low"
    NEWER_TEXTS = "newer_texts"
    AUDIT_CHANGED = "audit_changed"
    AUDIT_NOT_KEPT = "audit_not_kept"


@dataclass(frozen=True)
class Advice:
    """What happened, and what to do about it."""

    what: str
    fix: str


ADVICE = {
    Alarm.BUDGET_NEAR: Advice(
        "80 % of today's texts are used up. Unknown phones get no answer any more.",
        "look who sends so many (`engage inspect inbound --since 2h`), or raise "
        "ENGAGE_SMS_DAILY_BUDGET.",
    ),
    Alarm.BUDGET_SPENT: Advice(
        "Today's texts are used up. Only staff, and what workers write, still go out.",
        "look who sends so many (`engage inspect inbound --since 2h`), or raise "
        "ENGAGE_SMS_DAILY_BUDGET.",
    ),
    Alarm.MISSED_TEXTS: Advice(
        "Texts came in that no webhook brought. They were fetched from the provider's list.",
        "check that the provider reaches ENGAGE_PUBLIC_URL, and what it logged.",
    ),
    Alarm.UNREADABLE_TEXT: Advice(
        "A text could not be worked on. It stands on the board as it came.",
        "report the error in the log (`incoming text not acted on`) to the makers.",
    ),
    Alarm.TEXTS_REFUSED: Advice(
        "The provider refuses our texts because of the account or the number.",
        "look up the code at the provider and put account, number or registration right.",
    ),
    Alarm.TEXTS_FILTERED: Advice(
        "A phone network filtered a text as unwanted. It is not sent again.",
        "ask the provider why; register the number or change the words.",
    ),
    Alarm.PROVIDER_DOWN: Advice(
        "The provider does not take texts. Staff alerts wait and climb, others lapse in time.",
        "look at the provider's own page, and have people called.",
    ),
    Alarm.CLOCK_STEPPED: Advice(
        "The clock of this machine jumped.",
        "set it by NTP. Deadlines may have been raised early by at most the jump.",
    ),
    Alarm.DISK_LOW: Advice(
        "The disk is nearly full. If it fills up, the webhook answers 503.",
        "make room at once.",
    ),
    Alarm.NEWER_TEXTS: Advice(
        "Texts wait for a worker of a newer version.",
        "finish the update: start the newer workers.",
    ),
    Alarm.AUDIT_CHANGED: Advice(
        "The audit is not as it was written: a line was changed.",
        "keep everything as it is, run `engage audit verify`, and find out who changed it.",
    ),
    Alarm.AUDIT_NOT_KEPT: Advice(
        "The head of the audit could not be kept, or is not the one that was kept before.",
        "`engage doctor` says which; until then nobody would notice a cut-off end.",
    ),
}


OF_TROUBLE = {Trouble.SETTINGS: Alarm.TEXTS_REFUSED, Trouble.CONTENT: Alarm.TEXTS_FILTERED}


def alarm_for(code: int | None) -> Alarm | None:
    """Return the alarm that a provider's error code calls for, if any."""
    return OF_TROUBLE.get(trouble_of(code)) if code else None


def _raise(insert: Any) -> Any:
    made = insert(_alarms)
    return made.on_conflict_do_update(
        index_elements=["kind"],
        index_where=_alarms.c.cleared_at.is_(None),
        set_={
            "hits": _alarms.c.hits + 1,
            "last_at": made.excluded.last_at,
            "number": made.excluded.number,
        },
    ).returning(_alarms.c.hits)


_RAISE = {"sqlite": _raise(sqlite.insert), "postgresql": _raise(postgresql.insert)}


def sound(kind: Alarm, settings: Settings, *, now: datetime, number: int | None = None) -> bool:
    """Keep an alarm, log it, and mail it the first time; say whether it is new. Commits.

    `number` is a count, a code or seconds; never anything about a person.
    """
    row = {
        "id": uuid4(),
        "kind": str(kind),
        "raised_at": now,
        "last_at": now,
        "hits": 1,
        "number": number,
    }
    with transaction(db.session):
        connection = db.session.connection()
        is_new: bool = connection.execute(_RAISE[connection.dialect.name], row).scalar_one() == 1
    advice = ADVICE[kind]
    # What goes on is told once; the row counts the rest.
    (log.error if is_new else log.info)("alarm", kind=str(kind), reason=advice.what, count=number)
    if is_new and settings.mail_url:
        # Loaded when there is something to say: a worker has no other use for mail.
        from engage.people.mail import send_beside

        body = f"{advice.what}\n\nWhat to do: {advice.fix}\n\n`engage doctor` says more.\n"
        for address in filter(None, map(str.strip, settings.alarm_to.split(","))):
            send_beside(settings, address, f"Alarm: {kind}", body)
    return is_new


def hush(*kinds: Alarm, now: datetime) -> int:
    """End these alarms: what caused them is over. Commits; returns how many were open."""
    mine = [str(kind) for kind in kinds]
    over = _alarms.c.kind.in_(mine) & _alarms.c.cleared_at.is_(None)
    # Nearly always nothing is open, and asking takes no turn at writing.
    if db.session.execute(select(_alarms.c.id).where(over).limit(1)).first() is None:
        return 0
    return _end(over, now)


def end_quiet_ones(*, now: datetime) -> int:
    """End the alarms that nothing renewed for a day. Commits; returns how many."""
    quiet = _alarms.c.cleared_at.is_(None) & (_alarms.c.last_at < now - QUIET_FOR)
    return _end(quiet, now)


def _end(which: Any, now: datetime) -> int:
    with transaction(db.session):
        done = db.session.execute(update(_alarms).where(which).values(cleared_at=now))
    count: int = done.rowcount  # type: ignore[attr-defined]
    return count


def open_alarms() -> list[OperatorAlarm]:
    """List the alarms that are on, the oldest first."""
    return list(
        db.session.scalars(
            select(OperatorAlarm)
            .where(OperatorAlarm.cleared_at.is_(None))
            .order_by(OperatorAlarm.raised_at)
        )
    )
