"""The night: history compares itself, the night team comes in order, a carer is called back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.alerts.actions import acknowledge
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState, How
from engage.alerts.sweep_actions import sweep as sweep_alerts
from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.people.access import SYSTEM
from engage.people.actions import create_person, grant_role
from engage.people.models import PersonKind, Role
from engage.worries import queries
from engage.worries.calling import CallAsked, find_call
from engage.worries.models import Worry
from engage.worries.rules import AdviceKind, Because
from tests.cast import LONG_AGO, NOW, Cast
from tests.checkins.texting import ADDRESS, told
from tests.episodes.away import HOUR, become, opened, seen_as
from tests.page import Page
from tests.worries.test_actions import MINUTE, begun, say

pytestmark = pytest.mark.usefixtures("inside")


def away_before(cast: Cast, lasted: timedelta, ago: timedelta) -> None:
    """Put a time away into her history."""
    episode = opened(cast, EpisodeState.MISSING, policy="england", now=NOW - ago)
    become(cast, episode, EpisodeState.RETURNED, now=NOW - ago + lasted)


def reasons(cast: Cast, worry, now=NOW) -> set[Because]:
    page = queries.get_worry(seen_as(cast.jo, now), worry.id, now=now)
    return {why for each in page.advice(now) for why in each.because}


def test_the_first_time_is_said_to_be_the_first(cast: Cast) -> None:
    assert Because.FIRST_TIME in reasons(cast, begun(cast, policy="england"))


def test_longer_than_ever_before_is_noticed_without_anybody_saying_so(cast: Cast) -> None:
    away_before(cast, HOUR, timedelta(days=9))
    away_before(cast, 3 * HOUR, timedelta(days=5))
    worry = begun(cast, policy="england")
    assert not {Because.FIRST_TIME, Because.LONGER_THAN_BEFORE} & reasons(cast, worry)
    assert Because.LONGER_THAN_BEFORE not in reasons(cast, worry, NOW + 2 * HOUR)
    assert Because.LONGER_THAN_BEFORE in reasons(cast, worry, NOW + 3 * HOUR + MINUTE)


def test_a_time_that_never_led_to_missing_is_no_history(cast: Cast) -> None:
    from engage.episodes import actions as episodes

    episode = opened(cast, EpisodeState.WORRIED, policy="england", now=NOW - timedelta(days=2))
    episodes.close(seen_as(cast.sam), episode.id, reason="In bed", now=NOW - timedelta(days=1))
    db.session.commit()
    assert Because.FIRST_TIME in reasons(cast, begun(cast, policy="england"))


def test_every_line_of_advice_says_why(cast: Cast) -> None:
    worry = begun(cast, policy="missouri")
    jo = seen_as(cast.jo)
    for prompt, value in (("usual", "usual"), ("safe_with", "others_say"), ("needs", "no_coat")):
        say(worry, jo, prompt, value)
        page = queries.get_worry(jo, worry.id, now=NOW)
        for each in page.advice(NOW):
            assert each.because, each.kind
            assert (each.at is not None) == (each.kind is AdviceKind.WAIT)


def test_a_carer_who_asks_to_be_called_is_not_left_until_somebody_takes_it(cast: Cast) -> None:
    worry = begun(cast, policy="england")
    say(worry, seen_as(cast.jo), "you", "call_me")
    assert told("alert_call_carer") == {cast.olu, cast.sam}
    for minutes in (10, 25, 40):
        sweep_alerts(now=NOW + minutes * MINUTE, address=ADDRESS)
        db.session.commit()
    # The supervisor too, and never the carer herself or one of the three.
    assert told("alert_call_carer") == {cast.olu, cast.sam, cast.sue}
    alert = db.session.scalars(select(Alert).where(Alert.kind == AlertKind.CALL_CARER)).one()
    assert alert.state == AlertState.OPEN
    acknowledge(
        alert.id, cast.olu, how=How.PAGE, now=NOW + HOUR, viewer=seen_as(cast.olu, NOW + HOUR)
    )
    db.session.commit()
    kept = db.session.get_one(Alert, alert.id, populate_existing=True)
    assert kept.acknowledged_by_id == cast.olu


def test_of_those_on_duty_whoever_knows_her_comes_first(cast: Cast) -> None:
    """Source: MISSION C12."""
    early = create_person(
        SYSTEM, PersonKind.WORKER, organisation_id=cast.organisation, name="Abi",
        phone="+447700900444", now=LONG_AGO,
    )  # fmt: skip
    grant_role(SYSTEM, early.id, Role.OUT_OF_HOURS, team_id=cast.team, now=LONG_AGO - MINUTE)
    before = opened(cast, EpisodeState.WORRIED, policy="england", by=cast.olu)
    # Olu answered for her at another time.
    before.owner_id = cast.olu
    db.session.commit()
    worry = begun(cast, policy="england")
    page = queries.get_worry(seen_as(cast.jo), worry.id, now=NOW)
    names = [str(each.name) for each in page.night_team]
    assert set(names) == {"Abi", "Olu"}
    assert names == ["Olu", "Abi"]


class TestACallForTheCarer:
    """P14: whoever would like a call is called by a person, and sees that it is on its way."""

    def ask(self, cast: Cast, worry: Worry, now: datetime = NOW) -> None:
        say(worry, seen_as(cast.jo, now), "you", "call_me", now=now)

    def alerts(self) -> list[Alert]:
        wanted = select(Alert).where(Alert.kind == AlertKind.CALL_CARER)
        return list(db.session.scalars(wanted.order_by(Alert.raised_at)))

    def test_she_sees_since_when_and_who_has_it(self, cast: Cast) -> None:
        worry = begun(cast)
        assert find_call(seen_as(cast.jo), worry) is None
        self.ask(cast, worry)
        assert find_call(seen_as(cast.jo), worry) == CallAsked(NOW, "")
        (alert,) = self.alerts()
        alert.state, alert.acknowledged_by_id = AlertState.ACKNOWLEDGED, cast.olu
        db.session.commit()
        assert find_call(seen_as(cast.jo), worry) == CallAsked(NOW, "Olu")

    def test_nobody_else_is_told_that_they_are_called(self, cast: Cast) -> None:
        worry = begun(cast)
        self.ask(cast, worry)
        for who in (cast.olu, cast.sam, cast.sue):
            assert find_call(seen_as(who), worry) is None

    def test_asking_twice_is_one_call_and_after_it_she_may_ask_again(self, cast: Cast) -> None:
        worry = begun(cast)
        for minutes in (0, 1, 2):
            self.ask(cast, worry, NOW + timedelta(minutes=minutes))
        (alert,) = self.alerts()
        alert.state = AlertState.RESOLVED
        db.session.commit()
        assert find_call(seen_as(cast.jo), worry) is None
        later = NOW + timedelta(hours=1)
        for _ in range(2):
            self.ask(cast, worry, later)
        assert [each.raised_at for each in self.alerts()] == [NOW, later]

    def test_the_page_says_so(self, cast: Cast, client: FlaskClient, sign_in: Any) -> None:
        worry = begun(cast)
        self.ask(cast, worry)
        worry_id = worry.id
        page = Page(sign_in(client, cast.jo).get(f"/worries/{worry_id}"))
        assert "Somebody will call you" in page
        (alert,) = self.alerts()
        alert.state, alert.acknowledged_by_id = AlertState.ACKNOWLEDGED, cast.olu
        db.session.commit()
        page = Page(client.get(f"/worries/{worry_id}"))
        assert "Olu has seen that you would like a call." in page
