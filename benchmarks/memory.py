"""What a web process and a worker hold after work, and whether it grows over 50,000 requests.

Measured as installed: packages that only developers have are hidden from the processes. The
figures are the resident size of the largest process (RSS); its own share (PSS) stands beside it.
"""

import itertools
import time
from collections.abc import Iterator
from typing import Any

import psutil

from benchmarks import setting
from benchmarks.caseload import sign_in
from benchmarks.filling import Town
from benchmarks.inbound import (
    Served,
    cards_of,
    environ_for,
    open_page,
    prepared,
    serving,
    taps,
    texts,
)
from benchmarks.load import apply, request
from benchmarks.rows import Row, at_most

PEOPLE = 2_000
CHUNK, WARM, TOTAL = 1_000, 10_000, 50_000
TEXTS, TEXTS_WARM = 10_000, 2_000
BAR, GROWTH = 100.0, 1.03  # MB; between the warm state and the end
# Brought by development tools, and loaded by structlog and Babel wherever they are found.
_AS_INSTALLED = "import sys; sys.modules.update(rich=None, pytz=None); "
WEB = ("-c", f"{_AS_INSTALLED}from engage.cli import main; main(['web'])")
WORKER = ("-c", _AS_INSTALLED + setting.BE_A_WORKER)


def size(pid: int) -> tuple[float, float]:
    """Return RSS and PSS in MB of the largest of a process and its children."""
    first = psutil.Process(pid)
    found = [p.memory_full_info() for p in (*first.children(recursive=True), first)]
    return max(m.rss for m in found) / 1e6, max(m.pss for m in found) / 1e6


def everything(app: Any, town: Town, served: Served) -> Iterator[list[tuple[list[bytes], int]]]:
    """Yield what many people do in turn, a chunk at a time: requests and the status of each."""
    locales = itertools.cycle(("en", "cy", "es", "ar"))
    pages = [open_page(served, code, next(locales)) for code in cards_of(app, town)]
    worker = sign_in(app, someone_on_duty(town, app))
    cookie = f"engage={worker.get_cookie('engage', domain='127.0.0.1').value}"
    staff = {"Cookie": cookie}
    looks = [request("GET", "/now", {"Cookie": one}) for one, _ in pages]
    while True:
        yield [
            (texts(town, CHUNK * 4 // 10, "not ok"), 200),
            (looks * (CHUNK // 4 // len(looks)), 200),
            (taps(pages, CHUNK // 10), 303),
            ([request("GET", "/young-people", staff)] * (CHUNK // 10), 200),
            ([request("GET", "/sign-in", {"Accept-Language": "cy"})] * (CHUNK // 10), 200),
            ([request("GET", "/nothing-here")] * (CHUNK // 20), 404),
        ]  # fmt: skip


def someone_on_duty(town: Town, app: Any) -> Any:
    """Return a member of staff with fifty young people."""
    from sqlalchemy import select

    from engage.db import db
    from engage.people.models import RoleGrant

    with app.app_context():
        return db.session.scalar(select(RoleGrant.person_id).limit(1))


def web(engine: str) -> list[Row]:
    """Measure a web process of two, four threads each."""
    with setting.database(engine) as url:
        environ = environ_for(url)
        app, town = prepared(environ, PEOPLE)
        with serving(environ, *WEB) as served:
            done, warm, strange = 0, (0.0, 0.0), 0
            for chunk in everything(app, town, served):
                for asked, status in chunk:
                    strange += apply(served.pid, served.port, asked, status).strange
                    done += len(asked)
                if done >= WARM and not warm[0]:
                    warm = size(served.pid)
                if done >= TOTAL:
                    break
            rss, pss = size(served.pid)
        release(app)
    what = f"{engine}: web"
    return [
        at_most(f"{what}, RSS after {done:,} requests", [rss], "MB", BAR),
        Row(f"{what}, its own share (PSS)", pss, "MB"),
        at_most(f"{what}, growth from {WARM:,} to {done:,}", [rss / warm[0]], "x", GROWTH),
        at_most(f"{what}, answers that were not expected", [strange / done], "", 0.001),
    ]


def worker(engine: str) -> list[Row]:
    """Measure a worker with sixteen senders that sent thousands of texts."""
    from engage import clock
    from engage.db import db
    from engage.messaging.actions import message_row, queue_many
    from tests.cast import make_settled_cast

    with setting.database(engine) as url, setting.stand_in() as provider:
        environ = {**setting.ENVIRON, "DATABASE_URL": url, **provider.environ()}
        app = setting.make_app(environ)
        with app.app_context():
            sam = make_settled_cast().sam
        sizes = []
        with setting.process(*WORKER, environ=environ) as started:
            for upto in (TEXTS_WARM, TEXTS):
                with app.app_context():
                    now = clock.now()
                    queue_many([
                        message_row("reply_neutral", klass="S", now=now, person_id=sam,
                                    dedupe_key=f"{upto}:{n}")
                        for n in range(upto - (TEXTS_WARM if sizes else 0))
                    ])  # fmt: skip
                    db.session.commit()
                end = time.monotonic() + 600
                while len(provider.texts()) < upto:
                    assert time.monotonic() < end, "the worker does not send"
                    time.sleep(1)
                sizes.append(size(started.pid))
        release(app)
    (warm, _), (rss, pss) = sizes
    return [
        at_most(f"{engine}: worker, RSS after {TEXTS:,} texts", [rss], "MB", BAR),
        Row(f"{engine}: worker, its own share (PSS)", pss, "MB"),
        at_most(f"{engine}: worker, growth from {TEXTS_WARM:,}", [rss / warm], "x", GROWTH),
    ]


def release(app: Any) -> None:
    from engage.db import db

    with app.app_context():
        db.engine.dispose()


def run() -> list[Row]:
    """Measure on every database there is."""
    return [row for engine in setting.engines() for row in (*web(engine), *worker(engine))]
