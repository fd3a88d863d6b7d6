"""Expected check-ins from the agreement to the last person told, and back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.agreed.queries import overdue_now, times_page
from engage.agreed.rules import ExpectedState, Proposal, Repeat
from engage.alerts.models import AlertNotice
from engage.alerts.rules import AlertState, How
from engage.alerts.sweep_actions import sweep
from engage.audit.models import AuditEntry
from engage.checkins.rules import Kind
from engage.checkins.tap_actions import Tap, receive_tap
from engage.db import db
from engage.messaging.models import Message
from engage.people.models import Person, ReplyPolicy
from tests.agreed.expecting import (
    DUE,
    OVERDUE,
    agreed,
    alarms,
    count_statements,
    expected,
    policy,
    tick,
)
from tests.cast import CODE_WORD, NOT_OK_WORD, NOW, Cast
from tests.checkins.texting import ADDRESS, last_check_in, phone_of, text, told

pytestmark = pytest.mark.usefixtures("inside")


def test_a_text_in_time_meets_it_and_the_next_one_is_expected(cast: Cast) -> None:
    agreed(cast)
    text(phone_of(cast.maya), "im ok", now=DUE - timedelta(hours=2))
    met, following = expected()
    assert (met.state, met.check_in_id) == (ExpectedState.MET, last_check_in().id)
    assert met.heard_at == DUE - timedelta(hours=2)
    assert (following.state, following.due_at) == (ExpectedState.WAITING, DUE + timedelta(days=7))
    assert tick(OVERDUE + timedelta(hours=1)) == 0
    assert not alarms()


def test_a_text_of_another_day_meets_nothing(cast: Cast) -> None:
    agreed(cast)
    text(phone_of(cast.maya), "im ok", now=NOW + timedelta(days=2))
    assert [one.state for one in expected()] == [ExpectedState.WAITING]


def test_a_press_on_the_page_meets_it_too(cast: Cast) -> None:
    agreed(cast)
    tap = Tap(Kind.OK, "key-12345678")
    receive_tap(cast.viewer(cast.maya), cast.maya, tap, now=DUE, address=ADDRESS)
    db.session.commit()
    assert expected()[0].state == ExpectedState.MET


def test_where_the_plan_asks_for_the_word_a_text_without_it_meets_nothing(cast: Cast) -> None:
    agreed(cast)
    db.session.get_one(Person, cast.maya).word_needed = True
    db.session.commit()
    text(phone_of(cast.maya), "im ok", now=DUE - timedelta(minutes=9))
    assert expected()[0].state == ExpectedState.WAITING
    text(phone_of(cast.maya), f"im ok {CODE_WORD}", now=DUE - timedelta(minutes=8))
    assert expected()[0].state == ExpectedState.MET


def test_somebody_elses_text_meets_nothing(cast: Cast) -> None:
    agreed(cast)
    for who in (cast.kit, cast.jo, cast.zed_young):
        text(phone_of(who), "im ok", now=DUE - timedelta(minutes=9))
    assert expected()[0].state == ExpectedState.WAITING


def test_stop_and_wrong_number_do_not_say_how_they_are(cast: Cast) -> None:
    agreed(cast)
    text(phone_of(cast.maya), "STOP", now=DUE - timedelta(minutes=9))
    text(phone_of(cast.maya), "wrong number", now=DUE - timedelta(minutes=8))
    assert expected()[0].state == ExpectedState.WAITING


def test_they_are_asked_first_and_yes_is_an_answer(cast: Cast) -> None:
    policy(cast, ReplyPolicy.AGREED)
    agreed(cast)
    assert tick(DUE - timedelta(seconds=1)) == 0
    assert tick(DUE) == 1
    assert told("ask_agreed") == {cast.maya}
    assert expected()[0].state == ExpectedState.ASKED
    asked = db.session.scalars(select(Message).where(Message.template == "ask_agreed")).one()
    assert asked.not_after == OVERDUE
    text(phone_of(cast.maya), "yes", now=DUE + timedelta(minutes=3))
    assert last_check_in().kind == Kind.OK
    assert expected()[0].state == ExpectedState.MET
    assert tick(OVERDUE) == 0


def test_no_to_all_good_is_not_all_good(cast: Cast) -> None:
    agreed(cast)
    tick(DUE)
    text(phone_of(cast.maya), "no", now=DUE + timedelta(minutes=3))
    assert last_check_in().kind == Kind.NOT_OK
    assert told("alert_not_ok")


def test_without_a_question_yes_is_only_yes(cast: Cast) -> None:
    agreed(cast)
    text(phone_of(cast.maya), "yes", now=DUE - timedelta(minutes=3))
    assert last_check_in().kind == Kind.YES


@pytest.mark.parametrize(
    ("replies", "template"),
    [(ReplyPolicy.NEUTRAL, "ask_neutral"), (ReplyPolicy.AGREED, "ask_agreed")],
)
def test_the_question_gives_away_no_more_than_the_plan_says(
    cast: Cast, replies: ReplyPolicy, template: str
) -> None:
    policy(cast, replies)
    agreed(cast)
    tick(DUE)
    assert told(template) == {cast.maya}


def test_who_wants_no_texts_is_not_asked(cast: Cast) -> None:
    policy(cast, ReplyPolicy.NONE)
    agreed(cast)
    assert tick(DUE) == 1
    assert not told("ask_neutral") | told("ask_agreed")
    assert tick(DUE) == 0
    assert tick(OVERDUE) == 1
    assert len(alarms()) == 1


def test_who_did_not_agree_to_be_asked_is_not_asked(cast: Cast) -> None:
    agreed(cast, Proposal(Repeat.WEEKLY, frozenset({4}), "20:00", may_ask=False))
    assert tick(DUE) == 0
    assert tick(OVERDUE) == 1


def test_the_person_they_chose_hears_first_then_the_others_each_once(cast: Cast) -> None:
    agreed(cast)
    tick(DUE)
    assert tick(OVERDUE) == 1
    order = [told("alert_overdue")]
    now = OVERDUE
    for _ in range(4):
        now += timedelta(minutes=10)
        sweep(now=now, address=ADDRESS)
        db.session.commit()
        order.append(told("alert_overdue"))
    steps = [after - before for before, after in zip([set(), *order], order, strict=False)]
    assert steps == [{cast.ade}, {cast.jo}, {cast.olu}, {cast.sam}, {cast.sue}]
    assert len(alarms()) == 1
    notices = db.session.scalars(select(AlertNotice.person_id)).all()
    assert len(notices) == len(set(notices)) == 5


def test_it_is_raised_once_however_often_the_clock_ticks(cast: Cast) -> None:
    agreed(cast)
    tick(DUE)
    for seconds in range(5):
        tick(OVERDUE + timedelta(seconds=seconds))
    assert len(alarms()) == 1
    first, following = expected()
    assert (first.state, first.alert_id) == (ExpectedState.OVERDUE, alarms()[0].id)
    assert following.due_at == DUE + timedelta(days=7)


def test_after_a_long_stop_it_is_raised_at_once_without_a_question_and_says_how_late(
    cast: Cast,
) -> None:
    agreed(cast)
    assert tick(OVERDUE + timedelta(hours=3)) == 1
    assert not told("ask_neutral")
    assert expected()[0].late_by == 3 * 3600


def test_a_late_im_fine_stops_the_alarm_and_everybody_told_hears_it(cast: Cast) -> None:
    agreed(cast)
    tick(DUE)
    tick(OVERDUE)
    sweep(now=OVERDUE + timedelta(minutes=10), address=ADDRESS)
    db.session.commit()
    text(phone_of(cast.maya), "im fine", now=OVERDUE + timedelta(minutes=11))
    late = expected()[0]
    assert (late.state, late.check_in_kind) == (ExpectedState.LATE, Kind.OK)
    assert told("info_late") == {cast.ade, cast.jo}
    alarm = alarms()[0]
    assert (alarm.state, alarm.resolved_by_id, alarm.next_due_at) == (
        AlertState.RESOLVED,
        None,
        None,
    )
    assert sweep(now=OVERDUE + timedelta(hours=1), address=ADDRESS) == 0
    verbs = set(db.session.scalars(select(AuditEntry.verb)))
    assert {"alert:stopped", "expected_check_in:settled"} <= verbs


def test_a_late_word_is_told_and_ends_no_alarm_that_somebody_has(cast: Cast) -> None:
    from engage.alerts.actions import acknowledge

    agreed(cast)
    tick(OVERDUE)
    alarm = alarms()[0]
    acknowledge(alarm.id, cast.jo, how=How.TEXT, now=OVERDUE, viewer=cast.viewer(cast.jo))
    db.session.commit()
    text(phone_of(cast.maya), "ready", now=OVERDUE + timedelta(minutes=11))
    # They heard of it, and a person says when it is over: no check-in does.
    assert alarms()[0].state == AlertState.ACKNOWLEDGED
    assert alarms()[0].acknowledged_by_id == cast.jo
    assert cast.jo in told("info_late")
    assert told("alert_ready")


def test_who_was_sent_in_time_is_said_to_have_been(cast: Cast) -> None:
    agreed(cast)
    tick(OVERDUE)
    text(
        phone_of(cast.maya),
        "ok",
        now=OVERDUE + timedelta(hours=1),
        sent_at=DUE - timedelta(minutes=2),
    )
    assert expected()[0].state == ExpectedState.MET_UNSEEN
    message = db.session.scalars(select(Message).where(Message.template == "info_in_time")).first()
    assert message is not None
    assert "19:58" in str(message.params)


@pytest.mark.parametrize("words", ["not ok", "sos", f"ok {NOT_OK_WORD}", "help"])
def test_what_raises_concern_stops_no_alarm(cast: Cast, words: str) -> None:
    agreed(cast)
    tick(OVERDUE)
    text(phone_of(cast.maya), words, now=OVERDUE + timedelta(minutes=11))
    assert expected()[0].state == ExpectedState.OVERDUE
    assert alarms()[0].state == AlertState.OPEN
    assert not told("info_late")


def test_an_unsure_im_fine_stops_no_alarm(cast: Cast) -> None:
    agreed(cast)
    db.session.get_one(Person, cast.maya).word_needed = True
    db.session.commit()
    tick(OVERDUE)
    text(phone_of(cast.maya), "im fine", now=OVERDUE + timedelta(minutes=11))
    assert alarms()[0].state == AlertState.OPEN
    assert told("info_ok_unsure")


def test_what_comes_later_never_joins_the_alarm(cast: Cast) -> None:
    agreed(cast)
    db.session.get_one(Person, cast.maya).word_needed = True
    db.session.commit()
    tick(OVERDUE)
    text(phone_of(cast.maya), "can you call me", now=OVERDUE + timedelta(minutes=1))
    assert told("alert_talk")


def test_a_text_nobody_waits_for_costs_no_statement_more(cast: Cast) -> None:
    number = phone_of(cast.maya)
    db.session.rollback()
    text(number, "ok", now=NOW)  # statements are compiled once
    without = len(count_statements(lambda: text(number, "ok", now=NOW + timedelta(seconds=40))))
    agreed(cast)
    db.session.rollback()
    waiting = count_statements(lambda: text(number, "ok", now=NOW + timedelta(seconds=80)))
    assert len(waiting) == without
    met = count_statements(lambda: text(number, "ok", now=DUE - timedelta(minutes=1)))
    assert expected()[0].state == ExpectedState.MET
    assert len(met) <= 10, met


def test_the_page_lists_who_hears_in_order_and_what_is_overdue(cast: Cast) -> None:
    agreed(cast)
    tick(OVERDUE)
    page = times_page(cast.viewer(cast.sam), cast.maya, now=OVERDUE)
    assert [level.names for level in page.told] == [
        ("Ade",), ("Jo",), ("Olu",), ("Sam",), ("Sue",)
    ]  # fmt: skip
    assert [one.row.due_at for one in page.overdue] == [DUE]
    following = page.next_of(page.times[0])
    assert following is not None
    assert following.due_at == DUE + timedelta(days=7)
    assert [o.row.due_at for o in overdue_now(cast.viewer(cast.sam), now=OVERDUE)] == [DUE]
    assert not overdue_now(cast.viewer(cast.zed_worker), now=OVERDUE)


def test_a_name_that_does_not_open_stops_no_deadline_and_no_alarm(cast: Cast) -> None:
    """As when a key was taken out too early: people hear, with "?" for the name."""
    agreed(cast)
    maya = db.session.get_one(Person, cast.maya)
    maya._name = f"k9.{maya._name.partition('.')[2]}"
    db.session.commit()
    assert tick(OVERDUE) == 1
    [alarm] = alarms()
    assert told("alert_overdue") and alarm.next_due_at
    level = alarm.level
    sweep(now=alarm.next_due_at, address=ADDRESS)
    db.session.commit()
    assert alarms()[0].level > level
    tap = Tap(Kind.SOS, "key-12345678")
    receive_tap(cast.viewer(cast.maya), cast.maya, tap, now=OVERDUE, address=ADDRESS)
    assert last_check_in().kind == Kind.SOS
