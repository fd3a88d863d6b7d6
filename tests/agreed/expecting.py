"""What tests of expected check-ins do: agree, let the clock tick, count."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import event, select

from engage.agreed import actions as times
from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.rules import Proposal, Repeat
from engage.agreed.sweep_actions import sweep_expected
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind
from engage.db import db
from engage.people.models import Person, ReplyPolicy
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS

FRIDAYS = Proposal(Repeat.WEEKLY, frozenset({4}), "20:00")
AWAY = Proposal(Repeat.WHILE_AWAY, every_hours=12)
DUE = datetime(2026, 11, 27, 20, tzinfo=UTC)
OVERDUE = DUE + timedelta(minutes=30)


def agreed(cast: Cast, proposal: Proposal = FRIDAYS) -> AgreedTime:
    """Let Sam propose and Maya say yes."""
    time = times.propose(cast.viewer(cast.sam), cast.maya, proposal, now=NOW)
    assert times.agree(cast.viewer(cast.maya), time.id, now=NOW)
    db.session.commit()
    return time


def tick(now: datetime) -> int:
    done = sweep_expected(now=now, address=ADDRESS)
    db.session.commit()
    return done


def expected() -> list[ExpectedCheckIn]:
    db.session.expire_all()
    return list(db.session.scalars(select(ExpectedCheckIn).order_by(ExpectedCheckIn.due_at)))


def alarms() -> list[Alert]:
    db.session.expire_all()
    wanted = select(Alert).where(Alert.kind == AlertKind.OVERDUE).order_by(Alert.raised_at)
    return list(db.session.scalars(wanted))


def policy(cast: Cast, policy: ReplyPolicy) -> None:
    db.session.get_one(Person, cast.maya).reply_policy = policy
    db.session.commit()


def count_statements(act: Callable[[], object]) -> list[str]:
    counted: list[str] = []

    def note(_conn: object, _cursor: object, sql: str, *_: object) -> None:
        counted.append(sql)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return counted
