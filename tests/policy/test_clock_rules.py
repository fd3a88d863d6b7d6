"""Clocks: when each starts, which rule wins, and what a mistake in one is called."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.policy.clock_rules import (
    CLOCKS,
    EVENTS,
    FACTS,
    Clock,
    age_on,
    build_clock,
    clock_faults,
    deadline,
)
from engage.policy.queries import PACKS, BadPack, names, pack

START = datetime(2026, 11, 22, 19, 40, tzinfo=UTC)
NOTICED = {"discovered": START, "information_received": START, "worry_opened": START}
HOUR = timedelta(hours=1)


def due_after(
    pack_name: str, clock: str, times: dict[str, datetime] | None = None, **facts: Any
) -> timedelta | None:
    found = deadline(pack(pack_name).clocks, clock, times or NOTICED, **facts)
    return None if found is None else found.due_at - START


@pytest.mark.parametrize(
    ("where", "clock", "hours"),
    [
        ("us-federal", "report_police", 24),
        ("us-federal", "report_ncmec", 24),
        ("missouri", "report_police", 2),
        ("missouri", "report_ncmec", 2),
        ("california", "report_police", 24),
        ("california", "report_ncmec", 24),
        ("california", "inform_listed_people", 24),
        ("kentucky", "report_police", 12),
        ("kentucky", "report_ncmec", 24),
        ("north-dakota", "report_police", 12),
        ("north-dakota", "report_ncmec", 12),
        ("north-dakota", "inform_supervisor", 12),
        ("nevada", "report_police", 24),
        ("nevada", "report_ncmec", 24),
    ],
)
def test_a_report_is_due_as_the_place_says(where: str, clock: str, hours: int) -> None:
    """Source: MISSION F5.1."""
    assert due_after(where, clock) == hours * HOUR


@pytest.mark.parametrize("where", ["england", "scotland", "plymouth"])
def test_in_britain_the_report_is_due_at_once_when_they_count_as_missing(where: str) -> None:
    assert due_after(where, "report_police") is None
    missing = {**NOTICED, "determined_missing": START + HOUR}
    assert due_after(where, "report_police", missing) == HOUR
    assert due_after(where, "report_ncmec", missing) is None


def test_missouri_informs_the_listed_people_a_day_after_the_report_not_after_the_discovery() -> (
    None
):
    assert due_after("missouri", "inform_listed_people") is None
    told = {**NOTICED, "report_made": START + 2 * HOUR}
    assert due_after("missouri", "inform_listed_people", told) == 26 * HOUR


@pytest.mark.parametrize(
    ("facts", "age", "hours"),
    [
        ((), 14, 48),
        ((), 13, 48),
        ((), 12, 24),
        ((), None, 24),  # not known: the stricter reading
        (("vulnerable",), 16, 24),
        (("repeat_episode",), 16, 24),
        (("health_need",), 16, 48),  # a fact that this rule does not name
    ],
)
def test_plymouths_interview_is_due_sooner_for_some(
    facts: tuple[str, ...], age: int | None, hours: int
) -> None:
    """Source: S4."""
    found = due_after("plymouth", "return_interview", {"returned": START}, facts=facts, age=age)
    assert found == hours * HOUR


def test_the_rule_that_lost_stays_visible_beside_the_one_that_won() -> None:
    found = deadline(pack("plymouth").clocks, "return_interview", {"returned": START}, age=12)
    assert found is not None
    assert [due.clock.pack for due in (found.wins, *found.others)] == [
        "plymouth", "plymouth", "england",
    ]  # fmt: skip
    assert [due.due_at - START for due in found.others] == [48 * HOUR, 72 * HOUR]


@pytest.mark.parametrize(
    ("facts", "age", "hours"),
    [((), 15, 1), ((), 5, 3), (("health_need",), 15, 3), (("taken_suspected",), 15, 3)],
)
def test_nevada_counts_three_hours_from_the_last_contact_or_at_once(
    facts: tuple[str, ...], age: int, hours: int
) -> None:
    """Last heard of two hours before they were missed: at once is later only by the clock."""
    times = {"last_contact": START - 2 * HOUR, "discovered": START}
    found = deadline(pack("nevada").clocks, "count_as_missing", times, facts=facts, age=age)
    assert found is not None
    strict = bool(facts) or age < 6
    assert found.due_at == (START if strict else START + HOUR)


def test_the_earliest_instant_wins_not_the_shortest_duration() -> None:
    """Twelve hours from an early start come before two hours from a late one."""
    early = Clock("report_police", 12 * HOUR, "last_contact", "a", effective=date(2024, 1, 1))
    late = Clock("report_police", 2 * HOUR, "discovered", "b", effective=date(2024, 1, 1))
    times = {"last_contact": START - 11 * HOUR, "discovered": START}
    found = deadline([late, early], "report_police", times)
    assert found is not None
    assert found.wins.clock is early


def test_several_packs_may_apply_and_the_strictest_of_all_wins() -> None:
    both = [*pack("california").clocks, *pack("missouri").clocks]
    found = deadline(both, "report_police", NOTICED)
    assert found is not None
    assert (found.wins.clock.pack, found.due_at) == ("missouri", START + 2 * HOUR)
    assert {due.clock.pack for due in found.others} == {"california", "us-federal"}


@pytest.mark.parametrize(
    ("zone", "evening"),
    [
        ("America/Chicago", datetime(2026, 3, 7, 23, 30)),
        ("America/Chicago", datetime(2026, 10, 31, 23, 30)),
        ("Europe/London", datetime(2027, 3, 27, 23, 30)),
        ("Europe/London", datetime(2026, 10, 24, 23, 30)),
    ],
)
def test_two_hours_are_two_hours_on_the_nights_the_clocks_change(
    zone: str, evening: datetime
) -> None:
    local = evening.replace(tzinfo=ZoneInfo(zone))
    start = local.astimezone(UTC)
    found = deadline(pack("missouri").clocks, "report_police", {"discovered": start})
    assert found is not None
    assert found.due_at - start == 2 * HOUR
    day = deadline(pack("us-federal").clocks, "report_police", {"information_received": start})
    assert day is not None
    shown = day.due_at.astimezone(ZoneInfo(zone))
    # A day later by the law's clock is an hour off on the wall that night.
    assert abs((shown.replace(tzinfo=None) - evening) - 24 * HOUR) == HOUR


@given(
    st.lists(
        st.tuples(
            st.integers(0, 100), st.sampled_from(sorted(EVENTS)), st.sampled_from(sorted(FACTS))
        ),
        max_size=8,
    ),
    st.dictionaries(st.sampled_from(sorted(EVENTS)), st.integers(-50, 50), max_size=6),
    st.sets(st.sampled_from(sorted(FACTS))),
)
def test_no_rule_that_holds_is_ever_due_before_the_one_that_wins(
    rules: list[tuple[int, str, str]], when: dict[str, int], facts: set[str]
) -> None:
    clocks = [
        Clock("recheck", h * HOUR, event, "s", checked_on=date(2026, 1, 1), only_when=(fact,))
        for h, event, fact in rules
    ]
    times = {event: START + h * HOUR for event, h in when.items()}
    found = deadline(clocks, "recheck", times, facts=facts)
    holding = [
        times[c.starts_at] + c.duration
        for c in clocks
        if c.starts_at in times and c.only_when[0] in facts
    ]
    assert (found is None) == (not holding)
    if found is not None:
        assert found.due_at == min(holding)
        assert len(found.others) == len(holding) - 1


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2012, 11, 22), date(2026, 11, 21), 13),
        (date(2012, 11, 22), date(2026, 11, 22), 14),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2012, 2, 29), date(2028, 2, 29), 16),
    ],
)
def test_an_age_is_counted_in_birthdays_leap_days_too(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age


GOOD: dict[str, Any] = {
    "name": "recheck", "minutes": 30, "starts_at": "worry_opened", "source": "ours",
    "checked_on": date(2026, 1, 1),
}  # fmt: skip


def test_a_good_clock_has_no_fault_and_keeps_what_it_says() -> None:
    full = {
        **GOOD, "only_when": ["younger_than_10", "health_need"], "to": ["police"],
        "evidence": ["time"], "link": "https://example.org/rule", "repeats": True,
    }  # fmt: skip
    assert clock_faults(full) == []
    clock = build_clock(full, "here")
    assert (clock.duration, clock.pack, clock.repeats) == (timedelta(minutes=30), "here", True)
    assert clock.since == date(2026, 1, 1)
    assert clock.holds((), 9) and clock.holds((), None) and not clock.holds((), 10)
    assert clock.holds({"health_need"}, 17)


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"name": "reprot_police"}, "name", "not known"),
        ({"starts_at": "lunch"}, "starts_at", "not known"),
        ({"source": ""}, "source", "is missing"),
        ({"minutes": True}, "minutes", "whole number"),
        ({"minutes": -1}, "minutes", "whole number"),
        ({"minutes": 1.5}, "minutes", "whole number"),
        ({"hours": 2}, "name", "exactly one"),
        ({"minutes": None, "immediately": True}, "name", "exactly one"),
        ({"checked_on": "today"}, "checked_on", "must be a date"),
        ({"only_when": "younger_than_13"}, "only_when", "list of words"),
        ({"only_when": ["younger_than_x"]}, "only_when", "younger_than_x"),
        ({"only_when": ["bored"]}, "only_when", "bored"),
        ({"to": ["press"]}, "to", "press"),
        ({"evidence": ["photo", 7]}, "evidence", "list of words"),
        ({"link": "javascript:alert(1)"}, "link", "https"),
        ({"onlywhen": ["vulnerable"]}, "onlywhen", "not a part of a clock"),
    ],
)
def test_a_mistake_in_a_clock_is_named(change: dict[str, Any], key: str, words: str) -> None:
    found = clock_faults({**GOOD, **change})
    assert any(at == key and words in problem for at, problem in found), found


def test_a_clock_needs_the_day_it_began_or_was_read() -> None:
    undated = {key: value for key, value in GOOD.items() if key != "checked_on"}
    assert [at for at, _ in clock_faults(undated)] == ["effective"]


def test_at_once_is_a_duration_of_its_own() -> None:
    at_once = {key: value for key, value in GOOD.items() if key != "minutes"}
    assert clock_faults({**at_once, "immediately": True}) == []
    assert build_clock({**at_once, "immediately": True}, "x").duration == timedelta(0)
    assert clock_faults({**at_once, "immediately": "yes"}) == [("immediately", "must be true")]


def test_a_typo_in_a_local_pack_is_found_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_text(
        'title = "Town"\nextends = "england"\nversion = 2026-01-01\n\n[[clocks]]\n'
        'name = "report_police"\nminuts = 30\nstarts_at = "discovered"\nsource = "x"\n'
        "checked_on = 2026-01-01\n"
    )
    with pytest.raises(BadPack) as caught:
        pack("town", str(tmp_path))
    assert any(
        line.startswith(f"{tmp_path / 'town.toml'}:7:") and "minuts" in line
        for line in caught.value.problems
    )


@pytest.mark.parametrize("name", names())
def test_every_pack_says_when_to_look_again_and_what_ends_it(name: str) -> None:
    """A worry must always have a next time, whatever the place."""
    found = {clock.name for clock in pack(name).clocks}
    wanted = {
        "plan_due", "plan_review", "sharing_review", "ready_answer", "trusted_answer",
        "recheck", "danger_check",
        "report_police", "search_efforts", "return_notices", "return_interview",
    }  # fmt: skip
    assert wanted <= found <= CLOCKS
    assert all(pack(name).strictest(each).repeats for each in ("recheck", "danger_check"))


def test_every_law_we_ship_says_where_it_can_be_read() -> None:
    for path in PACKS.glob("*.toml"):
        for clock in pack(path.stem).clocks:
            ours = "default" in clock.source or clock.source.startswith(("SAFETY", "Plymouth"))
            assert ours or clock.link, (path.stem, clock.name)
