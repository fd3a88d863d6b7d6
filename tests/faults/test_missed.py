"""An hour without us: every text is there within five minutes of our return. SAFETY 6 R03."""

import os
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from benchmarks.setting import ENVIRON, database, make_app, stand_in
from engage.alerts.models import Alert
from engage.checkins.models import CheckIn
from engage.db import db
from engage.messaging.models import InboundMessage
from engage.operators.alarms import open_alarms
from tests.cast import make_settled_cast
from tests.faults.test_outbound import BOTH
from tests.faults.test_provider import House
from tests.waiting import free_port, wait_for

TEXTS = 200
SOON = 300  # seconds
WORDS = ("ok", "not ok", "call me", "ready", "im at dans", "thanks")


@pytest.fixture(params=BOTH)
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    if request.param == "postgresql" and not os.environ.get("ENGAGE_TEST_POSTGRES"):
        pytest.skip("ENGAGE_TEST_POSTGRES names no server")
    with database(request.param) as url, stand_in() as provider:
        port = free_port()
        environ = {
            **ENVIRON, **provider.environ(), "DATABASE_URL": url, "PORT": str(port),
            "ENGAGE_PUBLIC_URL": f"http://127.0.0.1:{port}", "ENGAGE_LOG_LEVEL": "ERROR",
        }  # fmt: skip
        app = make_app(environ)
        with app.app_context():
            cast = make_settled_cast()
        yield House(app, cast, provider, environ)
        with app.app_context():
            db.engine.dispose()


def worked_on(house: House) -> int:
    with house.app.app_context():
        done = db.session.scalar(
            select(func.count(InboundMessage.id)).where(InboundMessage.handled_at.is_not(None))
        )
        db.session.rollback()
        return done or 0


def test_every_text_of_an_hour_is_there_within_five_minutes(house: House) -> None:
    phones = [house.phone(who) for who in (house.cast.maya, house.cast.kit, house.cast.zed_young)]
    for number in range(TEXTS):
        ago = 3600 - 3600 * number / TEXTS
        body, phone = WORDS[number % len(WORDS)], phones[number % len(phones)]
        assert house.says(phone, body, sid=f"SM{number:032}", ago=ago) == 0
    began = time.monotonic()
    with house.serving():
        while worked_on(house) < TEXTS:
            assert time.monotonic() - began < SOON, f"only {worked_on(house)} after five minutes"
            time.sleep(0.2)
        took = time.monotonic() - began
        # A second look finds nothing new, and the provider tries one of them again after all.
        house.provider.moods(webhook=f"{house.url}/webhooks/twilio/sms")
        wait_for(
            lambda: house.says(phones[1], "not ok", sid=f"SM{1:032}") == 200,
            "what is brought again is taken", SOON,
        )  # fmt: skip
    print(f"{TEXTS} texts of an hour worked on {took:.1f} s after the start")
    with house.app.app_context():
        rows = db.session.execute(
            select(InboundMessage.provider_sid, InboundMessage.source, CheckIn.received_at)
            .join(CheckIn, CheckIn.inbound_id == InboundMessage.id)
            .order_by(InboundMessage.sent_at, InboundMessage.provider_sid)
        ).all()
        assert [row.provider_sid for row in rows] == [f"SM{n:032}" for n in range(TEXTS)]
        assert {row.source for row in rows} == {"reconcile"}
        # In the order of the provider's time, not of its list.
        kept = [row.received_at for row in rows]
        assert kept == sorted(kept)
        assert db.session.scalar(select(func.count(Alert.id)))
        # Those of the machine, such as a disk that is nearly full, are no matter of ours.
        texts = [(a.kind, a.number) for a in open_alarms() if "text" in a.kind]
        assert texts == [("missed_texts", TEXTS)]
