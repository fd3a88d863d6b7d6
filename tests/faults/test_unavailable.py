"""No room, or no database: 503 and nothing lost; back without a restart. SAFETY 6 R14, R15."""

import contextlib
import os
import resource
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from benchmarks.setting import ENVIRON, database, make_app, process, stand_in
from engage.checkins.models import CheckIn
from engage.db import db
from engage.messaging.models import InboundMessage
from tests.cast import make_settled_cast
from tests.faults.test_provider import House, answers
from tests.waiting import free_port, wait_for

# Our own stop is at 10 s (SAFETY 6 R02); a busy machine adds to it, the provider ends at 15.
PROVIDER_WAITS = 14
# Source: SAFETY 6 R14 (seconds, without a restart).
BACK_WITHIN = 20
WEB_ONLY = """
import os
from engage import app, cli, config
cli.serve(
    app.create_app(config.load(os.environ)),
    port=int(os.environ["PORT"]), processes=1, threads=4, worker_inside=False,
)
"""


class Web(House):
    """A web process alone, so that only what it answers counts."""

    def serving(self):
        return process("-c", WEB_ONLY, environ=self.environ)

    def kept(self) -> dict[str, bool]:
        """Which texts are stored, and whether each was worked on in the same breath."""
        with self.app.app_context():
            rows = db.session.execute(
                select(InboundMessage.provider_sid, CheckIn.id).outerjoin(
                    CheckIn, CheckIn.inbound_id == InboundMessage.id
                )
            ).all()
            db.session.rollback()
            db.engine.dispose()
        assert len(rows) == len({row[0] for row in rows}), "one text twice"
        return {sid: check_in is not None for sid, check_in in rows}


@contextlib.contextmanager
def web_on(url: str, app_url: str = "") -> Iterator[Web]:
    with stand_in() as provider:
        port = free_port()
        environ = {
            **ENVIRON, **provider.environ(), "DATABASE_URL": url, "PORT": str(port),
            "ENGAGE_PUBLIC_URL": f"http://127.0.0.1:{port}", "ENGAGE_LOG_LEVEL": "ERROR",
        }  # fmt: skip
        app = make_app({**environ, "DATABASE_URL": app_url or url})
        with app.app_context():
            cast = make_settled_cast()
        house = Web(app, cast, provider, environ)
        provider.moods(webhook=f"{house.url}/webhooks/twilio/sms")
        yield house
        with app.app_context():
            db.engine.dispose()


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def limit_files(pid: int, size: int) -> None:
    """Let this process and its children write no file beyond so many bytes."""
    for each in [pid, *children_of(pid)]:
        _, hard = resource.prlimit(each, resource.RLIMIT_FSIZE)
        resource.prlimit(each, resource.RLIMIT_FSIZE, (size, hard))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs prlimit (Linux)")
def test_with_a_full_disk_nothing_acknowledged_is_lost_and_reading_goes_on() -> None:
    with database("sqlite") as url, web_on(url) as house:
        maya = house.phone(house.cast.maya)
        with house.serving() as web:
            wait_for(lambda: answers(house.url), "the web answers")
            assert house.says(maya, "not ok", sid="SM" + "1" * 32) == 200
            limit_files(web.pid, 4096)
            refused = [house.says(maya, "ok", sid=f"SM{n:032}") for n in range(10, 20)]
            assert set(refused) == {503}
            wait_for(lambda: answers(house.url), "reading goes on")
            limit_files(web.pid, resource.RLIM_INFINITY)
            # The provider tries again; nobody restarted anything.
            assert {house.says(maya, "ok", sid=f"SM{n:032}") for n in range(10, 20)} == {200}
        kept = house.kept()
        assert set(kept) == {"SM" + "1" * 32, *(f"SM{n:032}" for n in range(10, 20))}
        assert all(kept.values())
        path = url.removeprefix("sqlite:///")
        with contextlib.closing(sqlite3.connect(path)) as reader:
            assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)


HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def test_behind_a_process_that_froze_while_writing_the_webhook_still_answers() -> None:
    """One request waits with it; all others say 503 in time, and nothing is lost."""
    with database("sqlite") as url, web_on(url) as house:
        maya = house.phone(house.cast.maya)
        with house.serving():
            wait_for(lambda: answers(house.url), "the web answers")
            took: dict[int, tuple[int, float]] = {}

            def say(number: int) -> None:
                began = time.monotonic()
                status = house.says(maya, "ok", sid=f"SM{number:032}")
                took[number] = (status, time.monotonic() - began)

            with process("-c", HOLD, f"{url.removeprefix('sqlite:///')}.lock") as frozen:
                assert frozen.stdout.readline().strip() == "held"
                sending = [threading.Thread(target=say, args=(n,)) for n in range(3)]
                for each in sending:
                    each.start()
                wait_for(lambda: len(took) >= 2, "two of three are refused")
                frozen.kill()
            for each in sending:
                each.join()
            refused = [seconds for status, seconds in took.values() if status == 503]
            assert len(refused) == 2 and max(refused) < PROVIDER_WAITS
            kept = {f"SM{n:032}" for n, (status, _) in took.items() if status == 200}
            assert {house.says(maya, "ok", sid=f"SM{n:032}") for n in range(3)} == {200}
        assert kept <= set(house.kept()) == {f"SM{n:032}" for n in range(3)}


class Wire(threading.Thread):
    """Stands between web and database; cut, nothing goes through and what was open breaks."""

    def __init__(self, host: str, port: int):
        super().__init__(daemon=True)
        self.target = (host, port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_cut = False
        self.open: list[socket.socket] = []

    def run(self) -> None:
        while True:
            near, _ = self.listener.accept()
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        self.is_cut = True
        for end in self.open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.open.clear()

    def mend(self) -> None:
        self.is_cut = False


def test_without_its_database_the_webhook_refuses_and_recovers_in_seconds() -> None:
    if not os.environ.get("ENGAGE_TEST_POSTGRES"):
        pytest.skip("ENGAGE_TEST_POSTGRES names no server")
    with database("postgresql") as direct:
        address = make_url(direct)
        wire = Wire(address.host or "127.0.0.1", address.port or 5432)
        wire.start()
        through = address.set(host="127.0.0.1", port=wire.port)
        with web_on(through.render_as_string(hide_password=False), app_url=direct) as house:
            maya = house.phone(house.cast.maya)
            with house.serving():
                wait_for(lambda: answers(house.url), "the web answers")
                assert house.says(maya, "not ok", sid="SM" + "1" * 32) == 200
                wire.cut()
                began = time.monotonic()
                assert house.says(maya, "ok", sid="SM" + "2" * 32) == 503
                assert time.monotonic() - began < PROVIDER_WAITS
                wire.mend()
                began = time.monotonic()
                wait_for(lambda: house.says(maya, "ok", sid="SM" + "2" * 32) == 200, "we are back")
                assert time.monotonic() - began < BACK_WITHIN
            assert house.kept() == {"SM" + "1" * 32: True, "SM" + "2" * 32: True}


def test_the_second_address_stores_and_the_worker_does_the_rest() -> None:
    """While /sms is away, the provider's fallback address keeps a text for the worker."""
    with database("sqlite") as url, web_on(url) as house:
        maya, sam = house.phone(house.cast.maya), house.phone(house.cast.sam)
        house.provider.moods(webhook=f"{house.url}/webhooks/twilio/fallback")
        with house.serving():
            wait_for(lambda: answers(house.url), "the web answers")
            assert house.says(maya, "not ok", sid="SM" + "1" * 32) == 200
            assert house.says(maya, "not ok", sid="SM" + "1" * 32) == 200
            assert house.kept() == {"SM" + "1" * 32: False}
        with House.serving(house):
            wait_for(lambda: house.got(sam), "Sam has a text")
        assert house.kept() == {"SM" + "1" * 32: True}
