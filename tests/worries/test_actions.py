"""Being worried: one worry for everybody around, danger acts at once, deciding has a name."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState
from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState, Event
from engage.people.access import Viewer
from engage.people.models import Organisation
from engage.people.rules import CircumstanceKind
from engage.people.sharing_models import Circumstance
from engage.web.errors import Changed, NotFound
from engage.worries import actions, queries
from engage.worries.actions import NeedsReason, TooLongToWait
from engage.worries.models import Attempt, Outcome, Reached, Worry, WorryAnswer
from engage.worries.prompt_rules import BadAnswer
from engage.worries.reading import report_rules
from engage.worries.rules import AdviceKind, Because, WorryState
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, told
from tests.episodes.away import HOUR, clocks, due_in, seen_as, swept
from tests.sealing import all_sealed

pytestmark = pytest.mark.usefixtures("inside")
MINUTE = timedelta(minutes=1)


def begun(
    cast: Cast, by: UUID | None = None, *, policy: str = "missouri", now: datetime = NOW
) -> Worry:
    db.session.get_one(Organisation, cast.organisation).policy = policy
    worry = actions.begin(seen_as(by or cast.jo, now), cast.maya, address=ADDRESS, now=now)
    db.session.commit()
    return worry


def say(
    worry: Worry,
    by: Viewer,
    prompt: str,
    value: str,
    *,
    now: datetime = NOW,
    key: str = "",
    given_at: datetime | None = None,
) -> None:
    actions.answer(
        by, worry.id, prompt, value, key=key or str(uuid4()), address=ADDRESS, now=now,
        given_at=given_at,
    )  # fmt: skip
    db.session.commit()


def episode_of(worry: Worry) -> Episode:
    return db.session.get_one(Episode, worry.episode_id, populate_existing=True)


def open_alerts() -> set[str]:
    return set(db.session.scalars(select(Alert.kind).where(Alert.state != AlertState.RESOLVED)))


def test_the_clock_runs_from_the_moment_somebody_says_that_they_are_worried(cast: Cast) -> None:
    worry = begun(cast)
    page = queries.get_worry(seen_as(cast.jo), worry.id, now=NOW)
    assert page.due is not None
    assert page.due.due_at == NOW + 2 * HOUR
    assert page.due.rule.pack == "missouri"
    assert episode_of(worry).state == EpisodeState.WORRIED
    assert due_in(episode_of(worry))["recheck"] == HOUR
    assert open_alerts() == {AlertKind.WORRIED}


@pytest.mark.parametrize(
    ("policy", "hours"),
    [("missouri", 2), ("california", 24), ("us-federal", 24), ("england", None),
     ("scotland", None), ("plymouth", None)],
)  # fmt: skip
def test_the_clock_shown_is_the_strictest_rule_of_the_place(
    cast: Cast, policy: str, hours: int | None
) -> None:
    worry = begun(cast, policy=policy)
    page = queries.get_worry(seen_as(cast.jo), worry.id, now=NOW)
    assert (page.due.due_at - NOW if page.due else None) == (hours and hours * HOUR)
    # Where the report is due once they count as missing, the page says so instead.
    assert report_rules(page.episode)


def test_everybody_around_shares_one_worry_and_one_episode(cast: Cast) -> None:
    first = begun(cast)
    again = begun(cast, cast.olu, now=NOW + MINUTE)
    assert again.id == first.id
    assert db.session.scalar(select(func.count()).select_from(Episode)) == 1


def test_danger_counts_as_missing_at_once_and_opens_what_is_shared_for_danger(
    cast: Cast,
) -> None:
    worry = begun(cast)
    say(worry, seen_as(cast.jo), "danger", "yes")
    episode = episode_of(worry)
    assert episode.state == EpisodeState.MISSING
    assert "in_danger" in episode.facts
    assert db.session.get_one(Worry, worry.id).state == WorryState.MISSING
    assert AlertKind.NOT_BACK in open_alerts()
    noted = set(db.session.scalars(select(Circumstance.kind)))
    assert noted == {CircumstanceKind.AWAY, CircumstanceKind.DANGER}
    # The report was due from the discovery already; nothing moved it.
    assert due_in(episode)["report_police"] == 2 * HOUR


@pytest.mark.parametrize("prompt", ["danger", "harm"])
@pytest.mark.parametrize("value", ["no", "dont_know"])
def test_not_knowing_is_no_danger(cast: Cast, prompt: str, value: str) -> None:
    worry = begun(cast)
    say(worry, seen_as(cast.jo), prompt, value)
    assert episode_of(worry).state == EpisodeState.WORRIED


def test_a_health_need_makes_stricter_rules_hold_while_the_questions_go_on(cast: Cast) -> None:
    worry = begun(cast, policy="nevada")
    say(worry, seen_as(cast.jo), "needs", "no_coat,no_medicine")
    assert "health_need" in episode_of(worry).facts
    assert due_in(episode_of(worry))["count_as_missing"] == timedelta(0)
    page = queries.get_worry(seen_as(cast.jo), worry.id, now=NOW)
    assert page.advice(NOW)[0].kind is AdviceKind.REPORT_NOW


def test_an_answer_sent_twice_is_kept_once_and_a_changed_one_keeps_both(cast: Cast) -> None:
    worry = begun(cast)
    jo, olu = seen_as(cast.jo), seen_as(cast.olu)
    say(worry, jo, "usual", "usual", key="k1")
    say(worry, jo, "usual", "usual", key="k1", now=NOW + MINUTE)
    say(worry, olu, "usual", "different", now=NOW + 2 * MINUTE)
    page = queries.get_worry(jo, worry.id, now=NOW)
    assert [(str(g.answer.value), g.is_newest) for g in page.given["usual"]] == [
        ("usual", False), ("different", True),
    ]  # fmt: skip
    assert page.answers["usual"] == "different"
    assert {g.by for g in page.given["usual"]} == {page.names[cast.jo], page.names[cast.olu]}


def test_an_answer_given_offline_keeps_the_time_it_was_given(cast: Cast) -> None:
    worry = begun(cast)
    later = NOW + 20 * MINUTE
    jo = seen_as(cast.jo)
    say(worry, jo, "today", "a row", now=later, given_at=NOW + 5 * MINUTE)
    say(worry, jo, "online", "nothing", now=later, given_at=NOW + 5 * HOUR)  # a wrong clock
    say(worry, jo, "they_want", "wait", now=later, given_at=NOW - 5 * HOUR)
    given = {a.prompt: a.given_at for a in db.session.scalars(select(WorryAnswer))}
    assert given == {"today": NOW + 5 * MINUTE, "online": later, "they_want": NOW}


def test_words_are_sealed_and_cut_at_what_the_page_says(cast: Cast) -> None:
    worry = begun(cast)
    say(worry, seen_as(cast.jo), "today", "x" * 600)
    say(worry, seen_as(cast.jo), "online", "   ")
    stored = db.session.scalars(select(WorryAnswer.__table__.c.value)).all()
    assert all_sealed(stored)
    kept = {a.prompt: str(a.value) for a in db.session.scalars(select(WorryAnswer))}
    assert kept == {"today": "x" * 500, "online": "skipped"}


@pytest.mark.parametrize(
    ("prompt", "value"),
    [
        ("danger", "maybe"), ("danger", ""), ("usual", "yes"), ("needs", "no_coat,no_hat"),
        ("expected", "yesterday"), ("expected", "2026-11-22T18:00"), ("agreed", "90"),
    ],
)  # fmt: skip
def test_an_answer_that_was_not_offered_is_refused(cast: Cast, prompt: str, value: str) -> None:
    worry = begun(cast)
    with pytest.raises(BadAnswer):
        say(worry, seen_as(cast.jo), prompt, value)
    db.session.rollback()
    with pytest.raises(NotFound):
        say(worry, seen_as(cast.jo), "shoe_size", "38")


def test_when_they_were_expected_is_noted_on_the_episode(cast: Cast) -> None:
    worry = begun(cast)
    at = NOW - HOUR
    say(worry, seen_as(cast.jo), "expected", at.isoformat())
    page = queries.get_worry(seen_as(cast.jo), worry.id, now=NOW)
    assert page.circumstances.since == at
    from engage.episodes.reading import known_times

    assert known_times(worry.episode_id)[Event.EXPECTED_BACK].at == at


def test_waiting_has_a_name_a_reason_and_a_time_and_is_asked_again(cast: Cast) -> None:
    worry = begun(cast)
    jo = seen_as(cast.jo)
    with pytest.raises(NeedsReason):
        actions.wait(jo, worry.id, NOW + 30 * MINUTE, reason="  ", now=NOW)
    db.session.rollback()
    with pytest.raises(TooLongToWait) as caught:
        actions.wait(jo, worry.id, NOW + 3 * HOUR, reason="bus", now=NOW)
    assert caught.value.latest == NOW + HOUR
    db.session.rollback()
    at = actions.wait(jo, worry.id, NOW + 30 * MINUTE, reason="On the late bus", now=NOW)
    db.session.commit()
    assert at == NOW + 30 * MINUTE
    kept = db.session.get_one(Worry, worry.id)
    assert (kept.state, kept.decided_by_id, kept.reason) == (
        WorryState.WAITING, cast.jo, "On the late bus",
    )  # fmt: skip
    assert swept(NOW + 29 * MINUTE) >= 0
    assert AlertKind.LOOK_AGAIN not in open_alerts()
    swept(NOW + 30 * MINUTE)
    assert AlertKind.LOOK_AGAIN in open_alerts()
    assert told("alert_look_again") == {cast.jo}
    # Looking again and waiting once more starts a new time.
    actions.wait(jo, worry.id, NOW + 45 * MINUTE, reason="Bus is late", now=NOW + 31 * MINUTE)
    assert clocks(episode_of(worry))["recheck"].due_at == NOW + 45 * MINUTE


def test_not_missing_has_a_reason_and_ends_everything(cast: Cast) -> None:
    worry = begun(cast)
    jo = seen_as(cast.jo)
    with pytest.raises(NeedsReason):
        actions.say_not_missing(jo, worry.id, reason="", now=NOW)
    db.session.rollback()
    actions.say_not_missing(jo, worry.id, reason="In the garden", now=NOW)
    db.session.commit()
    assert episode_of(worry).state == EpisodeState.CLOSED
    assert open_alerts() == set()
    with pytest.raises(Changed):
        say(worry, jo, "usual", "usual")
    db.session.rollback()
    assert begun(cast, now=NOW + HOUR).id != worry.id


def test_what_was_decided_first_stands(cast: Cast) -> None:
    worry = begun(cast)
    jo, olu = seen_as(cast.jo), seen_as(cast.olu)
    actions.say_missing(olu, worry.id, address=ADDRESS, now=NOW)
    db.session.commit()
    for late in (
        lambda: actions.say_not_missing(jo, worry.id, reason="x", now=NOW),
        lambda: actions.wait(jo, worry.id, NOW + 10 * MINUTE, reason="x", now=NOW),
        lambda: actions.say_missing(jo, worry.id, address=ADDRESS, now=NOW),
    ):
        with pytest.raises(Changed):
            late()
        db.session.rollback()
    assert episode_of(worry).state == EpisodeState.MISSING
    # What is learned later is still kept.
    say(worry, jo, "today", "she packed a bag")


def test_the_carer_may_ask_to_be_called_and_a_person_hears_of_it_once(cast: Cast) -> None:
    worry = begun(cast)
    say(worry, seen_as(cast.jo), "you", "call_me")
    say(worry, seen_as(cast.jo), "you", "call_me")
    count = select(func.count()).where(Alert.kind == AlertKind.CALL_CARER)
    assert db.session.scalar(count) == 1
    assert cast.jo not in told("alert_call_carer")
    assert told("alert_call_carer") <= {cast.olu, cast.sam}


def test_what_came_of_a_call_is_kept_once_and_advice_forgets_who_was_tried(cast: Cast) -> None:
    worry = begun(cast)
    jo = seen_as(cast.jo)
    for _ in range(2):
        actions.note_attempt(
            jo, worry.id, how=Attempt.CALL, outcome=Outcome.NO_ANSWER, key="one", now=NOW,
            person_id=cast.ade,
        )  # fmt: skip
        db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Reached)) == 1
    page = queries.get_worry(jo, worry.id, now=NOW)
    last = page.last_outcome(cast.ade)
    assert last is not None and last.outcome == Outcome.NO_ANSWER
    assert page.last_outcome(cast.nan_ruth) is None


def test_history_makes_the_advice(cast: Cast) -> None:
    worry = begun(cast)
    page = queries.get_worry(seen_as(cast.jo), worry.id, now=NOW)
    why = {reason for each in page.advice(NOW) for reason in each.because}
    assert Because.FIRST_TIME in why


def test_only_those_around_find_a_worry(cast: Cast) -> None:
    """Source: SAFETY 5, O10."""
    for who in (cast.maya, cast.ines, cast.adil, cast.zed_worker, cast.zed_carer,
                cast.far_zed_worker, cast.kits_carer, cast.sam, cast.sue):  # fmt: skip
        with pytest.raises(NotFound):
            begun(cast, who)
        db.session.rollback()
    worry = begun(cast)
    for who in (cast.zed_worker, cast.zed_carer, cast.kits_carer, cast.far_zed_worker):
        with pytest.raises(NotFound):
            queries.get_worry(seen_as(who), worry.id, now=NOW)
        with pytest.raises(NotFound):
            say(worry, seen_as(who), "danger", "yes")
        db.session.rollback()
    for who in (cast.sam, cast.sue, cast.olu):
        assert queries.get_worry(seen_as(who), worry.id, now=NOW).worry.id == worry.id
    assert queries.find_open_worry(seen_as(cast.sam), cast.maya, now=NOW) is not None


def test_every_act_is_in_the_audit_without_a_word_of_what_was_said(cast: Cast) -> None:
    worry = begun(cast)
    jo = seen_as(cast.jo)
    say(worry, jo, "today", "her mother rang")
    actions.say_not_missing(jo, worry.id, reason="back from her mother", now=NOW)
    db.session.commit()
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "worry")).all()
    # All at one instant, so in no order.
    assert sorted(row.verb for row in rows) == [
        "worry:answered", "worry:begun", "worry:decided_not_missing",
    ]  # fmt: skip
    assert {row.actor_id for row in rows} == {cast.jo}
    assert all("mother" not in (row.reason or "") for row in rows)
