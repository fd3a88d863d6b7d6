"""A quarter's key figures, a year's return and the lists of staff among a million past episodes."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import Connection, text

from benchmarks import setting
from benchmarks.bulk import Progress, bare, copy
from benchmarks.caseload import sign_in
from benchmarks.episodes import House, go_away, make_supervisor
from benchmarks.filling import Town, fill
from benchmarks.rows import Row, at_most

# Source: issue 8.
FEW, MANY, PER_PERSON = 1_000, 100_000, 10
QUARTER, SECONDS, MEGABYTES = "2025-Q2", 5.0, 150.0
QUERIES, GROWTH = 10, 1.5
ROUNDS, PAGES = 5, 20
OPEN = 100
# Ten years of it, evenly: a million episodes are 25,000 a quarter.
_PAST = """
INSERT INTO episodes (id, young_person_id, organisation_id, state, kind, opened_at, owner_id,
                      packs, rules, facts, was_missing, closed_at)
SELECT gen_random_uuid(), p.id, p.organisation_id, 'closed', 'not_known', t.at, :owner,
       '[]', '[]', '[]', true, t.at + interval '5 days'
FROM people p CROSS JOIN LATERAL (
  SELECT timestamptz '2016-01-01' + (n * 365 + mod(abs(hashtext(p.id::text)), 365))
         * interval '1 day' AS at
  FROM generate_series(0, :times - 1) AS n) t
WHERE p.kind = 'young_person'
"""
_WHAT_HAPPENED = (
    """
    INSERT INTO episode_times (id, episode_id, event, at, source, recorded_at, number)
    SELECT gen_random_uuid(), id, 'returned', opened_at + interval '1 day', 'worker', opened_at, 1
    FROM episodes WHERE state = 'closed'
    """,
    """
    INSERT INTO episode_changes (id, episode_id, state, at, source, recorded_at, number)
    SELECT gen_random_uuid(), id, 'missing', opened_at, 'worker', opened_at, 1
    FROM episodes WHERE state = 'closed'
    """,
    """
    INSERT INTO episode_clocks (id, episode_id, name, round, started_at, due_at, rule, others,
                                stage, done_at)
    SELECT gen_random_uuid(), e.id, c.name, 0, opened_at, opened_at + interval '2 hours', '{}',
           '[]', 'done', opened_at + interval '1 hour'
    FROM episodes e CROSS JOIN (VALUES ('report_police'), ('health_check')) AS c(name)
    WHERE state = 'closed'
    """,
    """
    INSERT INTO episode_notices (id, episode_id, told, phase, clock, rule, appeared_at, state,
                                 told_at)
    SELECT gen_random_uuid(), id, 'police', 'missing', 'report_police', '{}', opened_at, 'done',
           opened_at + interval '1 hour'
    FROM episodes WHERE state = 'closed'
    """,
    """
    INSERT INTO return_interviews (id, young_person_id, organisation_id, state, opened_at, due_at,
        others, needs_interpreter, is_involved, independent_offered, offered_at, done_at)
    SELECT id, young_person_id, organisation_id, 'done', opened_at + interval '1 day',
           opened_at + interval '4 days', '[]', false, false, false,
           opened_at + interval '2 days', opened_at + interval '3 days'
    FROM episodes WHERE state = 'closed'
    """,
    """
    INSERT INTO interview_episodes (id, interview_id, episode_id)
    SELECT gen_random_uuid(), id, id FROM episodes WHERE state = 'closed'
    """,
)


_TABLES = (
    "episodes", "episode_times", "episode_changes", "episode_clocks", "episode_notices",
    "return_interviews", "interview_episodes",
)  # fmt: skip


def add_past(app: Flask, town: Town, owner: UUID, times: int, progress: Progress) -> None:
    """Give every young person so many episodes of the last ten years, each with what followed."""
    from engage.db import db

    with app.app_context():
        connection = db.session.connection()
        with bare(connection, *_TABLES):
            connection.execute(text(_PAST), {"owner": owner, "times": times})
            progress.done("episodes")
            for statement in _WHAT_HAPPENED:
                connection.execute(text(statement))
            progress.done("what followed")
        progress.done("keys and indexes")
        _note_care(connection, town)
        db.session.commit()
        db.session.connection().exec_driver_sql("ANALYZE")
        db.session.commit()
        progress.done("care records, births, statistics")


def _note_care(connection: Connection, town: Town) -> None:
    """Give everybody a sealed care record and a sealed birth date, as a return needs them."""
    from engage.care_records.models import as_text
    from engage.care_records.rules import Details
    from engage.crypto import seal

    records, births = [], []
    for n, one in enumerate(town.young):
        record, details = uuid4(), as_text(Details(reference=f"CH{n}"))
        sealed = seal(details, "care_records.details", record)
        records.append((record, one, town.organisation, sealed, "2012-01-01"))
        births.append((one, seal("2011-05-05", "people.birth_date", one)))
    columns = ("id", "young_person_id", "organisation_id", "details", "care_began_on")
    with bare(connection, "care_records"):
        copy(connection, "care_records", columns, records)
    connection.exec_driver_sql("CREATE TEMP TABLE births (id uuid, sealed text) ON COMMIT DROP")
    copy(connection, "births", ("id", "sealed"), births)
    connection.exec_driver_sql(
        # They were here all those years, or no plan and no trio would be counted.
        "UPDATE people SET birth_date = births.sealed, created_at = '2012-01-01'"
        " FROM births WHERE births.id = people.id"
    )


def quarter_seconds(app: Flask, viewer_id: UUID) -> float:
    """Return the seconds of every figure of one quarter."""
    from engage import clock
    from engage.key_figures.queries import get_quarter
    from engage.people.access import SYSTEM
    from engage.people.queries import viewer_of

    with app.app_context():
        viewer = viewer_of(SYSTEM, viewer_id, now=clock.now())
        assert viewer is not None
        began = time.perf_counter()
        page = get_quarter(viewer, QUARTER, now=clock.now())
        taken = time.perf_counter() - began
    assert min(m.of for m in page.figures.values() if m.counted) > 1_000
    return taken


# The largest size a process had is kept across exec: it would be that of this one, with all that
# was filled in. The mark of the process's own memory is not.
_EXPORT = """
import atexit, pathlib, sys
from engage.cli import main
def say():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
atexit.register(say)
main(["export", "ssda903", "--year", "2025", sys.argv[1]])
"""


def export_megabytes(url: str) -> tuple[float, int]:
    """Write a year's return in a process of its own; return its largest size and the lines."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", _EXPORT, folder],
            cwd=setting.ROOT,
            env={**setting.ENVIRON, "DATABASE_URL": url, "PATH": ""},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        lines = sum(1 for _ in (Path(folder) / "Missing.csv").open())
    return int(done.stdout.split()[-1]) / 1024, lines


def _pages(few: House, many: House) -> list[Row]:
    rows: list[Row] = []
    for what, path in (("the caseload", "/young-people"), ("who is missing", "/missing")):
        p95: dict[int, list[float]] = {FEW: [], MANY: []}
        for house in (few, many):
            house.open(path, 3)
        for _ in range(ROUNDS):
            for size, house in ((FEW, few), (MANY, many)):
                p95[size].append(statistics.quantiles(house.open(path, PAGES), n=20)[-1])
        ratio = [a / b for a, b in zip(sorted(p95[MANY]), sorted(p95[FEW]), strict=True)]
        rows += [
            at_most(f"{what}: statements", [float(many.statements(path))], "", QUERIES),
            at_most(f"{what}: p95 among {MANY:,} / {FEW:,}", ratio, "ratio", GROWTH),
        ]
    return rows


class _Grown(House):
    """A house with a past."""

    def __init__(self, url: str, people: int):
        self.app = setting.make_app({**setting.ENVIRON, "DATABASE_URL": url})
        progress = Progress(f"{people:,} young people")
        self.town = fill(self.app, people)
        progress.done("they and those around them")
        self.supervisor = make_supervisor(self.app, self.town)
        add_past(self.app, self.town, self.supervisor, PER_PERSON, progress)
        away = Town(self.town.organisation, self.town.young[:OPEN])
        go_away(self.app, away, self.supervisor)
        self.client: Any = sign_in(self.app, self.supervisor)


def run() -> list[Row]:
    """Measure on PostgreSQL, which is what so many people need."""
    if "postgresql" not in setting.engines():
        return []
    with setting.database("postgresql") as few_url, setting.database("postgresql") as many_url:
        few, many = _Grown(few_url, FEW), _Grown(many_url, MANY)
        size, lines = export_megabytes(many_url)
        return [
            *_pages(few, many),
            at_most(
                f"key figures of a quarter, {MANY * PER_PERSON:,} past episodes",
                [quarter_seconds(many.app, many.supervisor) for _ in range(ROUNDS)],
                "s",
                SECONDS,
            ),
            at_most(f"SSDA903 of a year ({lines - 1:,} lines)", [size], "MB", MEGABYTES),
        ]
