"""The page of one plan of 25 answers: statements, and against a hundred times as many plans."""

import statistics
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import event, insert

from benchmarks import setting
from benchmarks.caseload import sign_in
from benchmarks.rows import Row, at_most

FEW, MANY, ANSWERS = 100, 10_000, 25
ROUNDS, PAGES = 5, 60
NOW = datetime(2026, 1, 5, 18, tzinfo=UTC)  # long before anybody measures


def fill(app: Flask, count: int) -> tuple[UUID, UUID]:
    """Put this many written plans into the database; return one young person and their plan."""
    from engage.crypto import seal
    from engage.db import db
    from engage.people import actions
    from engage.people.access import SYSTEM
    from engage.people.models import Person, ShareGrant
    from engage.plans.models import PlanAnswer, SafetyPlan
    from engage.questions.answer_rules import encode
    from engage.questions.shipped import NEWEST, question_set

    with app.app_context():
        house = actions.create_organisation(
            SYSTEM, name="N", neutral_name="N", policy="england", now=NOW
        )
        house_id = house.id
        db.session.commit()
        young = [uuid4() for _ in range(count)]
        plans = [uuid4() for _ in range(count)]
        people: list[dict[str, Any]] = [
            {"id": one, "kind": "young_person", "organisation_id": house_id, "created_at": NOW,
             "name": seal("Young", "people.name", one), "locale": "en",
             "reply_policy": "neutral", "word_needed": False}
            for one in young
        ]  # fmt: skip
        written = [
            {"id": plan, "young_person_id": one, "question_set": NEWEST, "started_at": NOW,
             "changed_at": NOW, "review_reason": "time"}
            for one, plan in zip(young, plans, strict=True)
        ]  # fmt: skip
        said = encode({"will": [{"what": "What I said " * 10}] * 3, "wait": 30})
        asked = [q.id for q in question_set().questions if q.is_written]
        every = [(one, voice) for voice in ("young_person", "carer") for one in asked]
        given = every[:ANSWERS]
        answers = []
        for one, plan in zip(young, plans, strict=True):
            for question, voice in given:
                row = uuid4()
                answers.append(
                    {"id": row, "plan_id": plan, "question": question, "voice": voice,
                     "state": "answered", "author_id": one, "revision": 1, "written_at": NOW,
                     "text": seal(said, "plan_answers.text", row)}
                )  # fmt: skip
        grants = [
            {"id": uuid4(), "young_person_id": one, "section": section, "grantee_kind": "role",
             "grantee_role": "carer", "level": "view", "purpose": "always", "agreed_by_id": one,
             "agreed_at": NOW, "agreed_how": "own_device", "version": 1}
            for one in young for section in ("safe", "try_first", "ready")
        ]  # fmt: skip
        connection = db.session.connection()
        for table, values in ((Person, people), (SafetyPlan, written), (PlanAnswer, answers),
                              (ShareGrant, grants)):  # fmt: skip
            for at in range(0, len(values), 5_000):
                connection.execute(insert(table.__table__), values[at : at + 5_000])
        db.session.commit()
        if not app.extensions["engage"].is_sqlite:
            db.session.connection().exec_driver_sql("ANALYZE")
            db.session.commit()
    return young[count // 2], plans[count // 2]


def open_pages(client: Any, plan_id: UUID, count: int) -> list[float]:
    """Open the plan this many times; return the milliseconds of each."""
    took = []
    for _ in range(count):
        began = time.perf_counter()
        answer = client.get(f"/plans/{plan_id}", base_url=setting.ENVIRON["ENGAGE_PUBLIC_URL"])
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200
    return took


def count_statements(app: Flask, client: Any, plan_id: UUID) -> int:
    """Count the statements of one page."""
    from engage.db import db

    seen = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    open_pages(client, plan_id, 1)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def measure(engine: str) -> list[Row]:
    """Measure both sizes in turn on one database engine."""
    with setting.database(engine) as few, setting.database(engine) as many:
        places = {}
        for size, url in ((FEW, few), (MANY, many)):
            app = setting.make_app({**setting.ENVIRON, "DATABASE_URL": url})
            young_person_id, plan_id = fill(app, size)
            places[size] = (app, sign_in(app, young_person_id), plan_id)
        p95: dict[int, list[float]] = {FEW: [], MANY: []}
        for _ in range(ROUNDS):
            for size, (_app, client, plan_id) in places.items():
                took = open_pages(client, plan_id, PAGES)
                p95[size].append(statistics.quantiles(took, n=20)[-1])
        statements = count_statements(*places[MANY])
        for app, _client, _plan_id in places.values():
            with app.app_context():
                from engage.db import db

                db.engine.dispose()
    ratios = [m / f for m, f in zip(p95[MANY], p95[FEW], strict=True)]
    return [
        at_most(f"{engine}: statements for a plan of {ANSWERS} answers", [statements], "", 8),
        Row(f"{engine}: p95 among {MANY:,} plans", statistics.median(p95[MANY]), "ms"),
        at_most(f"{engine}: p95 among {MANY:,} against {FEW:,}", ratios, "x", 1.3),
    ]


def run() -> list[Row]:
    """Measure on every database there is."""
    return [row for engine in setting.engines() for row in measure(engine)]
