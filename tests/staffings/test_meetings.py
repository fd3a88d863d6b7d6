"""A meeting is planned, moved, held and called off; there is a next date until they are found."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engage.alerts.models import Alert
from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.messaging.models import Message
from engage.people import links
from engage.people.models import LinkKind
from engage.staffings import guest_actions, meeting_actions, queries
from engage.staffings.actions import confirm
from engage.staffings.facilitator_actions import Overlaps, add_slot, end_slot
from engage.staffings.guest_actions import BadEmail, TooManyGuests
from engage.staffings.meeting_actions import BadTime, Held, NeedsNext, Taken
from engage.staffings.models import FacilitatorSlot, Meeting, MeetingAction, MeetingGuest, Staffing
from engage.staffings.reading import planned_of
from engage.staffings.rules import Answer, MeetingState, Part, Purpose, Whose
from engage.web.errors import Changed, NotFound
from tests.at_once import at_once
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import become, seen_as
from tests.staffings.conftest import (
    DAY,
    TUESDAY,
    episode_of,
    give_slots,
    plan,
    staffing,
    swept,
)

S = EpisodeState
AFTER = TUESDAY + timedelta(minutes=40)


@pytest.fixture
def first(missing, inside, cast):
    """Maya's first staffing is set for Tuesday; Jo and Sue are asked."""
    episode_id = missing()
    meeting = confirm(seen_as(cast.sam), episode_id, plan(person_ids=(cast.sue, cast.jo)), now=NOW)
    db.session.commit()
    return meeting


def texts(template):
    return db.session.query(Message).filter_by(template=template).all()


def guests(meeting):
    db.session.expire_all()
    return {
        each.part: each for each in db.session.query(MeetingGuest).filter_by(meeting_id=meeting.id)
    }


def test_somebody_with_a_phone_is_texted_a_link_and_staff_are_not(first, cast):
    assert [each.person_id for each in texts("meeting_asked")] == [cast.jo]


def test_a_staffing_is_never_held_without_the_next_date_while_nobody_knows(first, cast):
    sam = seen_as(cast.sam, AFTER)
    with pytest.raises(NeedsNext):
        meeting_actions.hold(sam, first.id, Held(25, "x"), now=AFTER)
    db.session.rollback()
    assert db.session.get(Meeting, first.id).state == MeetingState.PLANNED
    following = meeting_actions.hold(
        sam, first.id, Held(25, "Aunt rang", every_days=7, next_plan=plan(TUESDAY + 7 * DAY)),
        now=AFTER,
    )  # fmt: skip
    db.session.commit()
    assert planned_of(first.episode_id) == [following]
    assert staffing(first.episode_id).every_days == 7
    held = db.session.get(Meeting, first.id)
    assert (held.notes, held.ended_at) == ("Aunt rang", TUESDAY + timedelta(minutes=25))


def test_once_it_is_known_where_they_are_no_next_date_is_asked_for(first, cast):
    become(cast, episode_of(first.episode_id), S.AWAY, AFTER)
    held = Held(30, "Found at her aunt's")
    assert meeting_actions.hold(seen_as(cast.sam), first.id, held, now=AFTER) is None


def test_the_only_one_set_is_moved_and_not_called_off(first, cast):
    sam = seen_as(cast.sam)
    with pytest.raises(NeedsNext):
        meeting_actions.cancel_meeting(sam, first.id, address=ADDRESS, now=NOW)
    become(cast, episode_of(first.episode_id), S.AWAY)
    meeting_actions.cancel_meeting(sam, first.id, address=ADDRESS, now=NOW)
    assert first.state == MeetingState.CANCELLED and first.sequence == 1
    assert len(texts("meeting_changed")) == 1
    with pytest.raises(Changed):
        meeting_actions.cancel_meeting(sam, first.id, address=ADDRESS, now=NOW)


def test_moving_tells_everybody_and_asks_anew(first, cast):
    guest = guests(first)[Part.CARER]
    guest.answer = Answer.YES
    db.session.commit()
    meeting_actions.move_meeting(
        seen_as(cast.sam), first.id, TUESDAY + DAY, link="https://meet.example/x", place="",
        address=ADDRESS, now=NOW + timedelta(minutes=1),
    )  # fmt: skip
    db.session.commit()
    assert first.sequence == 1 and first.starts_at == TUESDAY + DAY
    assert guests(first)[Part.CARER].answer == Answer.NONE
    assert len(texts("meeting_changed")) == 1
    # Only the place: who said yes has said so.
    guests(first)[Part.CARER].answer = Answer.YES
    meeting_actions.move_meeting(
        seen_as(cast.sam), first.id, TUESDAY + DAY, link="", place="Room 4", address=ADDRESS,
        now=NOW + timedelta(minutes=2),
    )  # fmt: skip
    assert guests(first)[Part.CARER].answer == Answer.YES


@pytest.mark.parametrize("at", [NOW, NOW - DAY, NOW + 400 * DAY])
def test_a_meeting_is_set_for_a_time_to_come(missing, inside, cast, at):
    with pytest.raises(BadTime):
        confirm(seen_as(cast.sam), missing(), plan(at), now=NOW)


@pytest.mark.parametrize(
    ("now", "minutes"), [(NOW, 30), (AFTER, 0), (AFTER, 241), (TUESDAY + 32 * DAY, 30)]
)
def test_it_was_held_only_when_it_can_have_been(first, cast, now, minutes):
    held = Held(minutes, "x", next_plan=plan(TUESDAY + 90 * DAY))
    with pytest.raises(BadTime):
        meeting_actions.hold(seen_as(cast.sam), first.id, held, now=now)


def test_a_second_staffing_is_not_set_beside_the_first_but_a_team_meeting_is(first, cast):
    sam = seen_as(cast.sam)
    with pytest.raises(Changed):
        meeting_actions.plan_meeting(
            sam, first.episode_id, Purpose.STAFFING, plan(TUESDAY + DAY), now=NOW
        )
    team = meeting_actions.plan_meeting(
        sam, first.episode_id, Purpose.TEAM, plan(TUESDAY + DAY, with_young_person=True), now=NOW
    )
    db.session.commit()
    assert [each.person_id for each in texts("meeting_young")] == [cast.maya]
    with pytest.raises(Changed):
        guest_actions.ask_young_person(sam, team.id, address=ADDRESS, now=NOW)


def test_it_may_count_as_the_supervisors_consult(first, cast):
    held = Held(30, "x", counts_as_consult=True, next_plan=plan(TUESDAY + DAY))
    meeting_actions.hold(seen_as(cast.sue), first.id, held, now=AFTER)
    days = queries.consult_days(seen_as(cast.sue), cast.maya, now=AFTER)
    assert days == [date(2026, 11, 24)]


def test_what_was_agreed_climbs_every_day_until_it_is_done(first, cast):
    sam = seen_as(cast.sam)
    due = TUESDAY + 2 * DAY
    action = meeting_actions.agree(sam, first.id, "Ring the aunt", cast.sam, due, now=NOW)
    db.session.commit()
    told = db.session.query(Alert).filter(Alert.dedupe_key.like("meeting-actions:%"))
    swept(due - timedelta(seconds=1))
    assert told.count() == 0
    swept(due)
    swept(due + timedelta(minutes=1))
    assert told.count() == 1
    swept(due + DAY)
    assert told.count() == 2
    meeting_actions.finish_action(sam, action.id, now=due + DAY)
    meeting_actions.finish_action(sam, action.id, now=due + 2 * DAY)
    db.session.commit()
    swept(due + 3 * DAY)
    assert told.count() == 2
    assert db.session.get(MeetingAction, action.id).done_at == due + DAY


@pytest.mark.parametrize("days", [0, -1, 400])
def test_what_is_agreed_has_a_day_to_come_and_an_owner_who_is_staff(first, cast, days):
    sam = seen_as(cast.sam)
    with pytest.raises(BadTime):
        meeting_actions.agree(sam, first.id, "x", cast.sam, NOW + days * DAY, now=NOW)
    with pytest.raises(NotFound):
        meeting_actions.agree(sam, first.id, "x", cast.zed_worker, NOW + DAY, now=NOW)
    with pytest.raises(ValueError):
        meeting_actions.agree(sam, first.id, " ", cast.sam, NOW + DAY, now=NOW)


def test_notes_nobody_wrote_are_asked_for(first):
    swept(TUESDAY + timedelta(minutes=59))
    told = db.session.query(Alert).filter(Alert.dedupe_key.like("staffing:%:notes:%"))
    assert told.count() == 0
    swept(TUESDAY + timedelta(minutes=80))
    assert told.count() == 1


def test_guests_from_outside_get_a_link_of_their_own_that_ends(first, cast):
    sam = seen_as(cast.sam)
    guest = guest_actions.add_guest(
        sam, first.id, Part.COURT, "Ms  Hall", "hall@court.example", address=ADDRESS, now=NOW
    )
    db.session.commit()
    page = queries.get_meeting(sam, first.id, now=NOW)
    [line] = [each for each in page.guests if each.guest.id == guest.id]
    assert line.guest.name == "Ms Hall" and line.guest.mail_due_at == NOW
    assert links.find(LinkKind.MEETING, line.code, now=TUESDAY + DAY).object_id == guest.id
    assert links.find(LinkKind.MEETING, line.code, now=TUESDAY + 3 * DAY) is None
    guest_actions.ask_again(sam, guest.id, now=NOW)
    assert links.find(LinkKind.MEETING, line.code, now=NOW) is None
    guest_actions.remove_guest(sam, guest.id, now=NOW)
    with pytest.raises(NotFound):
        guest_actions.ask_again(sam, guest.id, now=NOW)


@pytest.mark.parametrize("email", ["hall", "a@b", "a b@c.example", "a@b.example, c@d.example"])
def test_what_is_no_address_is_refused(first, cast, email):
    with pytest.raises(BadEmail):
        guest_actions.add_guest(
            seen_as(cast.sam), first.id, Part.OTHER, "X", email, address=ADDRESS, now=NOW
        )


def test_a_meeting_has_room_for_thirty(first, cast):
    sam = seen_as(cast.sam)

    def add(number):
        return guest_actions.add_guest(
            sam, first.id, Part.OTHER, f"G{number}", "", address=ADDRESS, now=NOW
        )

    for number in range(30 - len(guests(first))):
        add(number)
    with pytest.raises(TooManyGuests):
        add(31)


def test_words_say_whose_they_are_and_who_wrote_them(first, cast):
    sam = seen_as(cast.sam)
    guest_actions.note_words(sam, first.id, Whose.TRUSTED, "She is all right", now=NOW)
    guest = guest_actions.ask_young_person(sam, first.id, address=ADDRESS, now=NOW)
    link = queries.link_of(guest.id)
    guest_actions.say(link, "I will not go back there", now=NOW + timedelta(minutes=1))
    page = queries.get_meeting(sam, first.id, now=NOW)
    assert [(each.whose, each.words, each.by_id) for each in page.words] == [
        (Whose.TRUSTED, "She is all right", cast.sam),
        (Whose.YOUNG_PERSON, "I will not go back there", None),
    ]
    with pytest.raises(NotFound):
        guest_actions.say(queries.link_of(guests(first)[Part.CARER].id), "x", now=NOW)


def test_who_leads_reads_and_writes_their_meeting_and_no_other(first, cast, inside):
    give_slots(cast, cast.kits_worker, (1, 14 * 60 + 30))
    wyn = seen_as(cast.kits_worker)
    with pytest.raises(NotFound):
        queries.get_meeting(wyn, first.id, now=NOW)
    first.facilitator_id = cast.kits_worker
    db.session.commit()
    page = queries.get_meeting(wyn, first.id, now=NOW)
    assert page.may_edit and not page.is_near
    assert queries.leading(wyn, now=NOW) == [first]
    with pytest.raises(NotFound):
        queries.get_staffing(wyn, first.episode_id, now=NOW)


def test_the_soonest_free_facilitator_of_a_region_is_found(cast, inside):
    give_slots(cast, cast.olu, (2, 600), region="North")
    give_slots(cast, cast.sue, (1, 600), (1, 630), region="South")
    sam = seen_as(cast.sam)
    assert queries.soonest(sam, "North", now=NOW)[0] == cast.olu
    assert queries.soonest(sam, "", now=NOW)[0] == cast.sue
    assert queries.soonest(sam, "East", now=NOW) is None
    lines = queries.facilitators(sam, now=NOW)
    assert [(line.name, line.region) for line in lines] == [("Sue", "South"), ("Olu", "North")]
    end_slot(seen_as(cast.sue), lines[1].slots[0].id, now=NOW)
    assert [line.name for line in queries.facilitators(sam, now=NOW)] == ["Sue"]


def test_slots_of_one_person_never_overlap_and_strangers_change_none(cast, inside):
    give_slots(cast, cast.olu, (2, 600))
    sue = seen_as(cast.sue)
    with pytest.raises(Overlaps):
        add_slot(sue, cast.olu, "North", 2, 615, now=NOW)
    for bad in ((7, 600), (0, -1), (0, 24 * 60)):
        with pytest.raises(ValueError):
            add_slot(sue, cast.olu, "North", *bad, now=NOW)
    for person in (cast.far_zed_worker, cast.jo):
        with pytest.raises(NotFound):
            add_slot(sue, person, "North", 3, 600, now=NOW)
    slot = db.session.query(FacilitatorSlot).one()
    for stranger in (cast.sam, cast.far_zed_supervisor, cast.jo):
        with pytest.raises(NotFound):
            end_slot(seen_as(stranger), slot.id, now=NOW)


def test_a_facilitator_is_never_in_two_meetings(missing, inside, cast):
    give_slots(cast, cast.olu, (1, 14 * 60 + 30))
    episode_id = missing()
    sam = seen_as(cast.sam)
    booked = plan(TUESDAY, facilitator_id=cast.olu)
    confirm(sam, episode_id, booked, now=NOW)
    db.session.commit()
    for minutes in (-29, 0, 29):
        with pytest.raises(Taken):
            meeting_actions.plan_meeting(
                sam, episode_id, Purpose.TEAM,
                replace(booked, starts_at=TUESDAY + timedelta(minutes=minutes)), now=NOW,
            )  # fmt: skip
        db.session.rollback()
    assert queries.free_at(sam, cast.olu, now=NOW) == TUESDAY + 7 * DAY
    with pytest.raises(NotFound):
        meeting_actions.plan_meeting(
            sam, episode_id, Purpose.TEAM, plan(TUESDAY + DAY, facilitator_id=cast.jo), now=NOW
        )


def test_many_book_at_the_same_instant_and_one_gets_it(app, missing, cast):
    with app.app_context():
        give_slots(cast, cast.olu, (1, 14 * 60 + 30))
    episode_id = missing()

    def book():
        sam = seen_as(cast.sam)
        db.session.rollback()
        return meeting_actions.plan_meeting(
            sam, episode_id, Purpose.TEAM, plan(TUESDAY, facilitator_id=cast.olu), now=NOW
        )

    came = at_once(app, [book] * 4, refusals=(Taken,))
    assert [isinstance(each, Taken) for each in came].count(True) == 3
    with app.app_context():
        assert db.session.query(Meeting).filter_by(facilitator_id=cast.olu).count() == 1


STEPS = st.lists(
    st.sampled_from(["hold_next", "hold", "cancel", "move", "away", "missing", "in_touch"]),
    min_size=1, max_size=7,
)  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_people_do_there_is_a_next_date_until_it_is_known_where_they_are(
    app, cast, missing, steps
):
    with app.app_context():
        before = [each.episode_id for each in db.session.query(Staffing)]
        now = NOW + len(before) * 100 * DAY
        for episode_id in before:
            if episode_of(episode_id).state != S.RETURNED:
                become(cast, episode_of(episode_id), S.RETURNED, now - DAY)
    episode_id = missing(now=now)
    with app.app_context():
        sam = seen_as(cast.sam)
        confirm(sam, episode_id, plan(now + DAY), now=now)
        db.session.commit()
        for step in steps:
            planned = planned_of(episode_id)
            try:
                _take(step, cast, episode_id, planned, now)
                db.session.commit()
            except (NeedsNext, Changed):
                db.session.rollback()
            row = staffing(episode_id)
            if episode_of(episode_id).state != S.AWAY and "away" not in steps:
                assert row.state == "confirmed" and len(planned_of(episode_id)) == 1
            now += timedelta(minutes=1)


def _take(step, cast, episode_id, planned, now):
    sam = seen_as(cast.sam, now)
    if step in ("away", "missing", "in_touch"):
        if episode_of(episode_id).state != step:
            become(cast, episode_of(episode_id), EpisodeState(step), now)
    elif planned and step == "move":
        meeting_actions.move_meeting(
            sam, planned[0].id, now + DAY, link="", place="", address=ADDRESS, now=now
        )
    elif planned and step == "cancel":
        meeting_actions.cancel_meeting(sam, planned[0].id, address=ADDRESS, now=now)
    elif planned:
        after = planned[0].starts_at + timedelta(hours=1)
        following = plan(after + DAY) if step == "hold_next" else None
        meeting_actions.hold(sam, planned[0].id, Held(30, "x", next_plan=following), now=after)
