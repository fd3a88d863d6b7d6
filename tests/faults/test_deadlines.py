"""Several schedulers, killed at will, take each step once. Source: SAFETY 6 R08."""

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import insert, select

from engage.alerts.models import Alert, AlertNotice
from engage.audit.models import AuditEntry
from engage.db import db
from engage.messaging.models import Message
from tests.cast import NOW, Cast
from tests.faults.house import IS_LONG, installation, scheduler, still_due, work_under_kills

DEADLINES, SCHEDULERS, KILLS, AT_ONCE = (3000, 4, 40, 12) if IS_LONG else (180, 3, 3, 7)
LATER = NOW + timedelta(minutes=10)


def put_deadlines(app: Flask, cast: Cast) -> None:
    rows = [
        {
            "id": uuid4(), "dedupe_key": f"due:{n}", "organisation_id": cast.organisation,
            "young_person_id": random.choice((cast.maya, cast.kit)), "kind": "talk",
            "urgency": "soon", "state": "open", "level": 0, "round": 0, "raised_at": NOW,
            "next_due_at": LATER, "nobody_told": False,
        }
        for n in range(DEADLINES)
    ]  # fmt: skip
    with app.app_context():
        db.session.execute(insert(Alert), rows)
        db.session.commit()
        db.engine.dispose()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_deadline_is_raised_once_under_kills(engine: str, tmp_path: Path) -> None:
    with installation(engine, tmp_path) as (app, cast, environ):
        put_deadlines(app, cast)
        command = scheduler("alerts", LATER, AT_ONCE)
        work_under_kills(
            environ, command, lambda: still_due(app, Alert.next_due_at, LATER),
            total=DEADLINES, schedulers=SCHEDULERS, kills=KILLS,
        )  # fmt: skip
        with app.app_context():
            check_each_was_raised_once()


def check_each_was_raised_once() -> None:
    told = Counter(db.session.scalars(select(AlertNotice.alert_id)))
    assert len(told) == DEADLINES
    assert set(told.values()) == {1}
    texts = Counter(db.session.scalars(select(Message.object_id)))
    assert texts == told
    climbed = Counter(
        db.session.scalars(select(AuditEntry.object_id).where(AuditEntry.verb == "alert:climbed"))
    )
    assert climbed == told
    assert not db.session.scalars(select(Alert.id).where(Alert.level != 1)).all()
