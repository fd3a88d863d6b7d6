"""Rules of sending that hold for every instant, zone, text and order, not only for examples."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.messaging.budget_rules import Stage, may_spend, stage_of, stages_passed
from engage.messaging.code_rules import TROUBLES, UNREACHED, Trouble, trouble_of
from engage.messaging.labels import trouble_label
from engage.messaging.rules import (
    BREAKER_LIMIT,
    BREAKER_PAUSE,
    GSM,
    GSM_TWICE,
    QUIET_UNTIL,
    REPLY_WINDOW,
    STALE_AFTER,
    VALIDITY_MAX,
    Breaker,
    Klass,
    Pace,
    backoff,
    is_fresh_answer,
    is_quiet,
    is_stale_number,
    quiet_ends_at,
    resend_on_doubt,
    segments,
    validity_seconds,
)

ZONES = ("Europe/London", "Europe/Madrid", "America/Los_Angeles", "America/Chicago",
         "Asia/Kathmandu", "Pacific/Auckland", "America/St_Johns")  # fmt: skip
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
SECONDS = st.integers(0, 40_000)
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


@given(INSTANTS, st.sampled_from(ZONES))
def test_quiet_hours_end_at_the_next_seven_and_not_before(now, zone):
    end = quiet_ends_at(now, zone)
    local = end.astimezone(ZoneInfo(zone))
    assert end > now
    assert local.time() == QUIET_UNTIL
    assert not is_quiet(end, zone)
    assert end - now <= timedelta(hours=25)
    if is_quiet(now, zone):
        for part in range(20):
            assert is_quiet(now + (end - now) * part / 20, zone)


@given(INSTANTS, st.sampled_from(ZONES))
def test_a_text_that_waits_for_the_morning_wakes_nobody(now, zone):
    assert not is_quiet(quiet_ends_at(now, zone), zone)
    assert is_quiet(quiet_ends_at(now, zone) - timedelta(minutes=1), zone)


@given(st.text(alphabet="".join(sorted(GSM | GSM_TWICE)), max_size=700))
def test_plain_texts_are_cut_as_the_network_cuts_them(words):
    counted = segments(words)
    assert counted.is_gsm
    assert counted.units == len(words) + sum(letter in GSM_TWICE for letter in words)
    assert (counted.count == 1) == (counted.units <= 160)
    if counted.count > 1:
        # An escaped letter may leave one place empty in each part.
        assert (counted.count - 1) * 152 < counted.units <= counted.count * 153


@given(st.text(max_size=400).filter(lambda w: any(c not in GSM | GSM_TWICE for c in w)))
def test_one_odd_letter_makes_all_of_them_dear(words):
    words = words.encode("utf-16", "ignore").decode("utf-16")
    counted = segments(words)
    if counted.is_gsm:
        return
    assert counted.units == len(words.encode("utf-16-le")) // 2
    assert (counted.count == 1) == (counted.units <= 70)
    if counted.count > 1:
        assert (counted.count - 1) * 66 < counted.units <= counted.count * 67


@given(st.text(max_size=200), st.text(max_size=200))
def test_more_words_never_cost_less(words, more):
    one, both = segments(words), segments(words + more)
    assert both.count >= one.count or (one.is_gsm and not both.is_gsm)


@given(st.integers(-3, 100), st.floats(0, 1))
def test_the_wait_before_another_try_is_five_seconds_to_six_minutes(tries, luck):
    wait = backoff(tries, luck)
    assert timedelta(seconds=4) <= wait <= timedelta(seconds=360)
    assert backoff(tries + 1, luck) >= wait


@given(INSTANTS, st.integers(-100_000, 200_000))
def test_the_provider_is_always_given_a_time_it_takes(now, seconds):
    given_time = validity_seconds(now, now + timedelta(seconds=seconds))
    assert 1 <= given_time <= VALIDITY_MAX
    if 1 <= seconds <= VALIDITY_MAX:
        assert given_time == seconds


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 45)), max_size=60))
def test_an_unwell_provider_is_tried_twice_a_minute_at_most(tries):
    breaker, now, tried_at = Breaker(), NOW, []
    for is_outage, wait in tries:
        now += timedelta(seconds=wait)
        was_down = breaker.down_since is not None
        if breaker.allowance(10, now):
            breaker.tried(now)
            if was_down:
                tried_at.append(now)
            breaker.note(is_outage, now)
        if breaker.down_since is None:
            tried_at.clear()
    assert all(b - a >= BREAKER_PAUSE for a, b in itertools.pairwise(tried_at))


@given(st.integers(0, 20))
def test_the_breaker_opens_after_five_failures_and_closes_with_one_answer(failures):
    breaker = Breaker()
    for _ in range(failures):
        breaker.note(is_outage=True, now=NOW)
    assert (breaker.down_since is not None) == (failures >= BREAKER_LIMIT)
    assert breaker.allowance(7, NOW) == (7 if failures < BREAKER_LIMIT else 0)
    breaker.note(is_outage=False, now=NOW)
    assert breaker.down_since is None
    assert breaker.allowance(7, NOW) == 7


@given(
    st.floats(0.2, 20), st.lists(st.tuples(st.floats(0, 5), st.integers(1, 30)), max_size=40),
    st.integers(1, 5),
)  # fmt: skip
def test_our_number_never_hurries(rate, rounds, sharers):
    pace, now, sent = Pace(rate), NOW, 0
    for seconds, wanted in rounds:
        now += timedelta(seconds=seconds)
        allowed = pace.allowance(wanted, now, sharers)
        assert 0 <= allowed <= wanted
        pace.spend(allowed)
        sent += allowed
    passed = (now - NOW).total_seconds()
    # What was saved up while nothing went is at most a second's worth, and one text.
    assert sent <= passed * rate / sharers + max(rate / sharers, 1) + 1


@given(INSTANTS, SECONDS)
def test_an_answer_is_fresh_for_two_minutes(at, seconds):
    later = at + timedelta(seconds=seconds)
    assert is_fresh_answer(at, later) == (timedelta(seconds=seconds) <= REPLY_WINDOW)
    assert not is_fresh_answer(None, later)


@given(INSTANTS, st.none() | st.integers(0, 400), st.none() | st.integers(0, 400))
def test_a_number_is_stale_by_the_last_sign_of_life(now, verified, heard):
    signs = [days for days in (verified, heard) if days is not None]
    at = [None if d is None else now - timedelta(days=d) for d in (verified, heard)]
    expected = bool(signs) and timedelta(days=min(signs)) > STALE_AFTER
    assert is_stale_number(at[0], at[1], now) == expected


@pytest.mark.parametrize("klass", Klass)
@given(seconds=SECONDS)
def test_only_an_alert_is_ever_sent_twice_on_doubt(klass, seconds):
    again = resend_on_doubt(klass, NOW, NOW + timedelta(seconds=seconds))
    assert again == (klass is Klass.STAFF and seconds >= 300)


@given(st.integers(0, 99_999))
def test_every_code_means_something_that_can_be_said(code):
    trouble = trouble_of(code)
    assert trouble is TROUBLES.get(code, Trouble.PASSING)
    assert (trouble_label(code) is None) == (code == 0)
    if code in UNREACHED:
        assert trouble is Trouble.PASSING


@given(
    st.integers(0, 20_000), st.integers(0, 20_000), st.integers(0, 10_000),
    st.sampled_from(["reply_ok", "reply_unknown", "ask_neutral"]), st.booleans(),
)  # fmt: skip
def test_no_budget_ever_stops_an_alert_and_less_money_never_allows_more(
    before, more, budget, template, is_known
):
    was, now = stage_of(before, budget), stage_of(before + more, budget)
    order = list(Stage)
    assert order.index(now) >= order.index(was)
    assert (
        stages_passed(before, before + more, budget)
        == order[order.index(was) + 1 : order.index(now) + 1]
    )
    for stage in (was, now):
        assert may_spend(stage, klass=Klass.STAFF, template="alert_sos", is_known=is_known)
    facts = {"klass": Klass.YOUNG_PERSON, "template": template, "is_known": is_known}
    assert may_spend(was, **facts) or not may_spend(now, **facts)
    if not budget:
        assert now is Stage.OPEN
