"""Staffings and meetings stand on the timeline, for whoever may read them, and for Maya plainly."""

from datetime import timedelta
from uuid import UUID

import pytest

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.staffings import actions, guest_actions, meeting_actions
from engage.staffings.meeting_actions import Held, Plan
from engage.staffings.models import MeetingAction
from engage.staffings.reading import link_of
from engage.staffings.rules import Purpose, Whose
from engage.timeline.labels import detail, heading, own_heading
from engage.timeline.queries import Timeline, whole_timeline
from engage.timeline.rules import Group, Narrowed
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import become, opened, seen_as
from tests.staffings.conftest import swept

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST = NOW + DAY
LATER = NOW + 30 * DAY
ASKED, SAID, DID, OWN = "Her aunt rang", "I want my own room", "Ring the aunt", "Not that house"


def met(cast: Cast) -> Episode:
    """Ask for a staffing, set it, move it, hold it, and call the next one off at the return."""
    sam = seen_as(cast.sam)
    episode = opened(cast, EpisodeState.MISSING, policy="missouri", facts=("exploitation",))
    swept(NOW)
    actions.decline(sam, episode.id, "Held elsewhere", now=NOW + HOUR)
    actions.ask_for_staffing(sam, episode.id, ASKED, now=NOW + 2 * HOUR)
    meeting = actions.confirm(sam, episode.id, Plan(FIRST, ADDRESS), now=NOW + 3 * HOUR)
    meeting_actions.move_meeting(
        sam, meeting.id, FIRST + HOUR, link="", place="", address=ADDRESS, now=NOW + 4 * HOUR
    )
    guest_actions.note_words(sam, meeting.id, Whose.TRUSTED, SAID, now=NOW + 5 * HOUR)
    maya = guest_actions.ask_young_person(sam, meeting.id, address=ADDRESS, now=NOW + 5 * HOUR)
    guest_actions.say(link_of(maya.id), OWN, now=NOW + 6 * HOUR)
    agreed = meeting_actions.agree(sam, meeting.id, DID, cast.sam, FIRST + DAY, now=NOW + 6 * HOUR)
    held = Held(30, "What adults wrote", next_plan=Plan(FIRST + 3 * DAY, ADDRESS))
    meeting_actions.hold(sam, meeting.id, held, now=FIRST + 2 * HOUR)
    meeting_actions.finish_action(sam, agreed.id, now=FIRST + 3 * HOUR)
    db.session.commit()
    become(cast, episode, EpisodeState.RETURNED, FIRST + DAY)
    swept(FIRST + DAY)
    return episode


def read(cast: Cast, who: UUID, episode: Episode | None = None) -> Timeline:
    only = Narrowed(groups={Group.MEETINGS})
    return whole_timeline(
        cast.viewer(who, LATER), cast.maya, now=LATER, episode_id=episode and episode.id,
        narrowed=only,
    )  # fmt: skip


def test_a_worker_reads_why_what_was_decided_when_people_met_and_what_was_said(
    inside: Cast,
) -> None:
    found = read(inside, inside.sam, met(inside)).happenings
    lines = [(heading(one), one.words, one.by) for one in found]
    assert lines == [
        ("A reason for a short meeting: Known or suspected trafficking", "", ""),
        ("Somebody decided against a short meeting", "", "Sam"),
        ("A reason for a short meeting: A worker asks for it", ASKED, "Sam"),
        ("A meeting was set: Short meeting", "", "Sam"),
        ("Somebody said yes to short meetings", "", "Sam"),
        ("A meeting was moved: Short meeting", "", "Sam"),
        ("Said for a meeting: One of their trusted people", SAID, "Sam"),
        ("Said for a meeting: The young person", OWN, ""),
        ("People met: Short meeting", "", "Sam"),
        ("A meeting was set: Short meeting", "", "Sam"),
        ("Done as agreed in a meeting", DID, "Sam"),
        ("A meeting was called off: Short meeting", "", ""),
        ("The short meetings are over", "", ""),
    ]
    assert [one.line.at for one in found if one.line.source == "meeting_held"] == [FIRST + HOUR]
    assert all(detail(one) == "" for one in found)


def test_notes_stay_on_the_page_of_the_meeting(inside: Cast) -> None:
    found = read(inside, inside.sam, met(inside))
    assert "What adults wrote" not in str(found.happenings)


def test_maya_reads_that_she_was_asked_and_heard_and_nothing_adults_wrote(inside: Cast) -> None:
    found = read(inside, inside.maya, met(inside))
    assert [own_heading(one) for one in found.happenings] == [
        "You were asked to a meeting about you. It took place.",
        "Something you said was kept for a meeting about you.",
    ]
    assert not any((one.words, one.more, one.by, one.to) != ("", "", "", "")
                   for one in found.happenings)  # fmt: skip
    assert Group.MEETINGS in found.groups


def test_words_noted_for_somebody_else_are_not_hers(inside: Cast) -> None:
    episode = opened(inside, EpisodeState.MISSING)
    sam = seen_as(inside.sam)
    meeting = meeting_actions.plan_meeting(
        sam, episode.id, Purpose.TEAM, Plan(FIRST, ADDRESS), now=NOW
    )
    guest_actions.note_words(sam, meeting.id, Whose.TRUSTED, SAID, now=NOW)
    db.session.commit()
    assert read(inside, inside.maya).happenings == []


@pytest.mark.parametrize("name", ["jo", "ines"])
def test_who_reads_no_staffings_reads_none_of_it_here(inside: Cast, name: str) -> None:
    episode = met(inside)
    found = read(inside, getattr(inside, name), episode)
    assert found.happenings == [] and Group.MEETINGS not in found.groups


def test_what_was_agreed_and_is_not_done_is_not_told_as_done(inside: Cast) -> None:
    episode = met(inside)
    db.session.query(MeetingAction).update({"done_at": None})
    db.session.commit()
    there = {one.line.source for one in read(inside, inside.sam, episode).happenings}
    assert "meeting_done" not in there and "meeting_held" in there


def test_another_time_away_keeps_its_own(inside: Cast) -> None:
    first = met(inside)
    second = opened(inside, EpisodeState.MISSING, now=FIRST + 5 * DAY)
    assert read(inside, inside.sam, second).happenings == []
    both, one = read(inside, inside.sam), read(inside, inside.sam, first)
    assert len(both.happenings) == len(one.happenings)
