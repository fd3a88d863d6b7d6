"""How soon each part is ready: from starting the command to its first answer. Medians of five."""

import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import setting
from benchmarks.inbound import environ_for, prepared
from benchmarks.memory import WEB, WORKER, release
from benchmarks.rows import Row, at_most
from tests.waiting import free_port

ROUNDS = 5
PATIENCE = 60.0
RULES = """
import time
began = time.perf_counter()
import engage.checkins.rules
print(time.perf_counter() - began)
"""


def until(is_ready: Callable[[], bool]) -> None:
    """Wait until something is so, looking every five milliseconds."""
    end = time.monotonic() + PATIENCE
    while not is_ready():
        assert time.monotonic() < end, "not ready in time"
        time.sleep(0.005)


def answers(url: str) -> bool:
    """Say whether this page answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        raise
    except OSError:
        return False


def started(
    command: tuple[str, ...], environ: dict[str, str], is_ready: Callable[[], bool]
) -> float:
    """Start a command of ours, wait until it is ready, stop it; return the seconds it took."""
    began = time.perf_counter()
    with setting.process(*command, environ=environ):
        until(is_ready)
        return time.perf_counter() - began


def web(engine: str) -> list[Row]:
    """Measure the web half with two processes, and a worker until its first heartbeat."""
    with setting.database(engine) as url:
        app, _town = prepared(environ_for(url), 100)
        took: list[float] = []
        beats: list[float] = []
        for _ in range(ROUNDS):
            port = free_port()
            environ = {**environ_for(url), "PORT": str(port), "WEB_CONCURRENCY": "2"}
            page = f"http://localhost:{port}/healthz/live"
            took.append(started(WEB, environ, partial(answers, page)))
            before = count_beats(app)
            beats.append(started(WORKER, environ, partial(is_beyond, app, before)))
        release(app)
    return [
        at_most(f"{engine}: web answers after", took, "s", 1),
        at_most(f"{engine}: worker goes round after", beats, "s", 1),
    ]


def count_beats(app) -> int:
    """Count the workers that ever went round."""
    from sqlalchemy import func, select

    from engage.db import db
    from engage.messaging.models import Heartbeat

    with app.app_context():
        beats = select(func.count()).where(Heartbeat.name.startswith("worker:"))
        return db.session.scalar(beats) or 0


def is_beyond(app, number: int) -> bool:
    """Say whether one more worker goes round."""
    return count_beats(app) > number


def demo() -> list[Row]:
    """Measure the demonstration: its set-up once, then every later start."""
    with tempfile.TemporaryDirectory(prefix="engage-bench-") as folder:
        took = []
        for _ in range(ROUNDS + 1):
            port = free_port()
            command = ("-m", "engage.cli", "demo", "--port", str(port), "--data", folder)
            page = f"http://localhost:{port}/demo/phones"
            took.append(started(command, {}, partial(answers, page)))
    return [
        Row("demo: the first start, with its database", took[0], "s"),
        at_most("demo: every start after that", took[1:], "s", 5),
    ]


def rules() -> list[Row]:
    """Measure what a test of the rules waits for."""
    took = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", RULES], cwd=Path(setting.ROOT), capture_output=True, check=True
        )
        took.append(float(done.stdout) * 1000)
    return [at_most("import engage.checkins.rules", took, "ms", 50)]


def run() -> list[Row]:
    """Measure every start."""
    rows = [row for engine in setting.engines() for row in web(engine)]
    return [*rows, *demo(), *rules()]
