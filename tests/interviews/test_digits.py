"""Choosing by a texted digit: only what is plainly meant is taken, the rest waits for a person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engage.alerts.models import Alert
from engage.checkins.models import CheckIn
from engage.checkins.replies import READY_CHOICES
from engage.checkins.rules import DIGITS as ALWAYS
from engage.checkins.rules import Kind, understand
from engage.db import db
from engage.i18n import LOCALES
from engage.interviews import actions
from engage.interviews.actions import Booking
from engage.interviews.digit_rules import ANSWERED_WITHIN, BY_DIGIT, chosen_by, digit_in
from engage.interviews.rules import InterviewState, Who
from engage.interviews.text_actions import hear_choices
from engage.messaging.models import Message
from engage.people.models import ReplyPolicy, YoungPerson
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, own_number, phone_of, text
from tests.interviews.conftest import Back, the_talk

AT = datetime(2026, 11, 22, 18, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("digit", BY_DIGIT)
def test_no_digit_of_this_question_answers_any_other(digit: int, locale: str) -> None:
    """All pairs: what a text means always, after "ready", and after "all good?"."""
    assert str(digit) not in ALWAYS
    assert digit > READY_CHOICES
    for choices in (0, READY_CHOICES):
        meant = understand(str(digit), locale, choices=choices)
        assert meant.kind is Kind.FREE and meant.choice is None


@pytest.mark.parametrize("digit", [*ALWAYS, "1", "2", "3", "4", "0"])
def test_no_digit_of_another_question_answers_this_one(digit: str) -> None:
    assert chosen_by(digit, asked_at=AT, sent_at=AT, state=InterviewState.OFFERED) is None


@pytest.mark.parametrize(
    ("words", "digit"),
    [
        ("5", 5), (" 6. ", 6), ("7!", 7), ("٥", 5), ("۸", 8), ("５", 5),
        ("5 or 6", None), ("55", None), ("I am 5", None), ("five", None), ("", None),
        ("²", None), ("½", None), ("-5", None), ("5\n6", None), ("5?", None),
    ],
)  # fmt: skip
def test_only_one_digit_and_nothing_else_is_a_choice(words: str, digit: int | None) -> None:
    assert digit_in(words) == digit


@pytest.mark.parametrize(
    ("words", "after", "state", "who"),
    [
        ("5", MINUTE, "offered", Who.INDEPENDENT),
        ("6", MINUTE, "owed", Who.ADVOCATE),
        ("7", DAY, "gone_again", Who.OWN_WORKER),
        ("8", MINUTE, "declined", Who.NOT_NOW),
        ("5", DAY + timedelta(seconds=1), "offered", None),
        ("5", -MINUTE, "offered", None),
        ("5", MINUTE, "booked", None),
        ("5", MINUTE, "done", None),
        ("4", MINUTE, "offered", None),
    ],
)
def test_it_counts_within_a_day_and_until_it_is_arranged(
    words: str, after: timedelta, state: str, who: Who | None
) -> None:
    assert chosen_by(words, asked_at=AT, sent_at=AT + after, state=state) is who
    assert chosen_by(words, asked_at=None, sent_at=AT + after, state=state) is None
    assert ANSWERED_WITHIN == DAY


@pytest.fixture
def asked(app: Flask, cast: Cast, back: Back) -> Callable[[str], None]:
    """Ask Maya by text; then let her phone send something a minute later."""
    back()
    with app.app_context():
        own_number(cast)
        actions.offer(
            cast.viewer(cast.sam), cast.maya, address=ADDRESS, by_text=True, now=NOW
        )  # fmt: skip
        db.session.commit()

    def answer(words: str, after: timedelta = MINUTE) -> None:
        with app.app_context():
            text(phone_of(cast.maya), words, now=NOW + after)
            hear_choices(now=NOW + after)
            db.session.commit()

    return answer


def templates() -> list[str]:
    return list(db.session.scalars(select(Message.template).order_by(Message.created_at)))


def of_words() -> list[Alert]:
    return db.session.query(Alert).filter_by(kind="words").all()


def test_a_six_sets_the_choice_ends_its_alert_and_says_that_it_is_kept(
    app: Flask, asked: Callable[[str], None]
) -> None:
    asked("6")
    with app.app_context():
        talk = the_talk()
        assert (talk.who, talk.state) == ("advocate", "offered")
        assert [alert.state for alert in of_words()] == ["resolved"]
        assert db.session.query(CheckIn).one().handled_at is not None
        assert templates().count("talk_chosen") == 1
        assert hear_choices(now=NOW + 2 * MINUTE) == 0


def test_they_change_their_mind_by_another_digit(app: Flask, asked: Callable[..., None]) -> None:
    asked("٦")
    asked("8", 10 * MINUTE)
    with app.app_context():
        assert (the_talk().who, the_talk().state) == ("not_now", "declined")


@pytest.mark.parametrize("words", ["5 or 6", "4", "somebody nice", "55"])
def test_what_is_not_plain_waits_for_a_person(
    app: Flask, asked: Callable[[str], None], words: str
) -> None:
    asked(words)
    with app.app_context():
        assert the_talk().who is None
        assert all(each.handled_at is None for each in db.session.query(CheckIn))
        assert [alert.state for alert in of_words()] == ["open"]
        assert "talk_chosen" not in templates()


def test_two_means_that_they_are_ready_to_come_back_as_always(
    app: Flask, asked: Callable[[str], None]
) -> None:
    asked("2")
    with app.app_context():
        assert the_talk().who is None
        assert db.session.query(CheckIn).one().kind == "ready"


def test_while_ready_is_open_its_digits_stay_its_own_and_ours_stay_ours(
    app: Flask, cast: Cast, asked: Callable[..., None]
) -> None:
    with app.app_context():
        db.session.get_one(YoungPerson, cast.maya).reply_policy = ReplyPolicy.AGREED
        db.session.commit()
    asked("READY")
    asked("1", 2 * MINUTE)
    with app.app_context():
        assert the_talk().who is None
        assert {each.kind for each in db.session.query(CheckIn)} == {"ready", "choice"}
    asked("5", 3 * MINUTE)
    with app.app_context():
        assert the_talk().who == "independent"


def test_a_day_late_it_waits_for_a_person(app: Flask, asked: Callable[..., None]) -> None:
    asked("5", DAY + MINUTE)
    with app.app_context():
        assert the_talk().who is None and [a.state for a in of_words()] == ["open"]


def test_once_it_is_arranged_a_digit_undoes_nothing(
    app: Flask, cast: Cast, asked: Callable[[str], None]
) -> None:
    with app.app_context():
        booking = Booking(NOW + DAY, "The park", cast.ines)
        actions.book(cast.viewer(cast.sam), cast.maya, booking, now=NOW)
        db.session.commit()
    asked("8")
    with app.app_context():
        assert the_talk().state == "booked" and [a.state for a in of_words()] == ["open"]


def test_a_digit_with_their_other_word_is_an_alarm_and_no_choice(
    app: Flask, asked: Callable[[str], None]
) -> None:
    asked("tangerine 5")
    with app.app_context():
        assert the_talk().who is None
        assert "not_ok" in {alert.kind for alert in db.session.query(Alert)}


def test_another_phone_chooses_nothing_for_them(
    app: Flask, cast: Cast, asked: Callable[[str], None]
) -> None:
    with app.app_context():
        for number in ("+447700900777", phone_of(cast.kit), phone_of(cast.jo)):
            text(number, "5", now=NOW + MINUTE)
        assert hear_choices(now=NOW + MINUTE) == 0
        assert the_talk().who is None
