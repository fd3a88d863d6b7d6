"""Alerts that are due: how many a second, and whether what is not due costs anything."""

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import delete, insert, update

from benchmarks import setting
from benchmarks.filling import NOW, Town, fill
from benchmarks.rows import Row, at_least, at_most
from engage.operators import memory

ROUNDS, DUE, FEW, MANY = 5, 5_000, 1_000, 100_000
# Source: issue 4.
HUNDRED, MILLION = 100, 1_000_000
BARS = {"sqlite": 5_000.0, "postgresql": 2_500.0}
LATER = NOW + timedelta(minutes=10)
NEVER = NOW + timedelta(days=900)


def put(app: Flask, town: Town, number: int, due_at: Any) -> None:
    from engage.alerts.models import Alert
    from engage.db import db

    rows = [
        {"id": uuid4(), "dedupe_key": uuid4().hex, "organisation_id": town.organisation,
         "young_person_id": town.young[n % len(town.young)], "kind": "talk", "urgency": "soon",
         "state": "open", "level": 0, "round": 0, "raised_at": NOW, "next_due_at": due_at,
         "nobody_told": False}
        for n in range(number)
    ]  # fmt: skip
    with app.app_context():
        for start in range(0, number, 5000):
            db.session.execute(insert(Alert.__table__), rows[start : start + 5000])
        db.session.commit()


def sweep_all(app: Flask) -> float:
    """Take every step that is due and return the seconds it took."""
    from engage.alerts.sweep_actions import sweep
    from engage.db import db

    with app.app_context():
        began = time.perf_counter()
        while sweep(now=LATER, address="https://engage.example"):
            db.session.commit()
        db.session.rollback()
        return time.perf_counter() - began


def forget_the_due(app: Flask) -> None:
    from engage.alerts.models import Alert, AlertNotice
    from engage.db import db
    from engage.messaging.models import Message

    with app.app_context():
        db.session.execute(delete(AlertNotice))
        db.session.execute(delete(Message))
        db.session.execute(update(Alert).values(next_due_at=NEVER))
        db.session.commit()


def probe(app: Flask) -> float:
    """Return the milliseconds of a sweep that finds nothing."""
    from engage.alerts.sweep_actions import sweep
    from engage.db import db

    with app.app_context():
        taken = []
        for _ in range(200):
            began = time.perf_counter()
            sweep(now=LATER, address="https://engage.example")
            db.session.rollback()
            taken.append((time.perf_counter() - began) * 1000)
        return sorted(taken)[100]


def measure(engine: str) -> list[Row]:
    with setting.database(engine) as url:
        app = setting.make_app({**setting.ENVIRON, "DATABASE_URL": url})
        town = fill(app, 1_000)
        memory.spare()  # as every worker does before it begins
        rates, few, many = [], [], []
        for _ in range(ROUNDS):
            put(app, town, DUE, LATER)
            rates.append(DUE / sweep_all(app))
        forget_the_due(app)
        quiet = probe(app)
        for _ in range(ROUNDS):
            put(app, town, FEW, LATER)
            few.append(sweep_all(app))
        put(app, town, MANY, NEVER)
        loud = probe(app)
        for _ in range(ROUNDS):
            put(app, town, FEW, LATER)
            many.append(sweep_all(app))
        release(app)
    growth = [a / b for a, b in zip(many, few, strict=True)]
    return [
        at_least(f"{engine}: alerts a second", rates, "1/s", BARS[engine]),
        at_most(f"{engine}: {FEW} due among {MANY} against few", growth, "ratio", 2.0),
        at_most(f"{engine}: nothing due, few alerts", [quiet], "ms", 1.0),
        at_most(f"{engine}: nothing due among {MANY}", [loud], "ms", 1.0),
    ]


def among_a_million(engine: str) -> Row:
    """Compare a hundred due among a million alerts with a hundred among a thousand, in turns."""
    with setting.database(engine) as small, setting.database(engine) as large:
        places = []
        for url, others in ((small, FEW), (large, MILLION)):
            app = setting.make_app({**setting.ENVIRON, "DATABASE_URL": url})
            town = fill(app, 1_000)
            put(app, town, others, NEVER)
            places.append((app, town))
        growth = []
        for round_no in range(ROUNDS + 1):
            took = []
            for app, town in places:
                put(app, town, HUNDRED, LATER)
                took.append(sweep_all(app))
            if round_no:  # the first one warms both up
                growth.append(took[1] / took[0])
        for app, _ in places:
            release(app)
    return at_most(f"{engine}: {HUNDRED} due among {MILLION:,} against {FEW:,}", growth, "ratio", 2)


def release(app: Flask) -> None:
    from engage.db import db

    with app.app_context():
        db.engine.dispose()


def run() -> list[Row]:
    """Measure the sweep on every database there is."""
    return [
        row for engine in setting.engines() for row in (*measure(engine), among_a_million(engine))
    ]
