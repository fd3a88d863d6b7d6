"""When there must be a next date, how often people meet, and by whose clock a day counts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.people.models import Organisation
from engage.staffings import guest_actions, labels, meeting_actions, queries
from engage.staffings.actions import close_staffing, confirm
from engage.staffings.meeting_actions import BadTime, Held, NeedsNext
from engage.staffings.models import Meeting, MeetingGuest
from engage.staffings.reading import link_of, planned_of
from engage.staffings.rules import (
    RHYTHMS,
    UNKNOWN,
    Answer,
    MeetingState,
    Part,
    Purpose,
    is_located,
)
from engage.web.errors import Changed
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import become, seen_as
from tests.page import Page
from tests.staffings.conftest import DAY, TUESDAY, episode_of, plan, staffing

S = EpisodeState
AFTER = TUESDAY + timedelta(minutes=40)


@pytest.fixture
def first(missing, inside, cast):
    meeting = confirm(seen_as(cast.sam), missing(), plan(), now=NOW)
    db.session.commit()
    return meeting


def hold(cast, meeting, now=AFTER, **more):
    made = meeting_actions.hold(seen_as(cast.sam, now), meeting.id, Held(30, "x", **more), now=now)
    db.session.commit()
    return made


@pytest.mark.parametrize("state", sorted(UNKNOWN - {S.MISSING}))
def test_in_touch_or_on_the_way_is_not_known_yet_so_there_must_be_a_next(first, cast, state):
    become(cast, episode_of(first.episode_id), state, NOW)
    with pytest.raises(NeedsNext):
        hold(cast, first)
    db.session.rollback()
    hold(cast, first, next_plan=plan(TUESDAY + DAY))
    assert len(planned_of(first.episode_id)) == 1


@pytest.mark.parametrize("state", [S.AWAY, S.RETURNED])
def test_known_where_or_back_needs_none_and_may_still_have_one(first, cast, state):
    become(cast, episode_of(first.episode_id), state, NOW)
    assert is_located(state)
    assert hold(cast, first) is None and planned_of(first.episode_id) == []


def test_a_team_meeting_never_asks_for_a_next_and_never_stands_in_for_one(first, cast):
    sam = seen_as(cast.sam)
    team = meeting_actions.plan_meeting(
        sam, first.episode_id, Purpose.TEAM, plan(TUESDAY + timedelta(hours=1)), now=NOW
    )
    assert hold(cast, team, AFTER + DAY) is None
    with pytest.raises(NeedsNext):
        hold(cast, first)
    db.session.rollback()
    with pytest.raises(NeedsNext):
        meeting_actions.cancel_meeting(sam, first.id, address=ADDRESS, now=NOW)


def test_the_next_one_is_held_by_the_same_rules(first, cast):
    second = hold(cast, first, next_plan=plan(TUESDAY + DAY))
    with pytest.raises(Changed):
        hold(cast, first, next_plan=plan(TUESDAY + 2 * DAY))
    db.session.rollback()
    with pytest.raises(NeedsNext):
        hold(cast, second, AFTER + DAY)
    db.session.rollback()
    third = hold(cast, second, AFTER + DAY, next_plan=plan(TUESDAY + 9 * DAY))
    assert [each.id for each in planned_of(first.episode_id)] == [third.id]


@pytest.mark.parametrize("at", [AFTER, AFTER - timedelta(seconds=1), AFTER + 367 * DAY])
def test_a_next_date_is_still_to_come_and_nothing_is_kept_when_it_is_not(first, cast, at):
    with pytest.raises(BadTime):
        hold(cast, first, next_plan=plan(at))
    db.session.rollback()
    row = db.session.get_one(Meeting, first.id)
    assert (row.state, row.notes) == (MeetingState.PLANNED, None)


@pytest.mark.parametrize("days", RHYTHMS)
def test_how_often_is_one_of_the_rhythms_and_stands_in_the_next_notes(first, cast, days):
    hold(cast, first, every_days=days, next_plan=plan(TUESDAY + DAY))
    assert staffing(first.episode_id).every_days == days


@pytest.mark.parametrize("days", [0, -1, 4, 365])
def test_any_other_rhythm_is_none(first, cast, days):
    with pytest.raises(ValueError, match="every_days"):
        hold(cast, first, every_days=days, next_plan=plan(TUESDAY + DAY))


def test_it_can_be_changed_and_left_as_it_is(first, cast):
    second = hold(cast, first, every_days=7, next_plan=plan(TUESDAY + DAY))
    third = hold(cast, second, AFTER + DAY, next_plan=plan(TUESDAY + 2 * DAY))
    assert staffing(first.episode_id).every_days == 7
    hold(cast, third, AFTER + 2 * DAY, every_days=1, next_plan=plan(TUESDAY + 3 * DAY))
    assert staffing(first.episode_id).every_days == 1


def test_the_page_begins_with_the_rhythm_that_was_agreed(app, cast, first, signed, clock):
    second = hold(cast, first, every_days=14, next_plan=plan(TUESDAY + DAY))
    path = f"/meetings/{second.id}/notes"
    clock.move_to(AFTER + DAY)
    page = Page(signed("sam").get(path))
    assert page.form(page.path).values["every"] == ["14"]
    offered = page.form(page.path).options("every")
    assert list(offered) == [value for value, _words in labels.rhythms()]


@pytest.mark.parametrize(
    ("zone", "starts", "day"),
    [
        # Half past six in the evening in Chicago is the next day in UTC.
        ("America/Chicago", "2026-11-25T00:30:00+00:00", date(2026, 11, 24)),
        ("America/Chicago", "2026-11-24T14:30:00+00:00", date(2026, 11, 24)),
        ("Pacific/Auckland", "2026-11-24T11:30:00+00:00", date(2026, 11, 25)),
        ("Europe/London", "2026-11-24T23:30:00+00:00", date(2026, 11, 24)),
    ],
)
def test_the_day_of_a_consult_is_the_day_of_those_who_met(missing, inside, cast, zone, starts, day):
    episode_id = missing()
    db.session.get_one(Organisation, cast.organisation).time_zone = zone
    at = datetime.fromisoformat(starts).astimezone(UTC)
    meeting = confirm(seen_as(cast.sam), episode_id, plan(at), now=NOW)
    held = Held(30, "x", counts_as_consult=True, next_plan=plan(at + DAY))
    after = at + timedelta(hours=1)
    meeting_actions.hold(seen_as(cast.sue, after), meeting.id, held, now=after)
    db.session.commit()
    assert queries.consult_days(seen_as(cast.sue), cast.maya, now=after) == [day]


def test_it_does_not_end_before_it_is_known_where_they_are(first, cast):
    sam = seen_as(cast.sam)
    for state in sorted(UNKNOWN - {S.MISSING}):
        become(cast, episode_of(first.episode_id), state, NOW)
        with pytest.raises(Changed):
            close_staffing(sam, first.episode_id, "x", address=ADDRESS, now=NOW)
        db.session.rollback()


def test_whoever_came_from_outside_is_asked_to_the_next_one_too_and_who_was_taken_off_is_not(
    first, cast
):
    sam = seen_as(cast.sam)
    about = {"address": ADDRESS, "now": NOW}
    add = guest_actions.add_guest
    add(sam, first.id, Part.COURT, "Ms Hall", "hall@court.example", **about)
    gone = add(sam, first.id, Part.POLICE, "PC Doe", "", **about)
    guest_actions.remove_guest(sam, gone.id, now=NOW)
    guest_actions.ask_young_person(sam, first.id, **about)
    db.session.commit()
    following = hold(cast, first, next_plan=plan(TUESDAY + DAY, person_ids=(cast.jo,)))
    asked = db.session.query(MeetingGuest).filter_by(meeting_id=following.id)
    assert {(each.part, str(each.name), each.email, each.answer) for each in asked} == {
        (Part.COURT, "Ms Hall", "hall@court.example", Answer.NONE),
        (Part.CARER, "Jo", None, Answer.NONE),
    }
    codes = {str(link_of(each.id).code) for each in db.session.query(MeetingGuest) if
             link_of(each.id)}  # fmt: skip
    assert len(codes) == 4, "each meeting has links of its own"
