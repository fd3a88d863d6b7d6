"""Several schedulers, killed at will, start what comes instead of a failed step once."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import insert, select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind
from engage.checkins.filing import Signal, check_in_row
from engage.checkins.models import CheckIn, SentBy
from engage.checkins.ready_models import ReturnPlan, ReturnStep, StepState
from engage.checkins.rules import Belief, Kind
from engage.db import db
from engage.people import actions
from engage.people.access import SYSTEM
from tests.cast import NOW, Cast
from tests.faults.house import IS_LONG, installation, scheduler, still_due, work_under_kills

STEPS, SCHEDULERS, KILLS, AT_ONCE = (600, 4, 20, 5) if IS_LONG else (40, 2, 1, 3)
LATER = NOW + timedelta(minutes=20)


def put_steps(app: Flask, cast: Cast) -> None:
    """Let many young people wait for a lift to which nobody has said yes in time."""
    check_ins, plans, steps = [], [], []
    with app.app_context():
        for n in range(STEPS):
            young = actions.create_young_person(
                SYSTEM, organisation_id=cast.organisation, team_id=cast.team, name=f"Young {n}",
                phone=None, locale="en", now=NOW,
            )  # fmt: skip
            signal = Signal(f"k{n}", Kind.READY, Belief.V1, SentBy.TEXT, "en")
            check_in = check_in_row(signal, cast.organisation, young.id, NOW)
            check_ins.append(check_in)
            plan_id = uuid4()
            plans.append(
                {"id": plan_id, "organisation_id": cast.organisation, "young_person_id": young.id,
                 "check_in_id": check_in["id"], "state": "open", "opened_at": NOW,
                 "answer_due_at": NOW + timedelta(minutes=10), "choice": 2, "said_at": NOW}
            )  # fmt: skip
            steps.append(
                {"id": uuid4(), "organisation_id": cast.organisation, "young_person_id": young.id,
                 "return_plan_id": plan_id, "slot": "way", "wish": "lift", "kind": "lift",
                 "state": "asked", "number": 1, "stage": 0, "owner_id": cast.olu,
                 "asked_at": NOW, "times_asked": 1, "due_at": NOW + timedelta(hours=1),
                 "next_step_at": NOW + timedelta(minutes=10), "is_from_plan": False}
            )  # fmt: skip
        db.session.flush()
        db.session.execute(insert(CheckIn), check_ins)
        db.session.execute(insert(ReturnPlan), plans)
        db.session.execute(insert(ReturnStep), steps)
        db.session.commit()
        db.engine.dispose()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_comes_instead_begins_once_under_kills(engine: str, tmp_path: Path) -> None:
    with installation(engine, tmp_path) as (app, cast, environ):
        put_steps(app, cast)
        command = scheduler("steps", LATER, AT_ONCE)
        work_under_kills(
            environ, command, lambda: still_due(app, ReturnStep.next_step_at, LATER),
            total=STEPS, schedulers=SCHEDULERS, kills=KILLS,
        )  # fmt: skip
        with app.app_context():
            check_each_gave_way_once()


def check_each_gave_way_once() -> None:
    steps = list(db.session.scalars(select(ReturnStep)))
    failed = [step for step in steps if step.state == StepState.FAILED]
    assert len(failed) == STEPS
    followers = Counter(step.after_id for step in steps if step.after_id is not None)
    assert followers == Counter({step.id: 1 for step in failed})
    assert all(step.next_step_at is not None for step in steps if step.after_id is not None)
    raised = Counter(
        db.session.scalars(select(Alert.about_id).where(Alert.kind == AlertKind.STEP_FAILED))
    )
    assert raised == Counter({step.return_plan_id: 1 for step in failed})
