"""Our register beside another list: the same, alike, or on one side only."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.oversight.check_rules import Ours, Theirs, compare, plain_name

LONDON, CHICAGO = "Europe/London", "America/Chicago"
AT = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
BORN = date(2011, 3, 4)


def ours(name: str = "Maya Example", born: date | None = BORN, first=AT, last=None) -> Ours:
    return Ours(uuid4(), name, born, first, last or first)


def theirs(name: str = "Maya Example", born: date | None = BORN, since=None, line=2) -> Theirs:
    return Theirs(line, name, born, since)


def test_the_same_name_and_day_of_birth_are_the_same_person() -> None:
    for name in ("maya  EXAMPLE", "Example, Maya", "Ｍaya Example"):
        found = compare([ours()], [theirs(name)], LONDON)
        assert len(found.both) == 1 and not found.only_ours and not found.only_theirs
    assert plain_name("D’Arcy") == plain_name("d'arcy")


@pytest.mark.parametrize(
    ("since", "is_same"),
    [
        (None, True),
        (datetime(2026, 11, 22, 17, 0), True),
        (datetime(2026, 11, 22, 20, 29), True),
        (datetime(2026, 11, 22, 16, 29), False),
        (datetime(2026, 11, 22, 20, 31), False),
        (date(2026, 11, 22), True),
        (date(2026, 11, 21), False),
    ],
)
def test_a_time_between_the_last_contact_and_the_decision_is_the_same(since, is_same) -> None:
    found = compare([ours(first=AT, last=AT + 2 * HOUR)], [theirs(since=since)], LONDON)
    assert (len(found.both), len(found.other_times)) == (int(is_same), int(not is_same))


def test_their_times_are_read_where_the_organisation_is() -> None:
    evening = datetime(2026, 11, 22, 11, 30)  # 17:30 in UTC
    assert compare([ours()], [theirs(since=evening)], CHICAGO).both
    assert compare([ours()], [theirs(since=evening)], LONDON).other_times
    # A day is a day there, not here.
    late = ours(first=datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
    assert compare([late], [theirs(since=date(2026, 11, 22))], CHICAGO).both


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ("Maya Example", date(2011, 4, 3)),
        ("Maya Example", None),
        ("Maya Sample", BORN),
        ("M. Example", BORN),
    ],
)
def test_what_is_only_alike_is_for_a_person_to_decide(name: str, born: date | None) -> None:
    found = compare([ours()], [theirs(name, born)], LONDON)
    assert len(found.alike) == 1 and not found.both and not found.only_ours


def test_somebody_else_born_on_that_day_is_not_alike() -> None:
    found = compare([ours()], [theirs("Kit Other")], LONDON)
    assert len(found.only_ours) == len(found.only_theirs) == 1


def test_without_a_day_of_birth_nobody_is_taken_for_the_same() -> None:
    found = compare([ours(born=None)], [theirs(born=None)], LONDON)
    assert found.alike and not found.both


def test_twins_and_namesakes_each_take_one_line() -> None:
    two = [ours("Ann Lee"), ours("Ben Lee"), ours("Ann Lee")]
    lines = [theirs("Ann Lee", line=2), theirs("Ben Lee", line=3)]
    found = compare(two, lines, LONDON)
    assert [each.theirs.line for each in found.both] == [2, 3]
    assert [each.name for each in found.only_ours] == ["Ann Lee"]


NAMES = st.sampled_from(["Ann Lee", "Ben Lee", "Cem Öz", "Ann Öz", "Dee"])
BIRTHS = st.sampled_from([None, BORN, date(2010, 1, 2)])


@given(
    st.lists(st.tuples(NAMES, BIRTHS), max_size=8),
    st.lists(st.tuples(NAMES, BIRTHS), max_size=8),
)
def test_everybody_and_every_line_stand_in_one_place(mine, other) -> None:
    us = [ours(name, born) for name, born in mine]
    them = [theirs(name, born, line=n + 2) for n, (name, born) in enumerate(other)]
    found = compare(us, them, LONDON)
    pairs = [*found.both, *found.other_times, *found.alike]
    ids = [each.ours.episode_id for each in pairs] + [one.episode_id for one in found.only_ours]
    lines = [each.theirs.line for each in pairs] + [one.line for one in found.only_theirs]
    assert sorted(map(str, ids)) == sorted(str(one.episode_id) for one in us)
    assert sorted(lines) == sorted(one.line for one in them)
