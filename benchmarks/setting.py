"""A place to measure in: a database, the app on it, the stand-in provider, real processes."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

ROOT = Path(__file__).resolve().parents[1]
KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="
# The command itself asks for migrations; a measured database has its tables made directly.
BE_A_WORKER = """
import os
from engage import app, config, worker
worker.run(app.create_app(config.load(os.environ), with_pages=False))
"""
WORKER = ("-c", BE_A_WORKER)
ENVIRON = {
    "ENGAGE_ENVIRONMENT": "test",
    "ENGAGE_SECRET_KEY": "a secret key that is used in benchmarks only",
    "ENGAGE_ENCRYPTION_KEYS": f"k1:{KEY}",
    "ENGAGE_INDEX_KEY": KEY,
    "ENGAGE_PUBLIC_URL": "http://127.0.0.1",
    "ENGAGE_SMS_DAILY_BUDGET": "0",
    "ENGAGE_BALLAST_MB": "0",
    "ENGAGE_LOG_LEVEL": "WARNING",
}


@contextmanager
def database(engine: str) -> Iterator[str]:
    """Yield the address of an empty database: sqlite, or postgresql if a server is named."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory(prefix="engage-bench-") as folder:
            yield f"sqlite:///{folder}/engage.db"
        return
    server = os.environ["ENGAGE_TEST_POSTGRES"]
    name = f"engage_bench_{uuid.uuid4().hex[:8]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def engines() -> list[str]:
    """Return the databases that can be measured here."""
    return ["sqlite", "postgresql"] if os.environ.get("ENGAGE_TEST_POSTGRES") else ["sqlite"]


def make_app(environ: Mapping[str, str]) -> Flask:
    """Return the app on an empty database with all its tables."""
    from engage import app as factory
    from engage import config
    from engage.db import Base, db

    app = factory.create_app(config.load(environ))
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


@contextmanager
def process(*command: str, environ: Mapping[str, str] | None = None) -> Iterator[Any]:
    """Run a Python process of ours until the block ends; its first line of output is awaited."""
    started = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
            try:
                started.wait(30)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()
        if started.stdout:
            started.stdout.close()


class StandInProcess:
    """The stand-in provider in a process of its own."""

    def __init__(self, url: str):
        self.url = url

    def environ(self) -> dict[str, str]:
        """Return the settings that make Engage talk to it."""
        from tests.standin.provider import ACCOUNT, NUMBER, TOKEN

        return {
            "ENGAGE_SMS_PROVIDER": "twilio",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_NUMBER": NUMBER,
            "TWILIO_API_URL": self.url,
        }

    def _call(self, path: str, said: dict[str, Any] | None = None) -> Any:
        data = None if said is None else json.dumps(said).encode()
        request = urllib.request.Request(self.url + path, data)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def moods(self, **changes: Any) -> None:
        """Change how it behaves."""
        self._call("/control/moods", changes)

    def receive(self, sender: str, body: str, **more: str | float) -> int:
        """Have it take a text from a phone; return what our webhook answered, 0 if nobody did."""
        said = {"sender": sender, "body": body, **more}
        return int(self._call("/control/receive", said)["status"])

    def texts(self) -> list[dict[str, Any]]:
        """Return every message it has."""
        found: list[dict[str, Any]] = self._call("/control/texts")
        return found


@contextmanager
def stand_in() -> Iterator[StandInProcess]:
    """Run the stand-in provider."""
    with process("-m", "tests.standin") as started:
        yield StandInProcess(started.stdout.readline().strip())
