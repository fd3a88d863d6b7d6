"""What can be promised, and when somebody hears that it was not done."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.outcomes.rules import (
    Aim,
    Consent,
    Fix,
    Kind,
    Promise,
    Standing,
    State,
    first_look,
    fix,
    latest_day,
    months_after,
    morning_of,
    next_look,
    standing,
)

TODAY = date(2026, 11, 22)
AIM = (Aim.TRUST,)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 22), 3, date(2027, 2, 22)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 10, 1), 3, date(2027, 1, 1)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_are_counted_as_people_do(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


@settings(max_examples=50)
@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 24))
def test_months_after_never_leave_their_month(day: date, months: int) -> None:
    then = months_after(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day <= day.day


@pytest.mark.parametrize(
    ("promise", "problem"),
    [
        (Promise(Kind.OTHER, TODAY), None),
        (Promise(Kind.OTHER, TODAY - timedelta(days=1)), Fix.PAST),
        (Promise(Kind.SIGNPOST, TODAY + timedelta(days=366)), None),
        (Promise(Kind.SIGNPOST, TODAY + timedelta(days=367)), Fix.TOO_FAR),
        (Promise(Kind.BRIEF_HELP, date(2027, 2, 22), AIM), None),
        (Promise(Kind.BRIEF_HELP, date(2027, 2, 23), AIM), Fix.TOO_LONG),
        (Promise(Kind.BRIEF_HELP, date(2027, 1, 1)), Fix.NEEDS_AIM),
        (Promise(Kind.PRE_ASSESSMENT, TODAY), Fix.NEEDS_CONSENT),
        (Promise(Kind.PRE_ASSESSMENT, TODAY, (), Consent.NO), Fix.NEEDS_CONSENT),
        (Promise(Kind.PRE_ASSESSMENT, TODAY, (), Consent.YES), None),
        (Promise(Kind.ASSESSMENT, TODAY), None),
    ],
)
def test_a_promise_is_one_that_can_be_kept(promise: Promise, problem: Fix | None) -> None:
    assert fix(promise, TODAY) is problem


def test_only_brief_help_ends_within_three_months() -> None:
    long = {kind for kind in Kind if latest_day(kind, TODAY) > date(2027, 2, 22)}
    assert long == set(Kind) - {Kind.BRIEF_HELP}


@pytest.mark.parametrize(
    ("state", "days", "said"),
    [
        (State.OPEN, 3, Standing.OPEN),
        (State.OPEN, 2, Standing.SOON),
        (State.OPEN, 0, Standing.SOON),
        (State.OPEN, -1, Standing.OVERDUE),
        (State.DONE, -9, Standing.DONE),
        (State.NOT_DONE, -9, Standing.NOT_DONE),
    ],
)
def test_the_day_it_is_due_on_is_still_in_time(state: State, days: int, said: Standing) -> None:
    assert standing(state, TODAY + timedelta(days=days), TODAY) is said


@pytest.mark.parametrize(
    ("due_on", "zone", "at"),
    [
        (date(2026, 11, 22), "Europe/London", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (date(2026, 6, 1), "Europe/London", datetime(2026, 6, 2, 8, tzinfo=UTC)),
        # The night on which the clocks go back.
        (date(2026, 10, 24), "Europe/London", datetime(2026, 10, 25, 9, tzinfo=UTC)),
        (date(2026, 11, 22), "America/Chicago", datetime(2026, 11, 23, 15, tzinfo=UTC)),
    ],
)
def test_its_owner_hears_on_the_next_morning_there(due_on: date, zone: str, at: datetime) -> None:
    assert first_look(due_on, zone) == at


def test_a_morning_is_a_morning_there_in_summer_too() -> None:
    assert morning_of(date(2026, 7, 1), "Europe/London") == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert morning_of(date(2026, 7, 1), "America/Chicago").hour == 14


def test_a_day_later_the_supervisors_hear_and_their_alert_climbs_alone() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert next_look(at, 1) == at + timedelta(days=1)
    assert next_look(at, 2) is None
