"""A whole installation for the kill tests: a database, the app on it, and real processes."""

import contextlib
import http.client
import os
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from flask import Flask
from sqlalchemy import func, select

from engage import app as factory
from engage import config
from engage.db import db
from tests.cast import Cast, make_settled_cast
from tests.database import ENVIRON, empty_postgresql
from tests.waiting import ended, free_port, wait_for
from tests.webhooks.signing import ACCOUNT, TOKEN

ROOT = Path(__file__).resolve().parents[2]
IS_LONG = os.environ.get("ENGAGE_TEST_FAULTS") == "long"
# In seconds: several processes begin at once, and load everything, on a busy machine.
PATIENCE = 120.0


@contextmanager
def database_of(engine: str, folder: Path) -> Iterator[str]:
    """Yield an empty database; skip the test where there is no server for it."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'engage.db'}"
        return
    server = os.environ.get("ENGAGE_TEST_POSTGRES")
    if not server:
        pytest.skip("ENGAGE_TEST_POSTGRES names no server")
    with empty_postgresql(server) as url:
        yield url


@contextmanager
def installation(engine: str, folder: Path) -> Iterator[tuple[Flask, Cast, dict[str, str]]]:
    """Yield an app with the cast, and the environment that processes of it need."""
    with database_of(engine, folder) as url:
        environ = {
            **ENVIRON,
            "DATABASE_URL": url,
            "ENGAGE_SMS_PROVIDER": "twilio",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_NUMBER": "+447700900500",
            "WEB_CONCURRENCY": "2",
            "PORT": str(free_port()),
            "ENGAGE_LOG_LEVEL": "ERROR",
        }
        assert ended(start(environ, "-m", "engage.cli", "db", "upgrade"), PATIENCE) == 0
        app = factory.create_app(config.load(environ))
        with app.app_context():
            cast = make_settled_cast()
        yield app, cast, environ
        with app.app_context():
            db.session.close()
            db.engine.dispose()


def start(environ: Mapping[str, str], *command: str) -> subprocess.Popen[bytes]:
    """Start a process of ours that ends with the test."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("ENGAGE_", "TWILIO_"))}
    return subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env={**clean, **environ}, stdout=subprocess.DEVNULL
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours with all its children."""
    try:
        family = [*psutil.Process(process.pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        family = []
    process.kill()
    for child in family:
        with_no_fuss(child.kill)
    process.wait()


def scheduler(takes: str, now: datetime, limit: int) -> tuple[str, ...]:
    """Return the command of a scheduler (tests/faults/scheduler.py) that takes so many at once."""
    return ("-m", "tests.faults.scheduler", takes, now.isoformat(), str(limit))


def still_due(app: Flask, column: Any, by: datetime) -> int:
    """Return how many rows are due by then."""
    with app.app_context():
        count = db.session.scalar(select(func.count()).where(column <= by))
        db.session.rollback()
        return count or 0


def work_under_kills(
    environ: Mapping[str, str],
    command: tuple[str, ...],
    left: Callable[[], int],
    *,
    total: int,
    schedulers: int,
    kills: int,
) -> None:
    """Let schedulers work until nothing is `left`, killing one at random as the work goes on."""
    running = [start(environ, *command) for _ in range(schedulers)]
    try:
        for kill in range(kills):
            enough = total * (1 - (kill + 1) / (kills + 2))
            wait_for(lambda most=enough: left() <= most, f"{enough:.0f} or fewer left", PATIENCE)
            time.sleep(random.uniform(0, 0.02))
            victim = random.randrange(len(running))
            stop(running[victim])
            running[victim] = start(environ, *command)
        wait_for(lambda: left() == 0, "nothing left", PATIENCE)
    finally:
        for process in running:
            stop(process)


def with_no_fuss(act: Callable[[], None]) -> None:
    """Do it; that the process is gone already is fine."""
    with contextlib.suppress(psutil.NoSuchProcess):
        act()


class Web:
    """`engage web`, killed at will."""

    def __init__(self, environ: Mapping[str, str]):
        self.environ = environ
        self.port = int(environ["PORT"])
        self.process = start(environ, "-m", "engage.cli", "web")
        self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
        wait_for(self.answers, "engage web answers", PATIENCE)

    def answers(self) -> bool:
        assert self.process.poll() is None, "engage web ended"
        address = f"http://127.0.0.1:{self.port}/healthz/live"
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return bool(answer.status == 200)
        except (OSError, http.client.HTTPException):
            return False

    def kill_one(self) -> None:
        """Kill one of the serving processes at whatever it is doing; its master makes another."""
        children = psutil.Process(self.process.pid).children()
        if children:
            with_no_fuss(random.choice(children).kill)

    def kill_all(self) -> None:
        """Kill everything at once, as a power cut does, and start again."""
        stop(self.process)
        self.process = start(self.environ, "-m", "engage.cli", "web")
        self.wait()
