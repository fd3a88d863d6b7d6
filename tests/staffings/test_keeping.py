"""Words of meetings go in their time, never while somebody is away; that they were held stays."""

from datetime import timedelta

import pytest

from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.operators import keeping
from engage.policy.keeping_rules import DEFAULT_DAYS, Kept
from engage.staffings import actions, guest_actions, meeting_actions
from engage.staffings.meeting_actions import Held
from engage.staffings.models import (
    Meeting,
    MeetingAction,
    MeetingGuest,
    MeetingWords,
    Preparation,
    Staffing,
    StaffingReason,
)
from engage.staffings.rules import Ask, Whose
from tests.cast import NOW
from tests.episodes.away import become, seen_as
from tests.staffings.conftest import DAY, TUESDAY, episode_of, plan, swept

AFTER = TUESDAY + timedelta(hours=1)
WORD = "Elm Road"


@pytest.fixture
def closed(missing, inside, cast):
    """A time away with a meeting that was held, and is over."""
    episode_id = missing(facts=())
    sam = seen_as(cast.sam, AFTER)
    actions.ask_for_staffing(sam, episode_id, WORD, now=NOW)
    meeting = actions.confirm(
        sam, episode_id, plan(place=WORD, link="https://x.example", person_ids=(cast.jo,)), now=NOW
    )
    actions.prepare(sam, episode_id, {Ask.WHERE: WORD}, now=NOW)
    guest_actions.note_words(sam, meeting.id, Whose.TRUSTED, WORD, now=NOW)
    meeting_actions.agree(sam, meeting.id, WORD, cast.sam, AFTER + DAY, now=NOW)
    become(cast, episode_of(episode_id), EpisodeState.AWAY, AFTER)
    meeting_actions.hold(sam, meeting.id, Held(30, WORD), now=AFTER)
    db.session.commit()
    become(cast, episode_of(episode_id), EpisodeState.RETURNED, AFTER)
    swept(AFTER)
    episode = episode_of(episode_id)
    episode.state, episode.closed_at = EpisodeState.CLOSED, AFTER
    db.session.commit()
    return meeting.id


def erase(at):
    done = 0
    while more := keeping.erase(Kept.STAFFINGS, now=at):
        done += more
    db.session.commit()
    db.session.expire_all()
    return done


def test_words_and_guests_go_after_their_time_and_not_a_day_before(closed):
    kept = DEFAULT_DAYS[Kept.STAFFINGS] * DAY
    assert erase(NOW + kept - DAY) == 0
    assert erase(AFTER + kept + DAY) > 0
    row = db.session.get_one(Meeting, closed)
    assert (row.notes, row.link, row.place) == (None, None, None)
    assert row.state == "held" and row.ended_at is not None
    for table in (MeetingGuest, MeetingWords, Preparation):
        assert db.session.query(table).count() == 0, table.__name__
    [agreed] = db.session.query(MeetingAction)
    assert agreed.words is None and agreed.owner_id is not None
    [reason] = db.session.query(StaffingReason)
    assert (reason.words, reason.trigger) == (None, "asked")
    assert db.session.query(Staffing).one().state == "closed"
    assert erase(AFTER + kept + 2 * DAY) == 0, "a second run finds nothing"


def test_nothing_goes_while_the_time_away_is_not_over(closed):
    row = db.session.get_one(Meeting, closed)
    episode = episode_of(row.episode_id)
    episode.state, episode.closed_at = EpisodeState.RETURNED, None
    db.session.commit()
    assert erase(NOW + 9 * 365 * DAY) == 0
    assert row.notes == WORD
