"""Numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.people.phones import NotANumber, local_form, mask_phone, parse_phone


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("07700 900 123", "GB", "+447700900123"),
        ("07700900123", "GB", "+447700900123"),
        ("+44 (0)7700 900123", "GB", "+447700900123"),
        ("0044 7700 900-123", "GB", "+447700900123"),
        ("(07700) 900.123", "GB", "+447700900123"),
        ("07700\u2013900\u2013123", "GB", "+447700900123"),
        ("\u200e07700 900123\u200f", "GB", "+447700900123"),
        ("٠٧٧٠٠ ٩٠٠١٢٣", "GB", "+447700900123"),
        ("۰۷۷۰۰۹۰۰۱۲۳", "GB", "+447700900123"),
        ("０７７００９００１２３", "GB", "+447700900123"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("+1 202 555 0123", "GB", "+12025550123"),
    ],
)
def test_a_number_is_read_however_it_is_typed(typed, region, number):
    assert parse_phone(typed, region) == number


@pytest.mark.parametrize(
    "typed",
    [
        *("", "   ", "hello", "12", "+", "()", "07700 900 12345678", "1" * 41),
        *("07700 900123 ext 4", "07700 900123; drop", "call 07700 900123", "0\x007700900123"),
    ],
)
def test_what_is_no_whole_number_is_refused(typed):
    with pytest.raises(NotANumber):
        parse_phone(typed, "GB")


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_number_or_refused(typed):
    try:
        number = parse_phone(typed, "GB")
    except NotANumber:
        return
    assert parse_phone(number, "US") == number


def test_numbers_are_shown_masked_or_as_people_write_them():
    assert mask_phone("+447700900123") == "••• 123"
    assert mask_phone(None) == ""
    assert local_form("+447700900123", "GB") == "07700 900123"
    assert local_form("+12025550123", "GB") == "+1 202-555-0123"
