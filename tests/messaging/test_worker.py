"""The worker's steps and its life: heartbeat, turns, missed texts, wake-ups, a clean end."""

import os
import time
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import text

from engage import clock as engage_clock
from engage import worker
from engage.db import db
from engage.messaging.actions import InboundText, keep_inbound
from engage.messaging.faults import configure, point
from engage.messaging.models import Heartbeat, InboundMessage
from engage.messaging.outbox import queued_here
from engage.messaging.queries import (
    count_by_state,
    count_overdue,
    find_delay,
    find_last_heartbeat,
    texts_from_phone,
)
from engage.messaging.rules import LEASE, MessageState
from engage.people.access import SYSTEM
from engage.people.models import Person
from engage.worker import receiving, steps, wakeups
from engage.worker.queues import Listener, make_queue
from engage.worker.wakeups import Waker
from tests.cast import NOW
from tests.database import empty_postgresql, own_redis
from tests.messaging.desk import MINUTE, Counter, Desk, get, put
from tests.waiting import wait_for

SERVICE = "+447700900000"


def phone_of(app, person_id):
    with app.app_context():
        return db.session.get(Person, person_id).phone


def incoming(sid, number, body="hello", **options):
    return InboundText("twilio", sid, number, SERVICE, body, **options)


def test_a_worker_that_goes_round_is_seen_and_one_that_stopped_is_missed(app, now):
    with app.app_context():
        assert find_delay(SYSTEM, now=now) == now
        assert steps.count_workers(now=now) == 1
        for name in ("one", "two"):
            steps.beat(name, now, now=now)
        assert steps.count_workers(now=now) == 2
        assert steps.count_workers(now=now + timedelta(seconds=6)) == 1
        assert find_delay(SYSTEM, now=now + timedelta(seconds=60)) is None
        assert find_delay(SYSTEM, now=now + timedelta(seconds=61)) == now
        steps.beat("one", now, now=now + MINUTE)
        assert find_last_heartbeat(SYSTEM) == now + MINUTE


def test_of_several_workers_one_takes_a_turn(app, now):
    with app.app_context():
        assert steps.take_turn("erase", MINUTE, now=now)
        assert not steps.take_turn("erase", MINUTE, now=now + timedelta(seconds=59))
        assert steps.take_turn("erase", MINUTE, now=now + MINUTE)
        assert not steps.take_turn("erase", MINUTE, now=now + MINUTE)


def test_texts_no_webhook_brought_are_fetched_once_and_acted_on(app, cast, settings, now):
    maya = phone_of(app, cast.maya)
    late = incoming("SMb", maya, "talk", sent_at=now - 2 * MINUTE)
    early = incoming("SMa", maya, "ok", sent_at=now - 3 * MINUTE)
    provider = Counter(inbox=[late, early])
    with app.app_context():
        for _ in range(2):
            receiving.fetch_missed(settings, provider, now)
        index = db.session.get(Person, cast.maya).phone_index
        found = texts_from_phone(SYSTEM, index)
        assert {(m.provider_sid, m.source, m.hits) for m in found} == {
            ("SMa", "reconcile", 1),
            ("SMb", "reconcile", 1),
        }
        kinds = db.session.execute(text("SELECT kind FROM check_ins ORDER BY sent_at")).scalars()
        assert kinds.all() == ["ok", "talk"]
        assert all(m.handled_at == now for m in found)


def test_a_text_stored_raw_is_acted_on_later(app, cast, settings, now):
    with app.app_context():
        keep_inbound(incoming("SMraw", phone_of(app, cast.maya), "ok"), source="webhook", now=now)
        db.session.commit()
        provider = Counter(is_deaf=True)  # the comparison fails, the rest goes on
        receiving.fetch_missed(settings, provider, now)
        kinds = db.session.execute(text("SELECT kind FROM check_ins")).scalars().all()
        assert kinds == ["ok"]
        assert db.session.query(InboundMessage).one().handled_at == now


def test_what_cannot_be_read_is_kept_for_a_human(app, cast, settings, now, monkeypatch):
    def broken(*_args, **_options):
        raise ZeroDivisionError

    monkeypatch.setattr(receiving, "receive_text", broken)
    monkeypatch.setattr(receiving, "receive_kept", broken)
    provider = Counter(inbox=[incoming("SMx", phone_of(app, cast.maya))])
    with app.app_context():
        receiving.fetch_missed(settings, provider, now)
        row = db.session.query(InboundMessage).one()
        assert (row.body, row.handled_at) == ("hello", None)


def test_one_step_that_fails_stops_no_other(app, cast, now):
    done = []

    def fail(*_):
        raise ZeroDivisionError

    chosen = (
        steps.Step("bad", fail),
        steps.Step("good", lambda *_: done.append(1)),
        steps.Step("rare", lambda *_: done.append(2), MINUTE),
    )
    rounds = steps.Rounds(app, Counter(), chosen)
    for seconds in (0, 1, 59, 70):
        rounds.take(now + timedelta(seconds=seconds))
    assert done == [1, 2, 1, 1, 1, 2]


def test_no_deadline_waits_for_the_provider():
    """What asks the provider runs in a thread of its own."""
    slow = {step.name for step in steps.ERRANDS}
    assert {"inbound", "copies", "erase", "newer", "alarms"} <= slow
    assert {"sweep", "seal", "raw"} <= {step.name for step in steps.CLOCKS}
    assert set(steps.CLOCKS) | set(steps.ERRANDS) == set(steps.STEPS)


def test_nobody_is_called_late_before_the_missed_texts_were_fetched(app, cast, now):
    done, fetched = [], []
    chosen = (
        steps.Step("judge", lambda *_: done.append("judge"), after_fetch=True),
        steps.Step("other", lambda *_: done.append("other")),
    )
    rounds = steps.Rounds(app, Counter(), chosen, lambda: bool(fetched))
    rounds.take(now)
    rounds.take(now + timedelta(seconds=44))
    assert done == ["other", "other"]
    fetched.append(True)
    rounds.take(now + timedelta(seconds=44))
    assert done[2:] == ["judge", "other"]
    # A provider that never answers does not hold deadlines up for ever.
    deaf = steps.Rounds(app, Counter(), chosen, lambda: False)
    deaf.take(now)
    deaf.take(now + timedelta(seconds=45))
    assert done[4:] == ["other", "judge", "other"]


def test_all_steps_together_raise_seal_and_erase(app, cast, now):
    with app.app_context():
        old = Heartbeat(name="worker:old", at=now - timedelta(days=2), started_at=now)
        db.session.add(old)
        db.session.commit()
    put(app, cast.sam, klass="S", not_before=now - 10 * MINUTE)
    steps.Rounds(app, Counter()).take(now)
    with app.app_context():
        unsealed = text("SELECT count(*) FROM audit_entries WHERE chain_no IS NULL")
        assert db.session.execute(unsealed).scalar() == 0
        assert find_last_heartbeat(SYSTEM) is None
        assert count_overdue(SYSTEM, now=now) == 1
        assert count_overdue(SYSTEM, now=now, version=1) == 0
        assert count_by_state(SYSTEM, since=now - MINUTE) == {"pending": 1}


@pytest.fixture(params=["sqlite", "postgres", "redis"])
def chosen(request, settings, tmp_path):
    """The settings of a queue that nobody else wakes anybody through."""
    with ExitStack() as stack:
        update = {"queue": request.param}
        if request.param == "sqlite":
            update["database_url"] = f"sqlite:///{tmp_path}/engage.db"
        if request.param == "postgres":
            if not (server := os.environ.get("ENGAGE_TEST_POSTGRES")):
                pytest.skip("ENGAGE_TEST_POSTGRES names no server")
            update["database_url"] = stack.enter_context(empty_postgresql(server))
        if request.param == "redis":
            update["redis_url"] = own_redis()
        yield settings.model_copy(update=update)


def test_a_wake_up_travels_through_every_queue_and_says_nothing(chosen):
    queue = make_queue(chosen)
    queue.storage.flush_queue()
    waker = Waker(chosen)
    waker.wake()
    wait_for(lambda: queue.storage.queue_size() == 1, "the wake-up is in the queue")
    assert queue.storage.enqueued_items() == [b"engage.worker.queues.deliver"]
    heard = []
    listener = Listener(chosen, lambda: heard.append(1))
    listener.start()
    wait_for(lambda: heard == [1], "it is heard")
    waker.wake()
    wait_for(lambda: heard == [1, 1], "the next is heard")
    listener.stop()
    waker.close()
    queue.storage.close()


def test_a_request_that_queued_texts_wakes_the_worker(app, cast, client, monkeypatch):
    woken = []
    queued_here.set(False)
    monkeypatch.setattr(wakeups, "wake", lambda: woken.append(1))
    client.get("/sign-in").close()
    assert woken == []
    put(app, cast.maya)
    client.get("/sign-in").close()
    client.get("/sign-in").close()
    assert woken == [1]


def test_a_worker_inside_the_web_process_sends_at_once_and_ends_cleanly(app):
    from tests.cast import make_cast

    with app.app_context():
        sam = make_cast().sam
    runner = worker.start_in_thread(app)
    try:
        wait_for(lambda: _state(app, "worker") is not None, "the worker's heartbeat")
        message_id = put(app, sam, klass="S")
        worker.wake()
        wait_for(lambda: get(app, message_id).state == MessageState.DELIVERED, "delivered")
        row = get(app, message_id)
        assert (row.provider, row.body) == ("console", "Got it, thanks.")
    finally:
        worker.stop()
    assert not runner.dispatcher.is_alive()
    left = put(app, sam, klass="S")
    worker.wake()
    assert get(app, left).state == MessageState.PENDING


def _state(app, kind):
    with app.app_context():
        names = db.session.execute(text("SELECT name FROM heartbeats")).scalars()
        return next((name for name in names if name.startswith(kind)), None)


def test_a_worker_told_to_stop_hands_back_what_it_claimed(app, cast, clock):
    provider = Counter()
    desk = Desk(app, provider)
    ids = [put(app, cast.sam, klass="S", dedupe_key=str(n)) for n in range(3)]
    jobs = desk.claim()
    desk.dispatcher.is_stopping = desk.dispatcher.senders.is_stopping = True
    desk.work(jobs)
    rows = [get(app, message_id) for message_id in ids]
    assert {(row.state, row.first_post_at) for row in rows} == {(MessageState.PENDING, None)}
    assert all(row.due_at == NOW for row in rows)
    assert provider.taken == []


def test_faults_happen_only_where_a_test_asked_for_them():
    assert configure("").lease == LEASE
    point("before_post")
    timing = configure("lease=2,settle=0.5,before_post=freeze:1:0.01")
    assert (timing.lease.total_seconds(), timing.settle.total_seconds()) == (2, 0.5)
    began = time.monotonic()
    point("before_post")
    assert time.monotonic() - began >= 0.01
    assert configure("").settle.total_seconds() == 60
    assert engage_clock.now().tzinfo is not None
