"""Times as people say them."""

import re
from datetime import UTC, datetime, timedelta
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


NIGHT = datetime(2026, 11, 22, 23, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "zone", "said"),
    [
        (0, "Europe/London", "23:50"),
        (9, "Europe/London", "23:59"),
        (10, "Europe/London", "00:00 (Mon 23 Nov)"),
        (24 * 60, "Europe/London", "23:50 (Mon 23 Nov)"),
        (-24 * 60, "Europe/London", "23:50 (Sat 21 Nov)"),
        (10, "America/Chicago", "18:00"),
        (24 * 60, "America/Chicago", "17:50 (Mon 23 Nov)"),
    ],
)
def test_a_time_of_another_day_says_which(minutes: int, zone: str, said: str) -> None:
    """Due in 24 hours is not due now, where the reader is."""
    assert when.near_time(NIGHT + timedelta(minutes=minutes), NIGHT, zone) == said


def test_the_day_is_said_in_the_language_of_the_page() -> None:
    with i18n.use_locale("cy"):
        assert when.near_time(NIGHT + timedelta(days=1), NIGHT) == "23:50 (Llun 23 Tach)"


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


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("d MMMM y", "2 de julio de 2026"),
        ("EEEE d MMMM, HH:mm", "jueves 2 de julio, 00:30"),
        ("MMMM yyyy", "julio de 2026"),
        ("EEE d MMM HH:mm", "jue 2 jul 00:30"),
    ],
)
def test_spanish_joins_the_parts_of_a_long_date(pattern: str, words: str) -> None:
    with i18n.use_locale("es"):
        assert when.local_words(SUMMER, pattern, "Europe/Madrid") == words
