"""Episodes: opened, changed, corrected, closed by a named person, with clocks that never stop
by themselves."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState
from engage.db import db
from engage.episodes import actions, queries
from engage.episodes.actions import AlreadyOut, BadTime, NotYet
from engage.episodes.clock_actions import finish_clock
from engage.episodes.models import Episode, EpisodeChange, EpisodeTime
from engage.episodes.reading import names_of
from engage.episodes.register_queries import count_missing, register
from engage.episodes.rules import (
    EpisodeKind,
    Event,
    Obstacle,
    Source,
    TimeProblem,
)
from engage.people.rules import CircumstanceKind
from engage.people.sharing_models import Circumstance
from engage.web.errors import Changed, NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, told
from tests.episodes.away import HOUR, S, become, due_in, opened, seen_as, swept
from tests.evidence.telling import tell_all
from tests.sealing import all_sealed, is_sealed

pytestmark = pytest.mark.usefixtures("inside")


def test_two_open_at_once_are_refused_and_the_open_one_is_named(cast: Cast) -> None:
    first = opened(cast)
    with pytest.raises(AlreadyOut) as caught:
        opened(cast)
    assert caught.value.episode_id == first.id
    db.session.rollback()
    become(cast, first, S.RETURNED)
    again = opened(cast)
    assert again.id != first.id
    assert "repeat_episode" in again.facts


def test_the_return_is_set_once(cast: Cast) -> None:
    episode = opened(cast)
    become(cast, episode, S.RETURNED, NOW + 2 * HOUR)
    again = {"source": Source.WORKER, "now": NOW + 3 * HOUR}
    with pytest.raises(BadTime) as caught:
        actions.set_time(
            seen_as(cast.sam),
            episode.id,
            Event.RETURNED,
            NOW + HOUR,
            **again,  # type: ignore[arg-type]
        )
    assert caught.value.problem is TimeProblem.NEEDS_REASON
    db.session.rollback()
    actions.set_time(
        seen_as(cast.sam), episode.id, Event.RETURNED, NOW + HOUR,
        reason="Jo wrote it down at the door", **again,  # type: ignore[arg-type]
    )  # fmt: skip
    db.session.commit()
    page = queries.get_episode(seen_as(cast.sam), episode.id, now=NOW)
    assert page.times[Event.RETURNED].reason == "Jo wrote it down at the door"
    assert [each.at for each in page.earlier_times] == [NOW + 2 * HOUR]
    stored = db.session.execute(
        select(EpisodeTime.__table__.c.reason).where(EpisodeTime.__table__.c.reason.is_not(None))
    ).scalar_one()
    assert is_sealed(stored)


@pytest.mark.parametrize(
    ("times", "problem"),
    [
        ({Event.LAST_CONTACT: NOW + HOUR}, TimeProblem.FUTURE),
        ({Event.DISCOVERED: NOW - 2 * HOUR, Event.LAST_CONTACT: NOW - HOUR},
         TimeProblem.BEFORE_LAST_CONTACT),
    ],
)  # fmt: skip
def test_an_impossible_time_opens_nothing(
    cast: Cast, times: dict[Event, datetime], problem: TimeProblem
) -> None:
    with pytest.raises(BadTime) as caught:
        opened(cast, times=times)
    assert caught.value.problem is problem
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Episode)) == 0


def test_back_before_they_were_gone_is_refused(cast: Cast) -> None:
    episode = opened(cast)
    with pytest.raises(BadTime) as caught:
        actions.change_state(
            seen_as(cast.sam), episode.id, S.RETURNED, source=Source.WORKER,
            address=ADDRESS, now=NOW + HOUR, at=NOW - HOUR,
        )  # fmt: skip
    assert caught.value.problem is TimeProblem.RETURNED_BEFORE_MISSING
    db.session.rollback()
    assert db.session.get_one(Episode, episode.id).state == S.MISSING


def test_not_missing_after_all_closes_with_a_reason_and_ends_every_clock(cast: Cast) -> None:
    episode = opened(cast, S.WORRIED, by=cast.jo)
    with pytest.raises(NotYet) as caught:
        actions.close(seen_as(cast.sam), episode.id, now=NOW, reason="  ")
    assert caught.value.obstacles == [Obstacle.NO_REASON]
    db.session.rollback()
    actions.close(seen_as(cast.sam), episode.id, now=NOW, reason="She was at training")
    db.session.commit()
    assert due_in(episode) == {}
    assert db.session.get_one(Episode, episode.id).next_due_at is None
    with pytest.raises(Changed):
        actions.close(seen_as(cast.sam), episode.id, now=NOW, reason="again")


def test_after_the_return_nothing_closes_with_blanks(cast: Cast) -> None:
    episode = opened(cast)
    with pytest.raises(NotYet) as caught:
        actions.close(seen_as(cast.sam), episode.id, now=NOW, reason="x")
    assert caught.value.obstacles == [Obstacle.NOT_BACK]
    db.session.rollback()
    become(cast, episode, S.RETURNED, NOW + HOUR)
    with pytest.raises(NotYet):
        actions.close(seen_as(cast.sam), episode.id, now=NOW + HOUR)
    db.session.rollback()
    tell_all(cast, episode, now=NOW + HOUR)
    for name in list(due_in(episode)):
        finish_clock(seen_as(cast.sam), episode.id, name, now=NOW + HOUR)
    actions.close(seen_as(cast.sue), episode.id, now=NOW + HOUR)
    db.session.commit()
    assert db.session.get_one(Episode, episode.id).state == S.CLOSED


def test_who_may_open_change_and_close(cast: Cast) -> None:
    """Source: SAFETY 5, O9. Not yours looks like not there."""
    for who in (cast.maya, cast.ines, cast.adil, cast.zed_worker, cast.zed_carer,
                cast.far_zed_worker, cast.kits_carer):  # fmt: skip
        with pytest.raises(NotFound):
            opened(cast, by=who)
        db.session.rollback()
    episode = opened(cast, by=cast.jo)
    for who in (cast.zed_worker, cast.zed_carer, cast.far_zed_worker, cast.kits_carer):
        with pytest.raises(NotFound):
            queries.get_episode(seen_as(who), episode.id, now=NOW)
        with pytest.raises(NotFound):
            become(cast, episode, S.RETURNED, by=who)
        db.session.rollback()
        assert register(seen_as(who), now=NOW) == []
        assert count_missing(seen_as(who), now=NOW) == 0
    for who in (cast.jo, cast.maya, cast.ines):
        with pytest.raises(NotFound):
            actions.close(seen_as(who), episode.id, now=NOW, reason="x")
        db.session.rollback()
    for who in (cast.sam, cast.sue, cast.olu):
        assert queries.get_episode(seen_as(who), episode.id, now=NOW).may_close


def test_handing_over_goes_to_somebody_who_can_answer_for_it(cast: Cast) -> None:
    episode = opened(cast)
    actions.hand_over(seen_as(cast.sam), episode.id, cast.olu, now=NOW)
    assert db.session.get_one(Episode, episode.id).owner_id == cast.olu
    for who in (cast.zed_worker, cast.jo, cast.maya):
        with pytest.raises(NotFound):
            actions.hand_over(seen_as(cast.sam), episode.id, who, now=NOW)


def test_the_register_lists_who_is_missing_now_the_soonest_first(cast: Cast) -> None:
    episode = opened(cast, S.LATE)
    assert register(seen_as(cast.sam), now=NOW) == []
    become(cast, episode, S.AWAY)
    line = register(seen_as(cast.sam), now=NOW)[0]
    assert line.young_person.id == cast.maya
    assert line.next_due is not None and line.next_due.rule.pack == "missouri"
    assert line.owner == names_of([cast.sam])[cast.sam]
    assert count_missing(seen_as(cast.sue), now=NOW) == 1
    become(cast, episode, S.RETURNED)
    assert register(seen_as(cast.sam), now=NOW) == []
    assert queries.count_before(seen_as(cast.sam), cast.maya, now=NOW) == 1


def test_why_they_are_away_is_noted_and_what_was_said_stays_sealed(cast: Cast) -> None:
    episode = opened(cast)
    actions.set_kind(seen_as(cast.sam), episode.id, EpisodeKind.MADE_TO_LEAVE, now=NOW)
    actions.change_state(
        seen_as(cast.sam), episode.id, S.AWAY, source=Source.TRUSTED_PERSON, address=ADDRESS,
        now=NOW, reason="She is at Nan Ruth's",
    )  # fmt: skip
    db.session.commit()
    page = queries.get_episode(seen_as(cast.sam), episode.id, now=NOW)
    assert page.episode.kind == EpisodeKind.MADE_TO_LEAVE
    assert [(c.state, c.reason) for c in page.changes] == [
        (S.MISSING, None), (S.AWAY, "She is at Nan Ruth's"),
    ]  # fmt: skip
    raw = db.session.execute(select(EpisodeChange.__table__.c.reason)).scalars().all()
    assert all_sealed(raw)


def test_times_are_kept_in_utc(cast: Cast) -> None:
    opened(cast)
    row = db.session.scalars(select(EpisodeTime)).first()
    assert row is not None
    assert row.at.tzinfo is not None and row.at.utcoffset() == timedelta(0)
    assert row.at == row.at.astimezone(UTC)


def test_what_is_shared_only_if_missing_opens_with_it_and_closes_with_the_return(
    cast: Cast,
) -> None:
    episode = opened(cast, S.WORRIED, by=cast.jo)
    assert open_circumstances() == []
    become(cast, episode, S.MISSING, by=cast.jo)
    assert open_circumstances() == [CircumstanceKind.AWAY]
    become(cast, episode, S.AWAY)
    assert open_circumstances() == [CircumstanceKind.AWAY]
    become(cast, episode, S.RETURNED, by=cast.jo)
    assert open_circumstances() == []


def open_circumstances() -> list[str]:
    return list(
        db.session.scalars(select(Circumstance.kind).where(Circumstance.ended_at.is_(None)))
    )


def still_climbing() -> list[str]:
    return list(db.session.scalars(select(Alert.kind).where(Alert.state != AlertState.RESOLVED)))


def test_the_return_stops_what_climbed_and_everybody_told_hears_of_it(cast: Cast) -> None:
    episode = opened(cast)
    assert still_climbing() == [AlertKind.NOT_BACK]
    heard = told("alert_not_back")
    become(cast, episode, S.RETURNED, NOW + HOUR, by=cast.jo)
    assert still_climbing() == []
    assert told("info_back") == heard


def test_what_the_law_asks_goes_on_climbing_after_the_return(cast: Cast) -> None:
    episode = opened(cast)
    swept(NOW + 2 * HOUR)
    become(cast, episode, S.RETURNED, NOW + 2 * HOUR)
    assert set(still_climbing()) == {AlertKind.DUE}


def test_a_carer_ends_their_own_worry_but_nothing_that_was_missing(cast: Cast) -> None:
    episode = opened(cast, S.WORRIED, by=cast.jo)
    actions.close(seen_as(cast.jo), episode.id, now=NOW, reason="She was in the bath")
    db.session.commit()
    assert still_climbing() == []
    assert cast.sam in told("info_not_away")
    again = opened(cast, S.WORRIED, by=cast.jo)
    become(cast, again, S.MISSING, by=cast.jo)
    become(cast, again, S.RETURNED, by=cast.jo)
    with pytest.raises(NotFound):
        actions.close(seen_as(cast.jo), again.id, now=NOW, reason="back")
