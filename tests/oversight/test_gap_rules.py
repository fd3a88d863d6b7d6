"""When the daily mail is due by the clock on the wall, and how what is left is counted."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from engage.oversight.gap_rules import Count, Left, counted, day_due, next_try

LONDON, CHICAGO, AUCKLAND = "Europe/London", "America/Chicago", "Pacific/Auckland"
HALF_PAST_SEVEN = time(7, 30)
ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)


@pytest.mark.parametrize(
    ("zone", "utc", "day"),
    [
        # In winter London's clocks are UTC.
        (LONDON, "2026-11-23T07:29:59", None),
        (LONDON, "2026-11-23T07:30:00", date(2026, 11, 23)),
        (LONDON, "2026-11-23T23:59:59", date(2026, 11, 23)),
        (LONDON, "2026-11-24T00:00:00", None),
        # In summer half past seven comes an hour sooner.
        (LONDON, "2026-07-01T06:29:59", None),
        (LONDON, "2026-07-01T06:30:00", date(2026, 7, 1)),
        # The same instant is another day elsewhere.
        (AUCKLAND, "2026-11-23T18:30:00", date(2026, 11, 24)),
        (CHICAGO, "2026-11-23T13:29:00", None),
        (CHICAGO, "2026-11-23T13:30:00", date(2026, 11, 23)),
        # A Saturday and a Sunday are days like others.
        (LONDON, "2026-11-21T08:00:00", date(2026, 11, 21)),
        (LONDON, "2026-11-22T08:00:00", date(2026, 11, 22)),
    ],
)
def test_a_day_is_due_at_its_hour_by_the_clock_on_the_wall(zone, utc, day):
    assert day_due(zone, datetime.fromisoformat(utc).replace(tzinfo=UTC), HALF_PAST_SEVEN) == day


@pytest.mark.parametrize("at", [time(1, 0), time(1, 30), time(2, 0)])
def test_on_the_nights_the_clocks_change_each_day_is_due_once_it_has_come(at):
    for begins in (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)):
        minutes = (begins + timedelta(minutes=n) for n in range(24 * 60))
        days = [day for now in minutes if (day := day_due(LONDON, now, at)) is not None]
        assert sorted(set(days)) == [begins.date(), begins.date() + timedelta(days=1)]


def test_an_hour_that_no_clock_shows_is_due_when_the_clocks_have_gone_forward():
    before, after = datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert day_due(LONDON, before, time(1, 30)) is None
    assert day_due(LONDON, after, time(1, 30)) == date(2026, 3, 29)


def test_what_is_left_is_counted_by_name_the_most_first_and_nobody_last():
    left = [Left(ONE, True), Left(ONE, False), Left(TWO, True), Left(THREE, False)]
    found = counted([*left, Left(THREE, False), Left(THREE, False)], {ONE: "Wyn", TWO: "Ada"})
    assert found == [Count("Wyn", 2, 1), Count("Ada", 1, 1), Count("", 3, 0)]


def test_two_young_people_of_one_worker_count_together_and_equals_stand_by_name():
    names = {ONE: "sam", TWO: "Sam B", THREE: "sam"}
    found = counted([Left(each, False) for each in (THREE, TWO, TWO, ONE)], names)
    assert found == [Count("sam", 2, 0), Count("Sam B", 2, 0)]
    assert counted([], {}) == []


def test_a_mail_that_did_not_go_is_tried_less_and_less_often_and_then_no_more():
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    waits = [next_try(tries, now) for tries in range(1, 7)]
    assert [at and at - now for at in waits] == [
        *(timedelta(minutes=minutes) for minutes in (2, 4, 8, 16, 32)), None,
    ]  # fmt: skip
