"""A worker's list of fifty among 100,000 young people: statements, CPU, and against 1,000."""

import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import event, insert

from benchmarks import setting
from benchmarks.rows import Row, at_most

FEW, MANY, OWN = 1_000, 100_000, 50
ROUNDS, PAGES = 5, 60
NOW = datetime(2026, 1, 5, 18, tzinfo=UTC)  # long before anybody measures


def fill(app: Flask, people: int) -> UUID:
    """Put this many young people into the database, fifty of them the returned worker's."""
    from engage.checkins.models import CheckIn
    from engage.crypto import blind_index, seal
    from engage.db import db
    from engage.people import actions
    from engage.people.access import SYSTEM
    from engage.people.models import Person, Relationship, Role
    from engage.plans.models import SafetyPlan

    with app.app_context():
        house = actions.create_organisation(
            SYSTEM, name="N", neutral_name="N", policy="england", now=NOW
        )
        worker = actions.create_worker(SYSTEM, organisation_id=house.id, name="Sam", now=NOW)
        actions.grant_role(SYSTEM, worker.id, Role.SOCIAL_WORKER, now=NOW)
        worker_id, house_id = worker.id, house.id
        db.session.commit()
        ids = [uuid4() for _ in range(people)]
        own = ids[:: max(people // OWN, 1)][:OWN]
        rows: list[dict[str, Any]] = [
            {
                "id": one, "kind": "young_person", "organisation_id": house_id,
                "name": seal(f"Young {n}", "people.name", one), "created_at": NOW, "locale": "en",
                "phone_index": blind_index("phone", f"+4477009{n:05}"),
                "reply_policy": "neutral", "word_needed": False,
            }
            for n, one in enumerate(ids)
        ]  # fmt: skip
        links = [
            {"id": uuid4(), "young_person_id": one, "kind": "social_worker", "rank": 0,
             "person_id": worker_id if one in set(own) else uuid4(), "starts_at": NOW,
             "consent": "not_asked"}
            for one in own
        ]  # fmt: skip
        said = [
            {"id": uuid4(), "idempotency_key": f"{one}:{n}", "organisation_id": house_id,
             "young_person_id": one, "kind": "ok", "word": "none", "belief": 1,
             "sent_by": "text", "locale": "en", "received_at": NOW - timedelta(hours=n)}
            for one in own for n in range(20)
        ]  # fmt: skip
        plans = [
            {"id": uuid4(), "young_person_id": one, "question_set": "1", "started_at": NOW,
             "changed_at": NOW, "review_reason": "time"}
            for one in own
        ]  # fmt: skip
        connection = db.session.connection()
        for table, values in ((Person, rows), (Relationship, links), (CheckIn, said),
                              (SafetyPlan, plans)):  # fmt: skip
            for at in range(0, len(values), 5_000):
                connection.execute(insert(table.__table__), values[at : at + 5_000])
        db.session.commit()
        if not app.extensions["engage"].is_sqlite:
            connection = db.session.connection()
            connection.exec_driver_sql("ANALYZE")
            db.session.commit()
    return worker_id


def open_pages(app: Flask, client: Any, count: int) -> tuple[list[float], float]:
    """Open the list this many times; return the milliseconds of each and the CPU of one."""
    took = []
    cpu = time.process_time()
    for _ in range(count):
        began = time.perf_counter()
        answer = client.get("/young-people", base_url=setting.ENVIRON["ENGAGE_PUBLIC_URL"])
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200
    return took, (time.process_time() - cpu) * 1000 / count


def count_statements(app: Flask, client: Any) -> int:
    """Count the statements of one page."""
    from engage.db import db

    seen = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    client.get("/young-people", base_url=setting.ENVIRON["ENGAGE_PUBLIC_URL"])
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def sign_in(app: Flask, person_id: UUID) -> Any:
    """Return a browser in which this person is signed in."""
    from engage import clock
    from engage.people import signin
    from engage.people.access import SYSTEM
    from engage.people.queries import viewer_of

    client = app.test_client()
    with app.test_request_context():
        viewer = viewer_of(SYSTEM, person_id, now=clock.now())
        assert viewer is not None
        signin.sign_in(viewer)
        response = app.make_response("")
        app.session_interface.save_session(app, signin.current_session(), response)
    cookie = response.headers["Set-Cookie"].split("=", 1)[1].split(";")[0]
    client.set_cookie("engage", cookie, domain="127.0.0.1")
    return client


def measure(engine: str) -> list[Row]:
    """Measure both sizes in turn on one database engine."""
    with setting.database(engine) as few, setting.database(engine) as many:
        clients = {}
        for size, url in ((FEW, few), (MANY, many)):
            app = setting.make_app({**setting.ENVIRON, "DATABASE_URL": url})
            clients[size] = (app, sign_in(app, fill(app, size)))
        p95: dict[int, list[float]] = {FEW: [], MANY: []}
        cpu = []
        for _ in range(ROUNDS):
            for size, (app, client) in clients.items():
                took, used = open_pages(app, client, PAGES)
                p95[size].append(statistics.quantiles(took, n=20)[-1])
                if size == MANY:
                    cpu.append(used)
        statements = count_statements(*clients[MANY])
    ratio = statistics.median(p95[MANY]) / statistics.median(p95[FEW])
    return [
        at_most(f"{engine}: statements for a list of {OWN}", [statements], "", 6),
        at_most(f"{engine}: CPU of a list of {OWN} among {MANY:,}", cpu, "ms", 8),
        Row(f"{engine}: p95 among {MANY:,}", statistics.median(p95[MANY]), "ms"),
        at_most(f"{engine}: p95 against {FEW:,}", [ratio], "x", 1.3),
    ]


def run() -> list[Row]:
    """Measure on every engine there is."""
    return [row for engine in setting.engines() for row in measure(engine)]
