"""What may stand in a pack, how a number is read, which question is next."""

from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.missing_pack.rules import Fact, allowed_parts, next_fact, read_aloud, spelled
from engage.people.rules import Purpose

PARTS = ("safe", "places", "treat_me")
SITUATIONS = [set(x) for x in chain.from_iterable(combinations(("away", "danger"), n) for n in (0, 1, 2))]  # noqa: E501  # fmt: skip


@pytest.mark.parametrize(
    ("purpose", "situation"), list(product([None, *Purpose], range(len(SITUATIONS))))
)
def test_a_part_goes_in_only_when_its_own_case_is_so(purpose, situation):
    present = SITUATIONS[situation]
    choices = {} if purpose is None else {"safe": purpose}
    is_in = allowed_parts(choices, present, PARTS) == ["safe"]
    assert is_in == (purpose == "always" or (purpose in ("away", "danger") and purpose in present))


def test_an_override_puts_in_what_it_names_and_nothing_else():
    choices = {"safe": "never", "places": "always"}
    assert allowed_parts(choices, (), PARTS, override=["safe"]) == ["safe", "places"]
    assert allowed_parts(choices, (), PARTS, override=["words", "sharing"]) == ["places"]


def test_how_to_meet_them_comes_first():
    every = dict.fromkeys(PARTS, "always")
    assert allowed_parts(every, (), PARTS) == ["treat_me", "safe", "places"]


@given(
    st.dictionaries(st.sampled_from(PARTS), st.sampled_from([*Purpose])),
    st.sets(st.sampled_from(["away", "danger"])),
    st.sets(st.sampled_from(PARTS)),
)
def test_more_never_goes_in_than_a_yes_or_an_override_allows(choices, present, override):
    found = allowed_parts(choices, present, PARTS, override=override)
    for part in found:
        said = choices.get(part)
        assert part in override or said == "always" or said in present
    assert set(override) <= set(found)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("07700 900123", "0 7, 7 0 0, 9 0 0, 1 2 3"),
        ("+44 7700 900123", "+ 4 4 7, 7 0 0, 9 0 0, 1 2 3"),
        ("999", "9 9 9"),
        ("", ""),
    ],
)
def test_a_number_is_read_digit_by_digit(number, said):
    assert spelled(number) == said


def test_numbers_in_a_sentence_are_written_out_behind_it_and_years_are_not():
    assert (
        read_aloud("It is 07700 900123, on") == "It is 07700 900123 (0 7, 7 0 0, 9 0 0, 1 2 3), on"
    )
    assert read_aloud("Born in 2011, room 14") == "Born in 2011, room 14"


def test_the_next_question_is_the_next_without_an_answer():
    assert next_fact([]) is Fact.LAST_SEEN
    assert next_fact([Fact.CLOTHES], after="last_seen") is Fact.WITH_WHOM
    assert next_fact([Fact.HEALTH], after="phone") is None
    # Asked again, an old one does not begin the round anew.
    assert next_fact([], after="health") is None
