"""What staff read of check-ins, and who may."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engage.checkins import board_actions, queries
from engage.checkins.models import CheckIn
from engage.checkins.rules import Kind
from engage.checkins.tap_actions import Tap, receive_tap
from engage.db import db
from engage.messaging.models import Message
from engage.people.access import SYSTEM
from engage.people.models import Person
from engage.web.errors import NotFound
from tests.cast import Cast
from tests.checkins.texting import ADDRESS, UNKNOWN, own_number, phone_of, text, told

pytestmark = pytest.mark.usefixtures("inside")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        own_number(cast)
        yield


def test_a_conversation_is_both_sides_newest_first(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "ok", now=now)
    text(phone_of(cast.maya), "by the river", now=now + 11 * MINUTE)
    turns = queries.conversation(cast.viewer(cast.sam), cast.maya, now=now + 11 * MINUTE)
    assert [turn.words for turn in turns if turn.is_theirs] == ["by the river", "ok"]
    assert [turn.at for turn in turns] == sorted((t.at for t in turns), reverse=True)
    assert sum(not turn.is_theirs for turn in turns) == 2


def test_words_from_the_page_are_note_and_place(cast: Cast, now: datetime) -> None:
    tap = Tap(Kind.TALK, "key-of-a-tap", "please", "Leeds")
    receive_tap(cast.viewer(cast.maya), cast.maya, tap, now=now, address=ADDRESS)
    db.session.commit()
    (turn,) = queries.conversation(cast.viewer(cast.sam), cast.maya, now=now)
    assert turn.words == "please Leeds"


def test_a_tap_of_somebody_who_left_finds_nothing(cast: Cast, now: datetime) -> None:
    db.session.get_one(Person, cast.maya).ended_at = now - MINUTE
    db.session.commit()
    with pytest.raises(NotFound):
        receive_tap(SYSTEM, cast.maya, Tap(Kind.OK, "k" * 8), now=now, address=ADDRESS)
    with pytest.raises(NotFound):
        receive_tap(SYSTEM, cast.jo, Tap(Kind.OK, "k" * 8), now=now, address=ADDRESS)


def test_the_same_key_of_two_people_is_two_taps(cast: Cast, now: datetime) -> None:
    tap = Tap(Kind.OK, "the-same-key")
    for young in (cast.maya, cast.kit):
        assert receive_tap(SYSTEM, young, tap, now=now, address=ADDRESS) is not None
    assert receive_tap(SYSTEM, cast.maya, tap, now=now, address=ADDRESS) is None
    db.session.commit()
    assert len(db.session.scalars(select(CheckIn)).all()) == 2


def test_their_own_words_are_theirs_to_read(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "hello there", now=now)
    turns = queries.conversation(cast.viewer(cast.maya), cast.maya, now=now)
    assert "hello there" in [turn.words for turn in turns]


@pytest.mark.parametrize("who", ["zed_worker", "zed_carer", "far_zed_supervisor", "kit", "adil"])
def test_a_stranger_reads_no_conversation(who: str, cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "hello there", now=now)
    with pytest.raises(NotFound):
        queries.conversation(cast.viewer(getattr(cast, who)), cast.maya, now=now)


def test_lists_hold_exactly_what_details_show(cast: Cast, now: datetime) -> None:
    for young in (cast.maya, cast.kit, cast.zed_young):
        text(phone_of(young), "ok", now=now)
    listed = queries.recent(cast.viewer(cast.sam), now=now)
    assert {one.check_in.young_person_id for one in listed} == {cast.maya}
    supervised = queries.recent(cast.viewer(cast.sue), now=now)
    assert cast.maya in {one.check_in.young_person_id for one in supervised}
    assert cast.far_zed_young not in {one.check_in.young_person_id for one in supervised}


def test_the_list_goes_on_where_the_last_page_ended(cast: Cast, now: datetime) -> None:
    for minute in range(5):
        text(phone_of(cast.maya), "ok", now=now + minute * MINUTE)
    sam = cast.viewer(cast.sam)
    first = queries.recent(sam, now=now + 9 * MINUTE, limit=3)
    rest = queries.recent(sam, now=now + 9 * MINUTE, before=first[-1].check_in.received_at, limit=3)
    times = [one.check_in.received_at for one in (*first, *rest)]
    assert times == [now + minute * MINUTE for minute in (4, 3, 2, 1, 0)]


def test_the_board_is_oldest_first_and_shows_no_whole_number(cast: Cast, now: datetime) -> None:
    text(UNKNOWN, "first", now=now)
    text("+447700900778", "second", now=now + MINUTE)
    board = queries.unmatched(cast.viewer(cast.sam), now=now + MINUTE)
    assert [one.words for one in board] == ["first", "second"]
    assert [one.number_end for one in board] == ["777", "778"]
    with pytest.raises(NotFound):
        queries.unmatched(cast.viewer(cast.jo), now=now)
    assert queries.unmatched(cast.viewer(cast.far_zed_worker), now=now) == []


def test_candidates_are_named_only_to_those_who_may_see_them(cast: Cast, now: datetime) -> None:
    db.session.get_one(Person, cast.zed_young).phone = phone_of(cast.maya)
    db.session.commit()
    text(phone_of(cast.maya), "call me", now=now)
    (one,) = queries.unmatched(cast.viewer(cast.sam), now=now)
    assert [name for _, name in one.candidates] == ["Maya"]


def test_a_match_tells_the_right_people_and_a_second_one_is_refused(
    cast: Cast, now: datetime
) -> None:
    text(UNKNOWN, "call me", now=now)
    check_in = db.session.scalars(select(CheckIn.id)).one()
    sam = cast.viewer(cast.sam)
    with pytest.raises(NotFound):
        board_actions.match(sam, check_in, cast.zed_young, now=now, address=ADDRESS)
    assert board_actions.match(sam, check_in, cast.maya, now=now, address=ADDRESS)
    db.session.commit()
    assert told("alert_talk") == {cast.ade}
    with pytest.raises(NotFound):
        board_actions.match(sam, check_in, cast.maya, now=now, address=ADDRESS)


def test_a_matched_opt_out_raises_no_alarm_of_its_own(cast: Cast, now: datetime) -> None:
    text(UNKNOWN, "ok", now=now)
    check_in = db.session.scalars(select(CheckIn.id)).one()
    assert board_actions.match(cast.viewer(cast.sam), check_in, cast.maya, now=now, address=ADDRESS)
    db.session.commit()
    assert not told("alert_words")


def test_only_neutral_answers_can_be_sent(cast: Cast, now: datetime) -> None:
    text(UNKNOWN, "hello", now=now)
    check_in = db.session.scalars(select(CheckIn.id)).one()
    sam = cast.viewer(cast.sam)
    with pytest.raises(ValueError, match="no answer"):
        board_actions.reply(sam, check_in, "alert_sos", locale="en", now=now)
    assert board_actions.reply(sam, check_in, "reply_words", locale="es", now=now)
    db.session.commit()
    sent = db.session.scalars(select(Message).where(Message.template == "reply_words")).one()
    assert (sent.locale, sent.to_number, sent.person_id) == ("es", UNKNOWN, None)
    assert not board_actions.leave(sam, check_in, now=now)
