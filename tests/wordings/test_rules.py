"""What a version is called, and which names are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.wordings.rules import WordingState, name_of, number_of


@given(st.integers(1, 999_999))
def test_a_name_leads_back_to_its_number(number: int) -> None:
    assert number_of(name_of(number)) == number


@pytest.mark.parametrize(
    "name",
    ["", "2026-1", "own-", "own-x", "own--1", "own-1 ", " own-1", "OWN-1", "own-1234567", "own-١",
     "own-1\n", "own-1.0"],
)  # fmt: skip
def test_what_is_no_name_of_ours_has_no_number(name: str) -> None:
    assert number_of(name) == 0


@given(st.text(max_size=20))
def test_no_text_breaks_it(name: str) -> None:
    assert number_of(name) >= 0


def test_a_version_is_written_or_in_use_or_replaced() -> None:
    assert [str(each) for each in WordingState] == ["draft", "published", "replaced"]
