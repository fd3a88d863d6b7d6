"""When a check-in is expected: wall times, clock changes, when to ask."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.agreed.rules import (
    ASK_BEFORE_QUIET,
    Repeat,
    Terms,
    TimeState,
    ask_at,
    days_of,
    instant_of,
    mask_of,
    next_after,
    next_deadline,
    still_holds,
)

LONDON = "Europe/London"
GRACE = timedelta(minutes=30)
FRIDAYS = Terms(Repeat.WEEKLY, LONDON, GRACE, frozenset({4}), time(22))
AWAY = Terms(Repeat.WHILE_AWAY, LONDON, GRACE, every=timedelta(hours=12))
SUNDAY = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
ZONES = st.sampled_from([LONDON, "Europe/Madrid", "America/Los_Angeles", "Asia/Riyadh", "UTC"])
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)


def test_by_ten_on_fridays_is_next_friday_at_ten() -> None:
    found = next_deadline(FRIDAYS, SUNDAY)
    assert found.due_at == datetime(2026, 11, 27, 22, tzinfo=UTC)
    assert found.overdue_at == found.due_at + GRACE
    assert found.opens_at == datetime(2026, 11, 27, 0, tzinfo=UTC)


def test_the_deadline_itself_is_over_and_the_next_one_counts() -> None:
    first = next_deadline(FRIDAYS, SUNDAY).due_at
    assert next_deadline(FRIDAYS, first).due_at == first + timedelta(days=7)
    assert next_deadline(FRIDAYS, first - timedelta(seconds=1)).due_at == first


def test_a_summer_evening_is_an_hour_earlier_in_utc() -> None:
    july = next_deadline(FRIDAYS, datetime(2026, 7, 1, tzinfo=UTC))
    assert july.due_at == datetime(2026, 7, 3, 21, tzinfo=UTC)


def test_a_time_that_the_clock_change_skips_moves_forward_by_the_gap() -> None:
    # On 29 March 2026 British clocks go from 01:00 to 02:00.
    found = instant_of(date(2026, 3, 29), time(1, 30), LONDON)
    assert found == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert found.astimezone(ZoneInfo(LONDON)).time() == time(2, 30)


def test_a_time_that_comes_twice_is_the_first() -> None:
    # On 25 October 2026 British clocks go from 02:00 back to 01:00.
    found = instant_of(date(2026, 10, 25), time(1, 30), LONDON)
    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_twelve_hours_over_a_clock_change_are_twelve_hours() -> None:
    before = datetime(2026, 3, 28, 20, tzinfo=UTC)
    assert next_deadline(AWAY, before).due_at == before + timedelta(hours=12)


@given(INSTANTS, ZONES, st.integers(0, 23), st.integers(0, 59), st.integers(1, 127))
def test_every_deadline_from_2024_to_2030_stands_on_its_day_at_its_time(
    after: datetime, zone: str, hour: int, minute: int, mask: int
) -> None:
    wall = time(hour, minute)
    found = next_deadline(Terms(Repeat.WEEKLY, zone, GRACE, days_of(mask), wall), after)
    local = found.due_at.astimezone(ZoneInfo(zone))
    assert found.due_at > after
    assert found.due_at - after <= timedelta(days=7, hours=2)
    assert found.opens_at < found.due_at < found.overdue_at
    gap = local.replace(tzinfo=None) - datetime.combine(local.date(), wall)
    assert gap in (timedelta(0), timedelta(hours=1))
    if not gap:
        assert local.weekday() in days_of(mask)
        assert local.fold == 0


@given(INSTANTS, ZONES, st.integers(1, 127), st.times())
def test_following_deadlines_never_repeat_and_miss_no_day(
    start: datetime, zone: str, mask: int, wall: time
) -> None:
    terms = Terms(Repeat.WEEKLY, zone, GRACE, days_of(mask), wall.replace(second=0, microsecond=0))
    due = [start]
    for _ in range(mask.bit_count()):
        due.append(next_deadline(terms, due[-1]).due_at)
    assert due == sorted(set(due))
    assert due[-1] - start <= timedelta(days=7, hours=2)


@pytest.mark.parametrize(
    ("due", "asked"),
    [
        (time(18), time(18)),
        (time(7), time(7)),
        (time(21, 59), time(21, 59)),
        (time(22), time(21, 45)),
        (time(23, 30), time(21, 45)),
        (time(23, 45), time(21, 45)),
    ],
)
def test_we_ask_at_the_deadline_or_before_the_quiet_hours(due: time, asked: time) -> None:
    day = date(2026, 11, 27)
    assert ask_at(instant_of(day, due, LONDON), LONDON) == instant_of(day, asked, LONDON)


@pytest.mark.parametrize("due", [time(0, 30), time(3), time(6, 59)])
def test_a_deadline_deep_in_the_night_wakes_nobody(due: time) -> None:
    assert ask_at(instant_of(date(2026, 11, 27), due, LONDON), LONDON) is None


@given(INSTANTS, ZONES)
def test_we_never_ask_in_the_quiet_hours_nor_after_the_deadline(due: datetime, zone: str) -> None:
    asked = ask_at(due, zone)
    if asked is None:
        return
    assert asked <= due
    local = asked.astimezone(ZoneInfo(zone)).time()
    assert time(7) <= local < time(22)


def test_we_ask_only_if_they_agreed_to_it() -> None:
    silent = Terms(Repeat.WEEKLY, LONDON, GRACE, frozenset({4}), time(18), may_ask=False)
    found = next_deadline(silent, SUNDAY)
    assert found.asks_at is None
    assert found.first_step_at == found.overdue_at


def test_while_away_a_burst_of_texts_starts_the_hours_once() -> None:
    found = next_deadline(AWAY, SUNDAY)
    assert found.opens_at == SUNDAY + timedelta(minutes=30)
    assert found.due_at == SUNDAY + timedelta(hours=12)


def test_what_was_met_early_is_not_expected_again_at_the_same_time() -> None:
    due = next_deadline(FRIDAYS, SUNDAY).due_at
    following = next_after(
        FRIDAYS, due, due - timedelta(hours=2),
        state=TimeState.ACTIVE, running_since=None, paused_until=None,
    )  # fmt: skip
    assert following is not None
    assert following.due_at == due + timedelta(days=7)


@pytest.mark.parametrize(
    ("paused_at", "paused_until", "ended_at", "holds"),
    [
        (None, None, None, True),
        # A pause or an end at that very moment, or later, silences nothing that was missed.
        (0, 60, None, True),
        (-1, 60, None, False),
        (-60, 0, None, True),
        (-60, 1, None, False),
        (None, None, 0, True),
        (None, None, -1, False),
    ],
)
def test_a_pause_and_an_end_concern_what_was_not_due_yet(
    paused_at: int | None, paused_until: int | None, ended_at: int | None, holds: bool
) -> None:
    def at(minutes: int | None) -> datetime | None:
        return None if minutes is None else SUNDAY + timedelta(minutes=minutes)

    found = still_holds(
        SUNDAY, repeat=Repeat.WEEKLY, running_since=None, paused_at=at(paused_at),
        paused_until=at(paused_until), ended_at=at(ended_at),
    )  # fmt: skip
    assert found is holds


@given(st.sets(st.integers(0, 6)))
def test_weekdays_survive_the_database(days: set[int]) -> None:
    assert days_of(mask_of(days)) == days


def test_a_quarter_of_an_hour_is_left_before_the_quiet_hours() -> None:
    assert timedelta(minutes=15) == ASK_BEFORE_QUIET
