"""An overdue list climbs as its clock does: one alert, until a person has it, at the cost of what
is due.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rules import AlertKind
from engage.alerts.sweep_actions import sweep as climb
from engage.db import db
from engage.evidence.actions import leave_out, look_at
from engage.evidence.rules import LeftOut
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import alerts, become, due_in, opened, swept
from tests.evidence.telling import as_seen, notices, tell, tell_all

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("inside")


def due_alerts() -> list[Alert]:
    return list(db.session.scalars(select(Alert).where(Alert.kind == AlertKind.DUE)))


def test_ten_people_on_a_list_are_one_alert(cast: Cast) -> None:
    episode = opened(cast, policy="california")
    assert len(notices(episode)) >= 9
    swept(NOW + 24 * HOUR)
    # The police, the national centre, the list, those who help to look: one each, not nine.
    assert alerts(AlertKind.DUE) == 4


def test_it_climbs_from_carer_and_worker_to_the_supervisor(cast: Cast) -> None:
    opened(cast, policy="england")
    swept(NOW + 24 * HOUR)
    told: set[object] = set()
    now = NOW + 24 * HOUR
    for _ in range(4):
        now += timedelta(minutes=20)
        climb(now=now, address=ADDRESS)
        db.session.commit()
    for alert in due_alerts():
        told |= set(
            db.session.scalars(
                select(AlertNotice.person_id).where(AlertNotice.alert_id == alert.id)
            )
        )
    assert {cast.jo, cast.sam, cast.olu, cast.sue} <= told
    assert cast.ade not in told and cast.zed_worker not in told


def test_what_was_told_in_time_raises_nothing(cast: Cast) -> None:
    episode = opened(cast, policy="california")
    tell_all(cast, episode, now=NOW + HOUR)
    swept(NOW + 48 * HOUR)
    assert alerts(AlertKind.DUE) == 0


def test_one_left_on_the_list_is_enough(cast: Cast) -> None:
    episode = opened(cast, policy="england")
    tell_all(cast, episode, "report_police", now=NOW)
    for to in ("parents", "placing_authority"):
        tell(cast, episode, notices(episode)[f"missing:{to}"])
    swept(NOW + 24 * HOUR)
    assert alerts(AlertKind.DUE) == 1


def test_a_second_look_that_waits_keeps_it_climbing(cast: Cast) -> None:
    episode = opened(cast)
    police, ncmec = (notices(episode)[f"missing:{to}"] for to in ("police", "ncmec"))
    tell(cast, episode, ncmec)
    leave_out(as_seen(cast.sam), episode.id, police.id, LeftOut.OTHER, "Later", now=NOW)
    db.session.commit()
    swept(NOW + 3 * HOUR)
    assert alerts(AlertKind.DUE) == 1
    look_at(as_seen(cast.sue), episode.id, police.id, agrees=True, now=NOW + 3 * HOUR)
    assert "report_police" not in due_in(episode)


def test_a_half_told_one_keeps_its_clock(cast: Cast) -> None:
    episode = opened(cast)
    tell(cast, episode, notices(episode)["missing:police"], answers={})
    tell_all(cast, episode, "report_ncmec")
    swept(NOW + 3 * HOUR)
    assert alerts(AlertKind.DUE) == 1


def test_the_return_has_a_list_with_one_alert_too(cast: Cast) -> None:
    episode = opened(cast)
    tell_all(cast, episode, now=NOW)
    become(cast, episode, "returned", NOW + HOUR)
    assert due_in(episode)["return_notices"] == 25 * HOUR
    swept(NOW + 26 * HOUR)
    assert alerts(AlertKind.DUE) == 1
    tell_all(cast, episode, now=NOW + 26 * HOUR)
    assert "return_notices" not in due_in(episode)


def test_the_sweep_looks_at_clocks_and_never_at_the_lists(
    cast: Cast, statements: list[str]
) -> None:
    """What it costs is what is due, however many people are still to be told."""
    opened(cast, policy="california")
    statements.clear()
    assert swept(NOW) == 0
    assert len(statements) <= 2
    assert not [one for one in statements if "episode_notices" in one]
