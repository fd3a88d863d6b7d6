"""When a supervisor must say yes first, when a reason says enough, and how weeks are counted."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.emergencies import rules
from tests.cast import NOW

INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("reason", "enough"),
    [
        ("", False),
        ("because I need it"[:14], False),
        ("exactly fifteen", True),
        (" a  b  c        d   ", False),
        ("\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nno", False),
        ("خطر شديد عليها الآن", True),
    ],
)
def test_a_reason_needs_fifteen_letters_and_blanks_do_not_count_twice(reason, enough):
    assert rules.says_enough(reason) is enough


@given(ago=st.timedeltas(timedelta(0), timedelta(days=30)))
def test_the_second_time_within_seven_days_needs_a_supervisor(ago):
    within = ago < timedelta(days=7)
    assert rules.needs_supervisor([NOW - ago], is_supervisor=False, now=NOW) is within
    assert not rules.needs_supervisor([NOW - ago], is_supervisor=True, now=NOW)


def test_the_first_time_needs_nobody():
    assert not rules.needs_supervisor([], is_supervisor=False, now=NOW)


def test_one_old_and_one_new_use_still_need_a_supervisor():
    before = [NOW - timedelta(days=20), NOW - timedelta(days=1)]
    assert rules.needs_supervisor(before, is_supervisor=False, now=NOW)
    assert rules.needs_supervisor(before[::-1], is_supervisor=False, now=NOW)


def test_a_request_of_yesterday_is_too_old():
    assert not rules.is_too_old(NOW - timedelta(hours=23, minutes=59), NOW)
    assert rules.is_too_old(NOW - timedelta(hours=24), NOW)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(3600, 60), (3599, 60), (61, 2), (60, 1), (1, 1), (0, 0), (-5, 0)]
)
def test_the_last_minute_is_not_called_none(seconds, minutes):
    assert rules.minutes_left(NOW + timedelta(seconds=seconds), NOW) == minutes


@given(at=INSTANTS, zone=st.sampled_from(["Europe/London", "America/Los_Angeles", "Asia/Tokyo"]))
def test_a_week_begins_on_monday_and_holds_its_day(at, zone):
    week = rules.week_of(at, zone)
    assert week.weekday() == 0
    assert rules.week_of(at + timedelta(days=7), zone) in {week + timedelta(days=d) for d in (0, 7)}


def test_a_sunday_night_in_london_is_monday_in_tokyo():
    at = datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert rules.week_of(at, "Europe/London") == date(2026, 11, 16)
    assert rules.week_of(at, "Asia/Tokyo") == date(2026, 11, 23)


@given(now=INSTANTS)
def test_four_weeks_are_counted_the_present_one_first(now):
    weeks = rules.weeks_until(now, "Europe/London")
    assert weeks[0] == rules.week_of(now, "Europe/London")
    assert [a - b for a, b in itertools.pairwise(weeks)] == [timedelta(days=7)] * 3
