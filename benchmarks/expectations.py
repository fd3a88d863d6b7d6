"""Agreed check-ins that are due: whether those that are not due cost anything.

A hundred due among a million must cost at most twice what they cost among a thousand.
"""

import time
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import delete, insert, select, text, update

from benchmarks import setting
from benchmarks.filling import NOW, Town, fill
from benchmarks.rows import Row, at_most

ROUNDS, DUE, FEW, MANY = 7, 100, 1_000, 1_000_000
LATER = NOW + timedelta(minutes=10)
NEVER = NOW + timedelta(days=900)


def agree(app: Flask, town: Town) -> list[Any]:
    """Let every young person have agreed to one time; return the agreed times' ids."""
    from engage.agreed.models import AgreedTime
    from engage.db import db

    rows = [
        {"id": uuid4(), "organisation_id": town.organisation, "young_person_id": young,
         "repeat": "weekly", "days": 127, "wall": "20:00", "zone": "Europe/London",
         "grace_minutes": 30, "may_ask": True, "state": "active", "proposed_by_id": young,
         "proposed_at": NOW, "said_aloud": False}
        for young in town.young
    ]  # fmt: skip
    with app.app_context():
        db.session.execute(insert(AgreedTime.__table__), rows)
        db.session.commit()
    return [row["id"] for row in rows]


def expect(app: Flask, town: Town, times: list[Any], number: int, at: datetime, step: int) -> None:
    """Expect so many check-ins, each `step` seconds after the one before.

    The database makes the rows itself: a million of them by way of Python took most of the time.
    """
    from engage.db import db

    with app.app_context():
        statement = FILLS[db.engine.dialect.name]
        values = {"number": number, "people": len(times), "step": step, "at": f"{at:%F %T}"}
        db.session.execute(text(statement), values)
        db.session.commit()


COLUMNS = "id, agreed_time_id, young_person_id, state, opens_at, due_at, overdue_at, next_step_at"
NUMBERED = "SELECT id, young_person_id, row_number() OVER (ORDER BY id) - 1 AS k FROM agreed_times"
# How the column types write instants and ids on SQLite.
_AT = "strftime('%Y-%m-%d %H:%M:%f', :at, (n.i * :step) || ' seconds'{more}) || '000'"
FILLS = {
    "sqlite": f"""
        INSERT INTO expected_check_ins ({COLUMNS})
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :number),
        t AS MATERIALIZED ({NUMBERED})
        SELECT lower(hex(randomblob(16))), t.id, t.young_person_id, 'waiting',
               {_AT.format(more=", '-6 hours'")}, {_AT.format(more="")},
               {_AT.format(more="")}, {_AT.format(more="")}
        FROM n JOIN t ON t.k = n.i % :people""",
    "postgresql": f"""
        INSERT INTO expected_check_ins ({COLUMNS})
        SELECT gen_random_uuid(), t.id, t.young_person_id, 'waiting',
               due.at - interval '6 hours', due.at, due.at, due.at
        FROM generate_series(0, CAST(:number AS integer) - 1) AS n(i)
        CROSS JOIN LATERAL (
            SELECT CAST(:at || '+00' AS timestamptz)
                   + n.i * CAST(:step AS integer) * interval '1 second' AS at
        ) AS due
        JOIN ({NUMBERED}) AS t ON t.k = n.i % CAST(:people AS integer)""",
}


def sweep_due(app: Flask, town: Town, times: list[Any], round_no: int) -> float:
    """Put a hundred that are due, take them, and return the milliseconds that took."""
    from engage.agreed.sweep_actions import sweep_expected
    from engage.db import db

    expect(app, town, times, DUE, NOW + timedelta(seconds=round_no), 0)
    with app.app_context():
        began = time.perf_counter()
        done = sweep_expected(now=LATER, address="https://engage.example")
        db.session.commit()
        taken = (time.perf_counter() - began) * 1000
        assert done == DUE, done
        forget_what_follows()
        return taken


def forget_what_follows() -> None:
    """End the alerts and take away the next check-ins, so that each round finds the same.

    Nothing here may read the whole table: a hundred alerts that are deleted would each look for
    themselves in a million check-ins.
    """
    from engage.agreed.models import AgreedTime, ExpectedCheckIn
    from engage.alerts.models import Alert
    from engage.db import db

    first = NEVER - timedelta(days=1)
    followed = ExpectedCheckIn.agreed_time_id.in_(select(AgreedTime.id))
    db.session.execute(delete(ExpectedCheckIn).where(followed, ExpectedCheckIn.due_at < first))
    db.session.execute(update(Alert).values(state="resolved", next_due_at=None))
    db.session.commit()


def probe(app: Flask) -> float:
    """Return the milliseconds of a sweep that finds nothing."""
    from engage.agreed.sweep_actions import sweep_expected
    from engage.db import db

    with app.app_context():
        taken = []
        for _ in range(200):
            began = time.perf_counter()
            sweep_expected(now=LATER, address="https://engage.example")
            db.session.rollback()
            taken.append((time.perf_counter() - began) * 1000)
        return sorted(taken)[100]


def measure(engine: str) -> list[Row]:
    with setting.database(engine) as url:
        app = setting.make_app({**setting.ENVIRON, "DATABASE_URL": url})
        town = fill(app, 1_000)
        times = agree(app, town)
        expect(app, town, times, FEW, NEVER, 1)
        sweep_due(app, town, times, 0)  # statements are compiled once
        few = [sweep_due(app, town, times, n + 1) for n in range(ROUNDS)]
        quiet = probe(app)
        expect(app, town, times, MANY - FEW, NEVER + timedelta(days=1), 1)
        many = [sweep_due(app, town, times, n + 100) for n in range(ROUNDS)]
        loud = probe(app)
        with app.app_context():
            from engage.db import db

            db.engine.dispose()
    growth = [a / b for a, b in zip(sorted(many), sorted(few), strict=True)]
    return [
        at_most(f"{engine}: {DUE} due among {FEW}", few, "ms", 1_000),
        at_most(f"{engine}: {DUE} due among {MANY}", many, "ms", 1_000),
        at_most(f"{engine}: {MANY} against {FEW}", growth, "ratio", 2.0),
        at_most(f"{engine}: nothing due among {FEW}", [quiet], "ms", 1.0),
        at_most(f"{engine}: nothing due among {MANY}", [loud], "ms", 1.0),
    ]


def run() -> list[Row]:
    """Measure on every database there is."""
    return [row for engine in setting.engines() for row in measure(engine)]
