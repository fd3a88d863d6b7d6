"""Delivery: a stand-in that answers in 100 ms, 16 senders, the worker in its own process.

Ideal is as many answers as 16 lines can hold. Figures are medians of five rounds.
"""

import time
from datetime import timedelta

import psutil

from benchmarks.rows import Row, at_least, at_most
from benchmarks.setting import (
    ENVIRON,
    WORKER,
    StandInProcess,
    database,
    engines,
    make_app,
    process,
    stand_in,
)
from engage import clock
from engage.db import db
from engage.messaging.actions import message_row, queue_many
from tests.cast import make_settled_cast

ROUNDS = 5
TEXTS = 800
SENDERS = 16
DELAY = 0.1
FIRSTS = 20


def run() -> list[Row]:
    """Measure on every database at hand."""
    return [row for engine in engines() for row in measure(engine)]


def measure(engine: str) -> list[Row]:
    with database(engine) as url, stand_in() as provider:
        provider.moods(delay=DELAY)
        environ = {**ENVIRON, "DATABASE_URL": url, **provider.environ()}
        app = make_app(environ)
        with app.app_context():
            sam = make_settled_cast().sam
        with process(*WORKER, environ={**environ, "ENGAGE_SENDERS": str(SENDERS)}) as worker:
            time.sleep(3)
            measured = psutil.Process(worker.pid)
            ratios, costs = [], []
            for number in range(ROUNDS):
                before = sum(measured.cpu_times()[:2])
                ratios.append(_round(app, provider, sam, number))
                costs.append((sum(measured.cpu_times()[:2]) - before) / TEXTS * 1e6)
            firsts = [_first(app, provider, sam, number) for number in range(FIRSTS)]
            memory = measured.memory_info().rss / 1e6
    return [
        at_least(f"{engine}: rate, share of ideal", ratios, "", 0.95),
        at_most(f"{engine}: CPU a text", costs, "us", 400),
        at_most(f"{engine}: first send after commit, median", firsts, "ms", 200),
        Row(f"{engine}: first send after commit, worst of {FIRSTS}", max(firsts), "ms"),
        at_most(f"{engine}: memory of the worker", [memory], "MB", 100),
    ]


def _round(app, provider: StandInProcess, sam, number: int) -> float:
    """Queue texts for one instant a little ahead; return the rate reached over the ideal one."""
    seen = len(provider.texts())
    with app.app_context():
        now = clock.now()
        start = now + timedelta(seconds=1)
        rows = [
            message_row(
                "reply_neutral",
                klass="S",
                now=now,
                not_before=start,
                person_id=sam,
                dedupe_key=f"{number}:{each}",
            )
            for each in range(TEXTS)
        ]
        queue_many(rows)
        db.session.commit()
    ideal = TEXTS / SENDERS * DELAY
    time.sleep(1 + ideal * 0.9)
    while True:
        created = [text["created"] for text in provider.texts()[seen:]]
        if len(created) >= TEXTS:
            break
        time.sleep(0.1)
    created.sort()
    # From the first to the last answer: one delay is over when the first is counted.
    return (ideal - DELAY) / (created[-1] - created[0])


def _first(app, provider: StandInProcess, sam, number: int) -> float:
    """Return the milliseconds from commit to the provider having the text, its delay taken off."""
    from engage.worker.wakeups import Waker

    settings = app.extensions["engage"]
    waker = _first.__dict__.setdefault(settings.database_url, Waker(settings))
    seen = len(provider.texts())
    time.sleep(0.05 + 0.037 * number % 0.3)
    with app.app_context():
        now = clock.now()
        queue_many(
            [
                message_row(
                    "reply_neutral",
                    klass="S",
                    now=now,
                    person_id=sam,
                    dedupe_key=f"first:{number}",
                )
            ]
        )
        db.session.commit()
    committed = time.time()
    waker.wake()
    while len(texts := provider.texts()) == seen:
        time.sleep(0.02)
    return (texts[-1]["created"] - committed - DELAY) * 1000
