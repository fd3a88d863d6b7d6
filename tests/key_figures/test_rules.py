"""Quarters, what counts when, and what may be shown."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.feedback.rules import SMALLEST
from engage.key_figures.labels import DEFINITIONS, FIGURES, LEFT_OUT, result, share
from engage.key_figures.rules import (
    COUNTS,
    PARTS,
    Case,
    Figure,
    LeftOut,
    Measured,
    Quarter,
    TalkFacts,
    as_cells,
    contacted_by,
    measured,
    on_time,
    quarter_at,
    quarters_back,
    read_quarter,
    talk_by,
)

T0 = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
LATER = T0 + timedelta(days=30)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [
        (Quarter(2026, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (Quarter(2026, 2), date(2026, 4, 1), date(2026, 6, 30)),
        (Quarter(2026, 3), date(2026, 7, 1), date(2026, 9, 30)),
        (Quarter(2028, 1), date(2028, 1, 1), date(2028, 3, 31)),
        (Quarter(2026, 4), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_quarter_is_three_months(quarter: Quarter, first: date, last: date) -> None:
    assert (quarter.starts_on, quarter.ends_on) == (first, last)


@given(st.integers(2001, 2200), st.integers(1, 4))
def test_quarters_follow_each_other_without_a_gap(year: int, number: int) -> None:
    quarter = Quarter(year, number)
    assert quarter.next.before == quarter == quarter.before.next
    assert quarter.next.starts_on - quarter.ends_on == timedelta(days=1)
    assert quarter.span("Europe/London")[1] == quarter.next.span("Europe/London")[0]


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("Europe/London", datetime(2026, 3, 31, 23, 0, tzinfo=UTC)),
        ("America/Chicago", datetime(2026, 4, 1, 5, 0, tzinfo=UTC)),
        ("UTC", datetime(2026, 4, 1, tzinfo=UTC)),
    ],
)
def test_a_quarter_begins_at_the_organisations_own_midnight(zone: str, begins: datetime) -> None:
    assert Quarter(2026, 2).span(zone)[0] == begins
    assert quarter_at(begins, zone) == Quarter(2026, 2)
    assert quarter_at(begins - timedelta(seconds=1), zone) == Quarter(2026, 1)
    assert Quarter(2026, 1).is_over(zone, begins)
    assert not Quarter(2026, 1).is_over(zone, begins - timedelta(seconds=1))


@pytest.mark.parametrize("text", ["2026-Q1", "2026-Q4", "2000-Q1"])
def test_quarters_are_read_as_they_are_written(text: str) -> None:
    assert str(read_quarter(text, latest=Quarter(2026, 4))) == text


@pytest.mark.parametrize(
    "text", ["", "2027-Q1", "1999-Q4", "2026-Q0", "2026-Q5", "2026Q1", "26-Q1", "2026-Q1 ", "x"]
)
def test_what_is_none_or_has_not_begun_is_not_read(text: str) -> None:
    assert read_quarter(text, latest=Quarter(2026, 4)) is None


def test_quarters_back_go_over_the_new_year() -> None:
    back = quarters_back(Quarter(2026, 2), 3)
    assert [str(each) for each in back] == ["2026-Q2", "2026-Q1", "2025-Q4"]


@pytest.mark.parametrize(
    ("done", "now", "expected"),
    [
        (T0, LATER, True),
        (T0 - HOUR, LATER, True),
        (T0 + timedelta(seconds=1), LATER, False),
        (None, T0 + timedelta(seconds=1), False),
        (None, T0, LeftOut.NOT_YET_DUE),
        (None, T0 - HOUR, LeftOut.NOT_YET_DUE),
        (T0 - HOUR, T0 - HOUR, True),
    ],
)
def test_done_by_when_it_was_due(done: datetime | None, now: datetime, expected: object) -> None:
    assert on_time(T0, done, now) == expected


LIMIT = T0 + 72 * HOUR


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        ({}, LATER, False),
        ({}, T0 + 71 * HOUR, LeftOut.NOT_YET_DUE),
        ({"done_at": LIMIT}, LATER, True),
        ({"done_at": LIMIT + HOUR}, LATER, False),
        ({"offered_at": T0, "declined_at": T0 + HOUR}, LATER, LeftOut.DECLINED_IN_TIME),
        ({"offered_at": T0, "declined_at": LIMIT}, LATER, LeftOut.DECLINED_IN_TIME),
        ({"offered_at": T0, "declined_at": LIMIT + HOUR}, LATER, False),
        ({"declined_at": T0 + HOUR}, LATER, False),
        ({"offered_at": T0 + 2 * HOUR, "declined_at": T0 + HOUR}, LATER, False),
        # They said no, and talked all the same: late stays late, in time stays in time.
        ({"offered_at": T0, "declined_at": T0, "done_at": LIMIT + HOUR}, LATER, False),
        ({"offered_at": T0, "declined_at": T0, "done_at": LIMIT - HOUR}, LATER, True),
    ],
)
def test_a_talk_is_held_in_time_or_rightly_left_out(
    facts: dict[str, datetime], now: datetime, expected: object
) -> None:
    assert talk_by(LIMIT, TalkFacts(T0, **facts), now) == expected


def test_without_a_return_time_nothing_is_late() -> None:
    done = TalkFacts(None, done_at=T0)
    assert talk_by(LIMIT, done, LATER) is LeftOut.NO_RETURN_TIME
    assert talk_by(None, TalkFacts(T0), LATER) is LeftOut.NO_RETURN_TIME
    assert contacted_by(24 * HOUR, done, LATER) is LeftOut.NO_RETURN_TIME


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, False),
        ({"reached_at": T0 + 24 * HOUR}, True),
        ({"reached_at": T0 + 25 * HOUR}, False),
        ({"reached_at": T0 + 25 * HOUR, "offered_at": T0 + HOUR}, True),
        ({"done_at": T0 + 3 * HOUR}, True),
    ],
)
def test_contact_is_the_first_of_all_tries(facts: dict[str, datetime], expected: bool) -> None:
    assert contacted_by(24 * HOUR, TalkFacts(T0, **facts), LATER) is expected


def cases(yes: int, no: int, **left: int) -> list[Case]:
    found = [True] * yes + [False] * no
    return [Case(uuid4(), uuid4(), counts) for counts in found] + [
        Case(uuid4(), uuid4(), LeftOut(why)) for why, n in left.items() for _ in range(n)
    ]


def test_cases_are_counted_and_what_is_left_out_is_no_part_of_the_whole() -> None:
    found = measured(Figure.TALKS_72, cases(6, 3, no_return_time=7, declined_in_time=2))
    assert (found.counted, found.of, found.percent) == (6, 9, 67)
    assert found.left_out == {LeftOut.NO_RETURN_TIME: 7, LeftOut.DECLINED_IN_TIME: 2}
    assert found.left_out_shown() == {LeftOut.NO_RETURN_TIME: 7, LeftOut.DECLINED_IN_TIME: None}


@pytest.mark.parametrize(("yes", "no"), [(0, 4), (4, 0), (2, 2), (1, 0)])
def test_fewer_than_five_tell_nothing(yes: int, no: int) -> None:
    found = measured(Figure.TALKS_72, cases(yes, no))
    assert not found.is_shown
    assert (result(found), share(found)) == ("fewer than 5", "–")
    assert as_cells(found) == {
        "figure": "talks_72", "numerator": "", "denominator": "", "percent": "", "left_out": "",
    }  # fmt: skip


def test_nothing_at_all_is_said_plainly() -> None:
    assert result(measured(Figure.TALKS_72, [])) == "0"


def test_numbers_of_something_have_no_share() -> None:
    found = measured(Figure.EPISODES, cases(12, 0))
    assert (result(found), share(found)) == ("12", "–")
    assert as_cells(found)["denominator"] == ""


@given(st.integers(0, 400), st.integers(0, 400))
def test_shares_are_whole_percent_halves_up(yes: int, no: int) -> None:
    found = Measured(Figure.TALKS_72, yes + no, yes)
    if yes + no < SMALLEST:
        assert found.percent is None
        return
    assert found.percent is not None
    assert 0 <= found.percent <= 100
    assert -0.5 <= found.percent - 100 * yes / (yes + no) <= 0.5
    assert result(found) == f"{yes} of {yes + no}"


def test_every_figure_stands_in_one_part_and_says_what_it_counts() -> None:
    listed = [figure for figures in PARTS.values() for figure in figures]
    assert sorted(listed) == sorted(Figure)
    assert set(DEFINITIONS) == set(FIGURES) == set(Figure)
    assert set(LEFT_OUT) == set(LeftOut)
    assert set(Figure) > COUNTS
