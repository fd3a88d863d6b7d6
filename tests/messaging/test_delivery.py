"""Who gets a text, when, and what happens when the answer is no, silence or doubt."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from engage.db import db
from engage.messaging.actions import opt_out
from engage.messaging.inbound import opted_out_since
from engage.messaging.models import Message
from engage.messaging.provider import Accepted, Doubtful, Refused, SentText
from engage.messaging.rules import MessageState, Reason
from engage.people.models import Person
from tests.cast import NOW
from tests.messaging.desk import MINUTE, Counter, Desk, get, put

NIGHT = NOW.replace(hour=23, minute=30)


@pytest.fixture
def provider():
    return Counter()


@pytest.fixture
def desk(app, provider):
    return Desk(app, provider)


def change(app, person_id, **values):
    with app.app_context():
        person = db.session.get(Person, person_id)
        for name, value in values.items():
            setattr(person, name, value)
        db.session.commit()


def test_a_text_leaves_once_with_words_number_and_lifetime(app, cast, desk, provider):
    message_id = put(app, cast.kit, params=None)
    desk.rounds()
    desk.rounds()
    [sent] = provider.taken
    assert (sent.message_id, sent.valid_seconds) == (message_id, 1800)
    assert sent.number.startswith("+447700900")
    row = get(app, message_id)
    assert (row.state, row.body, row.locale) == (MessageState.ACCEPTED, sent.body, None)
    assert (row.due_at, row.attempts, row.provider_sid) == (None, 1, "SM" + "1".zfill(32))


def test_alerts_to_staff_leave_before_replies_and_replies_before_the_rest(
    app, cast, desk, provider
):
    expected = [
        put(app, to, klass=klass, dedupe_key=klass)
        for klass, to in (("O", cast.ade), ("Y", cast.maya), ("S", cast.sam))
    ]
    desk.rounds()
    assert [sent.message_id for sent in provider.taken] == expected[::-1]


def test_two_workers_never_hold_the_same_text(app, cast, provider):
    one, other = Desk(app, provider, owner="one"), Desk(app, provider, owner="other")
    for number in range(6):
        put(app, cast.sam, klass="S", dedupe_key=f"n{number}")
    mine, theirs = one.claim(), other.claim()
    assert len(mine) == 6
    assert theirs == []
    one.work(mine)
    assert len(provider.taken) == 6


def test_a_text_is_not_due_before_its_time_and_not_after_it(app, cast, clock, desk, provider):
    later = put(app, cast.maya, dedupe_key="later", not_before=NOW + MINUTE)
    gone = put(app, cast.maya, dedupe_key="gone")
    desk.dispatcher.is_stopping = True
    assert desk.round() == 0
    desk.dispatcher.is_stopping = False
    clock.shift(timedelta(minutes=30))
    desk.rounds()
    assert [sent.message_id for sent in provider.taken] == [later]
    row = get(app, gone)
    assert (row.state, row.reason) == (MessageState.EXPIRED, Reason.TOO_LATE)
    assert row.needs_person_at is None


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"phone": None}, Reason.NO_NUMBER),
        ({"phone_suspended_at": NOW}, Reason.SUSPENDED),
        ({"ended_at": NOW}, Reason.ENDED),
        (
            {"phone_verified_at": NOW - timedelta(days=91), "phone_heard_at": None},
            Reason.STALE_NUMBER,
        ),
    ],
)
def test_a_text_that_must_not_go_is_held_back_and_somebody_is_told(
    app, cast, desk, provider, values, reason
):
    change(app, cast.maya, **values)
    message_id = put(app, cast.maya)
    desk.rounds()
    row = get(app, message_id)
    assert (row.state, row.reason, row.needs_person_at) == (MessageState.BLOCKED, reason, NOW)
    assert provider.taken == []


def test_an_alert_reaches_a_worker_who_never_texts_us(app, cast, desk, provider):
    change(app, cast.sam, phone_verified_at=NOW - timedelta(days=400), phone_heard_at=None)
    put(app, cast.sam, klass="S")
    desk.rounds()
    assert len(provider.taken) == 1


@pytest.mark.parametrize(("to", "klass"), [("sam", "O"), ("jo", "S")])
def test_nothing_for_staff_and_no_alert_is_held_by_a_silent_phone(
    app, cast, desk, provider, to, klass
):
    who = getattr(cast, to)
    change(app, who, phone_verified_at=NOW - timedelta(days=400), phone_heard_at=None)
    put(app, who, klass=klass)
    desk.rounds()
    assert len(provider.taken) == 1


def test_after_stop_nothing_leaves_even_what_was_claimed_before(app, cast, desk, provider):
    first, second = put(app, cast.maya, dedupe_key="1"), put(app, cast.sam, klass="S")
    with app.app_context():
        index = db.session.get(Person, cast.maya).phone_index
        opt_out(index, how="text", now=NOW, person_id=cast.maya)
        db.session.commit()
    desk.rounds()
    assert get(app, first).reason == Reason.OPTED_OUT
    assert [sent.message_id for sent in provider.taken] == [second]


def test_at_night_a_text_waits_for_morning_or_lapses(app, cast, clock, desk, provider):
    clock.move_to(NIGHT)
    waits = put(app, cast.ade, klass="O", dedupe_key="waits")
    lapses = put(app, cast.maya, dedupe_key="lapses")
    alert = put(app, cast.sam, klass="S", dedupe_key="alert")
    answer = put(app, cast.maya, dedupe_key="answer", answers_at=NIGHT - MINUTE)
    desk.rounds()
    assert [sent.message_id for sent in provider.taken] == [alert, answer]
    row = get(app, waits)
    assert (row.state, row.reason) == (MessageState.PENDING, Reason.QUIET_HOURS)
    assert row.due_at == NIGHT.replace(hour=7, minute=0) + timedelta(days=1)
    row = get(app, lapses)
    assert (row.state, row.reason) == (MessageState.EXPIRED, Reason.QUIET_HOURS)
    clock.shift(timedelta(hours=8))
    desk.rounds()
    assert provider.taken[-1].message_id == waits


def test_a_stranger_is_answered_at_once_or_not_at_all(app, cast, clock, desk, provider):
    clock.move_to(NIGHT)
    put(app, "+447700900998", klass="O", answers_at=NIGHT)
    late = put(app, "+447700900999", klass="O", answers_at=NIGHT)
    jobs = desk.claim()
    clock.shift(timedelta(minutes=3))
    desk.work(jobs)  # both grew stale while they waited for a line
    desk.rounds()
    assert provider.taken == []
    assert get(app, late).state == MessageState.EXPIRED


@pytest.mark.parametrize(
    ("code", "state"),
    [(21211, "failed"), (30007, "failed"), (21610, "blocked"), (20003, "pending")],
)
def test_each_refusal_ends_or_waits_as_its_code_says(app, cast, desk, provider, code, state):
    provider.answers = [Refused("HTTP 400", code=code)]
    message_id = put(app, cast.maya)
    desk.round()
    row = get(app, message_id)
    assert (row.state, row.error_code, row.first_post_at) == (state, code, None)
    with app.app_context():
        assert (opted_out_since(row.phone_index) is not None) == (code == 21610)
        alerts = db.session.execute(text("SELECT kind FROM alerts")).scalars().all()
        assert alerts == (["texts_off"] if code == 21610 else [])


def test_an_outage_is_waited_out_and_nothing_is_lost(app, cast, clock, desk, provider):
    provider.answers = [Refused("HTTP 503", code=20503, is_outage=True) for _ in range(8)]
    staff = put(app, cast.sam, klass="S", dedupe_key="staff")
    young = put(app, cast.maya, dedupe_key="young")
    for _ in range(60):
        desk.rounds()
        clock.shift(timedelta(seconds=45))
    assert get(app, staff).state == MessageState.ACCEPTED
    assert get(app, young).state in {MessageState.ACCEPTED, MessageState.EXPIRED}
    assert len(provider.taken) <= 10


def test_a_poor_text_is_put_aside_after_five_tries_and_others_go(app, cast, clock, desk, provider):
    poor = put(app, cast.sam, klass="S", template="no_such_text", dedupe_key="poor")
    good = put(app, cast.sam, klass="S", dedupe_key="good")
    for _ in range(6):
        desk.rounds()
        clock.shift(timedelta(minutes=6))
    row = get(app, poor)
    assert (row.state, row.reason, row.strikes) == (MessageState.DEAD, Reason.BROKEN, 5)
    assert row.last_error == "TemplateNotFound: no_such_text"
    assert [sent.message_id for sent in provider.taken] == [good]


def test_a_number_that_does_not_open_waits_and_stops_nobody_else(app, cast, clock, desk, provider):
    """As when a key was taken out too early: the text goes once the key is back."""
    with app.app_context():
        number = db.session.get(Person, cast.sam)._phone
    change(app, cast.sam, _phone=f"k9.{number.partition('.')[2]}")
    shut = put(app, cast.sam, klass="S", dedupe_key="shut")
    good = put(app, cast.sue, klass="S", dedupe_key="good")
    desk.rounds()
    assert [sent.message_id for sent in provider.taken] == [good]
    row = get(app, shut)
    assert (row.state, row.reason, row.strikes) == (MessageState.PENDING, Reason.BROKEN, 0)
    change(app, cast.sam, _phone=number)
    clock.shift(MINUTE)
    desk.rounds()
    assert [sent.message_id for sent in provider.taken] == [good, shut]


def test_an_answer_that_was_lost_is_asked_after_and_the_text_not_sent_again(
    app, cast, clock, desk, provider
):
    provider.answers = [Doubtful("LineLost")]
    message_id = put(app, cast.maya)
    desk.round()
    provider.listed = [SentText("SMlost", provider.taken[0].body, "sent", NOW)]
    assert get(app, message_id).state == MessageState.SENDING
    assert desk.round() == 0  # it settles first
    clock.shift(MINUTE)
    desk.rounds()
    row = get(app, message_id)
    assert (row.state, row.provider_sid) == (MessageState.SENT, "SMlost")
    assert len(provider.taken) == 1


def test_a_text_the_provider_never_had_is_sent_after_all(app, cast, clock, desk, provider):
    provider.answers = [Doubtful("LineLost")]
    put(app, cast.maya)
    desk.round()
    other = SentText("SMother", "other words", "sent", NOW)
    provider.listed = [other]
    clock.shift(MINUTE)
    desk.rounds()
    assert len(provider.taken) == 2


def test_doubt_about_a_number_we_no_longer_hold_goes_to_a_person(app, cast, clock, desk, provider):
    provider.answers = [Doubtful("LineLost")]
    message_id = put(app, cast.maya)
    desk.round()
    change(app, cast.maya, phone=None)
    clock.shift(MINUTE)
    desk.rounds()
    row = get(app, message_id)
    assert (row.state, row.needs_person_at) == (MessageState.UNKNOWN, NOW + MINUTE)
    assert len(provider.taken) == 1


def test_of_two_equal_texts_in_doubt_one_report_proves_only_one(app, cast, clock, desk, provider):
    provider.answers = [Doubtful("LineLost"), Doubtful("LineLost")]
    ids = [put(app, cast.maya, dedupe_key=key) for key in "ab"]
    desk.round()
    provider.listed = [SentText("SMone", provider.taken[0].body, "sent", NOW)]
    clock.shift(MINUTE)
    desk.rounds()
    assert len(provider.taken) == 3
    rows = [get(app, message_id) for message_id in ids]
    assert {row.state for row in rows} == {MessageState.SENT, MessageState.ACCEPTED}


def test_while_nobody_can_tell_a_young_person_gets_no_second_text_and_staff_do(
    app, cast, clock, desk, provider
):
    provider.answers = [Doubtful("LineLost"), Doubtful("LineLost")]
    provider.is_deaf = True
    staff = put(app, cast.sam, klass="S", dedupe_key="s")
    young = put(app, cast.maya, about=cast.maya, dedupe_key="y", not_after=NOW + 240 * MINUTE)
    for _ in range(12):
        desk.rounds()
        clock.shift(MINUTE)
    assert [sent.message_id for sent in provider.taken].count(young) == 1
    assert [sent.message_id for sent in provider.taken].count(staff) == 2
    row = get(app, young)
    assert (row.state, row.reason) == (MessageState.UNKNOWN, Reason.IN_DOUBT)
    assert row.needs_person_at is not None
    # The provider speaks again, and never had it: a person knows, and it stays unsent.
    provider.is_deaf = False
    clock.shift(timedelta(minutes=10))
    desk.rounds()
    row = get(app, young)
    assert (row.state, row.reason) == (MessageState.EXPIRED, Reason.NEVER_WENT)
    assert len(provider.taken) == 3


def test_a_worker_that_wakes_after_its_lease_sends_nothing(app, cast, clock, provider):
    slow, quick = Desk(app, provider, owner="slow"), Desk(app, provider, owner="quick")
    message_id = put(app, cast.sam, klass="S")
    jobs = slow.claim()
    clock.shift(timedelta(seconds=121))
    quick.rounds()
    assert len(provider.taken) == 1
    slow.work(jobs)
    assert len(provider.taken) == 1
    row = get(app, message_id)
    assert (row.state, row.lease_owner) == (MessageState.ACCEPTED, None)


def test_a_worker_that_wakes_while_another_holds_its_text_leaves_it_alone(
    app, cast, clock, provider
):
    slow, quick = Desk(app, provider, owner="slow"), Desk(app, provider, owner="quick")
    message_id = put(app, cast.sam, klass="S")
    old = slow.claim()
    clock.shift(timedelta(seconds=121))
    new = quick.claim()
    assert [len(old), len(new)] == [1, 1]
    slow.work(old)
    assert provider.taken == []
    row = get(app, message_id)
    assert (str(row.state), row.lease_owner) == ("sending", "quick")
    quick.work(new)
    quick.rounds()
    assert len(provider.taken) == 1
    assert get(app, message_id).state == MessageState.ACCEPTED


def test_one_id_for_two_texts_stops_nothing(app, cast, desk, provider):
    provider.answers = [Accepted("SMsame", "queued"), Accepted("SMsame", "queued")]
    ids = [put(app, cast.sam, klass="S", dedupe_key=key) for key in "ab"]
    desk.rounds()
    desk.dispatcher.go_round(NOW)
    rows = [get(app, message_id) for message_id in ids]
    assert [row.state for row in rows] == [MessageState.ACCEPTED] * 2
    assert sorted(row.provider_sid or "" for row in rows) == ["", "SMsame"]


def test_texts_of_a_newer_version_wait_for_a_newer_worker(app, cast, desk, provider):
    message_id = put(app, cast.sam, klass="S")
    with app.app_context():
        db.session.get(Message, message_id).payload_v = 2
        db.session.commit()
    desk.rounds()
    assert provider.taken == []
    assert get(app, message_id).state == MessageState.PENDING


def test_our_number_is_not_hurried(app, cast, clock, provider):
    desk = Desk(app, provider, rate=1.0)
    for number in range(5):
        put(app, cast.sam, klass="S", dedupe_key=str(number))
    sent = []
    for _ in range(5):
        desk.rounds()
        sent.append(len(provider.taken))
        clock.shift(timedelta(seconds=1))
    assert sent == [1, 2, 3, 4, 5]


def test_looking_for_work_costs_the_same_however_much_is_done(app, cast):
    query = "SELECT id FROM messages WHERE klass = 'S' AND due_at <= '2026-01-01' LIMIT 5"
    with app.app_context():
        explain = "EXPLAIN QUERY PLAN "
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("SET LOCAL enable_seqscan = off"))
            explain = "EXPLAIN "
        plan = " ".join(str(row) for row in db.session.execute(text(explain + query)))
    assert "ix_messages_due" in plan
