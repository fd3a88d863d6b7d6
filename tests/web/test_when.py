"""Times as people say them."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engage import i18n
from engage.web import when

_ENGAGE = Path(i18n.__file__).parent
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


def patterns() -> list[str]:
    """Return every pattern that a template or a view writes an instant by."""
    asked = re.compile(r'\b(?:when|local_words)\([^()]*?"([^"]*[dHy][^"]*)"')
    files = [*_ENGAGE.rglob("*.html"), *_ENGAGE.rglob("*.py")]
    found = {each for file in files for each in asked.findall(file.read_text(encoding="utf-8"))}
    assert len(found) > 3
    return sorted(found)


@pytest.mark.parametrize("code", i18n.LOCALES)
@pytest.mark.parametrize("pattern", patterns())
def test_every_pattern_in_use_is_one_that_the_library_knows(pattern: str, code: str) -> None:
    with i18n.use_locale(code):
        written = when.local_words(datetime(2026, 11, 22, 21, 5, tzinfo=UTC), pattern)
    assert written and "None" not in written
