"""When a text may go, how often it is tried, and how it is counted."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.i18n import use_locale
from engage.messaging import labels, rules
from engage.messaging.code_rules import Trouble
from engage.messaging.rules import Breaker, Klass, MessageState, Pace, Reason

LONDON = "Europe/London"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        (at(2026, 1, 10, 21, 59), False),
        (at(2026, 1, 10, 22, 0), True),
        (at(2026, 1, 11, 6, 59), True),
        (at(2026, 1, 11, 7, 0), False),
        # In summer London is an hour ahead of UTC.
        (at(2026, 7, 10, 21, 0), True),
        (at(2026, 7, 11, 6, 0), False),
    ],
)
def test_nobody_is_woken_between_ten_and_seven_on_their_own_clock(
    now: datetime, quiet: bool
) -> None:
    assert rules.is_quiet(now, LONDON) is quiet


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)))
def test_quiet_always_ends_at_seven_and_within_ten_hours(now: datetime) -> None:
    if rules.is_quiet(now, LONDON):
        end = rules.quiet_ends_at(now, LONDON)
        assert not rules.is_quiet(end, LONDON)
        assert rules.is_quiet(end - timedelta(seconds=1), LONDON)
        assert timedelta(0) < end - now <= timedelta(hours=10)


def test_an_answer_is_fresh_for_two_minutes() -> None:
    now = at(2026, 1, 1, 23)
    assert rules.is_fresh_answer(now - timedelta(minutes=2), now)
    assert not rules.is_fresh_answer(now - timedelta(minutes=2, seconds=1), now)
    assert not rules.is_fresh_answer(None, now)


def test_a_number_silent_for_ninety_days_is_stale_and_one_never_checked_is_not() -> None:
    now = at(2026, 6, 1)
    long_ago, lately = now - timedelta(days=91), now - timedelta(days=89)
    assert rules.is_stale_number(long_ago, None, now)
    assert not rules.is_stale_number(long_ago, lately, now)
    assert not rules.is_stale_number(None, None, now)
    assert not rules.is_stale_number(now - timedelta(days=90), None, now)


def test_tries_are_spread_around_five_seconds_to_five_minutes() -> None:
    middle = [rules.backoff(tries, 0.5).total_seconds() for tries in range(1, 8)]
    assert middle == [5, 15, 60, 120, 300, 300, 300]
    assert rules.backoff(5, 0).total_seconds() == 240
    assert rules.backoff(5, 1).total_seconds() == 360


def test_the_provider_may_try_until_the_deadline_and_no_longer_than_ten_hours() -> None:
    now = at(2026, 1, 1)
    assert rules.validity_seconds(now, now + timedelta(minutes=30)) == 1800
    assert rules.validity_seconds(now, now - timedelta(minutes=30)) == 1
    assert rules.validity_seconds(now, now + timedelta(days=1)) == 36_000


def test_only_texts_to_staff_are_sent_again_on_doubt_and_only_after_five_minutes() -> None:
    now = at(2026, 1, 1)
    long_ago = now - timedelta(minutes=5)
    assert rules.resend_on_doubt(Klass.STAFF, long_ago, now)
    assert not rules.resend_on_doubt(Klass.STAFF, now - timedelta(minutes=4), now)
    assert not rules.resend_on_doubt(Klass.YOUNG_PERSON, now - timedelta(days=1), now)
    assert not rules.resend_on_doubt(Klass.OTHER, now - timedelta(days=1), now)


@pytest.mark.parametrize(
    ("text", "count", "is_gsm"),
    [
        ("", 1, True),
        ("a" * 160, 1, True),
        ("a" * 161, 2, True),
        ("a" * 306, 2, True),
        ("a" * 307, 3, True),
        ("€" * 80, 1, True),
        ("€" * 81, 2, True),
        # 153 is odd: no € is cut in two, so each segment holds 76.
        ("€" * 153, 3, True),
        ("¿Qué? ñ", 1, True),
        ("ŵ" * 70, 1, False),
        ("ŵ" * 71, 2, False),
        ("😀" * 35, 1, False),
        ("😀" * 36, 2, False),
        ("مرحبا", 1, False),
    ],
)
def test_segments_are_counted_as_the_network_counts_them(
    text: str, count: int, is_gsm: bool
) -> None:
    counted = rules.segments(text)
    assert (counted.count, counted.is_gsm) == (count, is_gsm)


def test_an_unwell_provider_is_left_alone_and_tried_each_half_minute() -> None:
    now, breaker = at(2026, 1, 1), Breaker()
    for _ in range(4):
        breaker.note(True, now)
    assert breaker.allowance(10, now) == 10
    breaker.note(True, now)
    assert breaker.allowance(10, now) == 0
    later = now + rules.BREAKER_PAUSE
    assert breaker.allowance(10, later) == 1
    breaker.tried(later)
    assert breaker.allowance(10, later) == 0
    assert breaker.down_since == now
    breaker.note(False, later)
    assert breaker.allowance(10, later) == 10
    assert breaker.down_since is None


def test_a_number_that_carries_one_segment_a_second_is_not_hurried() -> None:
    now, pace = at(2026, 1, 1), Pace(1.0)
    assert pace.allowance(10, now) == 1
    pace.spend(3)
    assert pace.allowance(10, now + timedelta(seconds=1)) == 0
    assert pace.allowance(10, now + timedelta(seconds=3)) == 1
    assert pace.allowance(10, now + timedelta(hours=1)) == 1
    assert Pace(0).allowance(10, now) == 10
    shared = Pace(1.0, saved=0.0, at=now)
    assert shared.allowance(10, now + timedelta(seconds=1), sharers=2) == 0


def test_every_state_reason_and_trouble_has_words() -> None:
    assert set(labels.STATES) == set(MessageState)
    assert set(labels.REASONS) == set(Reason)
    assert set(labels.TROUBLES) == set(Trouble)
    with use_locale("en"):
        assert str(labels.trouble_label(30003)) == "The phone seems to be off."
        assert "landline" in str(labels.trouble_label(30006))
        assert "not reached in time" in str(labels.trouble_label(30036))
        assert "asked for no texts" in str(labels.trouble_label(21610))
    assert labels.trouble_label(None) is None
