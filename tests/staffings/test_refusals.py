"""What is refused, and that nothing is left of it: words, people, states, and twice the same."""

from uuid import uuid4

import pytest

from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.staffings import actions, guest_actions, meeting_actions, queries
from engage.staffings.guest_actions import MOST_GUESTS, BadEmail, TooManyGuests
from engage.staffings.meeting_actions import BadTime, Held, NeedsNext
from engage.staffings.models import (
    Meeting,
    MeetingAction,
    MeetingGuest,
    MeetingWords,
    Preparation,
    Staffing,
)
from engage.staffings.reading import planned_of
from engage.staffings.rules import AHEAD, RHYTHMS, Ask, MeetingState, Part, Purpose, Whose
from engage.web.errors import Changed, NotFound
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import seen_as
from tests.sealing import is_sealed
from tests.staffings.conftest import DAY, TUESDAY, episode_of, plan, staffing

AFTER = TUESDAY + DAY


@pytest.fixture
def episode_id(missing, inside):
    return missing()


@pytest.fixture
def first(episode_id, cast):
    meeting = actions.confirm(seen_as(cast.sam), episode_id, plan(), now=NOW)
    db.session.commit()
    return meeting


def audited():
    return db.session.query(AuditEntry).filter(AuditEntry.verb.like("meeting:%")).count()


@pytest.mark.parametrize("words", ["", " ", "\n\t "])
def test_words_that_are_none_are_not_kept(first, cast, words):
    sam, before = seen_as(cast.sam), audited()
    for attempt in (
        lambda: guest_actions.note_words(sam, first.id, Whose.TRUSTED, words, now=NOW),
        lambda: meeting_actions.agree(sam, first.id, words, cast.sam, AFTER, now=NOW),
    ):
        with pytest.raises(ValueError, match="words"):
            attempt()
        db.session.rollback()
    assert db.session.query(MeetingWords).count() == 0
    assert db.session.query(MeetingAction).count() == 0
    assert audited() == before


def test_no_needs_words_and_leaves_it_proposed(episode_id, cast):
    for reason in ("", "   "):
        with pytest.raises(ValueError, match="reason"):
            actions.decline(seen_as(cast.sam), episode_id, reason, now=NOW)
        db.session.rollback()
    assert staffing(episode_id).state == "proposed"


def test_what_was_decided_is_decided_once(episode_id, cast):
    sam = seen_as(cast.sam)
    actions.decline(sam, episode_id, "They rang", now=NOW)
    db.session.commit()
    for again in (
        lambda: actions.decline(sam, episode_id, "Twice", now=NOW),
        lambda: actions.confirm(sam, episode_id, plan(), now=NOW),
        lambda: actions.prepare(sam, episode_id, {Ask.KNOWN: "x"}, now=NOW),
        lambda: actions.close_staffing(sam, episode_id, "x", address=ADDRESS, now=NOW),
    ):
        with pytest.raises(Changed):
            again()
        db.session.rollback()
    assert staffing(episode_id).reason == "They rang"
    assert planned_of(episode_id) == [] and db.session.query(Preparation).count() == 0


def test_one_that_is_proposed_or_goes_on_is_not_asked_for(first, cast):
    with pytest.raises(Changed):
        actions.ask_for_staffing(seen_as(cast.sam), first.episode_id, "x", now=NOW)
    db.session.rollback()
    assert db.session.query(Staffing).count() == 1


@pytest.mark.parametrize("state", [EpisodeState.LATE, EpisodeState.RETURNED, EpisodeState.CLOSED])
def test_nobody_meets_about_somebody_who_is_not_missing(first, cast, state):
    episode_of(first.episode_id).state = state
    db.session.commit()
    sam = seen_as(cast.sam)
    for attempt in (
        lambda: meeting_actions.plan_meeting(
            sam, first.episode_id, Purpose.TEAM, plan(TUESDAY + DAY), now=NOW
        ),
        lambda: actions.ask_for_staffing(sam, first.episode_id, "x", now=NOW),
    ):
        with pytest.raises(Changed):
            attempt()
        db.session.rollback()
    assert db.session.query(Meeting).count() == 1


@pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.CANCELLED])
def test_what_is_over_is_not_changed(first, cast, state):
    first.state = state
    db.session.commit()
    sam, before = seen_as(cast.sam, AFTER), audited()
    for attempt in (
        lambda: meeting_actions.move_meeting(
            sam, first.id, AFTER + DAY, link="", place="", address=ADDRESS, now=AFTER
        ),
        lambda: meeting_actions.cancel_meeting(sam, first.id, address=ADDRESS, now=AFTER),
        lambda: meeting_actions.hold(
            sam, first.id, Held(10, "x", next_plan=plan(AFTER + DAY)), now=AFTER
        ),
        lambda: guest_actions.add_guest(
            sam, first.id, Part.OTHER, "Bo", "", address=ADDRESS, now=AFTER
        ),
        lambda: guest_actions.ask_young_person(sam, first.id, address=ADDRESS, now=AFTER),
    ):
        with pytest.raises(Changed):
            attempt()
        db.session.rollback()
    assert audited() == before


def test_a_meeting_that_is_not_there_is_not_found(episode_id, cast):
    sue, nothing = seen_as(cast.sue), uuid4()
    for attempt in (
        lambda: queries.get_meeting(sue, nothing, now=NOW),
        lambda: queries.get_staffing(sue, nothing, now=NOW),
        lambda: meeting_actions.agree(sue, nothing, "x", cast.sam, AFTER, now=NOW),
        lambda: meeting_actions.finish_action(sue, nothing, now=NOW),
        lambda: meeting_actions.hold(sue, nothing, Held(5, "x"), now=NOW),
        lambda: guest_actions.note_words(sue, nothing, Whose.TRUSTED, "x", now=NOW),
        lambda: guest_actions.remove_guest(sue, nothing, now=NOW),
        lambda: guest_actions.ask_again(sue, nothing, now=NOW),
        lambda: actions.note_export(sue, nothing, "txt", now=NOW),
        lambda: actions.decline(sue, nothing, "x", now=NOW),
    ):
        with pytest.raises(NotFound):
            attempt()
        db.session.rollback()


@pytest.mark.parametrize("email", ["x", "@", "a b@c.example", "a@b@c.example", "a@"])
def test_an_address_that_is_none_asks_nobody(first, cast, email):
    before = db.session.query(MeetingGuest).count()
    with pytest.raises(BadEmail):
        guest_actions.add_guest(
            seen_as(cast.sam), first.id, Part.OTHER, "Bo", email, address=ADDRESS, now=NOW
        )
    db.session.rollback()
    assert db.session.query(MeetingGuest).count() == before


def test_the_room_is_full_at_its_number_and_one_who_leaves_makes_room(first, cast):
    sam = seen_as(cast.sam)
    there = db.session.query(MeetingGuest).filter_by(meeting_id=first.id).count()
    for number in range(MOST_GUESTS - there):
        guest_actions.add_guest(
            sam, first.id, Part.OTHER, f"G{number}", "", address=ADDRESS, now=NOW
        )
    with pytest.raises(TooManyGuests):
        guest_actions.add_guest(sam, first.id, Part.OTHER, "X", "", address=ADDRESS, now=NOW)
    db.session.commit()
    one = db.session.query(MeetingGuest).filter_by(part=Part.OTHER).first()
    guest_actions.remove_guest(sam, one.id, now=NOW)
    guest_actions.add_guest(sam, first.id, Part.OTHER, "X", "", address=ADDRESS, now=NOW)


def test_taken_off_twice_is_once_and_asked_again_is_nobody(first, cast):
    sam = seen_as(cast.sam)
    guest_actions.add_guest(sam, first.id, Part.COURT, "Ms Hall", "", address=ADDRESS, now=NOW)
    [guest] = db.session.query(MeetingGuest).filter_by(part=Part.COURT)
    for at in (NOW, NOW + DAY):
        guest_actions.remove_guest(sam, guest.id, now=at)
    db.session.commit()
    assert guest.removed_at == NOW
    with pytest.raises(NotFound):
        guest_actions.ask_again(sam, guest.id, now=NOW)


@pytest.mark.parametrize("name", ["maya", "jo", "ade", "zed_worker", "far_zed_worker", "ines"])
def test_nothing_agreed_is_given_to_somebody_who_has_nothing_to_do_with_it(first, cast, name):
    with pytest.raises(NotFound):
        meeting_actions.agree(seen_as(cast.sam), first.id, "x", getattr(cast, name), AFTER, now=NOW)
    db.session.rollback()
    assert db.session.query(MeetingAction).count() == 0


@pytest.mark.parametrize("due", [NOW, NOW - DAY, NOW + AHEAD + DAY])
def test_nothing_is_due_in_the_past_or_in_years(first, cast, due):
    with pytest.raises(BadTime):
        meeting_actions.agree(seen_as(cast.sam), first.id, "x", cast.sam, due, now=NOW)


def test_what_is_done_is_done_once_by_whoever_said_so_first(first, cast):
    action = meeting_actions.agree(seen_as(cast.sam), first.id, "x", cast.sam, AFTER, now=NOW)
    db.session.commit()
    meeting_actions.finish_action(seen_as(cast.sue), action.id, now=NOW + DAY)
    meeting_actions.finish_action(seen_as(cast.sam), action.id, now=NOW + 2 * DAY)
    db.session.commit()
    assert (action.done_by_id, action.done_at, action.next_look_at) == (cast.sue, NOW + DAY, None)
    assert db.session.query(AuditEntry).filter_by(verb="meeting:done").count() == 1


@pytest.mark.parametrize("every", [0, -1, 5, 365])
def test_a_rhythm_that_is_none_keeps_nothing_of_the_notes(first, cast, every):
    assert every not in RHYTHMS
    held = Held(30, "x", every_days=every, next_plan=plan(AFTER + DAY))
    with pytest.raises(ValueError, match="every_days"):
        meeting_actions.hold(seen_as(cast.sam, AFTER), first.id, held, now=AFTER)
    db.session.rollback()
    db.session.refresh(first)
    assert (first.state, first.notes) == ("planned", None)


def test_without_the_next_date_nothing_of_the_notes_is_kept(first, cast):
    owed = ("Ring the aunt", cast.sam, AFTER + DAY)
    with pytest.raises(NeedsNext):
        meeting_actions.hold(
            seen_as(cast.sam, AFTER), first.id, Held(30, "x", actions=(owed,)), now=AFTER
        )
    db.session.rollback()
    db.session.refresh(first)
    assert (first.state, first.notes) == ("planned", None)
    assert db.session.query(MeetingAction).count() == 0


def test_a_bad_thing_to_do_takes_the_whole_notes_back(first, cast):
    held = Held(30, "x", next_plan=plan(AFTER + DAY), actions=(("y", cast.ade, AFTER + DAY),))
    with pytest.raises(NotFound):
        meeting_actions.hold(seen_as(cast.sam, AFTER), first.id, held, now=AFTER)
    db.session.rollback()
    assert [each.id for each in planned_of(first.episode_id)] == [first.id]


def test_words_of_meetings_are_sealed(first, cast):
    sam = seen_as(cast.sam, AFTER)
    guest_actions.note_words(sam, first.id, Whose.TRUSTED, "quiet room", now=AFTER)
    owed = ("Ring the aunt", cast.sam, AFTER + DAY)
    held = Held(30, "They talked", next_plan=plan(AFTER + DAY), actions=(owed,))
    meeting_actions.hold(sam, first.id, held, now=AFTER)
    db.session.commit()
    [words] = db.session.query(MeetingWords)
    [action] = db.session.query(MeetingAction)
    assert (words.words, action.words, first.notes) == ("quiet room", owed[0], "They talked")
    assert all(is_sealed(each) for each in (words._words, action._words, first._notes))


def test_what_was_prepared_for_nothing_asked_is_taken_away(episode_id, cast):
    sam = seen_as(cast.sam)
    actions.prepare(sam, episode_id, {Ask.KNOWN: "x", Ask.WHERE: "y"}, now=NOW)
    actions.prepare(sam, episode_id, {Ask.KNOWN: " ", Ask.WHERE: "z"}, now=NOW)
    db.session.commit()
    kept = {each.question: each.words for each in db.session.query(Preparation) if each.words}
    assert kept == {Ask.WHERE: "z"}
