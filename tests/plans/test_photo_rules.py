"""When a photo is old, too large, too small, and how a day may be written."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.photos import rules
from engage.photos.labels import DAY_PROBLEMS, PROBLEMS
from engage.photos.rules import DayProblem, PhotoProblem

TODAY = date(2026, 11, 22)


def test_a_photo_is_old_after_a_hundred_and_eighty_days() -> None:
    assert not rules.is_old(TODAY - timedelta(days=180), TODAY)
    assert rules.is_old(TODAY - timedelta(days=181), TODAY)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_day_it_becomes_old_is_the_first_on_which_it_is(taken_on: date) -> None:
    day = rules.ages_on(taken_on)
    assert rules.is_old(taken_on, day)
    assert not rules.is_old(taken_on, day - timedelta(days=1))


@pytest.mark.parametrize(
    ("width", "height", "problem"),
    [
        (200, 200, None),
        (199, 4000, PhotoProblem.TOO_SMALL),
        (8064, 6048, None),  # 48 million: what many phones take
        (12_000, 12_000, PhotoProblem.TOO_LARGE),
        (12_000, 300, PhotoProblem.TOO_LARGE),
        (11_999, 300, None),
        (8000, 6251, PhotoProblem.TOO_LARGE),
    ],
)
def test_sizes_are_judged_by_side_and_by_dots(width: int, height: int, problem: object) -> None:
    assert rules.size_problem(width, height) == problem


@pytest.mark.parametrize(
    "typed", ["2026-11-02", "2/11/2026", "02/11/2026", "2.11.2026", "02-11-2026", "٢/١١/٢٠٢٦"]
)
def test_a_day_is_read_as_people_and_browsers_write_it(typed: str) -> None:
    assert rules.read_day(typed) == date(2026, 11, 2)


@pytest.mark.parametrize(
    "typed", ["", "yesterday", "31/2/2026", "2026-13-01", "1/1", "1/1/1/1", "1/1/0", "//", "-1/2/3"]
)
def test_what_is_no_day_is_none(typed: str) -> None:
    assert rules.read_day(typed) is None


@given(st.text(max_size=20))
def test_nothing_typed_breaks_the_reading_of_days(typed: str) -> None:
    assert rules.read_day(typed) is None or rules.read_day(typed)


@pytest.mark.parametrize(
    ("taken_on", "problem"),
    [
        (TODAY, None),
        (TODAY + timedelta(days=1), DayProblem.NOT_YET),
        (TODAY - rules.OLDEST, None),
        (TODAY - rules.OLDEST - timedelta(days=1), DayProblem.TOO_OLD),
        (None, DayProblem.UNREADABLE),
    ],
)
def test_a_day_lies_in_the_last_five_years(taken_on: date | None, problem: object) -> None:
    assert rules.day_problem(taken_on, TODAY) == problem


def test_every_problem_is_said_in_a_short_sentence() -> None:
    for words in [*PROBLEMS.values(), *DAY_PROBLEMS.values()]:
        for sentence in str(words).rstrip(".").split(". "):
            assert 1 < len(sentence.split()) <= 20
