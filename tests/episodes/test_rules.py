"""What an episode may become, which times can be, and when a clock turns."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.episodes.rules import (
    MAY_BECOME,
    MISSING_FROM_CARE,
    OWED_AFTER_RETURN,
    REPORTS,
    RUNS_WHILE,
    STILL_OUT,
    EpisodeState,
    Event,
    Obstacle,
    Stage,
    TimeProblem,
    amber_at,
    is_missing_from_care,
    is_still_out,
    look,
    may_become,
    obstacles,
    runs_while,
    time_problem,
)
from engage.policy.clock_rules import CLOCKS

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
S = EpisodeState


def test_away_with_whereabouts_known_still_counts_as_missing() -> None:
    """Source: ACIN I-14-19."""
    counted = {state for state in S if is_missing_from_care(state)}
    assert counted == {S.MISSING, S.AWAY, S.IN_TOUCH, S.READY, S.RETURNING}
    assert not is_missing_from_care(S.LATE) and is_still_out(S.LATE)
    assert not is_still_out(S.RETURNED) and not is_still_out(S.CLOSED)


def test_every_state_says_what_may_follow_and_none_leads_nowhere_but_the_last() -> None:
    assert set(MAY_BECOME) == set(S)
    assert [state for state in S if not MAY_BECOME[state]] == [S.CLOSED]
    assert all(state not in MAY_BECOME[state] for state in S)


@pytest.mark.parametrize("state", sorted(MISSING_FROM_CARE))
def test_somebody_missing_is_never_just_closed(state: EpisodeState) -> None:
    assert not may_become(state, S.CLOSED)
    assert not may_become(state, S.LATE) and not may_become(state, S.WORRIED)
    assert may_become(state, S.RETURNED)


@given(st.lists(st.sampled_from(sorted(S)), max_size=12), st.sampled_from([S.LATE, S.WORRIED]))
def test_no_path_to_closed_leads_past_the_return_once_missing(
    wishes: list[EpisodeState], state: EpisodeState
) -> None:
    path = [state]
    for wish in wishes:
        if may_become(path[-1], wish):
            path.append(wish)
    if S.CLOSED in path and any(is_missing_from_care(each) for each in path):
        assert path[path.index(S.CLOSED) - 1] is S.RETURNED
    assert path.count(S.CLOSED) <= 1


def test_every_clock_of_an_episode_is_one_a_pack_may_set() -> None:
    assert set(RUNS_WHILE) <= CLOCKS
    assert set(RUNS_WHILE) >= OWED_AFTER_RETURN and set(RUNS_WHILE) >= REPORTS


@pytest.mark.parametrize("state", sorted(STILL_OUT))
def test_a_report_clock_runs_from_the_first_worry_until_they_are_back(
    state: EpisodeState,
) -> None:
    for name in REPORTS:
        assert runs_while(name, state, was_missing=is_missing_from_care(state))


def test_a_report_that_was_owed_is_owed_after_the_return_too() -> None:
    assert runs_while("report_police", S.RETURNED, was_missing=True)
    assert not runs_while("report_police", S.RETURNED, was_missing=False)
    assert not runs_while("report_police", S.CLOSED, was_missing=True)
    assert not runs_while("danger_check", S.RETURNED, was_missing=True)
    assert not runs_while("plan_due", S.MISSING, was_missing=True)


def test_something_always_runs_while_somebody_is_out() -> None:
    """No open episode without a next time."""
    for state in STILL_OUT:
        running = {n for n in RUNS_WHILE if runs_while(n, state, was_missing=True)}
        assert running & {"recheck", "danger_check"}


KNOWN: dict[str, datetime] = {
    Event.LAST_CONTACT: NOW - 6 * HOUR,
    Event.DISCOVERED: NOW - 4 * HOUR,
    Event.DETERMINED_MISSING: NOW - 3 * HOUR,
}


@pytest.mark.parametrize(
    ("event", "hours", "problem"),
    [
        (Event.RETURNED, 0, None),
        (Event.RETURNED, -2.9, None),
        (Event.RETURNED, -3, None),
        (Event.RETURNED, -3.1, TimeProblem.RETURNED_BEFORE_MISSING),
        (Event.RETURNED, -7, TimeProblem.RETURNED_BEFORE_MISSING),
        (Event.RETURNED, 0.05, None),  # a phone that runs three minutes fast
        (Event.RETURNED, 1 / 12, None),
        (Event.RETURNED, 0.1, TimeProblem.FUTURE),
        (Event.LAST_CONTACT, 1, TimeProblem.FUTURE),
        (Event.EXPECTED_BACK, 1, None),  # may well be to come
        (Event.DISCOVERED, -6.1, TimeProblem.BEFORE_LAST_CONTACT),
        (Event.DETERMINED_MISSING, -7, TimeProblem.BEFORE_LAST_CONTACT),
        (Event.DISCOVERED, -6, None),
        (Event.EXPECTED_BACK, -24 * 400, TimeProblem.TOO_LONG_AGO),
        (Event.LAST_CONTACT, -24 * 366, None),
        (Event.LAST_CONTACT, -24 * 367, TimeProblem.TOO_LONG_AGO),
    ],
)
def test_a_time_that_cannot_be_is_told_from_one_that_can(
    event: Event, hours: float, problem: TimeProblem | None
) -> None:
    assert time_problem(event, NOW + hours * HOUR, KNOWN, now=NOW) is problem


def test_the_return_is_set_once_and_corrected_with_a_reason_only() -> None:
    back = {**KNOWN, Event.RETURNED: NOW - HOUR}
    at = NOW - 2 * HOUR
    assert time_problem(Event.RETURNED, at, back, now=NOW) is TimeProblem.NEEDS_REASON
    assert time_problem(Event.RETURNED, at, back, now=NOW, has_reason=True) is None


def test_nobody_was_last_seen_after_they_came_back() -> None:
    back = {**KNOWN, Event.RETURNED: NOW - HOUR}
    problem = time_problem(Event.LAST_CONTACT, NOW - HOUR / 2, back, now=NOW)
    assert problem is TimeProblem.RETURNED_BEFORE_MISSING
    assert time_problem(Event.LAST_CONTACT, NOW - 2 * HOUR, back, now=NOW) is None


@pytest.mark.parametrize(
    ("minutes", "amber"),
    [(24 * 60, 18 * 60), (120, 90), (60, 45), (40, 30), (20, 10), (10, 0), (5, 0), (0, 0)],
)
def test_a_clock_turns_amber_while_there_is_time_to_act(minutes: int, amber: int) -> None:
    due = NOW + timedelta(minutes=minutes)
    assert amber_at(NOW, due) == NOW + timedelta(minutes=amber)


@given(st.integers(0, 100_000), st.integers(-10, 200_000))
def test_a_clock_only_ever_goes_on_and_is_looked_at_again_until_it_is_red(
    length: int, passed: int
) -> None:
    due, at = NOW + timedelta(seconds=length), NOW + timedelta(seconds=passed)
    seen = look(NOW, due, at)
    order = [Stage.RUNNING, Stage.AMBER, Stage.RED]
    later = look(NOW, due, at + timedelta(seconds=1))
    assert order.index(later.stage) >= order.index(seen.stage)
    assert (seen.next_look_at is None) == (seen.stage is Stage.RED) == (at >= due)
    if seen.next_look_at is not None:
        assert at < seen.next_look_at <= due
        assert look(NOW, due, seen.next_look_at).stage != seen.stage


@pytest.mark.parametrize(
    ("state", "clocks", "returned", "reason", "found"),
    [
        (S.WORRIED, ["report_police"], False, True, []),
        (S.WORRIED, [], False, False, [Obstacle.NO_REASON]),
        (S.LATE, [], False, True, []),
        (S.MISSING, [], True, True, [Obstacle.NOT_BACK]),
        (S.AWAY, [], False, True, [Obstacle.NOT_BACK]),
        (S.RETURNED, [], True, False, []),
        (S.RETURNED, ["return_notices"], True, True, [Obstacle.DUTIES_OPEN]),
        (S.RETURNED, ["health_check"], False, True,
         [Obstacle.NO_RETURN_TIME, Obstacle.DUTIES_OPEN]),
    ],
)  # fmt: skip
def test_nothing_closes_with_blanks(
    state: EpisodeState,
    clocks: list[str],
    returned: bool,
    reason: bool,
    found: list[Obstacle],
) -> None:
    assert (
        obstacles(state, open_clocks=clocks, has_return_time=returned, has_reason=reason) == found
    )


def test_nothing_closes_while_somebody_has_not_been_told() -> None:
    found = obstacles(
        S.RETURNED, open_clocks=[], has_return_time=True, has_reason=True, open_notices=1
    )
    assert found == [Obstacle.NOTICES_OPEN]
