"""Days that can be, and when something agreed is late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.welfare.labels import ABOUT, FIXES, STATES, TURNS, subject
from engage.welfare.rules import (
    LONGEST,
    OLDEST,
    About,
    Fix,
    State,
    Turn,
    due_problem,
    held_problem,
    is_late,
)

TODAY = date(2026, 11, 22)
DAYS = st.integers(-1000, 1000).map(lambda number: TODAY + timedelta(days=number))


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        (0, None), (-1, None), (-OLDEST.days, None), (-OLDEST.days - 1, Fix.LONG_AGO),
        (1, Fix.TO_COME), (365, Fix.TO_COME),
    ],
)  # fmt: skip
def test_a_meeting_was_held_today_or_within_a_year(days: int, problem: Fix | None) -> None:
    assert held_problem(TODAY + timedelta(days=days), TODAY) is problem


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        (0, None), (1, None), (LONGEST.days, None), (LONGEST.days + 1, Fix.TOO_FAR),
        (-1, Fix.PAST), (-400, Fix.PAST),
    ],
)  # fmt: skip
def test_something_is_due_today_or_within_half_a_year(days: int, problem: Fix | None) -> None:
    assert due_problem(TODAY + timedelta(days=days), TODAY) is problem


@given(DAYS)
def test_no_day_is_good_for_both_but_today(day: date) -> None:
    if held_problem(day, TODAY) is None and due_problem(day, TODAY) is None:
        assert day == TODAY


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_only_what_is_open_is_late_and_never_on_its_day(state: State, days: int) -> None:
    due_on = TODAY + timedelta(days=days)
    assert is_late(state, due_on, TODAY) is (state is State.OPEN and days < 0)


@pytest.mark.parametrize(
    ("words", "members"), [(ABOUT, About), (STATES, State), (TURNS, Turn), (FIXES, Fix)]
)
def test_everything_has_words(words: dict[str, str], members: type[About]) -> None:
    assert set(words) == set(members) and all(str(each) for each in words.values())


def test_a_pattern_is_shown_by_its_name_and_a_place_as_it_was_written() -> None:
    assert subject(About.PATTERN, "weekday") == "Day of the week"
    assert subject(About.PATTERN, "of another version") == "of another version"
    assert subject(About.PLACE, "weekday") == "weekday"
