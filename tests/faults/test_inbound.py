"""What was answered with 2xx is there, once, whatever is killed. Source: SAFETY 6 R01, R04."""

import http.client
import itertools
import queue
import random
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from engage.alerts.models import Alert, AlertNotice
from engage.checkins.models import CheckIn
from engage.db import db
from engage.messaging.models import InboundMessage
from engage.people.models import Person
from tests.checkins.texting import SERVICE, own_number
from tests.faults.house import IS_LONG, PATIENCE, Web, installation, stop
from tests.webhooks.signing import SMS, encoded, incoming, signature

TEXTS, KILLS, SENDERS = (10_000, 100, 8) if IS_LONG else (240, 5, 6)
# So that all senders wait while we are down, instead of using up the texts.
UNTIL_ANSWERED = 1_000_000
WORDS = ("ok", "not ok", "call me", "im at dans", "ready", "sos")


class Provider(threading.Thread):
    """Brings texts like the provider: some again, some again and again until answered."""

    def __init__(self, port: int, todo: "queue.SimpleQueue[tuple[str, str]]"):
        super().__init__(daemon=True)
        self.port, self.todo = port, todo
        self.acknowledged: list[str] = []
        self.strange: list[int] = []

    def run(self) -> None:
        while True:
            try:
                sid, number = self.todo.get_nowait()
            except queue.Empty:
                return
            fields = incoming(number, random.choice(WORDS), sid, SERVICE)
            tries = random.choice((1, 4, UNTIL_ANSWERED))
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Twilio-Signature": signature(SMS, fields),
                "Host": "localhost",
            }
            end = time.monotonic() + PATIENCE
            for attempt in itertools.count(1):
                status = self.post(encoded(fields), headers)
                if status == 200:
                    self.acknowledged.append(sid)
                    if random.random() < 0.1:
                        self.post(encoded(fields), headers)
                    break
                if status not in (0, 503):
                    self.strange.append(status)
                if attempt >= tries or time.monotonic() > end:
                    break
                time.sleep(0.05)

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Send once; 0 when the connection broke before an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request("POST", SMS, body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_acknowledged_text_is_there_once_under_kills(engine: str, tmp_path: Path) -> None:
    with installation(engine, tmp_path) as (app, cast, environ):
        with app.app_context():
            own_number(cast)
            numbers = [p.phone for p in db.session.scalars(select(Person)) if p.phone]
            db.session.close()
            db.engine.dispose()
        todo: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        for n in range(TEXTS):
            todo.put((f"SM{n:032}", random.choice(numbers)))
        web = Web(environ)
        try:
            providers = [Provider(web.port, todo) for _ in range(SENDERS)]
            for provider in providers:
                provider.start()
            for kill in range(KILLS):
                # One kill for each such part of the texts, wherever the processes then are.
                while todo.qsize() > TEXTS * (1 - (kill + 1) / (KILLS + 1)):
                    time.sleep(0.005)
                if kill % 20 == 3:
                    web.kill_all()
                else:
                    web.kill_one()
            for provider in providers:
                provider.join()
        finally:
            stop(web.process)
        acknowledged = [sid for provider in providers for sid in provider.acknowledged]
        assert not [status for provider in providers for status in provider.strange]
        assert len(acknowledged) > TEXTS / 2
        with app.app_context():
            check_everything_is_there_once(acknowledged)
        print(f"{TEXTS} texts, {KILLS} kills, {len(acknowledged)} acknowledged, 0 lost, 0 doubled")


def check_everything_is_there_once(acknowledged: list[str]) -> None:
    kept = Counter(db.session.scalars(select(InboundMessage.provider_sid)))
    worked_on = Counter(db.session.scalars(select(CheckIn.idempotency_key)))
    taken = set(
        db.session.scalars(
            select(InboundMessage.provider_sid).where(InboundMessage.handled_at.is_not(None))
        )
    )
    lost = [sid for sid in acknowledged if sid not in kept or sid not in taken]
    assert not lost, f"{len(lost)} lost"
    assert not [sid for sid, times in kept.items() if times > 1]
    assert not [key for key, times in worked_on.items() if times > 1]
    # A text that is kept is worked on in the same transaction: never one without the other.
    assert set(worked_on) <= {f"twilio:{sid}" for sid in kept}
    told = set(db.session.scalars(select(AlertNotice.alert_id)))
    untold = db.session.scalars(
        select(Alert.id).where(Alert.nobody_told.is_(False), Alert.id.not_in(told))
    ).all()
    assert not untold
