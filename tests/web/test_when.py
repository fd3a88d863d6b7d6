"""Times as people say them."""

from datetime import UTC, datetime

import pytest

from engage import i18n
from engage.web import when

SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", "Wed 1 Jul 23:30"),
        ("cy", "Mer 1 Gorff 23:30"),
        ("es", "mié 1 jul 23:30"),
        ("ar", "الأربعاء 1 يوليو 23:30"),
    ],
)
def test_a_time_is_said_in_the_language_of_the_page(code: str, expected: str) -> None:
    with i18n.use_locale(code):
        assert when.local_words(SUMMER, "EEE d MMM HH:mm") == expected


def test_a_time_is_local() -> None:
    assert when.clock_time(SUMMER) == "23:30"
    assert when.clock_time(SUMMER, "America/New_York") == "18:30"


def test_machines_read_the_exact_instant() -> None:
    tag = when.time_tag(SUMMER, "HH:mm")
    assert tag == '<time datetime="2026-07-01T23:30+01:00">23:30</time>'
