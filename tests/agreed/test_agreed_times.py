"""Agreeing when to check in, and what a pause, a move and a worker's word change."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.agreed import actions as times
from engage.agreed import away_actions
from engage.agreed.rules import MOST, ExpectedState, TimeState
from engage.alerts.rules import AlertState, How
from engage.db import db
from engage.messaging.models import Message
from engage.people.models import Person
from engage.web.errors import NotFound
from tests.agreed.expecting import (
    AWAY,
    DUE,
    FRIDAYS,
    OVERDUE,
    agreed,
    alarms,
    expected,
    tick,
)
from tests.cast import NOW, Cast
from tests.checkins.texting import phone_of, text, told

pytestmark = pytest.mark.usefixtures("inside")


def test_it_holds_once_both_have_said_yes(cast: Cast) -> None:
    time = times.propose(cast.viewer(cast.sam), cast.maya, FRIDAYS, now=NOW)
    assert time.state == TimeState.PROPOSED
    assert not expected()
    assert times.agree(cast.viewer(cast.maya), time.id, now=NOW)
    assert not times.agree(cast.viewer(cast.maya), time.id, now=NOW)
    db.session.commit()
    assert time.state == TimeState.ACTIVE
    assert [one.due_at for one in expected()] == [DUE]


def test_the_young_person_may_propose_and_the_worker_hears_of_it(cast: Cast) -> None:
    time = times.propose(cast.viewer(cast.maya), cast.maya, FRIDAYS, now=NOW)
    db.session.commit()
    assert told("info_times") == {cast.sam}
    assert times.agree(cast.viewer(cast.sam), time.id, now=NOW)
    assert time.worker_id == cast.sam


def test_a_yes_said_aloud_is_written_down_as_that(cast: Cast) -> None:
    time = times.propose(cast.viewer(cast.sam), cast.maya, FRIDAYS, said_aloud=True, now=NOW)
    assert (time.state, time.said_aloud) == (TimeState.ACTIVE, True)


def test_nobody_keeps_more_than_a_few_times_in_mind(cast: Cast) -> None:
    for _ in range(MOST):
        times.propose(cast.viewer(cast.sam), cast.maya, FRIDAYS, now=NOW)
    with pytest.raises(times.TooMany):
        times.propose(cast.viewer(cast.sam), cast.maya, FRIDAYS, now=NOW)


@pytest.mark.parametrize(
    "who",
    ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "kit", "jo", "adil", "ines", "olu"],
)
def test_others_agree_nothing_for_her(cast: Cast, who: str) -> None:
    time = agreed(cast)
    viewer = cast.viewer(getattr(cast, who))
    with pytest.raises(NotFound):
        times.propose(viewer, cast.maya, FRIDAYS, now=NOW)
    with pytest.raises(NotFound):
        times.end(viewer, time.id, now=NOW)
    if who != "olu":
        with pytest.raises(NotFound):
            times.pause(viewer, time.id, NOW + timedelta(days=1), now=NOW)
        with pytest.raises(NotFound):
            away_actions.begin_away(viewer, cast.maya, now=NOW)


def test_while_away_the_hours_begin_when_they_go_and_again_when_heard(cast: Cast) -> None:
    time = agreed(cast, AWAY)
    assert not expected()
    assert away_actions.begin_away(cast.viewer(cast.olu), cast.maya, now=NOW) == 1
    assert away_actions.begin_away(cast.viewer(cast.sam), cast.maya, now=NOW) == 0
    db.session.commit()
    assert [one.due_at for one in expected()] == [NOW + timedelta(hours=12)]
    text(phone_of(cast.maya), "ok", now=NOW + timedelta(hours=5))
    text(phone_of(cast.maya), "ok", now=NOW + timedelta(hours=5, minutes=5))
    assert [one.state for one in expected()] == [ExpectedState.MET, ExpectedState.WAITING]
    assert expected()[1].due_at == NOW + timedelta(hours=17)
    assert (
        away_actions.end_away(cast.viewer(cast.sam), cast.maya, now=NOW + timedelta(hours=6)) == 1
    )
    db.session.commit()
    assert time.running_since is None
    assert tick(NOW + timedelta(days=2)) == 0


def test_a_second_silence_joins_the_alarm_that_climbs_and_rings_anew_once_somebody_had_it(
    cast: Cast,
) -> None:
    agreed(cast, AWAY)
    away_actions.begin_away(cast.viewer(cast.sam), cast.maya, now=NOW)
    db.session.commit()
    tick(NOW + timedelta(hours=12, minutes=30))
    tick(NOW + timedelta(hours=25, minutes=30))
    assert len(alarms()) == 1
    assert [one.state for one in expected()].count(ExpectedState.OVERDUE) == 2
    from engage.alerts.actions import acknowledge

    acknowledge(alarms()[0].id, cast.sam, how=How.PAGE, now=NOW, viewer=cast.viewer(cast.sam))
    db.session.commit()
    tick(NOW + timedelta(hours=40))
    assert len(alarms()) == 2


def test_a_pause_ends_by_itself_and_may_be_ended_before(cast: Cast) -> None:
    time = agreed(cast)
    times.pause(cast.viewer(cast.sam), time.id, DUE + timedelta(days=1), now=NOW)
    db.session.commit()
    assert tick(OVERDUE) == 0
    assert [(o.state, o.due_at) for o in expected()] == [
        (ExpectedState.CALLED_OFF, DUE),
        (ExpectedState.WAITING, DUE + timedelta(days=7)),
    ]
    times.go_on(cast.viewer(cast.sam), time.id, now=NOW + timedelta(days=1))
    db.session.commit()
    waiting = [o.due_at for o in expected() if o.state == ExpectedState.WAITING]
    assert waiting == [DUE]


def test_the_worker_hears_when_a_young_person_pauses_or_ends_it(cast: Cast) -> None:
    time = agreed(cast)
    before = len([1 for m in db.session.scalars(select(Message.template)) if m == "info_times"])
    times.pause(cast.viewer(cast.maya), time.id, DUE, now=NOW + timedelta(hours=1))
    times.end(cast.viewer(cast.maya), time.id, now=NOW + timedelta(hours=2))
    db.session.commit()
    after = len([1 for m in db.session.scalars(select(Message.template)) if m == "info_times"])
    assert after == before + 2
    assert tick(OVERDUE + timedelta(days=9)) == 0


def test_an_alarm_that_runs_goes_on_when_the_agreement_ends(cast: Cast) -> None:
    time = agreed(cast)
    tick(OVERDUE)
    times.end(cast.viewer(cast.sam), time.id, now=OVERDUE)
    db.session.commit()
    assert alarms()[0].state == AlertState.OPEN


def test_a_worker_who_spoke_to_them_meets_it(cast: Cast) -> None:
    agreed(cast)
    tick(OVERDUE)
    one = expected()[0]
    with pytest.raises(NotFound):
        times.note_heard(cast.viewer(cast.maya), one.id, now=OVERDUE)
    assert times.note_heard(cast.viewer(cast.olu), one.id, now=OVERDUE)
    assert not times.note_heard(cast.viewer(cast.sam), one.id, now=OVERDUE)
    db.session.commit()
    assert expected()[0].state == ExpectedState.HEARD
    assert alarms()[0].state == AlertState.RESOLVED
    assert told("info_heard") == {cast.ade}


def test_who_has_left_is_expected_no_more(cast: Cast) -> None:
    agreed(cast)
    db.session.get_one(Person, cast.maya).ended_at = NOW
    db.session.commit()
    assert tick(OVERDUE) == 1
    assert not alarms()
    assert expected()[0].state == ExpectedState.CALLED_OFF
