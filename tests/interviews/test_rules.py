"""How a talk stands against its clock in every state, and who may hold it."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from engage.interviews.rules import (
    BREACHES,
    OPEN,
    SOON,
    Facts,
    InterviewState,
    Standing,
    Who,
    is_choice_heard,
    next_look,
    standing,
)
from engage.policy.clock_rules import deadline
from engage.policy.queries import pack

DUE = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
BEFORE, AFTER = DUE - HOUR, DUE + HOUR
State = InterviewState


@pytest.mark.parametrize(
    ("facts", "now", "stands"),
    [
        (Facts(State.OWED, None), BEFORE, Standing.NO_RETURN_TIME),
        (Facts(State.DONE, None, done_at=BEFORE), AFTER, Standing.NO_RETURN_TIME),
        (Facts(State.OWED, DUE), DUE - SOON - SECOND, Standing.IN_TIME),
        (Facts(State.OWED, DUE), DUE - SOON, Standing.SOON),
        (Facts(State.OWED, DUE), DUE, Standing.SOON),
        (Facts(State.OWED, DUE), DUE + SECOND, Standing.LATE),
        (Facts(State.OFFERED, DUE, offered_at=BEFORE), AFTER, Standing.LATE),
        (Facts(State.BOOKED, DUE, offered_at=BEFORE), AFTER, Standing.LATE),
        (Facts(State.GONE_AGAIN, DUE, offered_at=BEFORE), AFTER, Standing.LATE),
        (
            Facts(State.DECLINED, DUE, offered_at=BEFORE, declined_at=DUE),
            AFTER,
            Standing.DECLINED_IN_TIME,
        ),
        (Facts(State.DECLINED, DUE, offered_at=BEFORE, declined_at=AFTER), AFTER, Standing.LATE),
        (Facts(State.DECLINED, DUE, offered_at=AFTER, declined_at=BEFORE), AFTER, Standing.LATE),
        (Facts(State.DECLINED, DUE, declined_at=BEFORE), AFTER, Standing.LATE),
        # Declined in time, and asked for after all: it has to take place in time again.
        (
            Facts(State.OFFERED, DUE, offered_at=BEFORE, declined_at=BEFORE),
            AFTER,
            Standing.LATE,
        ),
        (Facts(State.DONE, DUE, done_at=DUE), AFTER, Standing.DONE_IN_TIME),
        (Facts(State.DONE, DUE, done_at=DUE + SECOND), AFTER, Standing.DONE_LATE),
    ],
)
def test_how_it_stands(facts: Facts, now: datetime, stands: Standing) -> None:
    assert standing(facts, now) is stands
    assert (stands in BREACHES) == (stands in {Standing.LATE, Standing.DONE_LATE})


def test_every_combination_has_one_standing_and_only_open_ones_are_looked_at_again() -> None:
    instants = (None, BEFORE, AFTER)
    for state, due, offered, declined, done, now in product(
        State, (None, DUE), instants, instants, instants, (BEFORE, AFTER)
    ):
        facts = Facts(state, due, offered, declined, done)
        found = standing(facts, now)
        assert found in Standing
        again = next_look(facts, now, again_at=DUE + 7 * HOUR)
        assert again is None or (again > now and state in OPEN)
        if found in (Standing.IN_TIME, Standing.SOON) and state in OPEN:
            assert again is not None, facts  # nobody may forget it before it is due


@pytest.mark.parametrize(
    ("facts", "now", "again"),
    [
        (Facts(State.OWED, DUE), DUE - SOON - SECOND, DUE - SOON),
        (Facts(State.OWED, DUE), DUE - SOON, DUE),
        (Facts(State.OWED, DUE), DUE, None),
        (Facts(State.BOOKED, DUE), DUE - SOON - SECOND, DUE),
        (Facts(State.DONE, DUE, done_at=BEFORE), BEFORE, None),
        (Facts(State.OWED, None), BEFORE, None),
        (Facts(State.DECLINED, DUE, BEFORE, BEFORE), BEFORE, DUE + 2 * HOUR),
        (Facts(State.DECLINED, DUE, None, BEFORE), BEFORE, DUE),
    ],
)
def test_when_somebody_hears_of_it_next(
    facts: Facts, now: datetime, again: datetime | None
) -> None:
    assert next_look(facts, now, again_at=DUE + 2 * HOUR) == again


@pytest.mark.parametrize("who", Who)
def test_whoever_takes_part_in_the_care_must_be_chosen_and_another_offered(who: Who) -> None:
    assert is_choice_heard(who, is_involved=False, independent_offered=False)
    assert not is_choice_heard(who, is_involved=True, independent_offered=False)
    chosen = who in {Who.OWN_WORKER, Who.SOMEONE_ELSE, Who.TEACHER}
    assert is_choice_heard(who, is_involved=True, independent_offered=True) is chosen


@pytest.mark.parametrize(
    ("policy", "facts", "age", "hours"),
    [
        ("england", (), 15, 72),
        ("scotland", (), 15, 72),
        ("plymouth", (), 15, 48),
        ("plymouth", (), 12, 24),
        ("plymouth", (), None, 24),
        ("plymouth", ("vulnerable",), 16, 24),
        ("plymouth", ("repeat_episode",), 16, 24),
    ],
)
@pytest.mark.parametrize(
    "returned",
    [
        "2026-03-28T23:30",  # the night the clocks go forward in London
        "2026-10-24T23:30",  # and back
        "2026-11-20T22:00",  # a Friday: weekends count like any day
        "2028-02-28T12:00",  # over a leap day
    ],
)
def test_the_rule_of_each_place_counts_hours_as_they_pass(
    policy: str, facts: tuple[str, ...], age: int | None, hours: int, returned: str
) -> None:
    at = datetime.fromisoformat(returned).replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
    found = deadline(
        pack(policy).clocks, "return_interview", {"returned": at}, facts=facts, age=age
    )
    assert found is not None and found.due_at - at == timedelta(hours=hours)


def test_without_a_return_time_no_clock_runs() -> None:
    assert deadline(pack("england").clocks, "return_interview", {}, age=15) is None
