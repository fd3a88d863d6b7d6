"""The clocks of an episode: started, moved, turned once, never stopped by themselves."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engage.alerts.rules import AlertKind
from engage.db import db
from engage.episodes import actions, queries
from engage.episodes.actions import BadTime, NotYet
from engage.episodes.clock_actions import finish_clock, promise_to_look
from engage.episodes.models import Episode, EpisodeChange, EpisodeClock, EpisodeTime
from engage.episodes.notice_actions import NeedsEvidence
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.rules import (
    MISSING_FROM_CARE,
    NEW_FACT_WAITS,
    STILL_OUT,
    EpisodeState,
    Event,
    Source,
    Stage,
)
from engage.episodes.sweep_actions import sweep
from engage.evidence.models import NoticeFact
from engage.people.models import YoungPerson
from engage.web.errors import Changed, NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import (
    HOUR,
    S,
    alerts,
    become,
    clocks,
    due_in,
    opened,
    seen_as,
    swept,
    verbs,
)
from tests.evidence.telling import tell_all

pytestmark = pytest.mark.usefixtures("inside")


def test_missing_in_missouri_starts_the_two_hour_clocks_and_tells_people(cast: Cast) -> None:
    episode = opened(cast)
    due = due_in(episode)
    assert due["report_police"] == due["report_ncmec"] == 2 * HOUR
    assert "recheck" not in due
    assert due["danger_check"] == 4 * HOUR
    assert alerts(AlertKind.NOT_BACK) == 1
    assert episode.owner_id == cast.sam
    assert episode.next_due_at == NOW + 2 * HOUR
    assert "episode:opened" in verbs()


def test_a_worry_shows_the_clock_before_anybody_says_missing(cast: Cast) -> None:
    """The prompts must not hide a clock."""
    episode = opened(cast, S.WORRIED, by=cast.jo)
    due = due_in(episode)
    assert due["report_police"] == 2 * HOUR
    assert due["recheck"] == HOUR
    assert alerts(AlertKind.WORRIED) == 1 and alerts(AlertKind.NOT_BACK) == 0
    become(cast, episode, S.MISSING, NOW + HOUR / 2)
    assert alerts(AlertKind.NOT_BACK) == 1
    assert "recheck" not in due_in(episode)
    # From the discovery, not from the moment somebody found the word for it.
    assert due_in(episode)["report_police"] == 2 * HOUR


def test_in_england_the_report_is_due_when_they_count_as_missing(cast: Cast) -> None:
    episode = opened(cast, S.WORRIED, policy="england")
    assert "report_police" not in due_in(episode)
    become(cast, episode, S.MISSING, NOW + HOUR)
    assert due_in(episode)["report_police"] == HOUR
    assert "report_ncmec" not in due_in(episode)


def test_nothing_a_clock_waits_for_ends_it_but_a_person(cast: Cast) -> None:
    episode = opened(cast)
    for state in (S.AWAY, S.IN_TOUCH, S.READY, S.RETURNING):
        become(cast, episode, state)
        assert due_in(episode)["report_police"] == 2 * HOUR
    become(cast, episode, S.RETURNED, NOW + HOUR)
    assert due_in(episode)["report_police"] == 2 * HOUR
    with pytest.raises(NeedsEvidence):
        finish_clock(seen_as(cast.sam), episode.id, "report_police", now=NOW + HOUR)
    tell_all(cast, episode, "report_police", now=NOW + HOUR)
    assert "report_police" not in due_in(episode)


def test_a_repeating_clock_runs_again_from_when_it_was_done(cast: Cast) -> None:
    episode = opened(cast)
    later = NOW + 3 * HOUR
    finish_clock(seen_as(cast.sam), episode.id, "danger_check", now=later)
    db.session.commit()
    assert clocks(episode)["danger_check"].round == 1
    assert due_in(episode)["danger_check"] == 7 * HOUR
    finish_clock(seen_as(cast.sam), episode.id, "danger_check", now=later + HOUR)
    assert clocks(episode)["danger_check"].round == 2
    assert due_in(episode)["danger_check"] == 8 * HOUR
    # Another change leaves the running round as it is; a new fact wants a look at once.
    become(cast, episode, S.IN_TOUCH, later + HOUR)
    assert due_in(episode)["danger_check"] == 8 * HOUR
    actions.note_facts(seen_as(cast.sam), episode.id, ["health_need"], now=later + HOUR)
    assert due_in(episode)["danger_check"] == 4 * HOUR + NEW_FACT_WAITS
    # A report is made once.
    tell_all(cast, episode, "report_police", now=later)
    with pytest.raises(Changed):
        finish_clock(seen_as(cast.sam), episode.id, "report_police", now=later)


def test_the_report_starts_the_day_in_which_others_must_know(cast: Cast) -> None:
    """Missouri: within 24 hours of the report."""
    episode = opened(cast)
    assert "inform_listed_people" not in due_in(episode)
    actions.set_time(
        seen_as(cast.sam), episode.id, Event.REPORT_MADE, NOW + HOUR,
        source=Source.WORKER, now=NOW + HOUR,
    )  # fmt: skip
    assert due_in(episode)["inform_listed_people"] == 25 * HOUR


def test_not_needed_this_time_is_no_reason_never_to_look_again(cast: Cast) -> None:
    episode = opened(cast)
    for name in ("danger_check", "search_efforts"):
        finish_clock(
            seen_as(cast.sam), episode.id, name, now=NOW + HOUR, not_needed=True,
            reason="The police asked an hour ago",
        )  # fmt: skip
    assert due_in(episode)["danger_check"] == 5 * HOUR
    assert due_in(episode)["search_efforts"] == 7 * 24 * HOUR + HOUR


def test_a_promise_to_look_again_is_kept_and_never_later_than_the_rule(cast: Cast) -> None:
    episode = opened(cast, S.WORRIED, by=cast.jo)
    jo = seen_as(cast.jo)
    due = promise_to_look(jo, episode.id, NOW + HOUR / 2, now=NOW + HOUR / 4)
    assert due == NOW + HOUR / 2
    actions.note_facts(jo, episode.id, ["health_need"], now=NOW + HOUR / 4)
    assert due_in(episode)["recheck"] == HOUR / 2
    assert swept(NOW + HOUR / 2) == 2  # the promise, and the look at danger for the new fact
    assert alerts(AlertKind.LOOK_AGAIN) == 2
    # Five hours is more than anybody may leave it.
    late = promise_to_look(jo, episode.id, NOW + 5 * HOUR, now=NOW + HOUR)
    assert late == NOW + 2 * HOUR
    become(cast, episode, S.MISSING, NOW + HOUR)
    with pytest.raises(Changed):
        promise_to_look(jo, episode.id, NOW + 2 * HOUR, now=NOW + HOUR)


def test_a_fact_can_make_a_stricter_rule_hold_while_it_runs(cast: Cast) -> None:
    episode = opened(cast, S.WORRIED, policy="nevada", times={Event.LAST_CONTACT: NOW - HOUR})
    young_person = db.session.get_one(YoungPerson, cast.maya)
    assert young_person.birth_date  # else the stricter reading would hold at once
    assert due_in(episode)["count_as_missing"] == 2 * HOUR
    actions.note_facts(seen_as(cast.jo), episode.id, ["health_need"], now=NOW)
    assert due_in(episode)["count_as_missing"] == timedelta(0)
    others = clocks(episode)["count_as_missing"].others
    assert [each["seconds"] for each in others] == [3 * 3600]
    with pytest.raises(ValueError, match="bored"):
        actions.note_facts(seen_as(cast.jo), episode.id, ["bored"], now=NOW)


def test_a_correction_moves_the_clock_and_keeps_what_was_said_first(cast: Cast) -> None:
    episode = opened(cast, policy="missouri")
    actions.set_time(
        seen_as(cast.jo), episode.id, Event.DISCOVERED, NOW - HOUR, source=Source.CARER, now=NOW
    )
    db.session.commit()
    assert due_in(episode)["report_police"] == HOUR
    page = queries.get_episode(seen_as(cast.sam), episode.id, now=NOW)
    assert page.times[Event.DISCOVERED].at == NOW - HOUR
    assert [each.at for each in page.earlier_times] == [NOW]
    assert page.times[Event.DISCOVERED].source == Source.CARER


def test_the_sweep_turns_each_clock_once_and_an_alert_climbs(cast: Cast) -> None:
    episode = opened(cast)
    assert swept(NOW + HOUR) == 0
    assert swept(NOW + 1.5 * HOUR) == 2  # both reports, amber
    assert alerts(AlertKind.DUE) == 2
    assert swept(NOW + 1.5 * HOUR) == 0
    assert clocks(episode)["report_police"].stage == Stage.AMBER
    assert swept(NOW + 2 * HOUR) == 2
    assert alerts(AlertKind.DUE) == 4
    assert clocks(episode)["report_police"].stage == Stage.RED
    assert swept(NOW + 2.9 * HOUR) == 0
    assert swept(NOW + 3 * HOUR) == 1  # danger check, amber: nobody is told yet
    assert alerts(AlertKind.LOOK_AGAIN) == 0
    assert swept(NOW + 4 * HOUR) == 1
    assert alerts(AlertKind.LOOK_AGAIN) == 1
    assert {"episode:clock_amber", "episode:clock_red"} <= set(verbs())


def test_what_was_done_in_time_turns_nothing(cast: Cast) -> None:
    episode = opened(cast)
    tell_all(cast, episode, "report_police", "report_ncmec", now=NOW + HOUR)
    assert swept(NOW + 2 * HOUR) == 0
    assert alerts(AlertKind.DUE) == 0


def test_after_a_pause_of_the_worker_everything_missed_is_raised_at_once(cast: Cast) -> None:
    opened(cast)
    assert swept(NOW + 30 * HOUR) >= 3
    assert alerts(AlertKind.DUE) == 2 and alerts(AlertKind.LOOK_AGAIN) == 1


def test_a_pack_that_changes_later_shows_both_and_rewrites_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    episode = opened(cast, policy="california")
    monkeypatch.setattr(
        queries,
        "pack",
        lambda _name: __import__("engage.policy.queries", fromlist=["pack"]).pack("missouri"),
    )
    page = queries.get_episode(seen_as(cast.sam), episode.id, now=NOW)
    line = next(each for each in page.clocks if each.clock.name == "report_police")
    assert line.clock.due_at == NOW + 24 * HOUR
    assert line.changed_to == NOW + 2 * HOUR


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["state", "done", "not_needed", "fact", "time", "close", "sweep"]),
        st.integers(0, 11),
        st.integers(0, 300),
    ),
    max_size=12,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS, start=st.sampled_from(sorted(STILL_OUT)),
       policy=st.sampled_from(["england", "missouri", "nevada", "scotland"]))  # fmt: skip
def test_no_sequence_of_events_leaves_an_open_episode_without_a_next_time_and_an_owner(
    cast: Cast, steps: list[tuple[str, int, int]], start: EpisodeState, policy: str
) -> None:
    now = NOW
    for table in (NoticeFact, EpisodeNotice, EpisodeClock, EpisodeChange, EpisodeTime, Episode):
        db.session.query(table).delete()
    db.session.commit()
    episode = opened(cast, start, policy=policy)
    for what, which, minutes in steps:
        now += timedelta(minutes=minutes)
        try:
            _do(what, which, cast, episode, now)
            db.session.commit()
        except (Changed, NotFound, NotYet, BadTime):
            db.session.rollback()
        found = db.session.get_one(Episode, episode.id, populate_existing=True)
        if found.state in STILL_OUT:
            assert found.next_due_at is not None
            assert found.owner_id is not None
        if found.state in MISSING_FROM_CARE:
            assert found.was_missing
        if found.state == S.CLOSED:
            assert not due_in(episode)
    changes = list(
        db.session.scalars(
            select(EpisodeChange.state)
            .where(EpisodeChange.episode_id == episode.id)
            .order_by(EpisodeChange.number)
        )
    )
    assert changes[-1] == db.session.get_one(Episode, episode.id).state


def _do(what: str, which: int, cast: Cast, episode: Episode, now: datetime) -> None:
    sam = seen_as(cast.sam)
    match what:
        case "state":
            actions.change_state(
                sam, episode.id, list(S)[which % len(S)], source=Source.WORKER,
                address=ADDRESS, now=now,
            )  # fmt: skip
        case "done" | "not_needed":
            names = sorted(clocks(episode))
            name = names[which % len(names)]
            try:
                finish_clock(
                    sam, episode.id, name, now=now, not_needed=what == "not_needed",
                    reason="because",
                )  # fmt: skip
            except NeedsEvidence:
                tell_all(cast, episode, name, now=now)
        case "fact":
            facts = ["health_need", "exploitation", "vulnerable"]
            actions.note_facts(sam, episode.id, [facts[which % 3]], now=now)
        case "time":
            event = list(Event)[which % len(Event)]
            actions.set_time(
                sam, episode.id, event, now - timedelta(minutes=which * 10),
                source=Source.WORKER, now=now, reason="seen on a note",
            )  # fmt: skip
        case "close":
            actions.close(sam, episode.id, now=now, reason="was at training")
        case "sweep":
            sweep(now=now, address=ADDRESS)
