"""Which question a digit answers, and when somebody may be asked."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.asking.rules import ASK_AGAIN, DIGITS, Heard, Open, may_ask, question_meant
from tests.cast import NOW

MINUTE = timedelta(minutes=1)
MAYA, KIT = uuid4(), uuid4()


def asked(about=MAYA, *, ago: int = 0) -> Open:
    return Open(uuid4(), about, NOW - ago * MINUTE)


def test_the_digits_are_those_of_the_text() -> None:
    """Source: MISSION 2.1."""
    assert DIGITS == {1: Heard.FINE, 2: Heard.WORRIED, 3: Heard.NO}


def test_the_newest_question_about_one_young_person_is_meant() -> None:
    old, new = asked(ago=40), asked(ago=5)
    assert question_meant([new, old]) == new


def test_asked_about_two_young_people_nobody_can_tell_whom_a_digit_is_about() -> None:
    assert question_meant([asked(), asked(KIT)]) is None
    assert question_meant([]) is None


def test_a_later_alert_or_invitation_takes_the_digit() -> None:
    question = asked(ago=10)
    assert question_meant([question], others_asked_at=NOW - 5 * MINUTE) is None
    assert question_meant([question], others_asked_at=NOW - 15 * MINUTE) == question


@given(st.integers(min_value=0, max_value=180))
def test_nobody_is_asked_twice_in_half_an_hour(minutes: int) -> None:
    assert may_ask(NOW - minutes * MINUTE, NOW) == (minutes * MINUTE >= ASK_AGAIN)
    assert may_ask(None, NOW)


@pytest.mark.parametrize("choice", [0, 4, 5, 7, 10, 11, -1, 123, 999_999])
def test_any_other_number_is_no_answer(choice: int) -> None:
    assert choice not in DIGITS


@given(
    st.lists(st.tuples(st.sampled_from([MAYA, KIT]), st.integers(0, 700)), max_size=6),
    st.none() | st.integers(0, 700),
)
def test_a_digit_never_answers_about_two_nor_what_was_overtaken(
    rows: list[tuple[UUID, int]], other: int | None
) -> None:
    questions = [asked(about, ago=ago) for about, ago in rows]
    others = None if other is None else NOW - timedelta(minutes=other)
    meant = question_meant(questions, others_asked_at=others)
    about = {each.young_person_id for each in questions}
    if len(about) != 1:
        assert meant is None
        return
    newest = max(questions, key=lambda each: each.asked_at)
    if others is not None and others > newest.asked_at:
        assert meant is None
    else:
        assert meant is not None and meant.asked_at == newest.asked_at


@given(st.none() | st.integers(-60, 600))
def test_somebody_is_left_alone_for_half_an_hour_and_no_longer(minutes: int | None) -> None:
    last = None if minutes is None else NOW - timedelta(minutes=minutes)
    assert may_ask(last, NOW) == (minutes is None or minutes >= 30)
