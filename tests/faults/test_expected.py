"""Several schedulers, killed at will, raise each missed check-in once. Source: SAFETY 6 R08."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.rules import ExpectedState
from engage.alerts.models import Alert, AlertNotice
from engage.audit.models import AuditEntry
from engage.db import db
from engage.messaging.models import Message
from engage.people import actions
from engage.people.access import SYSTEM
from tests.cast import NOW, Cast
from tests.faults.house import IS_LONG, installation, scheduler, still_due, work_under_kills

DEADLINES, SCHEDULERS, KILLS, AT_ONCE = (3000, 4, 40, 12) if IS_LONG else (120, 4, 3, 7)
LATER = NOW + timedelta(hours=1)


def put_deadlines(app: Flask, cast: Cast) -> None:
    """Let each of many young people be expected once; Olu and Sue of the team are told."""
    times, expected = [], []
    with app.app_context():
        for n in range(DEADLINES):
            young = actions.create_young_person(
                SYSTEM, organisation_id=cast.organisation, team_id=cast.team, name=f"Young {n}",
                phone=None, locale="en", now=NOW,
            )  # fmt: skip
            time_id = uuid4()
            times.append(
                {"id": time_id, "organisation_id": cast.organisation,
                 "young_person_id": young.id, "repeat": "weekly", "days": 127, "wall": "20:00",
                 "zone": "Europe/London", "grace_minutes": 30, "may_ask": True,
                 "state": "active", "proposed_by_id": cast.sam, "proposed_at": NOW,
                 "said_aloud": False}
            )  # fmt: skip
            expected.append(
                {"id": uuid4(), "agreed_time_id": time_id, "young_person_id": young.id,
                 "state": "waiting", "opens_at": NOW - timedelta(hours=6), "due_at": NOW,
                 "overdue_at": NOW + timedelta(minutes=30),
                 "next_step_at": NOW + timedelta(minutes=30)}
            )  # fmt: skip
        db.session.flush()
        db.session.execute(insert(AgreedTime), times)
        db.session.execute(insert(ExpectedCheckIn), expected)
        db.session.commit()
        db.engine.dispose()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_missed_check_in_is_raised_once_under_kills(engine: str, tmp_path: Path) -> None:
    with installation(engine, tmp_path) as (app, cast, environ):
        put_deadlines(app, cast)
        command = scheduler("expected", LATER, AT_ONCE)
        work_under_kills(
            environ, command, lambda: still_due(app, ExpectedCheckIn.next_step_at, LATER),
            total=DEADLINES, schedulers=SCHEDULERS, kills=KILLS,
        )  # fmt: skip
        with app.app_context():
            check_each_was_raised_once()
        print(f"{DEADLINES} deadlines, {SCHEDULERS} schedulers, {KILLS} kills, each raised once")


def check_each_was_raised_once() -> None:
    due = select(ExpectedCheckIn).where(ExpectedCheckIn.due_at == NOW)
    raised = list(db.session.scalars(due))
    assert len(raised) == DEADLINES
    assert {one.state for one in raised} == {ExpectedState.OVERDUE}
    alerts = Counter(one.alert_id for one in raised)
    assert len(alerts) == DEADLINES
    assert set(db.session.scalars(select(Alert.id))) == set(alerts)
    told = Counter(db.session.scalars(select(AlertNotice.alert_id)))
    assert set(told) == set(alerts)
    assert set(told.values()) == {1}
    # One text an alert; or, for whoever would get more than five in a minute, one for all of them.
    texts = db.session.execute(select(Message.object_id, Message.dedupe_key)).all()
    own = Counter(text.object_id for text in texts if text.object_id is not None)
    assert set(own) <= set(told) and set(own.values()) <= {1}
    for_all = [text.dedupe_key for text in texts if text.object_id is None]
    assert all(key.startswith("alert_digest:") for key in for_all)
    assert len(for_all) == len(set(for_all)) >= (1 if len(own) < len(told) else 0)
    written = Counter(
        db.session.scalars(
            select(AuditEntry.object_id).where(AuditEntry.verb == "expected_check_in:overdue")
        )
    )
    assert set(written.values()) == {1}
    assert len(written) == DEADLINES
    following = (
        select(func.count()).select_from(ExpectedCheckIn).where(ExpectedCheckIn.due_at > NOW)
    )
    assert db.session.scalar(following) == DEADLINES
