"""The address that only stores, a lost race, and a disk without room."""

import itertools
import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from engage import webhooks
from engage.checkins.models import CheckIn
from engage.db import db
from engage.messaging.models import InboundMessage
from engage.messaging.queries import unhandled_inbound
from engage.operators import disk
from engage.operators.alarms import open_alarms
from engage.people.viewer import SYSTEM
from engage.worker import receiving
from tests.cast import NOW
from tests.checkins.texting import SERVICE, own_number, phone_of
from tests.webhooks.signing import (
    ACCOUNT,
    SMS,
    STATUS,
    TOKEN,
    encoded,
    incoming,
    signature,
)

FALLBACK = "/webhooks/twilio/fallback"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def inside(app, cast, now, monkeypatch):
    changed = app.extensions["engage"].model_copy(
        update={
            "sms_provider": "twilio", "twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN,
            "twilio_number": SERVICE,
        }
    )  # fmt: skip
    monkeypatch.setitem(app.extensions, "engage", changed)
    with app.app_context():
        own_number(cast)
        yield changed


@pytest.fixture
def send(client):
    def post(path, fields, sign=True):
        headers = {"X-Twilio-Signature": signature(path, fields)} if sign else {}
        return client.post(path, data=encoded(fields), content_type=FORM, headers=headers)

    return post


def text_of(cast, sid="SM1", words="not ok"):
    return incoming(phone_of(cast.maya), words, sid, SERVICE)


def test_the_second_address_stores_once_and_does_nothing_else(send, cast):
    for _ in range(3):
        assert send(FALLBACK, text_of(cast)).status_code == 200
    row = db.session.scalars(select(InboundMessage)).one()
    assert (row.source, row.hits, row.handled_at, row.body) == ("fallback", 3, None, "not ok")
    assert db.session.scalars(select(CheckIn)).all() == []


def test_the_worker_acts_on_it_and_the_first_address_may_bring_it_again(send, cast, inside, now):
    send(FALLBACK, text_of(cast))
    receiving.act_on_waiting(inside, now)
    assert db.session.scalars(select(CheckIn)).one().young_person_id == cast.maya
    assert send(SMS, text_of(cast)).status_code == 200
    receiving.act_on_waiting(inside, now)
    assert len(db.session.scalars(select(CheckIn)).all()) == 1


def test_a_forged_text_is_not_stored_there_either(send, cast):
    assert send(FALLBACK, text_of(cast), sign=False).status_code == 403
    assert db.session.scalars(select(InboundMessage)).all() == []


def test_what_it_cannot_store_it_does_not_acknowledge(send, cast, monkeypatch):
    def away(*_a, **_k):
        raise OperationalError("INSERT", {}, Exception("gone"))

    monkeypatch.setattr(webhooks, "keep_raw", away)
    answer = send(FALLBACK, text_of(cast))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_a_text_that_lost_a_race_is_worked_on_when_it_looks_again(send, cast, monkeypatch):
    receive, calls = webhooks.receive_text, []

    def race(*args, **options):
        calls.append(1)
        if len(calls) == 1:
            raise IntegrityError("INSERT", {}, Exception("alert_id"))
        return receive(*args, **options)

    monkeypatch.setattr(webhooks, "receive_text", race)
    assert send(SMS, text_of(cast)).status_code == 200
    found = db.session.scalars(select(CheckIn)).one()
    assert (found.young_person_id, found.kind) == (cast.maya, "not_ok")


def test_one_that_loses_every_race_reaches_a_human_as_it_came(send, cast, monkeypatch):
    def race(*_a, **_k):
        raise IntegrityError("INSERT", {}, Exception("alert_id"))

    monkeypatch.setattr(webhooks, "receive_text", race)
    assert send(SMS, text_of(cast)).status_code == 200
    assert db.session.scalars(select(CheckIn)).one().young_person_id is None


def test_a_full_disk_costs_the_ballast_and_the_next_try_finds_room(
    send, cast, app, inside, tmp_path, monkeypatch
):
    changed = inside.model_copy(
        update={"database_url": f"sqlite:///{tmp_path}/engage.db", "ballast_mb": 1}
    )
    monkeypatch.setitem(app.extensions, "engage", changed)
    disk.keep_ballast(changed)
    assert disk.ballast_path(changed).exists()
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL

    def no_room(*_a, **_k):
        raise OperationalError("INSERT", {}, full)

    monkeypatch.setattr(webhooks, "receive_text", no_room)
    assert send(SMS, text_of(cast)).status_code == 503
    assert not disk.ballast_path(changed).exists()


@pytest.mark.parametrize(
    ("code", "kinds"),
    [("30034", ["texts_refused"]), ("30007", ["texts_filtered"]), ("30003", [])],
)
def test_a_report_that_calls_for_an_operator_is_an_alarm(send, code, kinds):
    fields = [("MessageSid", "SMx"), ("MessageStatus", "undelivered"), ("AccountSid", ACCOUNT),
              ("ErrorCode", code)]  # fmt: skip
    assert send(STATUS, fields).status_code == 200
    assert [alarm.kind for alarm in open_alarms()] == kinds


def test_what_fails_is_tried_ever_later_and_then_given_to_a_human(
    send, cast, inside, now, monkeypatch
):
    send(FALLBACK, text_of(cast))
    monkeypatch.setattr(receiving, "receive_kept", lambda *_a, **_k: 1 / 0)
    tried, at = [], now
    while at < now + timedelta(minutes=30):
        before = db.session.scalar(select(InboundMessage.tries))
        receiving.act_on_waiting(inside, at)
        db.session.rollback()
        if db.session.scalar(select(InboundMessage.tries)) != before:
            tried.append((at - now).total_seconds())
        at += timedelta(seconds=5)
    assert len(tried) == 5
    waits = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert waits == sorted(waits)
    found = db.session.scalars(select(CheckIn)).one()
    assert found.young_person_id is None and found.inbound_id is not None
    assert unhandled_inbound(SYSTEM, now=NOW + timedelta(days=1)) == []
    assert [alarm.kind for alarm in open_alarms()] == ["unreadable_text"]


def test_one_that_fails_holds_up_no_other(send, cast, inside, now, monkeypatch):
    work = receiving.receive_kept
    send(FALLBACK, text_of(cast, "SM1"))
    send(FALLBACK, text_of(cast, "SM2", "call me"))
    bad = db.session.scalar(select(InboundMessage.id).where(InboundMessage.provider_sid == "SM1"))
    monkeypatch.setattr(
        receiving, "receive_kept", lambda row, **o: 1 / 0 if row == bad else work(row, **o)
    )
    receiving.act_on_waiting(inside, now)
    assert [found.kind for found in db.session.scalars(select(CheckIn))] == ["talk"]


def test_a_text_for_nobody_we_know_is_not_looked_at_each_second(send, cast, inside, now):
    send(FALLBACK, incoming("+447700900998", "hello", "SM9", "+447700900444"))
    for second in range(60):
        receiving.act_on_waiting(inside, now + timedelta(seconds=second))
        db.session.rollback()
    row = db.session.scalars(select(InboundMessage)).one()
    assert row.handled_at is None and row.hits == 1
    assert 2 <= row.tries <= 4
