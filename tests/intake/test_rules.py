"""What a social worker could check about referrals by hand."""

from datetime import date, timedelta

import pytest

from engage.intake.rules import (
    STRENGTH,
    Age,
    BirthLikeness,
    Likeness,
    NameLikeness,
    State,
    age,
    birth_likeness,
    birth_problem,
    is_alike,
    likeness,
    may_become,
    name_likeness,
    safe_ending,
    since_problem,
)
from engage.people.words import fold
from tests.cast import NOW

BORN = date(2011, 3, 4)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Maya Brown", "maya brown", "same"),
        ("BROWN, Maya", "Maya Brown", "same"),
        ("Zoë O'Neil", "Zoe ONeil", "same"),
        ("Annamaria", "Anna Maria", "same"),
        ("Mayaa Brown", "Maya Brown", "same"),
        ("Maya Bronw", "Maya Brown", "same"),
        ("Maya", "Maya Brown", "part"),
        ("Maya Brown", "Maya Smith", "part"),
        ("Maya Brown", "Kit Jones", "other"),
        ("Kit", "Kim", "other"),
        ("", "Maya", "other"),
        ("مايا", "مايا براون", "part"),
    ],
)
def test_names_are_alike_whatever_their_order_case_and_accents(
    one: str, other: str, how: str
) -> None:
    assert name_likeness(fold(one), fold(other)) == how
    assert name_likeness(fold(other), fold(one)) == how


@pytest.mark.parametrize(
    ("one", "other", "yes"),
    [
        ("maya", "maya", True),
        ("mayaa", "maya", True),
        ("brown", "bronw", True),
        ("brown", "browne", True),
        ("brown", "crown", True),
        ("brown", "braun", False),
        ("kit", "kim", False),
        ("maya", "mayaab", False),
        ("abcd", "badc", False),
    ],
)
def test_one_slip_of_the_pen_is_forgiven_in_a_long_word(one: str, other: str, yes: bool) -> None:
    assert is_alike(one, other) is yes
    assert is_alike(other, one) is yes


@pytest.mark.parametrize(
    ("other", "how"),
    [
        (BORN, "same"),
        (date(2011, 4, 3), "near"),
        (date(2011, 3, 5), "near"),
        (date(2010, 3, 4), "near"),
        (date(2010, 3, 5), "other"),
        (None, "not_said"),
    ],
)
def test_dates_of_birth_are_near_when_one_part_is_wrong_or_two_are_swapped(
    other: date | None, how: str
) -> None:
    assert birth_likeness(BORN, other) == how
    assert birth_likeness(other, BORN) == how


def test_every_pair_of_name_and_date_has_one_meaning() -> None:
    name, birth = NameLikeness, BirthLikeness
    expected = {
        (name.SAME, birth.SAME): Likeness.NAME_AND_BIRTH,
        (name.PART, birth.SAME): Likeness.PART_AND_BIRTH,
        (name.OTHER, birth.SAME): Likeness.BIRTH,
        (name.SAME, birth.NEAR): Likeness.NAME_AND_NEAR_BIRTH,
        (name.PART, birth.NEAR): Likeness.NAME_AND_NEAR_BIRTH,
        (name.OTHER, birth.NEAR): None,
        (name.SAME, birth.OTHER): Likeness.NAME,
        (name.PART, birth.OTHER): None,
        (name.OTHER, birth.OTHER): None,
        (name.SAME, birth.NOT_SAID): Likeness.NAME,
        (name.PART, birth.NOT_SAID): Likeness.PART,
        (name.OTHER, birth.NOT_SAID): None,
    }
    assert {(n, b): likeness(n, b) for n in name for b in birth} == expected


def test_what_is_exact_stands_above_what_is_alike() -> None:
    exact = (Likeness.REFERENCE, Likeness.EARLIER, Likeness.PHONE)
    alike = set(Likeness) - set(exact)
    assert max(STRENGTH[each] for each in exact) < min(STRENGTH[each] for each in alike)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-5), (Age.MINUTES, 0)),
        (timedelta(minutes=59), (Age.MINUTES, 59)),
        (timedelta(minutes=60), (Age.HOURS, 1)),
        (timedelta(hours=47, minutes=59), (Age.HOURS, 47)),
        (timedelta(hours=48), (Age.DAYS, 2)),
    ],
)
def test_how_long_it_waits_is_said_in_minutes_hours_and_days(
    passed: timedelta, words: tuple[Age, int]
) -> None:
    assert age(NOW - passed, NOW) == words


def test_what_is_closed_goes_on_only_by_being_opened_again() -> None:
    for closed in (State.DONE, State.NOT_OURS, State.MERGED):
        assert [each for each in State if may_become(closed, each)] == [State.WAITING]
    assert not may_become(State.WAITING, State.WAITING)
    assert may_become(State.IN_HAND, State.IN_HAND)


def test_nothing_happened_in_days_to_come_or_years_ago() -> None:
    assert not since_problem(None, NOW)
    assert not since_problem(NOW + timedelta(minutes=59), NOW)
    assert since_problem(NOW + timedelta(minutes=61), NOW)
    assert not since_problem(NOW - timedelta(days=700), NOW)
    assert since_problem(NOW - timedelta(days=733), NOW)


def test_nobody_is_born_tomorrow_or_two_generations_ago() -> None:
    today = NOW.date()
    assert not birth_problem(None, today)
    assert not birth_problem(today, today)
    assert birth_problem(today + timedelta(days=1), today)
    assert not birth_problem(date(today.year - 30, 1, 1), today)
    assert birth_problem(date(today.year - 31, 12, 31), today)


@pytest.mark.parametrize(
    ("name", "ending"),
    [("form.PDF", "pdf"), ("run.exe", "bin"), ("x.pdf.js", "bin"), ("pdf", "pdf"), ("", "bin")],
)
def test_a_file_of_a_stranger_keeps_only_an_ending_that_is_no_program(
    name: str, ending: str
) -> None:
    assert safe_ending(name) == ending
