"""What was agreed and is late: its owner hears, then supervisors, and nothing says what it is."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from engage.alerts.models import Alert, AlertNotice
from engage.db import db
from engage.messaging.models import Message
from engage.people.models import Organisation, Person
from engage.welfare import actions
from engage.welfare.models import WelfareAction
from engage.welfare.rules import State
from engage.welfare.sweep_actions import sweep
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.welfare.conftest import LAMPS, PLACE, agreed, day, written

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Due on Friday 27 November: the Saturday at nine in London.
MORNING = datetime(2026, 11, 28, 9, tzinfo=UTC)


def swept(now: datetime) -> int:
    done = sweep(now=now, address=ADDRESS)
    db.session.commit()
    return done


def texts() -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.template == "welfare_due")))


def alerts() -> list[Alert]:
    return list(db.session.scalars(select(Alert).order_by(Alert.raised_at)))


def test_its_owner_hears_the_next_morning_and_once(inside: Cast) -> None:
    agreed(inside, written(inside))
    assert swept(MORNING - timedelta(seconds=1)) == 0 and not texts()
    assert swept(MORNING) == 1
    assert swept(MORNING + HOUR) == 0
    [message] = texts()
    assert message.person_id == inside.sam and not alerts()


def test_the_text_says_nothing_of_a_place_or_a_person(inside: Cast) -> None:
    meeting = written(inside)
    actions.think_of(inside.viewer(inside.sam), meeting.id, {inside.maya}, now=NOW)
    action = agreed(inside, meeting)
    swept(MORNING)
    swept(MORNING + DAY)
    [message] = texts()
    assert json.loads(str(message.params)) == {"link": f"{ADDRESS}/welfare-actions/{action.id}"}
    assert message.young_person_id is None
    [alert] = alerts()
    assert (alert.young_person_id, alert.about_kind, alert.about_id) == (
        None, "welfare_action", action.id,
    )  # fmt: skip
    for each in db.session.scalars(select(Message)):
        said = str(each.params)
        assert LAMPS not in said and PLACE not in said and "Maya" not in said


def test_a_day_later_the_supervisors_hear_once_and_the_night_team_never(inside: Cast) -> None:
    agreed(inside, written(inside))
    swept(MORNING)
    assert swept(MORNING + DAY) == 1
    assert swept(MORNING + 2 * DAY) == 0
    [alert] = alerts()
    assert alert.kind == "promise"
    told = set(db.session.scalars(select(AlertNotice.person_id)))
    assert inside.sue in told and inside.olu not in told and inside.sam not in told


def test_those_near_whom_they_thought_of_hear_first(inside: Cast) -> None:
    """Sue supervises Maya's team; other supervisors of the house are not rung for it."""
    meeting = written(inside)
    actions.think_of(inside.viewer(inside.sam), meeting.id, {inside.maya}, now=NOW)
    agreed(inside, meeting)
    swept(MORNING)
    swept(MORNING + DAY)
    assert set(db.session.scalars(select(AlertNotice.person_id))) == {inside.sue}


def test_an_owner_who_left_is_not_asked_first(inside: Cast) -> None:
    agreed(inside, written(inside))
    db.session.get_one(Person, inside.sam).ended_at = MORNING
    db.session.commit()
    swept(MORNING)
    assert not texts() and len(alerts()) == 1


def test_what_is_done_in_time_is_told_to_nobody(inside: Cast) -> None:
    action = agreed(inside, written(inside))
    actions.end(inside.viewer(inside.sam), action.id, State.DONE, "They came", now=NOW)
    db.session.commit()
    assert swept(MORNING) == 0 and not texts()


def test_another_day_begins_anew_for_its_new_owner(inside: Cast) -> None:
    action = agreed(inside, written(inside))
    swept(MORNING)
    actions.move(inside.viewer(inside.sam), action.id, owner_id=inside.sue,
                 due_on=day(10), reason="Later", now=MORNING)  # fmt: skip
    db.session.commit()
    assert swept(MORNING + DAY) == 0 and not alerts()
    swept(MORNING + 5 * DAY)
    assert {each.person_id for each in texts()} == {inside.sam, inside.sue}


@pytest.mark.parametrize(
    ("zone", "due", "heard"),
    [
        # The clocks go back on Sunday 25 October 2026, and forward on 28 March 2027.
        ("Europe/London", date(2026, 10, 24), datetime(2026, 10, 25, 9, tzinfo=UTC)),
        ("Europe/London", date(2026, 10, 23), datetime(2026, 10, 24, 8, tzinfo=UTC)),
        ("America/Chicago", date(2026, 10, 31), datetime(2026, 11, 1, 15, tzinfo=UTC)),
        ("America/Chicago", date(2026, 10, 30), datetime(2026, 10, 31, 14, tzinfo=UTC)),
    ],
)
def test_nine_in_the_morning_is_nine_there_when_the_clocks_change(
    inside: Cast, zone: str, due: date, heard: datetime
) -> None:
    db.session.get_one(Organisation, inside.organisation).time_zone = zone
    db.session.commit()
    before = datetime(2026, 10, 20, 12, tzinfo=UTC)
    meeting = written(inside, now=before, held_on=date(2026, 10, 19))
    agreed(inside, meeting, now=before, due_on=due)
    [action] = db.session.query(WelfareAction)
    assert action.next_look_at == heard
    assert swept(heard - timedelta(seconds=1)) == 0
    assert swept(heard) == 1


def test_many_at_once_go_a_batch_at_a_time(inside: Cast) -> None:
    meeting = written(inside)
    for _ in range(5):
        agreed(inside, meeting)
    taken = [sweep(now=MORNING, address=ADDRESS, limit=2) for _ in range(4)]
    db.session.commit()
    assert taken == [2, 2, 1, 0] and len(texts()) == 5
