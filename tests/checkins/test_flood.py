"""A flood from one phone: all of it is kept, little of it acted on. Source: SAFETY R16, T21."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from engage.checkins.models import CheckIn
from engage.checkins.senders import MOST_AN_HOUR
from engage.crypto import blind_index
from engage.db import db
from engage.messaging.inbound import InboundText, inbound_row
from engage.messaging.models import InboundMessage, Message
from engage.people.models import Person, ReplyPolicy
from tests.checkins.texting import SERVICE, UNKNOWN, alerts, outbox, phone_of, text

pytestmark = pytest.mark.usefixtures("inside")
SECOND = timedelta(seconds=1)


def count(table, *conditions):
    return db.session.scalar(select(func.count()).select_from(table).where(*conditions))


def replies_to(person_id):
    mine = (Message.person_id == person_id, Message.klass == "Y")
    rows = select(Message.template).where(*mine).order_by(Message.created_at)
    return list(db.session.scalars(rows))


def agreed(person_id):
    db.session.get_one(Person, person_id).reply_policy = ReplyPolicy.AGREED
    db.session.commit()


def flood(number, now, many, words=("hello",), every=SECOND / 10):
    for each in range(many):
        text(number, words[each % len(words)], now=now + each * every)


def full(number, now):
    """As many texts from this phone as an hour may have, stored in one go."""
    index = blind_index("phone", number)
    one = InboundText("twilio", "", number, SERVICE, "hello")
    rows = [inbound_row(one, source="webhook", now=now, handled=True) for _ in range(MOST_AN_HOUR)]
    for at, row in enumerate(rows):
        row |= {"provider_sid": f"{number}:{at}", "phone_index": index}
    db.session.execute(insert(InboundMessage.__table__), rows)
    db.session.commit()


def test_everything_is_kept_and_only_so_much_acted_on(cast, now):
    full(phone_of(cast.maya), now)
    flood(phone_of(cast.maya), now, 30)
    assert count(InboundMessage) == MOST_AN_HOUR + 30
    assert count(InboundMessage, InboundMessage.handled_at.is_(None)) == 0
    assert count(CheckIn) == 0
    assert {row.body for row in db.session.scalars(select(InboundMessage))} == {"hello"}


def test_a_flood_is_one_alert_and_one_answer(cast, now):
    agreed(cast.maya)
    flood(phone_of(cast.maya), now, 60)
    assert replies_to(cast.maya) == ["reply_words"]
    assert len(alerts()) == 1
    told = Counter(sent.to for sent in outbox() if sent.template == "alert_words")
    assert set(told.values()) == {1}


def test_a_mixed_flood_has_each_answer_once(cast, now):
    agreed(cast.maya)
    flood(phone_of(cast.maya), now, 80, ("ok", "talk", "where", "hello", "ready", "thanks", "hm"))
    counted = Counter(replies_to(cast.maya))
    # After "ready" they were asked where they are: what comes next is owed a "got it".
    assert counted == {
        "reply_ok": 1, "reply_talk": 1, "reply_where": 3, "reply_ready": 1, "reply_words": 1
    }  # fmt: skip


def test_a_flood_of_every_word_there_is_has_no_more_than_a_few_answers(cast, now):
    agreed(cast.maya)
    words = ("ok", "hi", "yes", "no", "thanks", "talk", "call me", "where", "where croydon",
             "help", "info", "1", "2", "3", "4", "9", "ready", "home", "sos", "not ok")  # fmt: skip
    flood(phone_of(cast.maya), now, 190, words, every=3 * SECOND)
    assert len(replies_to(cast.maya)) <= 15
    assert replies_to(cast.maya).count("reply_sos") == 1


def test_ten_minutes_later_there_is_an_answer_again(cast, now):
    agreed(cast.maya)
    flood(phone_of(cast.maya), now, 30)
    assert replies_to(cast.maya) == ["reply_words"]
    flood(phone_of(cast.maya), now + timedelta(minutes=9), 3)
    assert replies_to(cast.maya) == ["reply_words"]
    flood(phone_of(cast.maya), now + timedelta(minutes=10, seconds=1), 30)
    assert replies_to(cast.maya) == ["reply_words", "reply_words"]


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        # Each new thing they want has its answer, and only the first "got it" goes.
        (("hello", "talk", "ready", "sos"),
         ["reply_words", "reply_talk", "reply_ready", "reply_sos"]),
        (("ok", "hello", "thanks", "ok"), ["reply_ok"]),
        (("talk", "hello", "talk", "ok"), ["reply_talk"]),
        (("ok", "not ok", "help me"), ["reply_ok", "reply_sos"]),
        (("help", "sos", "info"), ["reply_info", "reply_sos"]),
        # We asked where they are: what they say to that is owed a word, once.
        (("sos", "at the bus station", "by the door"), ["reply_sos", "reply_words"]),
        (("hello", "sos", "at the bus station"), ["reply_words", "reply_sos", "reply_words"]),
        # They may change their mind, and try another town; not for ever.
        (("ready", "1", "2", "3", "4"),
         ["reply_ready", "reply_choice_meet", "reply_choice_lift", "reply_talk"]),
        (("where x", "where y", "where z", "where xy"), ["reply_where"] * 3),
    ],
)  # fmt: skip
def test_in_ten_minutes_each_new_kind_of_word_is_answered(cast, now, said, answered):
    agreed(cast.maya)
    for at, words in enumerate(said):
        text(phone_of(cast.maya), words, now=now + at * 61 * SECOND)
    assert replies_to(cast.maya) == answered


def test_two_towns_asked_for_in_one_breath_are_both_answered(cast, now):
    agreed(cast.maya)
    flood(phone_of(cast.maya), now, 2, ("where x", "where y"))
    assert replies_to(cast.maya) == ["reply_where"] * 2


@pytest.mark.parametrize("policy", [ReplyPolicy.NEUTRAL, ReplyPolicy.AGREED])
def test_a_new_kind_is_answered_whatever_the_plan_lets_us_say(cast, now, policy):
    db.session.get_one(Person, cast.maya).reply_policy = policy
    db.session.commit()
    flood(phone_of(cast.maya), now, 20, ("hello", "ok"))
    assert len(replies_to(cast.maya)) == 1
    # In one breath too: where a plan has one sentence for everything, it goes again.
    for at, words in enumerate(("talk", "ready", "not ok"), 1):
        text(phone_of(cast.maya), words, now=now + (2 + at) * SECOND)
        assert len(replies_to(cast.maya)) == 1 + at


def test_danger_is_answered_and_told_of_also_in_a_flood(cast, now):
    agreed(cast.maya)
    flood(phone_of(cast.maya), now, 20)
    text(phone_of(cast.maya), "help me", now=now + 3 * SECOND)
    assert replies_to(cast.maya)[-1] == "reply_sos"
    assert "sos" in {alert.kind for alert in alerts()}
    # … and once: a second cry in the same breath adds no second text to a watched phone.
    flood(phone_of(cast.maya), now + 4 * SECOND, 20, ("help me",))
    flood(phone_of(cast.maya), now + 7 * SECOND, 20, ("help me", "hello"))
    assert replies_to(cast.maya).count("reply_sos") == 1


def test_who_wants_to_come_back_is_answered_in_any_crowd(cast, now):
    agreed(cast.maya)
    flood(phone_of(cast.maya), now, 40)
    text(phone_of(cast.maya), "ready", now=now + 5 * SECOND)
    assert replies_to(cast.maya) == ["reply_words", "reply_ready"]
    flood(phone_of(cast.maya), now + 6 * SECOND, 20, ("ready",))
    assert replies_to(cast.maya) == ["reply_words", "reply_ready"]


@pytest.mark.parametrize("words", ["help me", "STOP", "not safe"])
def test_what_is_grave_counts_after_any_number(cast, now, words):
    full(phone_of(cast.maya), now)
    assert text(phone_of(cast.maya), "hello", now=now + timedelta(minutes=1)) is None
    received = text(phone_of(cast.maya), words, now=now + timedelta(minutes=2))
    assert received is not None
    assert received.young_person_id == cast.maya


def test_the_hour_after_all_is_as_before(cast, now):
    full(phone_of(cast.maya), now)
    assert text(phone_of(cast.maya), "hello", now=now + timedelta(minutes=62)) is not None


def test_another_phone_is_not_counted_with_it(cast, now):
    full(phone_of(cast.maya), now)
    assert text(phone_of(cast.kit), "hello", now=now + timedelta(minutes=1)) is not None


def test_an_unknown_phone_floods_no_board(cast, now):
    flood(UNKNOWN, now, 20)
    assert count(CheckIn) == 20
    assert sum(sent.template == "reply_unknown" for sent in outbox()) == 1
    full(UNKNOWN, now)
    flood(UNKNOWN, now, 10)
    assert count(CheckIn) == 20
    assert count(InboundMessage) == MOST_AN_HOUR + 30


def test_a_text_counted_before_is_not_acted_on_when_it_comes_again(cast, now):
    full(phone_of(cast.maya), now)
    for later in (1, 70):
        again = text(
            phone_of(cast.maya), "hello", now=now + timedelta(minutes=later), sid="SM" + "f" * 32
        )
        assert again is None
    assert count(CheckIn) == 0


def test_the_last_of_the_hour_still_counts(cast, now):
    full(phone_of(cast.maya), now)
    row = db.session.scalars(select(InboundMessage).limit(1)).one()
    db.session.delete(row)
    db.session.commit()
    assert text(phone_of(cast.maya), "hello", now=now + SECOND) is not None
    assert text(phone_of(cast.maya), "hello", now=now + 2 * SECOND) is None
