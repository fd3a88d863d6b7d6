"""When a worker has to think twice before a text goes, and how long somebody has waited."""

from datetime import datetime, timedelta

import pytest

from engage.checkins.conversation_rules import Hurdle, hurdles, is_late, minutes_waiting
from engage.conversations.labels import HURDLES
from engage.conversations.queue_labels import WAITS, age
from engage.conversations.queue_queries import Waits
from engage.i18n import LOCALES, use_locale
from tests.cast import NOW

HOUR = timedelta(hours=1)
NIGHT = NOW.replace(hour=23)


def found(
    written: timedelta | None = None, heard: timedelta | None = None, now: datetime = NOW
) -> list[Hurdle]:
    return hurdles(
        written_at=now - written if written is not None else None,
        heard_at=now - heard if heard is not None else None,
        zone="Europe/London",
        now=now,
    )


def test_the_first_text_by_day_needs_no_reason() -> None:
    assert found() == []
    assert found(heard=HOUR) == []


def test_a_second_one_within_a_day_does() -> None:
    assert found(written=HOUR) == [Hurdle.WROTE_TODAY]
    assert found(written=24 * HOUR - timedelta(seconds=1)) == [Hurdle.WROTE_TODAY]
    assert found(written=24 * HOUR) == []
    # What they sent before it is no answer to it.
    assert found(written=HOUR, heard=2 * HOUR) == [Hurdle.WROTE_TODAY]
    assert found(written=HOUR, heard=HOUR) == [Hurdle.WROTE_TODAY]


def test_whoever_answered_may_be_answered() -> None:
    assert found(written=2 * HOUR, heard=HOUR) == []


def test_by_night_one_thinks_twice_unless_they_are_awake_and_texting() -> None:
    assert found(now=NIGHT) == [Hurdle.NIGHT]
    assert found(now=NIGHT, heard=timedelta(minutes=9)) == []
    assert found(now=NIGHT, heard=timedelta(minutes=10)) == [Hurdle.NIGHT]
    assert found(now=NIGHT, written=HOUR) == [Hurdle.WROTE_TODAY, Hurdle.NIGHT]
    assert found(now=NIGHT + 8 * HOUR) == []


def test_ten_minutes_are_late() -> None:
    assert not is_late(NOW, NOW + timedelta(minutes=9, seconds=59))
    assert is_late(NOW, NOW + timedelta(minutes=10))
    assert minutes_waiting(NOW, NOW + timedelta(seconds=119)) == 1
    assert minutes_waiting(NOW + HOUR, NOW) == 0


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "just now"), (1, "1 minute"), (59, "59 minutes"), (60, "1 hour"), (1439, "23 hours"),
     (1440, "1 day"), (5000, "3 days")],
)  # fmt: skip
def test_an_age_is_said_in_words(minutes: int, words: str) -> None:
    with use_locale("en"):
        assert age(minutes) == words


@pytest.mark.parametrize("locale", LOCALES)
def test_every_age_has_words_in_every_language(locale: str) -> None:
    with use_locale(locale):
        assert all(age(minutes) for minutes in (0, 1, 2, 3, 6, 11, 59, 60, 180, 1440, 9999))
    assert set(WAITS) == set(Waits) and set(HURDLES) == set(Hurdle)
