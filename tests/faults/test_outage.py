"""Four hours without a provider, on a fast clock: alerts arrive, nothing stale ever does.

The provider is the stand-in on a socket; only time is not real. Source: SAFETY 6 R07.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from benchmarks.setting import ENVIRON, database, make_app
from engage import clock
from engage.alerts.models import Alert
from engage.alerts.sweep_actions import sweep
from engage.config import Settings
from engage.db import db
from engage.messaging.models import Message
from engage.messaging.rules import Klass, MessageState, Reason
from engage.messaging.twilio import TwilioProvider
from engage.operators.alarms import open_alarms
from tests.cast import NOW, Cast, make_settled_cast
from tests.checkins.texting import own_number, phone_of, text
from tests.messaging.desk import Desk, put
from tests.standin import StandIn
from tests.standin.provider import ACCOUNT, NUMBER, TOKEN
from tests.standin.server import Server

MINUTE = timedelta(minutes=1)
HOURS = 4


class House:
    """One worker without threads, whose clock we turn."""

    def __init__(
        self, app: Flask, cast: Cast, provider: StandIn, traveller: time_machine.Traveller
    ):
        settings: Settings = app.extensions["engage"]
        self.app, self.cast, self.provider = app, cast, provider
        self.traveller = traveller
        self.desk = Desk(app, TwilioProvider(settings))

    def minute(self) -> None:
        """Let a minute go by, as a worker takes it: sweep, send, look around."""
        self.traveller.shift(MINUTE)
        with self.app.app_context():
            sweep(now=clock.now(), address="http://localhost")
            db.session.commit()
        self.desk.rounds()
        with self.app.app_context():
            self.desk.dispatcher.alarms.provider(self.desk.dispatcher.breaker, clock.now())

    def down(self, is_down: bool) -> None:
        self.provider.set_moods(
            {"refuse_status": 503 if is_down else 0, "refuse_code": 20503, "is_deaf": is_down}
        )

    def says(self, words: str) -> None:
        with self.app.app_context():
            text(phone_of(self.cast.maya), words, now=clock.now())

    def sent(self) -> dict[UUID, datetime]:
        """When each of our texts reached the provider."""
        found = {}
        for one in self.provider.texts:
            match = re.search(r"m=([0-9a-f-]{36})", one.callback)
            assert match and UUID(match[1]) not in found, "sent twice"
            found[UUID(match[1])] = one.created_at
        return found

    def rows(self) -> list[Message]:
        with self.app.app_context():
            found = list(db.session.scalars(select(Message)))
            db.session.expunge_all()
            return found


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    if request.param == "postgresql" and not os.environ.get("ENGAGE_TEST_POSTGRES"):
        pytest.skip("ENGAGE_TEST_POSTGRES names no server")
    with ExitStack() as stack:
        url = stack.enter_context(database(request.param))
        traveller = stack.enter_context(time_machine.travel(NOW, tick=False))
        provider = StandIn()
        server = Server(provider).start()
        app = make_app(
            {
                **ENVIRON, "DATABASE_URL": url, "ENGAGE_SMS_PROVIDER": "twilio",
                "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_NUMBER": NUMBER, "TWILIO_API_URL": server.url,
            }
        )  # fmt: skip
        with app.app_context():
            cast = make_settled_cast()
            own_number(cast)
        house = House(app, cast, provider, traveller)
        yield house
        house.desk.provider.close()
        server.shutdown()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


def test_after_four_hours_alerts_arrive_and_stale_texts_never_do(house: House) -> None:
    house.down(True)
    house.says("not ok")
    for minute in range(HOURS * 60):
        if minute % 20 == 0:
            put(house.app, house.cast.kit, dedupe_key=f"kit:{minute}", answers_at=clock.now())
        house.minute()
    assert house.sent() == {}
    during = {row.id: row for row in house.rows()}
    with house.app.app_context():
        # Nobody could be told by text, so the alert went on to the next people all the while.
        assert db.session.scalars(select(Alert.round)).one() > 0
        assert "provider_down" in {alarm.kind for alarm in open_alarms()}
    asked = clock.now()
    assert asked.hour == 22, "by now it is night for young people"
    house.down(False)
    for _ in range(3):
        house.minute()
    sent, after = house.sent(), {row.id: row for row in house.rows()}
    for message_id, row in after.items():
        if message_id in during and row.klass == Klass.YOUNG_PERSON:
            assert message_id not in sent, "a stale text reached a young person"
            assert row.state == MessageState.EXPIRED
            assert row.reason in (Reason.TOO_LATE, Reason.QUIET_HOURS)
    alerts = [row for row in during.values() if row.klass == Klass.STAFF]
    told = {row.person_id for row in alerts}
    assert {house.cast.sam, house.cast.jo} <= told
    assert {after[row.id].person_id for row in alerts if row.id in sent} == told
    assert {row.id for row in alerts} <= set(sent), "an alert was lost"
    with house.app.app_context():
        assert "provider_down" not in {alarm.kind for alarm in open_alarms()}


def test_what_was_asked_a_moment_ago_still_gets_its_answer(house: House) -> None:
    """Down for ten minutes: a reply is thirty minutes good, by day."""
    house.down(True)
    for _ in range(5):
        house.minute()
    house.says("ready")
    for _ in range(5):
        house.minute()
    house.down(False)
    for _ in range(6):
        house.minute()
    to_maya = [row for row in house.rows() if row.person_id == house.cast.maya]
    assert [row.state for row in to_maya] == [MessageState.ACCEPTED]
    assert to_maya[0].id in house.sent()


def test_an_unwell_provider_is_asked_twice_a_minute_at_most(house: House) -> None:
    tries = []
    send = house.desk.provider.send
    house.desk.provider.send = lambda text: tries.append(clock.now()) or send(text)
    house.down(True)
    for number in range(50):
        put(house.app, house.cast.sam, klass="S", dedupe_key=f"s{number}")
    for _ in range(60):
        house.minute()
    # Five failures at first, and as many texts as were on the line with them; then one at a time.
    assert len(tries) <= 25 + 2 * 60
    house.down(False)
    for _ in range(8):
        house.minute()
    assert len(house.sent()) == 50
