"""The register and the caseload with 10,000 open episodes against 100, and what a sweep costs."""

import statistics
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import delete, event, insert, update

from benchmarks import setting
from benchmarks.caseload import sign_in
from benchmarks.filling import NOW, Town, fill
from benchmarks.rows import Row, at_most

# Source: issue 6.
FEW, MANY = 100, 10_000
QUERIES, GROWTH = 10, 1.5
ROUNDS, PAGES, DUE = 5, 40, 100
LATER = NOW + timedelta(hours=2)
NEVER = datetime(2126, 1, 5, 18, tzinfo=NOW.tzinfo)
PATHS = {"the register": "/missing", "the caseload": "/young-people"}
AT_ONCE = 5_000


def go_away(app: Flask, town: Town, owner: UUID) -> None:
    """Let every young person be away, each with the clocks of one pack and all that was noted."""
    from engage.db import db
    from engage.episodes.models import Episode, EpisodeChange, EpisodeClock, EpisodeTime
    from engage.policy.clock_rules import as_data
    from engage.policy.queries import pack

    rules = [as_data(clock) for clock in pack("missouri").clocks]
    by_name = {each["name"]: each for each in rules}
    names = [name for name in ("report_police", "report_ncmec", "danger_check", "search_efforts")
             if name in by_name]  # fmt: skip
    tables: dict[Any, list[dict[str, Any]]] = {
        each: [] for each in (Episode, EpisodeChange, EpisodeTime, EpisodeClock)
    }
    for n, young in enumerate(town.young):
        one, due = uuid4(), NEVER + timedelta(minutes=n)
        tables[Episode].append(
            {"id": one, "young_person_id": young, "organisation_id": town.organisation,
             "state": ("missing", "away", "in_touch")[n % 3], "kind": "not_known",
             "opened_at": NOW, "owner_id": owner, "packs": ["missouri"], "rules": rules,
             "facts": [], "was_missing": True, "next_due_at": due}
        )  # fmt: skip
        said = {"episode_id": one, "at": NOW, "source": "worker", "recorded_at": NOW}
        for number, state in enumerate(("late", "missing"), start=1):
            tables[EpisodeChange].append({"id": uuid4(), "state": state, "number": number, **said})
        for number, what in enumerate(("last_contact", "discovered"), start=1):
            tables[EpisodeTime].append({"id": uuid4(), "event": what, "number": number, **said})
        for number, name in enumerate(names):
            tables[EpisodeClock].append(
                {"id": uuid4(), "episode_id": one, "name": name, "round": 0, "started_at": NOW,
                 "due_at": due + timedelta(hours=number), "rule": by_name[name], "others": [],
                 "stage": "running", "next_look_at": due + timedelta(hours=number)}
            )  # fmt: skip
    with app.app_context():
        for table, rows in tables.items():
            for start in range(0, len(rows), AT_ONCE):
                db.session.execute(insert(table.__table__), rows[start : start + AT_ONCE])
        db.session.commit()
        if not app.extensions["engage"].is_sqlite:
            db.session.connection().exec_driver_sql("ANALYZE")
            db.session.commit()


def make_supervisor(app: Flask, town: Town) -> UUID:
    """Add somebody who sees everybody: the longest list there can be."""
    from engage.db import db
    from engage.people import actions
    from engage.people.access import SYSTEM
    from engage.people.models import Role

    with app.app_context():
        who = actions.create_worker(SYSTEM, organisation_id=town.organisation, name="Sue", now=NOW)
        actions.grant_role(SYSTEM, who.id, Role.SUPERVISOR, now=NOW)
        made = who.id
        db.session.commit()
    return made


class House:
    """One organisation with so many open episodes, and somebody who looks at them."""

    def __init__(self, url: str, people: int):
        self.app = setting.make_app({**setting.ENVIRON, "DATABASE_URL": url})
        self.town = fill(self.app, people)
        self.supervisor = make_supervisor(self.app, self.town)
        go_away(self.app, self.town, self.supervisor)
        self.client = sign_in(self.app, self.supervisor)

    def open(self, path: str, count: int) -> list[float]:
        """Open a page so many times; return the milliseconds of each."""
        took = []
        for _ in range(count):
            began = time.perf_counter()
            answer = self.client.get(path, base_url=setting.ENVIRON["ENGAGE_PUBLIC_URL"])
            took.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer.status_code
        return took

    def statements(self, path: str) -> int:
        """Count the statements of one page, those for who is signed in among them."""
        from engage.db import db

        seen = []

        def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        self.open(path, 1)
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    def sweep_due(self) -> float:
        """Let a hundred clocks be due, take them, and return the milliseconds that took."""
        from engage.db import db
        from engage.episodes.models import EpisodeClock
        from engage.episodes.sweep_actions import sweep

        with self.app.app_context():
            clock = EpisodeClock.__table__
            ids = db.session.scalars(
                EpisodeClock.__table__.select().with_only_columns(clock.c.id)
                .where(clock.c.name == "report_police").order_by(clock.c.id).limit(DUE)
            ).all()  # fmt: skip
            db.session.execute(
                update(clock).where(clock.c.id.in_(ids))
                .values(due_at=LATER, next_look_at=LATER, stage="running")
            )  # fmt: skip
            db.session.commit()
            began = time.perf_counter()
            done = sweep(now=LATER, address="https://engage.example")
            db.session.commit()
            taken = (time.perf_counter() - began) * 1000
            assert done == DUE, done
            _forget_what_followed()
            db.session.execute(
                update(clock).where(clock.c.id.in_(ids))
                .values(due_at=NEVER, next_look_at=NEVER, stage="running")
            )  # fmt: skip
            db.session.commit()
        return taken

    def sweep_nothing(self) -> float:
        """Return the milliseconds of a sweep that finds nothing."""
        from engage.db import db
        from engage.episodes.sweep_actions import sweep

        taken = []
        with self.app.app_context():
            for _ in range(200):
                began = time.perf_counter()
                sweep(now=LATER, address="https://engage.example")
                db.session.rollback()
                taken.append((time.perf_counter() - began) * 1000)
        return statistics.median(taken)


def _forget_what_followed() -> None:
    """Take away the alerts, so that each round finds the same."""
    from engage.alerts.models import Alert, AlertNotice
    from engage.db import db
    from engage.messaging.models import Message

    for table in (AlertNotice, Message, Alert):
        db.session.execute(delete(table))
    db.session.commit()


def measure(engine: str) -> list[Row]:
    """Measure both sizes in turn, so that both meet the same machine."""
    with setting.database(engine) as few_url, setting.database(engine) as many_url:
        few, many = House(few_url, FEW), House(many_url, MANY)
        rows: list[Row] = []
        for what, path in PATHS.items():
            p95: dict[int, list[float]] = {FEW: [], MANY: []}
            for house in (few, many):
                house.open(path, 3)
            for _ in range(ROUNDS):
                for size, house in ((FEW, few), (MANY, many)):
                    p95[size].append(statistics.quantiles(house.open(path, PAGES), n=20)[-1])
            ratio = [a / b for a, b in zip(sorted(p95[MANY]), sorted(p95[FEW]), strict=True)]
            rows += [
                at_most(f"{engine}: statements for {what}", [many.statements(path)], "", QUERIES),
                Row(f"{engine}: p95 of {what}, {MANY:,}", statistics.median(p95[MANY]), "ms"),
                at_most(f"{engine}: {what}, {MANY:,} against {FEW}", ratio, "x", GROWTH),
            ]
        for house in (few, many):
            house.sweep_due()
        took = [(few.sweep_due(), many.sweep_due()) for _ in range(ROUNDS)]
        growth = [after / before for before, after in took]
        rows += [
            Row(
                f"{engine}: sweep, {DUE} due, {MANY:,}", statistics.median(t[1] for t in took), "ms"
            ),
            at_most(f"{engine}: sweep, {DUE} due, {MANY:,} against {FEW}", growth, "x", GROWTH),
            at_most(f"{engine}: sweep, nothing due, {MANY:,}", [many.sweep_nothing()], "ms", 1.0),
        ]
        for house in (few, many):
            with house.app.app_context():
                from engage.db import db

                db.engine.dispose()
    return rows


def run() -> list[Row]:
    """Measure on every engine there is."""
    return [row for engine in setting.engines() for row in measure(engine)]
