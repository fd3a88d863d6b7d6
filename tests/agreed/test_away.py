"""What was agreed for the time away follows what is noted of it: begun, kept running, ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engage.agreed import actions as times
from engage.agreed import away_actions
from engage.agreed.rules import ExpectedState
from engage.alerts.rules import AlertState
from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes import actions as episodes
from engage.episodes.models import EpisodeClock
from engage.episodes.rules import Event, Source, Stage
from engage.people.rules import CircumstanceKind
from engage.sharing import circumstance_actions
from engage.web.errors import NotFound
from tests.agreed.expecting import AWAY, FRIDAYS, agreed, alarms, expected, tick
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, phone_of, text, told
from tests.episodes.away import HOUR, S, become, opened, seen_as

pytestmark = pytest.mark.usefixtures("inside")
TWELVE = timedelta(hours=12)


def waiting() -> list[object]:
    return [one.due_at for one in expected() if one.state == ExpectedState.WAITING]


@pytest.mark.parametrize("state", [S.MISSING, S.AWAY, S.IN_TOUCH])
def test_the_hours_begin_with_an_episode(cast: Cast, state: S) -> None:
    agreed(cast, AWAY)
    opened(cast, state)
    assert waiting() == [NOW + TWELVE]


def test_a_carer_who_says_so_begins_them_too(cast: Cast) -> None:
    agreed(cast, AWAY)
    opened(cast, by=cast.jo)
    assert waiting() == [NOW + TWELVE]
    with pytest.raises(NotFound):
        away_actions.begin_away(cast.viewer(cast.jo), cast.maya, now=NOW)


@pytest.mark.parametrize("state", [S.LATE, S.WORRIED])
def test_who_is_only_late_is_not_away_yet(cast: Cast, state: S) -> None:
    agreed(cast, AWAY)
    episode = opened(cast, state)
    assert waiting() == []
    become(cast, episode, S.MISSING, NOW + HOUR)
    assert waiting() == [NOW + HOUR + TWELVE]


def test_what_becomes_of_them_while_they_are_out_begins_nothing_anew(cast: Cast) -> None:
    agreed(cast, AWAY)
    episode = opened(cast)
    for n, state in enumerate((S.IN_TOUCH, S.READY, S.RETURNING, S.MISSING), 1):
        become(cast, episode, state, NOW + n * HOUR)
    assert waiting() == [NOW + TWELVE]
    assert [one.state for one in expected()] == [ExpectedState.WAITING]


def test_they_end_with_the_return_and_nothing_is_raised_afterwards(cast: Cast) -> None:
    time = agreed(cast, AWAY)
    episode = opened(cast)
    become(cast, episode, S.RETURNED, NOW + HOUR)
    assert waiting() == []
    assert time.running_since is None
    assert tick(NOW + timedelta(days=3)) == 0
    assert not alarms()


def test_a_return_that_is_noted_hours_late_ends_them_and_what_was_raised_meanwhile(
    cast: Cast,
) -> None:
    agreed(cast, AWAY)
    episode = opened(cast)
    raised = NOW + timedelta(hours=12, minutes=30)
    tick(raised)
    assert [alarm.state for alarm in alarms()] == [AlertState.OPEN]
    episodes.change_state(
        seen_as(cast.sam), episode.id, S.RETURNED, source=Source.WORKER, address=ADDRESS,
        at=NOW + 2 * HOUR, now=raised + HOUR,
    )  # fmt: skip
    db.session.commit()
    assert [alarm.state for alarm in alarms()] == [AlertState.RESOLVED]
    assert told("info_heard") == {cast.ade}, "whoever was told hears that they are back"
    assert waiting() == []
    assert tick(raised + timedelta(days=3)) == 0
    assert ExpectedState.HEARD in [one.state for one in expected()]


def test_a_correction_of_the_return_leaves_nothing_running(cast: Cast) -> None:
    agreed(cast, AWAY)
    episode = opened(cast)
    become(cast, episode, S.RETURNED, NOW + 2 * HOUR)
    episodes.set_time(
        seen_as(cast.sam), episode.id, Event.RETURNED, NOW + HOUR, source=Source.WORKER,
        reason="The bus ticket says so", now=NOW + 3 * HOUR,
    )  # fmt: skip
    db.session.commit()
    assert waiting() == []
    assert tick(NOW + timedelta(days=3)) == 0


def test_nobody_was_missing_ends_hours_that_were_begun_by_hand(cast: Cast) -> None:
    agreed(cast, AWAY)
    episode = opened(cast, S.LATE)
    away_actions.begin_away(cast.viewer(cast.sam), cast.maya, now=NOW)
    episodes.close(seen_as(cast.sam), episode.id, reason="At her gran's", now=NOW + HOUR)
    db.session.commit()
    assert waiting() == []


def test_an_earlier_episode_that_is_closed_stops_no_hours_of_a_new_one(cast: Cast) -> None:
    agreed(cast, AWAY)
    earlier = opened(cast, S.LATE)
    become(cast, earlier, S.RETURNED, NOW + HOUR)
    opened(cast, now=NOW + 2 * HOUR)
    due = waiting()
    assert due == [NOW + 2 * HOUR + TWELVE]
    # What is owed after a return is done.
    owed = update(EpisodeClock).where(EpisodeClock.episode_id == earlier.id)
    db.session.execute(owed.values(stage=Stage.DONE, next_look_at=None))
    episodes.close(seen_as(cast.sam), earlier.id, now=NOW + 3 * HOUR)
    db.session.commit()
    assert waiting() == due


def test_a_weekly_check_in_that_was_missed_is_answered_by_the_return(cast: Cast) -> None:
    agreed(cast, FRIDAYS)
    due = expected()[0].due_at
    episode = opened(cast, now=due - HOUR)
    tick(due + HOUR)
    assert len(alarms()) == 1
    become(cast, episode, S.RETURNED, due + 2 * HOUR)
    assert alarms()[0].state == AlertState.RESOLVED
    assert waiting() == [due + timedelta(days=7)], "the next Friday stays expected"


def test_what_is_agreed_while_they_are_away_begins_at_once(cast: Cast) -> None:
    opened(cast)
    agreed(cast, AWAY)
    assert waiting() == [NOW + TWELVE]


def test_a_pause_of_the_hours_ends_by_itself(cast: Cast) -> None:
    time = agreed(cast, AWAY)
    opened(cast)
    until = NOW + timedelta(days=1)
    times.pause(cast.viewer(cast.sam), time.id, until, now=NOW + HOUR)
    db.session.commit()
    assert waiting() == [until + TWELVE]
    times.go_on(cast.viewer(cast.sam), time.id, now=NOW + 2 * HOUR)
    db.session.commit()
    assert waiting() == [NOW + 2 * HOUR + TWELVE]


def test_a_text_starts_the_hours_anew_and_the_return_still_ends_them(cast: Cast) -> None:
    agreed(cast, AWAY)
    episode = opened(cast)
    text(phone_of(cast.maya), "im ok", now=NOW + 3 * HOUR)
    assert waiting() == [NOW + 3 * HOUR + TWELVE]
    become(cast, episode, S.RETURNED, NOW + 4 * HOUR)
    assert waiting() == []


def test_away_that_is_noted_by_hand_begins_and_ends_them_too(cast: Cast) -> None:
    agreed(cast, AWAY)
    sam = cast.viewer(cast.sam)
    for at in (NOW, NOW + HOUR):
        circumstance_actions.note(sam, cast.maya, CircumstanceKind.AWAY, now=at)
    assert waiting() == [NOW + TWELVE]
    circumstance_actions.note(sam, cast.maya, CircumstanceKind.DANGER, now=NOW + HOUR)
    circumstance_actions.end(sam, cast.maya, CircumstanceKind.DANGER, now=NOW + HOUR)
    assert waiting() == [NOW + TWELVE], "danger that is over is not a return"
    circumstance_actions.end(sam, cast.maya, CircumstanceKind.AWAY, now=NOW + 2 * HOUR)
    assert waiting() == []


@pytest.mark.parametrize("who", ["zed_worker", "zed_carer", "kit"])
def test_who_may_not_note_it_changes_no_hours(cast: Cast, who: str) -> None:
    agreed(cast, AWAY)
    viewer = cast.viewer(getattr(cast, who))
    with pytest.raises(NotFound):
        circumstance_actions.note(viewer, cast.maya, CircumstanceKind.AWAY, now=NOW)
    assert waiting() == []
    opened(cast)
    with pytest.raises(NotFound):
        circumstance_actions.end(viewer, cast.maya, CircumstanceKind.AWAY, now=NOW)
    assert waiting() == [NOW + TWELVE]


def test_each_begin_and_end_stands_in_the_audit_once(cast: Cast) -> None:
    agreed(cast, AWAY)
    episode = opened(cast)
    become(cast, episode, S.IN_TOUCH, NOW + HOUR)
    become(cast, episode, S.RETURNED, NOW + 2 * HOUR)
    verbs = list(db.session.scalars(select(AuditEntry.verb)))
    assert verbs.count("agreed_time:began") == verbs.count("agreed_time:stopped") == 1


def test_nobody_elses_hours_begin(cast: Cast) -> None:
    kits = times.propose(cast.viewer(cast.kits_worker), cast.kit, AWAY, said_aloud=True, now=NOW)
    db.session.commit()
    opened(cast)
    assert kits.running_since is None
