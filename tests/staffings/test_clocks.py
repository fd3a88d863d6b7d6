"""Half hours by the clock on the wall, when it changes; two at one instant; late, to the second."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.alerts.models import Alert
from engage.db import db
from engage.staffings import actions, meeting_actions, sweep_actions
from engage.staffings.facilitator_actions import Overlaps, add_slot, end_slot
from engage.staffings.meeting_actions import BadTime, Held, Taken
from engage.staffings.models import FacilitatorSlot, MeetingAction
from engage.staffings.reading import planned_of
from engage.staffings.rules import (
    AHEAD,
    BEHIND,
    LASTS,
    LOOK_AGAIN,
    REMIND,
    Purpose,
    Slot,
    agenda,
    clashes,
    instants,
    next_free,
)
from engage.web.errors import NotFound
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import seen_as
from tests.staffings.conftest import DAY, TUESDAY, give_slots, plan, staffing, swept

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ZONES = ("Europe/London", "America/Chicago", "Pacific/Auckland", "America/St_Johns")
WEEKLY = st.builds(Slot, st.integers(0, 6), st.integers(0, 47).map(lambda n: n * 30))


@given(WEEKLY, st.sampled_from(ZONES), st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)))
def test_every_instant_shows_its_own_time_on_the_wall(slot, zone, start):
    after = start.replace(tzinfo=UTC)
    for at in instants(slot, zone, after):
        local = at.astimezone(ZoneInfo(zone))
        assert (local.weekday(), local.hour * 60 + local.minute) == (slot.weekday, slot.minute)
        assert at > after


@given(WEEKLY, st.sampled_from(ZONES), st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)))
def test_a_week_is_never_skipped_but_where_no_clock_showed_it(slot, zone, start):
    found = instants(slot, zone, start.replace(tzinfo=UTC))
    assert found == sorted(set(found))
    gaps = {
        (b.astimezone(ZoneInfo(zone)).date() - a.astimezone(ZoneInfo(zone)).date()).days
        for a, b in itertools.pairwise(found)
    }
    # One night a year has no such time; two weeks lie between then.
    assert gaps <= {7, 14}
    assert 3 <= len(found) <= 5


@pytest.mark.parametrize(
    ("zone", "slot", "night", "utc"),
    [
        # The hour that London has twice: the first counts.
        ("Europe/London", Slot(6, 90), datetime(2026, 10, 24, 12), "2026-10-25T00:30"),
        ("America/Chicago", Slot(6, 90), datetime(2026, 10, 31, 12), "2026-11-01T06:30"),
        # The hour that is not there is left out for a week.
        ("Europe/London", Slot(6, 90), datetime(2027, 3, 27, 12), "2027-04-04T00:30"),
        ("America/Chicago", Slot(6, 150), datetime(2027, 3, 13, 12), "2027-03-21T07:30"),
    ],
)
def test_the_night_of_the_change(zone, slot, night, utc):
    first = instants(slot, zone, night.replace(tzinfo=UTC))[0]
    assert first == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@given(st.lists(WEEKLY, max_size=5), st.sampled_from(ZONES))
def test_the_order_of_slots_changes_nothing(slots, zone):
    there = next_free(slots, zone, (), NOW)
    assert next_free(slots[::-1], zone, (), NOW) == there
    assert next_free([*slots, *slots], zone, (), NOW) == there


def test_two_slots_at_one_instant_are_one_and_the_next_week_is_taken_then():
    slots = [Slot(1, 870), Slot(1, 870)]
    first = next_free(slots, "Europe/London", (), NOW)
    assert first == TUESDAY
    assert next_free(slots, "Europe/London", {TUESDAY}, NOW) == TUESDAY + 7 * DAY
    assert next_free([], "Europe/London", (), NOW) is None


@pytest.mark.parametrize("minutes", [-29, -1, 0, 1, 29])
def test_less_than_half_an_hour_apart_is_the_same_half_hour(minutes):
    assert clashes(TUESDAY + minutes * MINUTE, [TUESDAY])
    assert not clashes(TUESDAY + LASTS, [TUESDAY]) and not clashes(TUESDAY - LASTS, [TUESDAY])


def test_the_agenda_is_half_an_hour_in_the_night_of_the_change_too():
    start = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    assert agenda(start)[-1].ends_at == start + LASTS


@pytest.mark.parametrize(
    ("at", "is_good"),
    [(NOW, False), (NOW - SECOND, False), (NOW + SECOND, True), (NOW + AHEAD, True),
     (NOW + AHEAD + SECOND, False)],
)  # fmt: skip
def test_a_meeting_lies_ahead_to_the_second_and_at_most_a_year(missing, inside, cast, at, is_good):
    episode = missing()
    sam = seen_as(cast.sam)
    if is_good:
        assert actions.confirm(sam, episode, plan(at), now=NOW).starts_at == at
    else:
        with pytest.raises(BadTime):
            actions.confirm(sam, episode, plan(at), now=NOW)
        db.session.rollback()
        assert planned_of(episode) == [] and staffing(episode).state == "proposed"


@pytest.fixture
def first(missing, inside, cast):
    meeting = actions.confirm(seen_as(cast.sam), missing(), plan(), now=NOW)
    db.session.commit()
    return meeting


@pytest.mark.parametrize(
    ("now", "is_good"),
    [(TUESDAY - SECOND, False), (TUESDAY, True), (TUESDAY + BEHIND, True),
     (TUESDAY + BEHIND + SECOND, False)],
)  # fmt: skip
def test_it_is_written_down_from_when_it_began_for_a_month(first, cast, now, is_good):
    held = Held(30, "x", next_plan=plan(now + DAY))
    if is_good:
        assert meeting_actions.hold(seen_as(cast.sam, now), first.id, held, now=now) is not None
    else:
        with pytest.raises(BadTime):
            meeting_actions.hold(seen_as(cast.sam, now), first.id, held, now=now)


@pytest.mark.parametrize(("minutes", "is_good"), [(0, False), (1, True), (-5, False)])
def test_a_meeting_lasts_at_least_a_minute(first, cast, minutes, is_good):
    now = TUESDAY + DAY
    held = Held(minutes, "x", next_plan=plan(now + DAY))
    if is_good:
        meeting_actions.hold(seen_as(cast.sam, now), first.id, held, now=now)
        assert first.ended_at == TUESDAY + minutes * MINUTE
    else:
        with pytest.raises(BadTime):
            meeting_actions.hold(seen_as(cast.sam, now), first.id, held, now=now)


def test_what_was_agreed_is_late_at_its_instant_and_again_a_day_later(first, cast):
    due = TUESDAY + DAY
    action = meeting_actions.agree(
        seen_as(cast.sam), first.id, "Ring the aunt", cast.sam, due, now=NOW
    )
    db.session.commit()
    sweep = sweep_actions.sweep_actions
    assert sweep(now=due - SECOND, address=ADDRESS) == 0
    assert sweep(now=due, address=ADDRESS) == 1
    db.session.commit()
    assert action.next_look_at == due + REMIND
    assert sweep(now=due + REMIND - SECOND, address=ADDRESS) == 0
    assert sweep(now=due + REMIND, address=ADDRESS) == 1


def test_two_late_in_one_meeting_are_told_of_once_a_day(first, cast):
    due = TUESDAY + DAY
    for words in ("Ring the aunt", "Ask the school"):
        meeting_actions.agree(seen_as(cast.sam), first.id, words, cast.sam, due, now=NOW)
    db.session.commit()
    key = f"meeting-actions:{first.episode_id}:{due:%Y%m%d}"
    assert sweep_actions.sweep_actions(now=due, address=ADDRESS) == 2
    db.session.commit()
    assert db.session.query(Alert).filter_by(dedupe_key=key).count() == 1


def test_a_batch_of_late_ones_leaves_none_behind(first, cast):
    due = TUESDAY + DAY
    for number in range(5):
        meeting_actions.agree(seen_as(cast.sam), first.id, str(number), cast.sam, due, now=NOW)
    db.session.commit()
    taken = [sweep_actions.sweep_actions(now=due, address=ADDRESS, limit=2) for _ in range(4)]
    assert taken == [2, 2, 1, 0]
    db.session.commit()
    assert {each.next_look_at for each in db.session.query(MeetingAction)} == {due + REMIND}


def test_a_proposal_is_looked_at_again_within_a_quarter_of_an_hour(missing, inside):
    episode = missing()
    looked = staffing(episode).next_look_at
    assert NOW < looked <= NOW + LOOK_AGAIN
    assert sweep_actions.sweep(now=looked - SECOND, address=ADDRESS) == 0
    assert sweep_actions.sweep(now=looked, address=ADDRESS) == 1


def test_a_worker_that_slept_for_days_proposes_once(missing, inside, cast):
    episode = missing()
    for days in (3, 3, 4):
        swept(NOW + days * DAY)
    keys = [each.dedupe_key for each in db.session.query(Alert)
            if each.dedupe_key.startswith(f"staffing:{staffing(episode).id}")]  # fmt: skip
    assert len(keys) == len(set(keys))
    assert sorted(each.rpartition(":")[2] for each in keys)[-2:] == ["20261125", "20261126"]


def test_a_half_hour_ends_before_midnight_and_does_not_touch_the_next(inside, cast):
    sue = seen_as(cast.sue)
    add_slot(sue, cast.olu, "North", 2, 24 * 60 - 30, now=NOW)
    add_slot(sue, cast.olu, "North", 2, 24 * 60 - 60, now=NOW)
    with pytest.raises(Overlaps):
        add_slot(sue, cast.olu, "North", 2, 24 * 60 - 31, now=NOW)
    with pytest.raises(ValueError, match="slot"):
        add_slot(sue, cast.olu, "North", 2, 24 * 60 - 29, now=NOW)


@pytest.mark.parametrize(
    ("region", "weekday", "minute"),
    [("", 1, 600), ("   ", 1, 600), ("North", 7, 600), ("North", -1, 600), ("North", 1, -30),
     ("North", 1, 24 * 60)],
)  # fmt: skip
def test_a_time_of_no_week_is_none(inside, cast, region, weekday, minute):
    with pytest.raises(ValueError, match="slot"):
        add_slot(seen_as(cast.sue), cast.olu, region, weekday, minute, now=NOW)
    db.session.rollback()
    assert db.session.query(FacilitatorSlot).count() == 0


def test_a_slot_that_ended_is_free_for_another_and_what_is_booked_stays(missing, inside, cast):
    give_slots(cast, cast.olu, (1, 14 * 60 + 30))
    meeting = actions.confirm(seen_as(cast.sam), missing(), plan(facilitator_id=cast.olu), now=NOW)
    [slot] = db.session.query(FacilitatorSlot)
    for at in (NOW + MINUTE, NOW + DAY):
        end_slot(seen_as(cast.sue), slot.id, now=at)
    db.session.commit()
    assert slot.ended_at == NOW + MINUTE
    assert (meeting.facilitator_id, meeting.state) == (cast.olu, "planned")
    assert add_slot(seen_as(cast.sue), cast.olu, "North", 1, 14 * 60 + 30, now=NOW + DAY)


def test_whoever_leads_is_in_one_half_hour_at_a_time_to_the_minute(missing, inside, cast):
    give_slots(cast, cast.olu, (1, 870))
    first = actions.confirm(seen_as(cast.sam), missing(), plan(facilitator_id=cast.olu), now=NOW)
    db.session.commit()
    for minutes in (29, -29):
        with pytest.raises(Taken):
            meeting_actions.plan_meeting(
                seen_as(cast.sam), first.episode_id, Purpose.TEAM,
                plan(TUESDAY + minutes * MINUTE, facilitator_id=cast.olu), now=NOW,
            )  # fmt: skip
        db.session.rollback()
    for minutes in (30, -30):
        assert meeting_actions.plan_meeting(
            seen_as(cast.sam), first.episode_id, Purpose.TEAM,
            plan(TUESDAY + minutes * MINUTE, facilitator_id=cast.olu), now=NOW,
        )  # fmt: skip


def test_somebody_without_a_half_hour_leads_nothing(missing, inside, cast):
    with pytest.raises(NotFound):
        actions.confirm(seen_as(cast.sam), missing(), plan(facilitator_id=cast.olu), now=NOW)
    db.session.rollback()
    assert date(2026, 11, 24) == TUESDAY.date()
