"""A flood costs so much and no more, takes nobody's turn, and never holds up an alert."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.db import db
from engage.messaging.models import Message, SendDay
from engage.messaging.rules import MessageState, Reason
from engage.messaging.spending import spent
from engage.operators.alarms import open_alarms
from engage.people.models import Person
from tests.cast import NOW
from tests.messaging.desk import Counter, Desk, get, put

STRANGER = "+447700900998"


@pytest.fixture
def provider():
    return Counter()


@pytest.fixture
def cheap(app, monkeypatch):
    """A budget of ten segments a day."""
    settings = app.extensions["engage"].model_copy(update={"sms_daily_budget": 10})
    monkeypatch.setitem(app.extensions, "engage", settings)
    return settings


def use_up(app, cast, number):
    for each in range(number):
        put(app, cast.sam, klass="S", dedupe_key=f"used:{each}")


def test_every_segment_is_counted_alerts_apart(app, cast, clock, cheap, provider):
    put(app, cast.maya)
    use_up(app, cast, 3)
    Desk(app, provider).rounds()
    with app.app_context():
        day = db.session.scalars(select(SendDay)).one()
        assert (day.sent_on, day.segments, day.staff_segments) == (NOW.date(), 4, 3)
        assert spent(now=NOW + timedelta(days=1)) == 0


def test_at_four_fifths_unknown_phones_get_no_answer_and_operators_hear_of_it(
    app, cast, clock, cheap, provider
):
    use_up(app, cast, 8)
    Desk(app, provider).rounds()
    stranger = put(app, STRANGER, klass="O", template="reply_unknown", params={"em": "999"},
                   answers_at=NOW)  # fmt: skip
    maya = put(app, cast.maya)
    Desk(app, provider).rounds()
    row = get(app, stranger)
    assert (row.state, row.reason) == (MessageState.BLOCKED, Reason.OVER_BUDGET)
    assert get(app, maya).state == MessageState.ACCEPTED
    with app.app_context():
        assert [(a.kind, a.number) for a in open_alarms()] == [("budget_near", 8)]


def test_when_all_is_spent_alerts_codes_and_hands_still_write(app, cast, clock, cheap, provider):
    use_up(app, cast, 10)
    Desk(app, provider).rounds()
    held = put(app, cast.maya, dedupe_key="held")
    free = [
        put(app, cast.sam, klass="S", dedupe_key="alert"),
        put(app, cast.jo, klass="O", template="sign_in_code", params={"code": "123456"}),
        put(app, cast.maya, template="reply_stop", dedupe_key="stop"),
    ]
    Desk(app, provider).rounds()
    row = get(app, held)
    assert (row.state, row.reason) == (MessageState.BLOCKED, Reason.OVER_BUDGET)
    # Their worker is told to use another way.
    assert row.needs_person_at == NOW
    assert {get(app, one).state for one in free} == {MessageState.ACCEPTED}
    with app.app_context():
        assert {a.kind for a in open_alarms()} == {"budget_near", "budget_spent"}


def test_the_next_day_all_is_as_before(app, cast, clock, cheap, provider):
    use_up(app, cast, 10)
    Desk(app, provider).rounds()
    clock.move_to(NOW + timedelta(hours=16), tick=False)
    maya = put(app, cast.maya)
    Desk(app, provider).rounds()
    assert get(app, maya).state == MessageState.ACCEPTED


def test_without_a_budget_nothing_is_counted(app, cast, clock, monkeypatch, provider):
    settings = app.extensions["engage"].model_copy(update={"sms_daily_budget": 0})
    monkeypatch.setitem(app.extensions, "engage", settings)
    use_up(app, cast, 3)
    Desk(app, provider).rounds()
    with app.app_context():
        assert db.session.scalars(select(SendDay)).all() == []


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (STRANGER, MessageState.ACCEPTED),
        ("+353851234567", MessageState.ACCEPTED),
        # A dear island that shares +1, and a country nobody named.
        ("+18765550100", MessageState.BLOCKED),
        ("+2348031234567", MessageState.BLOCKED),
    ],
)
def test_unknown_phones_are_answered_in_the_countries_named_only(
    app, cast, clock, monkeypatch, provider, number, state
):
    settings = app.extensions["engage"].model_copy(update={"sms_countries": "GB, IE"})
    monkeypatch.setitem(app.extensions, "engage", settings)
    answer = put(app, number, klass="O", template="reply_unknown", params={"em": "999"},
                 answers_at=NOW)  # fmt: skip
    Desk(app, provider).rounds()
    row = get(app, answer)
    assert row.state == state
    assert (row.reason == Reason.COUNTRY) == (state is MessageState.BLOCKED)


def test_somebody_we_know_is_texted_wherever_their_number_is_from(
    app, cast, clock, monkeypatch, provider
):
    settings = app.extensions["engage"].model_copy(update={"sms_countries": "GB"})
    monkeypatch.setitem(app.extensions, "engage", settings)
    with app.app_context():
        db.session.get(Person, cast.maya).phone = "+353851234567"
        db.session.commit()
    maya = put(app, cast.maya)
    # And a person may answer whom they like.
    by_hand = put(app, "+2348031234567", template="reply_neutral", answers_at=NOW)
    Desk(app, provider).rounds()
    assert get(app, maya).state == get(app, by_hand).state == MessageState.ACCEPTED


def test_our_own_country_is_the_one_answered_when_none_is_named(
    app, cast, clock, monkeypatch, provider
):
    settings = app.extensions["engage"].model_copy(update={"twilio_number": "+447700900500"})
    monkeypatch.setitem(app.extensions, "engage", settings)
    told = {"klass": "O", "template": "reply_unknown", "params": {"em": "999"}, "answers_at": NOW}
    at_home, abroad = put(app, STRANGER, **told), put(app, "+353851234567", **told)
    Desk(app, provider).rounds()
    assert get(app, at_home).state == MessageState.ACCEPTED
    assert get(app, abroad).reason == Reason.COUNTRY


def test_a_crowd_about_one_young_person_takes_nobody_elses_turn(app, cast, clock, provider):
    """Two hundred alerts about Maya wait; the one about Kit goes next, behind what was taken."""
    for number in range(200):
        put(app, cast.sam, klass="S", about=cast.maya, dedupe_key=f"crowd:{number}")
    desk = Desk(app, provider)
    desk.round()
    clock.shift(timedelta(seconds=1))
    kit = put(app, cast.kits_worker, klass="S", about=cast.kit)
    for _ in range(3):
        desk.round()
    assert get(app, kit).state == MessageState.ACCEPTED
    assert len(provider.taken) < 100
    desk.rounds()
    with app.app_context():
        states = set(db.session.scalars(select(Message.state)))
    # … and the crowd goes too, each once.
    assert states == {MessageState.ACCEPTED}
    assert len(provider.taken) == len({text.message_id for text in provider.taken}) == 201


def test_at_one_text_a_second_everybody_but_the_crowd_goes_first(app, cast, clock, provider):
    for number in range(60):
        told = (cast.sam, cast.sue, cast.olu, cast.ade)[number % 4]
        put(app, told, klass="S", about=cast.maya, dedupe_key=f"crowd:{number}")
    desk = Desk(app, provider, rate=1)
    desk.round()
    others = [put(app, cast.kits_worker, klass="S", about=cast.kit, dedupe_key=f"o{n}")
              for n in range(5)]  # fmt: skip
    for _ in range(10):
        clock.shift(timedelta(seconds=1))
        desk.round()
    # Source: SAFETY 6 R16 (others wait 10 s at most).
    assert {get(app, one).state for one in others} == {MessageState.ACCEPTED}
