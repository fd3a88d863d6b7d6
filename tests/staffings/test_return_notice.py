"""After a return, that whoever was asked must hear of it ends by itself where they all do."""

from datetime import timedelta

import pytest

from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes.models import EpisodeClock
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import NoticeState, Phase
from engage.episodes.rules import EpisodeState
from engage.staffings import actions, guest_actions, meeting_actions
from engage.staffings.models import MeetingGuest
from engage.staffings.rules import Part, Purpose
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import become, seen_as
from tests.staffings.conftest import DAY, episode_of, plan, staffing, swept

S = EpisodeState
BACK = NOW + timedelta(hours=5)
SOON = BACK + timedelta(seconds=15)


def notice(episode_id):
    db.session.expire_all()
    return (
        db.session.query(EpisodeNotice)
        .filter_by(episode_id=episode_id, to="staffings", phase=Phase.RETURNED)
        .one()
    )


def come_back(cast, episode_id):
    become(cast, episode_of(episode_id), S.RETURNED, BACK)
    assert notice(episode_id).state == NoticeState.OPEN
    swept(SOON)
    return notice(episode_id)


@pytest.fixture
def confirmed(missing, inside, cast):
    """A first staffing is set; nobody is asked yet."""
    episode_id = missing()
    meeting = actions.confirm(seen_as(cast.sam), episode_id, plan(), now=NOW)
    db.session.commit()
    return episode_id, meeting


def ask(cast, meeting, name="Ms Hall", email="hall@court.example"):
    guest = guest_actions.add_guest(
        seen_as(cast.sam), meeting.id, Part.COURT, name, email, address=ADDRESS, now=NOW
    )
    db.session.commit()
    return guest


def mailed(guest):
    db.session.get_one(MeetingGuest, guest.id).mailed_sequence = 0
    db.session.commit()


@pytest.mark.parametrize("facts", [("exploitation",), ()])
def test_where_nobody_was_asked_nobody_need_be_told(missing, inside, cast, facts):
    row = come_back(cast, missing(facts=facts))
    assert (row.state, row.told_at, row.ended_at) == (NoticeState.NOT_NEEDED, None, SOON)


def test_who_was_mailed_or_texted_hears_by_itself_and_the_notice_is_done(confirmed, cast):
    episode_id, meeting = confirmed
    mailed(ask(cast, meeting))
    sam = seen_as(cast.sam)
    guest_actions.ask_people(sam, meeting, [cast.jo], ADDRESS, now=NOW)
    guest_actions.ask_young_person(sam, meeting.id, address=ADDRESS, now=NOW)
    db.session.commit()
    row = come_back(cast, episode_id)
    assert (row.state, row.told_at) == (NoticeState.DONE, SOON)
    assert staffing(episode_id).state == "closed"
    [line] = db.session.query(AuditEntry).filter_by(verb="notice:done", object_id=row.id)
    assert line.reason == "returned staffings" and line.actor_id is None


@pytest.mark.parametrize("email", ["", "hall@court.example"])
def test_who_was_never_reached_by_us_must_be_told_by_a_person(confirmed, cast, email):
    episode_id, meeting = confirmed
    ask(cast, meeting, email=email)  # without a mail server nothing ever went
    row = come_back(cast, episode_id)
    assert (row.state, row.told_at) == (NoticeState.OPEN, None)
    assert staffing(episode_id).state == "closed"


def test_one_who_cannot_hear_keeps_it_open_for_all(confirmed, cast):
    episode_id, meeting = confirmed
    mailed(ask(cast, meeting))
    ask(cast, meeting, name="Uncle Bo", email="")
    assert come_back(cast, episode_id).state == NoticeState.OPEN


def test_whoever_was_taken_off_the_list_counts_no_more(confirmed, cast):
    episode_id, meeting = confirmed
    guest = ask(cast, meeting, email="")
    guest_actions.remove_guest(seen_as(cast.sam), guest.id, now=NOW)
    db.session.commit()
    assert come_back(cast, episode_id).state == NoticeState.DONE


def test_a_team_meeting_alone_is_called_off_and_its_guests_count(missing, inside, cast):
    episode_id = missing(facts=())
    meeting = meeting_actions.plan_meeting(
        seen_as(cast.sam), episode_id, Purpose.TEAM, plan(), now=NOW
    )
    ask(cast, meeting, email="")
    assert come_back(cast, episode_id).state == NoticeState.OPEN


def test_what_a_person_began_to_say_stays_theirs(confirmed, cast):
    episode_id, _meeting = confirmed
    become(cast, episode_of(episode_id), S.RETURNED, BACK)
    row = notice(episode_id)
    row.state = NoticeState.STARTED
    db.session.commit()
    swept(SOON)
    assert notice(episode_id).state == NoticeState.STARTED


def test_nothing_of_it_happens_while_they_are_away_though_it_is_known_where(confirmed, cast):
    episode_id, _meeting = confirmed
    become(cast, episode_of(episode_id), S.AWAY)
    actions.close_staffing(
        seen_as(cast.sam), episode_id, "At her aunt's", address=ADDRESS, now=NOW + DAY / 24
    )
    db.session.commit()
    there = db.session.query(EpisodeNotice).filter_by(episode_id=episode_id, to="staffings")
    assert there.count() == 0
    assert come_back(cast, episode_id).state == NoticeState.NOT_NEEDED


def test_a_person_who_ends_it_at_the_return_settles_it_at_once(confirmed, cast):
    episode_id, _meeting = confirmed
    become(cast, episode_of(episode_id), S.RETURNED, BACK)
    sam = seen_as(cast.sam, BACK)
    assert actions.close_staffing(sam, episode_id, "Home", address=ADDRESS, now=BACK) == 1
    db.session.commit()
    row = notice(episode_id)
    assert (row.state, row.ended_by_id) == (NoticeState.DONE, cast.sam)


def test_the_clock_of_the_list_runs_on_while_others_must_still_be_told(confirmed, cast):
    episode_id, _meeting = confirmed
    come_back(cast, episode_id)
    clocks = db.session.query(EpisodeClock).filter_by(episode_id=episode_id, name="return_notices")
    assert [each.done_at for each in clocks] in ([None], [])


def test_going_round_again_changes_nothing(confirmed, cast):
    episode_id, _meeting = confirmed
    come_back(cast, episode_id)
    before = db.session.query(AuditEntry).count()
    assert swept(SOON + DAY) == 0
    assert db.session.query(AuditEntry).count() == before
