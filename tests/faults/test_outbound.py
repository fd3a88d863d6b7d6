"""Workers killed, frozen and stopped while they send: nothing is lost, nothing is doubled.

Real processes, a real database, the stand-in provider on a socket, answers that get lost.
`make faults` runs the long form.
"""

import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from benchmarks.setting import (
    ENVIRON,
    WORKER,
    StandInProcess,
    database,
    make_app,
    process,
    stand_in,
)
from engage import clock
from engage.db import db
from engage.messaging.actions import message_row, queue_many
from engage.messaging.models import Message
from engage.messaging.rules import MessageState
from tests.cast import Cast, make_settled_cast
from tests.database import own_redis
from tests.waiting import ended, wait_for

IS_LONG = os.environ.get("ENGAGE_TEST_FAULTS") == "long"
TEXTS, KILLS, FROZEN = (2000, 150, 150) if IS_LONG else (120, 8, 30)
# Even when a busy machine lets the one who says so wait for some seconds.
MORE_THAN_GO_BEFORE_IT_ENDS = 240
BOTH = ["sqlite", "postgresql"]
# Each database with each queue that can wake its workers. Source: issue 4.
QUEUES = ["sqlite", "postgresql", "sqlite+redis", "postgresql+redis"]
WAITS = "lease=2,settle=1"
KILLING = f"{WAITS},after_claim=kill:0.02,after_mark=kill:0.02,before_post=kill:0.002"
KILLING += ",after_post=kill:0.002,after_ask=kill:0.02"
# Two and a half seconds: longer than the lease, in the very place where it matters most.
FREEZING = f"{WAITS},before_check=freeze:0.1:2.5"


@dataclass
class Stage:
    """A database with the cast, and a provider that loses answers."""

    app: Flask
    cast: Cast
    provider: StandInProcess
    environ: dict[str, str]

    def queue(self, number: int) -> None:
        """Queue texts to staff and to young people, half and half."""
        now = clock.now()
        rows = [
            message_row(
                "sign_in_code",
                klass="S" if each % 2 else "Y",
                now=now,
                answers_at=now,
                person_id=self.cast.sam if each % 2 else self.cast.maya,
                params={"code": f"{each:06}"},
                dedupe_key=f"text:{each}",
                not_before=now,
                not_after=now.replace(year=now.year + 1),
            )
            for each in range(number)
        ]
        for row in rows:
            row["answers_at"] = now.replace(year=now.year + 1)  # no quiet hours here
        with self.app.app_context():
            queue_many(rows)
            db.session.commit()
            db.engine.dispose()

    def sent(self) -> Counter[UUID]:
        """Count how often each of our texts reached the provider."""
        found = [
            re.search(r"m=([0-9a-f-]{36})", text["callback"]) for text in self.provider.texts()
        ]
        return Counter(UUID(match[1]) for match in found if match)

    def states(self) -> dict[str, int]:
        with self.app.app_context():
            rows = db.session.execute(select(Message.state, func.count()).group_by(Message.state))
            found = {row[0]: row[1] for row in rows}
            db.session.rollback()
            db.engine.dispose()
        return found

    def live(self, **plan: object) -> int:
        """Run lives of the worker to their end; return how many were killed."""
        said = json.dumps({"calm": WAITS, **plan})
        with process("-m", "tests.faults.lives", said, environ=self.environ) as lives:
            out, _ = lives.communicate(timeout=1200)
            assert lives.returncode == 0
        return int(out)


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    engine, _, queue = request.param.partition("+")
    if engine == "postgresql" and not os.environ.get("ENGAGE_TEST_POSTGRES"):
        pytest.skip("ENGAGE_TEST_POSTGRES names no server")
    woken_by = {}
    if queue == "redis":
        woken_by = {"ENGAGE_QUEUE": "redis", "REDIS_URL": own_redis()}
    with database(engine) as url, stand_in() as provider:
        environ = {**ENVIRON, "DATABASE_URL": url, **woken_by, **provider.environ()}
        app = make_app(environ)
        with app.app_context():
            cast = make_settled_cast()
        yield Stage(app, cast, provider, environ)
        with app.app_context():
            db.engine.dispose()


@pytest.mark.parametrize(
    "stage", QUEUES if IS_LONG else ["sqlite", "postgresql+redis"], indirect=True
)
def test_workers_killed_while_they_send_lose_nothing_and_double_nothing(stage: Stage) -> None:
    stage.provider.moods(
        delay=0.2, drop_after=0.02, drop_before=0.01,
        refuse_status=503, refuse_code=20503, refuse_share=0.02,
    )  # fmt: skip
    stage.queue(TEXTS)
    killed = stage.live(kills=KILLS, at_once=1, faults=KILLING)
    sent = stage.sent()
    print(f"{killed} kills, {len(sent)} texts, doubled {sum(sent.values()) - len(sent)}")
    assert killed >= KILLS
    assert stage.states() == {MessageState.ACCEPTED: TEXTS}
    assert len(sent) == TEXTS
    assert set(sent.values()) == {1}


@pytest.mark.parametrize("stage", BOTH if IS_LONG else BOTH[:1], indirect=True)
def test_workers_frozen_past_their_lease_double_nothing(stage: Stage) -> None:
    stage.provider.moods(delay=0.02)
    stage.queue(FROZEN)
    stage.live(kills=0, at_once=2, faults="", calm=FREEZING)
    sent = stage.sent()
    assert stage.states() == {MessageState.ACCEPTED: FROZEN}
    assert len(sent) == FROZEN
    assert set(sent.values()) == {1}


@pytest.mark.parametrize("stage", BOTH if IS_LONG else BOTH[:1], indirect=True)
def test_a_worker_told_to_stop_ends_what_is_on_the_line_and_gives_back_the_rest(
    stage: Stage,
) -> None:
    stage.provider.moods(delay=0.5)
    stage.queue(MORE_THAN_GO_BEFORE_IT_ENDS)
    with process(*WORKER, environ=stage.environ) as worker:
        wait_for(stage.sent, "the first text is sent")
        told = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        assert ended(worker) == 0
        took = time.monotonic() - told
    states, sent = stage.states(), stage.sent()
    print(f"ended after {took:.2f} s: {states}")
    assert set(states) == {MessageState.ACCEPTED, MessageState.PENDING}
    assert states[MessageState.ACCEPTED] == len(sent) == sum(sent.values())
    stage.provider.moods(delay=0.0)
    stage.live(kills=0, at_once=1, faults="")
    sent = stage.sent()
    assert len(sent) == sum(sent.values()) == MORE_THAN_GO_BEFORE_IT_ENDS
