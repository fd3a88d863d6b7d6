"""Blocks, cells and groups: what is shown, and that it never isolates fewer than five people."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.feedback.rules import SMALLEST, to_five
from engage.i18n import LOCALES, use_locale
from engage.patterns import labels
from engage.patterns.rules import (
    NOT_NOTED,
    Cell,
    Pattern,
    TimeAway,
    Trait,
    blocks,
    cells,
    groups,
    people,
    quarters_over,
    value_of,
)

T0 = datetime(2025, 2, 3, 21, 30, tzinfo=UTC)  # a Monday evening
HOUR = timedelta(hours=1)
ZONE = "Europe/London"


def away(person: int, at: datetime = T0, **more: object) -> TimeAway:
    return TimeAway(UUID(int=person), at, **more)


def quarter_of(at: datetime) -> int:
    return (at.month - 1) // 3 + 1


@pytest.mark.parametrize(
    ("pattern", "one", "expected"),
    [
        (Pattern.WEEKDAY, away(1), "1"),
        # 23:30 UTC on a summer Sunday is Monday in London.
        (Pattern.WEEKDAY, away(1, datetime(2025, 6, 8, 23, 30, tzinfo=UTC)), "1"),
        (Pattern.PART_OF_DAY, away(1, datetime(2025, 6, 8, 23, 30, tzinfo=UTC)), "night"),
        (Pattern.PART_OF_DAY, away(1), "evening"),
        (Pattern.PART_OF_DAY, away(1, T0.replace(hour=6, minute=0)), "morning"),
        (Pattern.PART_OF_DAY, away(1, T0.replace(hour=12, minute=0)), "afternoon"),
        (Pattern.LENGTH, away(1), NOT_NOTED),
        (Pattern.LENGTH, away(1, returned_at=T0 + 5 * HOUR), "under_6_hours"),
        (Pattern.LENGTH, away(1, returned_at=T0 + 6 * HOUR), "under_a_day"),
        (Pattern.LENGTH, away(1, returned_at=T0 + 24 * HOUR), "under_3_days"),
        (Pattern.LENGTH, away(1, returned_at=T0 + 73 * HOUR), "under_a_week"),
        (Pattern.LENGTH, away(1, returned_at=T0 + 168 * HOUR), "longer"),
        (Pattern.KIND, away(1, kind="chose_to_go"), "chose_to_go"),
        (Pattern.WAY_BACK, away(1, way_back="police"), "police"),
        (Pattern.HOME, away(1, home="12 Elm Road"), "12 Elm Road"),
    ],
)
def test_each_time_away_belongs_somewhere(pattern: Pattern, one: TimeAway, expected: str) -> None:
    assert value_of(pattern, one, ZONE) == expected


@pytest.mark.parametrize(
    ("year", "now", "over"),
    [
        (2025, datetime(2026, 1, 1, tzinfo=UTC), 4),
        (2026, datetime(2026, 3, 31, 22, 59, tzinfo=UTC), 0),
        (2026, datetime(2026, 3, 31, 23, 0, tzinfo=UTC), 1),
        (2026, datetime(2026, 12, 31, tzinfo=UTC), 3),
        (2027, datetime(2026, 12, 31, tzinfo=UTC), 0),
    ],
)
def test_a_quarter_is_over_by_the_clock_here(year: int, now: datetime, over: int) -> None:
    assert quarters_over(year, now, ZONE) == over


def test_a_child_who_is_often_away_is_still_one() -> None:
    often = [away(1) for _ in range(30)] + [away(n) for n in range(2, 5)]
    assert cells(Pattern.WEEKDAY, often, ZONE) == [Cell("1", None)]
    assert blocks(often, over=4, quarter_of=quarter_of) == []
    enough = [*often, away(5)]
    assert cells(Pattern.WEEKDAY, enough, ZONE) == [Cell("1", 35)]


def test_quarters_wait_for_those_after_them_and_a_year_ends_with_what_waits_hidden() -> None:
    spread = [
        *(away(n, T0) for n in range(3)),
        *(away(n, T0.replace(month=5)) for n in range(3, 6)),
        *(away(n, T0.replace(month=8)) for n in range(6)),
        *(away(n, T0.replace(month=11)) for n in range(2)),
    ]
    made = blocks(spread, over=4, quarter_of=quarter_of)
    assert [(b.first, b.last, len(b.times)) for b in made] == [(1, 2, 6), (3, 3, 6)]
    assert [b.last for b in blocks(spread, over=2, quarter_of=quarter_of)] == [2]
    assert blocks(spread, over=1, quarter_of=quarter_of) == []


TIMES = st.lists(
    st.builds(
        lambda person, hours, weekday, trait: away(
            person,
            datetime(2025, 1, 6, 12, tzinfo=UTC) + timedelta(days=weekday + 7 * (hours % 51)),
            returned_at=datetime(2026, 1, 6, tzinfo=UTC) if hours % 2 else None,
            told_police_at=datetime(2026, 1, 6, tzinfo=UTC) if hours % 3 else None,
            traits={Trait.GENDER: trait} if trait else None,
        ),
        st.integers(1, 14),
        st.integers(0, 200),
        st.integers(0, 6),
        st.sampled_from(["girl", "boy", "other", ""]),
    ),
    max_size=90,
)


@settings(max_examples=60)
@given(TIMES)
def test_no_number_and_no_difference_of_numbers_is_of_fewer_than_five(
    times: list[TimeAway],
) -> None:
    numbers = [0]
    seen: list[tuple[int, ...]] = []
    for over in range(5):
        made = blocks(times, over=over, quarter_of=quarter_of)
        # What was shown stays as it was: looking again later adds whole blocks and nothing else.
        keys = tuple((b.first, b.last) for b in made)
        assert not seen or keys[: len(seen)] == tuple(seen)
        seen = list(keys)
        for block in made:
            assert people(block.times) >= SMALLEST
            numbers.append(to_five(len(block.times)))
            for pattern in Pattern:
                for cell in cells(pattern, block.times, ZONE):
                    belongs = [t for t in block.times if value_of(pattern, t, ZONE) == cell.value]
                    assert (cell.times is not None) == (people(belongs) >= SMALLEST)
                    numbers.append(cell.times or 0)
            for group in groups(Trait.GENDER, block.times):
                if group.times is None:
                    assert group.hours_away is group.hours_to_police is None
                    assert group.tenths_by_police is group.tenths_danger is None
                numbers.append(group.times or 0)
    differences = {abs(a - b) for a in numbers for b in numbers}
    assert not differences & {1, 2, 3, 4}


def test_a_group_says_how_it_went_only_where_five_stand_behind_each_number() -> None:
    girls = {Trait.GENDER: "girl"}
    times = [
        away(n, returned_at=T0 + n * HOUR, told_police_at=T0 + HOUR if n < 4 else None,
             way_back="police" if n % 2 else "carer", looked_at_danger=True, traits=girls)
        for n in range(1, 8)
    ]  # fmt: skip
    (group,) = groups(Trait.GENDER, times)
    assert (group.value, group.times) == ("girl", 5)
    assert group.hours_away == 4
    # Three were told of: too few to say how long it took.
    assert group.hours_to_police is None
    assert group.tenths_by_police == 6
    assert group.tenths_danger == 10


def test_who_nobody_asked_is_a_group_of_its_own() -> None:
    times = [away(n) for n in range(6)]
    assert [g.value for g in groups(Trait.ETHNICITY, times)] == [NOT_NOTED]


@pytest.mark.parametrize("locale", list(LOCALES))
def test_every_value_has_words_in_every_language(locale: str) -> None:
    with use_locale(locale):
        days = [labels.value(Pattern.WEEKDAY, str(day)) for day in range(1, 8)]
        assert len(set(days)) == 7
        for by in (Pattern.PART_OF_DAY, Pattern.LENGTH, Pattern.KIND, Pattern.WAY_BACK, *Trait):
            for value in labels.words_of(by):
                assert labels.value(by, str(value))
            assert labels.value(by, NOT_NOTED)
    assert set(labels.PATTERNS) == set(labels.READ) == set(Pattern)
    assert set(labels.TRAITS) == set(Trait)
