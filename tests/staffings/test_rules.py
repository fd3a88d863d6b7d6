"""Slots in a week, the half hour of the agenda, and when there must be a next date."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.episodes.rules import EpisodeState
from engage.staffings.rules import (
    AGENDA,
    LASTS,
    Slot,
    StaffingState,
    agenda,
    clashes,
    instants,
    is_located,
    lasted_too_long,
    may_sit,
    must_have_next,
    next_free,
)

LONDON = "Europe/London"
CHICAGO = "America/Chicago"
# A Thursday noon before either change of the clocks.
BEFORE_SPRING = datetime(2026, 3, 26, 12, tzinfo=UTC)
BEFORE_AUTUMN = datetime(2026, 10, 22, 12, tzinfo=UTC)
SLOTS = st.lists(
    st.builds(Slot, st.integers(0, 6), st.integers(0, 47).map(lambda n: n * 30)),
    min_size=1, max_size=6,
)  # fmt: skip


def test_the_agenda_fills_half_an_hour_without_a_gap_and_begins_with_their_words():
    start = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    stops = agenda(start)
    assert stops[0].name == "words"
    assert stops[-1].ends_at - start == LASTS == timedelta(minutes=sum(m for _, m in AGENDA))
    assert all(a.ends_at == b.starts_at for a, b in itertools.pairwise(stops))


@pytest.mark.parametrize(("minutes", "too_long"), [(10, False), (30, False), (31, True)])
def test_more_than_half_an_hour_is_too_long(minutes, too_long):
    start = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    assert lasted_too_long(start, start + timedelta(minutes=minutes)) is too_long


@pytest.mark.parametrize(
    ("zone", "slot", "after", "utc"),
    [
        # Nine on the wall is nine before and after the change, in London and in Chicago.
        (LONDON, Slot(0, 540), BEFORE_SPRING, ["03-30T08:00", "04-06T08:00"]),
        (LONDON, Slot(0, 540), BEFORE_AUTUMN, ["10-26T09:00", "11-02T09:00"]),
        (CHICAGO, Slot(0, 540), BEFORE_AUTUMN, ["10-26T14:00", "11-02T15:00"]),
        # Half past one on the spring Sunday never was; the next week it is.
        (LONDON, Slot(6, 90), BEFORE_SPRING, ["04-05T00:30", "04-12T00:30"]),
        # Half past one on the autumn Sunday was twice: the first counts.
        (LONDON, Slot(6, 90), BEFORE_AUTUMN, ["10-25T00:30", "11-01T01:30"]),
    ],
)
def test_a_weekly_slot_follows_the_clock_on_the_wall(zone, slot, after, utc):
    assert [f"{at:%m-%dT%H:%M}" for at in instants(slot, zone, after, 18)][:2] == utc


def test_a_slot_that_has_begun_is_over():
    slot = Slot(3, 12 * 60)  # Thursday noon in London in winter
    at = datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert instants(slot, LONDON, at, 3) == []
    assert instants(slot, LONDON, at - timedelta(seconds=1), 3) == [at]


@settings(max_examples=50)
@given(SLOTS, st.integers(0, 60 * 24 * 200), st.data())
def test_the_next_free_slot_is_a_slot_and_overlaps_nothing_and_none_is_sooner(slots, later, data):
    after = BEFORE_SPRING + timedelta(minutes=later)
    ahead = sorted(at for slot in slots for at in instants(slot, LONDON, after))
    taken = data.draw(st.sets(st.sampled_from(ahead)) if ahead else st.just(set()))
    found = next_free(slots, LONDON, taken, after)
    free = [at for at in ahead if not clashes(at, taken)]
    assert found == (free[0] if free else None)
    if found is not None:
        local = found.astimezone(ZoneInfo(LONDON))
        assert Slot(local.weekday(), local.hour * 60 + local.minute) in slots
        assert all(abs(found - each) >= LASTS for each in taken)


@pytest.mark.parametrize(("minutes", "clash"), [(0, True), (29, True), (-29, True), (30, False)])
def test_meetings_less_than_half_an_hour_apart_overlap(minutes, clash):
    assert clashes(BEFORE_SPRING, [BEFORE_SPRING + timedelta(minutes=minutes)]) is clash


@pytest.mark.parametrize("state", EpisodeState)
def test_only_where_they_are_or_their_return_frees_from_the_next_date(state):
    unknown = state in ("missing", "in_touch", "ready_to_return", "returning")
    assert is_located(state) is not unknown
    wanted = must_have_next(StaffingState.CONFIRMED, is_located=is_located(state))
    assert wanted is unknown
    for other in set(StaffingState) - {StaffingState.CONFIRMED}:
        assert not must_have_next(other, is_located=is_located(state))


@pytest.mark.parametrize(
    ("may", "agreed", "sits"),
    [
        (["meeting"], ["meeting", "look"], True),
        (["meeting"], None, True),
        (["meeting"], [], False),
        ([], ["meeting"], False),
    ],
)
def test_one_of_the_three_sits_there_only_if_both_said_so(may, agreed, sits):
    assert may_sit(may, agreed) is sits
