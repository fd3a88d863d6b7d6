"""From answers to advice: grave signs mean report, waiting always ends, and the clock wins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.worries.prompt_rules import Effect
from engage.worries.rules import (
    AdviceKind,
    Because,
    Circumstances,
    advise,
    last_time_of_day,
    look_again_at,
    wait_problem,
)

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
CALM = Circumstances(
    effects=frozenset({Effect.USUAL}),
    age=15,
    since=NOW - 20 * MINUTE,
    report_due_at=NOW + 2 * HOUR,
    agreed_wait=HOUR,
    recheck_every=HOUR,
    earlier=(3 * HOUR,),
)


def kinds(about: Circumstances, now: datetime = NOW) -> list[AdviceKind]:
    return [each.kind for each in advise(about, now)]


def reasons(about: Circumstances, kind: AdviceKind, now: datetime = NOW) -> set[Because]:
    return {why for each in advise(about, now) if each.kind is kind for why in each.because}


def test_on_a_usual_evening_waiting_is_all_and_says_why() -> None:
    assert kinds(CALM) == [AdviceKind.WAIT]
    assert reasons(CALM, AdviceKind.WAIT) == {Because.USUAL}
    quiet = replace(CALM, effects=frozenset())
    assert reasons(quiet, AdviceKind.WAIT) == {Because.NOTHING_POINTS_TO_DANGER}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"effects": {Effect.DANGER}}, Because.DANGER),
        ({"effects": {Effect.MADE_TO_GO}}, Because.SOMEBODY_MAKES_THEM),
        ({"effects": {Effect.EXPLOITATION}}, Because.SOMEBODY_MAKES_THEM),
        ({"effects": {Effect.HEALTH}}, Because.HEALTH),
        ({"young_wait": 15 * MINUTE}, Because.YOUNG),
        ({"report_due_at": NOW + 30 * MINUTE}, Because.DUE_SOON),
        ({"report_due_at": NOW}, Because.OVERDUE),
        ({"report_due_at": NOW - HOUR}, Because.OVERDUE),
    ],
)
def test_a_grave_sign_means_report_now_and_never_wait(
    change: dict[str, object], why: Because
) -> None:
    about = replace(CALM, **change)  # type: ignore[arg-type]
    assert kinds(about)[0] is AdviceKind.REPORT_NOW
    assert AdviceKind.WAIT not in kinds(about)
    assert why in reasons(about, AdviceKind.REPORT_NOW)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"effects": {Effect.DIFFERENT}}, Because.DIFFERENT),
        ({"effects": {Effect.NEEDS}}, Because.NEEDS),
        ({"agreed_wait": 10 * MINUTE}, Because.WAITED_ENOUGH),
        ({"earlier": ()}, Because.FIRST_TIME),
        ({"earlier": (10 * MINUTE, 15 * MINUTE)}, Because.LONGER_THAN_BEFORE),
        ({"is_night": True}, Because.NIGHT),
    ],
)
def test_a_sign_that_makes_one_uneasy_means_ask_the_night_team(
    change: dict[str, object], why: Because
) -> None:
    about = replace(CALM, **change)  # type: ignore[arg-type]
    assert kinds(about) == [AdviceKind.ASK_OUT_OF_HOURS, AdviceKind.WAIT]
    assert reasons(about, AdviceKind.ASK_OUT_OF_HOURS) == {why}


def test_what_the_plan_says_comes_before_waiting_for_as_long_as_it_is_untried() -> None:
    about = replace(CALM, plan_steps_left=2, people_left=3)
    assert kinds(about) == [AdviceKind.TRY_FIRST, AdviceKind.WAIT]
    assert reasons(about, AdviceKind.TRY_FIRST) == {Because.PLAN_STEPS_LEFT, Because.PEOPLE_LEFT}
    assert kinds(replace(about, effects={Effect.DANGER})) == [
        AdviceKind.REPORT_NOW, AdviceKind.ASK_OUT_OF_HOURS, AdviceKind.TRY_FIRST,
    ]  # fmt: skip


def test_a_young_one_who_was_seen_safe_is_not_reported_for_their_age() -> None:
    young = replace(CALM, young_wait=15 * MINUTE, effects={Effect.KNOWN_SAFE})
    assert AdviceKind.REPORT_NOW not in kinds(young)
    assert Because.KNOWN_SAFE in reasons(young, AdviceKind.WAIT)
    # Danger counts whoever has seen them.
    grave = replace(young, effects={Effect.KNOWN_SAFE, Effect.DANGER})
    assert kinds(grave)[0] is AdviceKind.REPORT_NOW


def test_a_young_one_has_a_quarter_of_an_hour() -> None:
    young = replace(CALM, young_wait=15 * MINUTE, since=NOW - 15 * MINUTE)
    assert AdviceKind.REPORT_NOW not in kinds(young)
    assert kinds(young, NOW + MINUTE)[0] is AdviceKind.REPORT_NOW


def test_nobody_waits_past_the_quarter_of_an_hour_of_a_young_one() -> None:
    young = replace(CALM, young_wait=15 * MINUTE, since=NOW - 5 * MINUTE)
    assert look_again_at(young, NOW) == NOW + 10 * MINUTE
    assert wait_problem(NOW + 15 * MINUTE, young, NOW)
    # Whoever says that they are safe waits as agreed.
    seen = replace(young, effects={Effect.KNOWN_SAFE})
    assert look_again_at(seen, NOW) == NOW + 55 * MINUTE


@pytest.mark.parametrize(
    ("change", "minutes"),
    [
        ({}, 40),  # what is left of the agreed hour
        ({"agreed_wait": None}, 60),  # the pack's own
        ({"agreed_wait": 3 * HOUR}, 60),
        ({"agreed_wait": 10 * MINUTE}, 60),  # over already: the pack's own
        ({"report_due_at": NOW + 45 * MINUTE}, 35),
        ({"report_due_at": NOW + 12 * MINUTE}, 5),
        ({"report_due_at": None}, 40),
    ],
)
def test_looking_again_is_never_later_than_plan_pack_and_law_allow(
    change: dict[str, object], minutes: int
) -> None:
    about = replace(CALM, **change)  # type: ignore[arg-type]
    assert look_again_at(about, NOW) == NOW + minutes * MINUTE


EFFECTS = st.frozensets(st.sampled_from(list(Effect)))
WHEN = st.integers(-600, 600).map(lambda minutes: NOW + minutes * MINUTE)
ABOUT = st.builds(
    Circumstances,
    effects=EFFECTS,
    age=st.one_of(st.none(), st.integers(0, 21)),
    young_wait=st.sampled_from([None, timedelta(0), 15 * MINUTE]),
    since=WHEN,
    report_due_at=st.one_of(st.none(), WHEN),
    agreed_wait=st.one_of(st.none(), st.integers(1, 600).map(lambda m: m * MINUTE)),
    recheck_every=st.integers(5, 240).map(lambda m: m * MINUTE),
    plan_steps_left=st.integers(0, 3),
    people_left=st.integers(0, 3),
    earlier=st.lists(st.integers(0, 600).map(lambda m: m * MINUTE), max_size=3).map(tuple),
    is_night=st.booleans(),
)


@given(ABOUT)
def test_there_is_always_something_to_do_each_thing_once_the_gravest_first(
    about: Circumstances,
) -> None:
    found = advise(about, NOW)
    order = list(AdviceKind)
    assert found
    places = [order.index(each.kind) for each in found]
    assert places == sorted(set(places))
    for each in found:
        assert each.because or each.kind is AdviceKind.WAIT
        assert (each.at is not None) == (each.kind is AdviceKind.WAIT)
    if Effect.DANGER in about.effects:
        assert found[0].kind is AdviceKind.REPORT_NOW
        assert Because.DANGER in found[0].because


@given(ABOUT, st.integers(-60, 600))
def test_nobody_can_wait_without_an_end_or_past_the_report(
    about: Circumstances, minutes: int
) -> None:
    latest = look_again_at(about, NOW)
    assert NOW < latest <= NOW + max(about.recheck_every, 5 * MINUTE)
    if about.report_due_at is not None and about.report_due_at > NOW + 15 * MINUTE:
        assert latest < about.report_due_at
    at = NOW + minutes * MINUTE
    assert wait_problem(at, about, NOW) == (minutes <= 0 or at > latest)


LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("typed", "wall"),
    [
        ("18:30", (22, 18, 30)),
        ("1830", (22, 18, 30)),
        ("6.15", (22, 6, 15)),
        ("615", (22, 6, 15)),
        ("19", (22, 19, 0)),
        ("21:30", (21, 21, 30)),  # still to come today: yesterday's
        (" 23 : 59 ", (21, 23, 59)),
        ("١٨:٣٠", (22, 18, 30)),
        ("0:00", (22, 0, 0)),
    ],
)
def test_a_time_of_day_is_the_last_time_it_was_that_late(
    typed: str, wall: tuple[int, int, int]
) -> None:
    found = last_time_of_day(typed, NOW, "Europe/London")
    assert found is not None
    local = found.astimezone(LONDON)
    assert (local.day, local.hour, local.minute) == wall


@pytest.mark.parametrize("typed", ["", "soon", "25:00", "12:60", "1:2:3", "12345", "-", "99"])
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    assert last_time_of_day(typed, NOW, "Europe/London") is None


def test_on_the_nights_the_clocks_change_the_time_is_still_one_instant() -> None:
    spring = datetime(2027, 3, 28, 3, 0, tzinfo=UTC)  # 04:00 there; 01:30 did not exist
    skipped = last_time_of_day("1:30", spring, "Europe/London")
    assert skipped is not None and spring - 3 * HOUR <= skipped <= spring
    autumn = datetime(2026, 10, 25, 4, 0, tzinfo=UTC)  # 01:30 came twice
    twice = last_time_of_day("1:30", autumn, "Europe/London")
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 60 * 24 * 365))
def test_every_time_of_day_is_within_the_last_day_or_so(hour: int, minute: int, later: int) -> None:
    now = NOW + later * MINUTE
    for zone in ("Europe/London", "America/Chicago"):
        found = last_time_of_day(f"{hour}:{minute:02}", now, zone)
        assert found is not None
        assert now - 25 * HOUR <= found <= now
