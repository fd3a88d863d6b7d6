"""Efforts begin, come due, climb, are made and handed over, and end with the episode only."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState
from engage.audit.models import AuditEntry
from engage.db import db
from engage.efforts import actions, queries
from engage.efforts.models import Effort, EffortMade
from engage.efforts.rules import Result, Whom
from engage.episodes import actions as episodes
from engage.episodes.rules import (
    MAY_BECOME,
    MISSING_FROM_CARE,
    EpisodeState,
    Source,
)
from engage.web.errors import Changed, NotFound
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.efforts.conftest import efforts, episode_of, swept
from tests.episodes.away import S, alerts, become, clocks, opened

DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("inside")


def ask(cast, effort, name="sam", now=NOW, result=Result.NO_NEWS, note=""):
    made = actions.make_effort(
        cast.viewer(getattr(cast, name), now), effort.id, result, now=now, note=note
    )
    db.session.commit()
    return made


def test_all_four_begin_with_the_episodes_owner_and_the_packs_rhythm(cast, missing):
    found = efforts(missing())
    assert list(found) and set(found) == set(Whom)
    for effort in found.values():
        assert effort.owner_id == cast.sam
        assert effort.next_due_at == effort.next_look_at == NOW + 30 * DAY
        assert "May 2020" in effort.source


@pytest.mark.parametrize("state", [S.LATE, S.WORRIED])
def test_nothing_begins_before_somebody_is_missing(cast, missing, state):
    episode_id = missing(state)
    assert efforts(episode_id) == {} and swept(NOW) == 0
    become(cast, episode_of(episode_id), S.AWAY)
    assert swept(NOW) == 1 and len(efforts(episode_id)) == 4
    assert swept(NOW) == 0, "beginning twice changes nothing"


def test_an_effort_made_counts_from_then_with_who_and_what_and_which_due_time(cast, missing):
    effort = efforts(missing())[Whom.SCHOOL]
    later = NOW + 31 * DAY
    ask(cast, effort, now=later, result=Result.NEWS, note=" The  tutor saw her\non Monday ")
    made = db.session.query(EffortMade).one()
    assert (made.by_id, made.at, made.due_at) == (cast.sam, later, NOW + 30 * DAY)
    assert made.note == "The tutor saw her on Monday"
    assert efforts(effort.episode_id)[Whom.SCHOOL].next_due_at == later + 30 * DAY


def test_nobody_answering_is_an_effort_too(cast, missing):
    effort = efforts(missing())[Whom.FAMILY]
    ask(cast, effort, "jo", result=Result.NO_ANSWER)
    line = queries.get_goings(cast.viewer(cast.jo), effort.episode_id, now=NOW).efforts[0]
    assert line.effort.whom == Whom.FAMILY and line.made[0].result == Result.NO_ANSWER


def test_what_is_due_is_told_once_a_day_for_all_of_an_episode_until_it_is_done(cast, missing):
    episode_id = missing()
    due = NOW + 30 * DAY
    before = alerts(AlertKind.LOOK_AGAIN)
    assert swept(due - timedelta(minutes=1)) == 0
    assert swept(due) == 4 and alerts(AlertKind.LOOK_AGAIN) == before + 1
    assert swept(due) == 0, "the sweep costs what is due"
    # Whoever took it did nothing: the next day somebody hears of it again.
    assert swept(due + DAY) == 4 and alerts(AlertKind.LOOK_AGAIN) == before + 2
    for effort in efforts(episode_id).values():
        ask(cast, effort, now=due + DAY)
    assert swept(due + 2 * DAY) == 0 and alerts(AlertKind.LOOK_AGAIN) == before + 2


def test_trying_again_counts_where_no_rule_wants_it_from_the_police(cast, missing):
    england = episode_of(missing(policy="england"))
    later = NOW + timedelta(hours=5)
    ask(cast, efforts(england.id)[Whom.FRIENDS], now=later)
    assert clocks(england)["search_efforts"].due_at == later + DAY


def test_in_the_united_states_asking_a_friend_is_no_word_to_the_police(cast, missing):
    episode = episode_of(missing())
    due = clocks(episode)["search_efforts"].due_at
    ask(cast, efforts(episode.id)[Whom.FRIENDS], now=NOW + DAY)
    assert clocks(episode)["search_efforts"].due_at == due


def test_they_end_with_the_return_and_are_looked_at_no_more(cast, missing):
    episode = episode_of(missing())
    effort = efforts(episode.id)[Whom.FAMILY]
    become(cast, episode, S.RETURNED)
    with pytest.raises(Changed):
        ask(cast, effort)
    before = alerts(AlertKind.LOOK_AGAIN)
    assert swept(NOW + 40 * DAY) == 4 and swept(NOW + 80 * DAY) == 0
    assert alerts(AlertKind.LOOK_AGAIN) == before
    assert all(e.ended_at and e.next_look_at is None for e in efforts(episode.id).values())


def test_the_return_stops_what_climbs(cast, missing):
    episode = episode_of(missing())
    swept(NOW + 30 * DAY)
    become(cast, episode, S.RETURNED, now=NOW + 31 * DAY)
    running = select(Alert.id).where(
        Alert.dedupe_key.like("efforts:%"), Alert.state != AlertState.RESOLVED
    )
    assert db.session.scalars(running).all() == []


def test_an_effort_is_handed_to_somebody_around_them_and_nobody_else(cast, missing):
    effort = efforts(missing())[Whom.FAMILY]
    sam = cast.viewer(cast.sam)
    actions.hand_over_effort(sam, effort.id, cast.olu, now=NOW)
    assert effort.owner_id == cast.olu
    for other in (cast.zed_worker, cast.jo, cast.kits_worker, cast.far_zed_worker):
        with pytest.raises(NotFound):
            actions.hand_over_effort(sam, effort.id, other, now=NOW)
    with pytest.raises(NotFound):
        actions.hand_over_effort(cast.viewer(cast.jo), effort.id, cast.sam, now=NOW)


@pytest.mark.parametrize("name", ["zed_worker", "zed_carer", "maya", "ade", "ines", "adil"])
def test_others_ask_nobody(cast, missing, name):
    effort = efforts(missing())[Whom.FAMILY]
    with pytest.raises(NotFound):
        ask(cast, effort, name)


def test_every_act_is_in_the_audit_without_content(cast, missing):
    effort = efforts(missing())[Whom.SCHOOL]
    ask(cast, effort, note="Secret words")
    rows = db.session.query(AuditEntry).filter(AuditEntry.verb.like("effort:%")).all()
    assert sorted(row.verb for row in rows) == ["effort:made"] + ["effort:started"] * 4
    assert all("Secret" not in str(vars(row)) for row in rows)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "sweep", "hand", "own", "become", "leave"]),
        st.integers(0, 5),
        st.integers(0, 40),
    ),
    max_size=14,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_sequence_leaves_an_open_episodes_effort_without_a_next_time_and_an_owner(
    cast, app, steps
):
    with app.app_context():
        episode = opened(cast, S.MISSING)
        now = NOW
        swept(now)
        for what, which, days in steps:
            now += timedelta(days=days, minutes=1)
            _step(cast, episode, what, which, now)
            _check(episode)
        become_any(cast, episode, EpisodeState.RETURNED, now + timedelta(minutes=1))


def _step(cast, episode, what, which, now):
    found = sorted(efforts(episode.id).values(), key=lambda e: str(e.whom))
    sam = cast.viewer(cast.sam, now)
    if what == "ask":
        kinds = list(Result)
        actions.make_effort(sam, found[which % 4].id, kinds[which % 3], now=now)
    elif what == "hand":
        to = [cast.sam, cast.sue, cast.olu][which % 3]
        actions.hand_over_effort(sam, found[which % 4].id, to, now=now)
    elif what == "own":
        episodes.hand_over(sam, episode.id, [cast.sam, cast.olu][which % 2], now=now)
    elif what == "become":
        open_states = sorted(MAY_BECOME[EpisodeState(episode.state)] & MISSING_FROM_CARE)
        become_any(cast, episode, open_states[which % len(open_states)], now)
    else:
        swept(now)
    db.session.commit()


def become_any(cast, episode, state, now):
    episodes.change_state(
        cast.viewer(cast.sam, now), episode.id, state, source=Source.WORKER, address=ADDRESS,
        now=now,
    )  # fmt: skip
    db.session.commit()


def _check(episode):
    found = efforts(episode.id)
    assert set(found) == set(Whom)
    for effort in found.values():
        assert effort.next_due_at is not None and effort.owner_id is not None
        # The sweep comes back to it: it cannot be forgotten.
        assert effort.next_look_at is not None and effort.ended_at is None
        assert effort.next_look_at >= effort.started_at
    assert db.session.query(Effort).filter(Effort.owner_id.is_(None)).count() == 0
