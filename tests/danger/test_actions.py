"""The loop: asked again, on every new fact, until they are back; silence climbs."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState
from engage.alerts.sweep_actions import sweep as sweep_alerts
from engage.asking.actions import ask_trusted
from engage.asking.queries import asked_about
from engage.danger import actions, queries
from engage.danger.models import DangerLook
from engage.danger.rules import NewKind, Thinks
from engage.db import db
from engage.episodes import actions as episodes
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.people.rules import CircumstanceKind
from engage.people.sharing_models import Circumstance
from engage.web.errors import Changed, NotFound
from engage.worries import actions as worries
from engage.worries.models import Worry
from engage.worries.rules import WorryState
from engage.worries.sweep_actions import sweep_worries
from tests.asking.test_actions import phone_of, share
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, own_number, text, told
from tests.episodes.away import HOUR, become, clocks, due_in, opened, seen_as, swept

pytestmark = pytest.mark.usefixtures("inside")
MINUTE = timedelta(minutes=1)


def look(
    cast: Cast,
    episode: Episode,
    thinks: Thinks = Thinks.NO,
    *,
    by: UUID | None = None,
    now=NOW,
    key: str = "",
) -> None:
    actions.look(
        seen_as(by or cast.jo, now), episode.id, thinks, key=key or str(uuid4()), address=ADDRESS,
        now=now,
    )  # fmt: skip
    db.session.commit()


def count(kind: AlertKind) -> int:
    return db.session.scalar(select(func.count()).where(Alert.kind == kind)) or 0


def state(kind: AlertKind) -> list[str]:
    return list(db.session.scalars(select(Alert.state).where(Alert.kind == kind)))


@pytest.mark.parametrize("where", [EpisodeState.WORRIED, EpisodeState.MISSING, EpisodeState.AWAY])
def test_it_is_asked_again_every_few_hours_until_they_are_back(
    cast: Cast, where: EpisodeState
) -> None:
    """Source: ACIN I-14-19, MISSION C25; four hours by these packs."""
    episode = opened(cast, where, policy="england")
    assert due_in(episode)["danger_check"] == 4 * HOUR
    for round_ in range(1, 4):
        at = NOW + round_ * 4 * HOUR - MINUTE
        look(cast, episode, now=at)
        assert clocks(episode)["danger_check"].due_at == at + 4 * HOUR
    if where == EpisodeState.WORRIED:
        episodes.close(seen_as(cast.sam), episode.id, reason="Back", now=at)
    else:
        become(cast, episode, EpisodeState.RETURNED, now=at)
    db.session.commit()
    assert "danger_check" not in due_in(episode)
    with pytest.raises(Changed):
        look(cast, episode, now=at + MINUTE)


def test_when_nobody_looks_it_climbs_and_looking_stops_it(cast: Cast) -> None:
    episode = opened(cast, policy="england")
    swept(NOW + 4 * HOUR)
    assert told("alert_look_again") == {cast.jo}
    for minutes in (10, 20, 30):
        sweep_alerts(now=NOW + 4 * HOUR + minutes * MINUTE, address=ADDRESS)
        db.session.commit()
    assert told("alert_look_again") >= {cast.jo, cast.olu, cast.sam}
    look(cast, episode, by=cast.olu, now=NOW + 4 * HOUR + 31 * MINUTE)
    assert state(AlertKind.LOOK_AGAIN) == [AlertState.RESOLVED]
    assert told("info_looked") >= {cast.jo, cast.sam}


def test_whoever_is_not_sure_is_asked_sooner(cast: Cast) -> None:
    episode = opened(cast, policy="england")
    look(cast, episode, Thinks.DONT_KNOW)
    assert due_in(episode)["danger_check"] == HOUR


def test_a_new_fact_asks_again_within_minutes(cast: Cast) -> None:
    episode = opened(cast, policy="england")
    episodes.note_facts(seen_as(cast.sam), episode.id, ["health_need"], now=NOW)
    db.session.commit()
    assert due_in(episode)["danger_check"] == 5 * MINUTE
    # The same fact again is nothing new.
    look(cast, episode, now=NOW + MINUTE)
    episodes.note_facts(seen_as(cast.sam), episode.id, ["health_need"], now=NOW + MINUTE)
    assert due_in(episode)["danger_check"] == 4 * HOUR + MINUTE


@pytest.mark.parametrize("by", ["jo", "olu", "sam"])
def test_yes_counts_as_missing_at_once_and_opens_what_is_shared_for_danger(
    cast: Cast, by: str
) -> None:
    worry = worries.begin(seen_as(cast.jo), cast.maya, address=ADDRESS, now=NOW)
    db.session.commit()
    episode = db.session.get_one(Episode, worry.episode_id)
    look(cast, episode, Thinks.YES, by=getattr(cast, by), now=NOW + MINUTE)
    kept = db.session.get_one(Episode, episode.id, populate_existing=True)
    assert kept.state == EpisodeState.MISSING and "in_danger" in kept.facts
    assert db.session.get_one(Worry, worry.id).state == WorryState.MISSING
    noted = set(db.session.scalars(select(Circumstance.kind)))
    assert noted == {CircumstanceKind.AWAY, CircumstanceKind.DANGER}
    assert count(AlertKind.NOT_BACK) == 1
    assert "danger_check" in due_in(kept)


def test_yes_while_they_are_missing_tells_people_anew(cast: Cast) -> None:
    episode = opened(cast)
    look(cast, episode, Thinks.YES, key="one")
    look(cast, episode, Thinks.YES, key="one")
    assert count(AlertKind.CONCERN) == 1
    assert db.session.scalar(select(func.count()).select_from(DangerLook)) == 1
    look(cast, episode, Thinks.YES, now=NOW + HOUR)
    assert count(AlertKind.CONCERN) == 2


def test_only_those_around_may_look(cast: Cast) -> None:
    episode = opened(cast)
    for who in (cast.zed_worker, cast.zed_carer, cast.far_zed_worker, cast.maya, cast.ines):
        with pytest.raises(NotFound):
            look(cast, episode, by=who)
        db.session.rollback()
    for who in (cast.zed_worker, cast.zed_carer, cast.far_zed_worker):
        with pytest.raises(NotFound):
            queries.get_danger(seen_as(who), episode.id, now=NOW)
    assert queries.get_danger(seen_as(cast.jo), episode.id, now=NOW).may_look
    assert not queries.get_danger(seen_as(cast.sue), episode.id, now=NOW).may_look


def test_the_page_shows_what_is_new_since_the_last_look(cast: Cast) -> None:
    own_number(cast)
    share(cast)
    worry = worries.begin(seen_as(cast.jo), cast.maya, address=ADDRESS, now=NOW)
    db.session.commit()
    episode = db.session.get_one(Episode, worry.episode_id)
    worries.answer(
        seen_as(cast.jo), worry.id, "made_to_go", "yes", key="a", address=ADDRESS, now=NOW + MINUTE
    )
    ask_trusted(seen_as(cast.jo), cast.maya, episode.id, address=ADDRESS, now=NOW + MINUTE)
    db.session.commit()
    text(phone_of(cast.coach_lee), "2", now=NOW + 2 * MINUTE)
    text(phone_of(cast.maya), "ok", now=NOW + 3 * MINUTE)
    page = queries.get_danger(seen_as(cast.olu), episode.id, now=NOW + 4 * MINUTE)
    assert [each.kind for each in page.new] == [
        NewKind.HEARD_FROM_THEM, NewKind.TRUSTED_WORRIED, NewKind.ANSWERED,
    ]  # fmt: skip
    look(cast, episode, now=NOW + 5 * MINUTE)
    page = queries.get_danger(seen_as(cast.olu), episode.id, now=NOW + 6 * MINUTE)
    assert page.new == [] and page.last_by == "Jo"
    assert page.next_at == NOW + 5 * MINUTE + 4 * HOUR


def test_silence_of_all_three_is_heard_of_once(cast: Cast) -> None:
    own_number(cast)
    share(cast)
    episode = opened(cast, policy="england")
    ask_trusted(seen_as(cast.jo), cast.maya, episode.id, address=ADDRESS, now=NOW)
    db.session.commit()
    assert sweep_worries(now=NOW + 14 * MINUTE, address=ADDRESS) == 0
    assert sweep_worries(now=NOW + 15 * MINUTE, address=ADDRESS) == 3
    db.session.commit()
    assert count(AlertKind.LOOK_AGAIN) == 1
    asked = asked_about(seen_as(cast.jo), cast.maya, episode.id, now=NOW + 15 * MINUTE)
    assert all(each.is_silent for each in asked.values())
    assert sweep_worries(now=NOW + 16 * MINUTE, address=ADDRESS) == 0


@pytest.mark.parametrize("case", ["one answered", "they are back"])
def test_nobody_is_asked_to_look_where_silence_means_nothing(cast: Cast, case: str) -> None:
    own_number(cast)
    share(cast)
    episode = opened(cast, EpisodeState.WORRIED, policy="england")
    ask_trusted(seen_as(cast.jo), cast.maya, episode.id, address=ADDRESS, now=NOW)
    db.session.commit()
    if case == "one answered":
        text(phone_of(cast.coach_lee), "3", now=NOW + MINUTE)
    else:
        episodes.close(seen_as(cast.sam), episode.id, reason="Back", now=NOW + MINUTE)
        db.session.commit()
    sweep_worries(now=NOW + 20 * MINUTE, address=ADDRESS)
    db.session.commit()
    assert count(AlertKind.LOOK_AGAIN) == 0
