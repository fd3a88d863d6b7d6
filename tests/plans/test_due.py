"""A plan that should be agreed by now: who hears of it, when, once, and never at night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.messaging.models import Message
from engage.people import actions as people
from engage.people.access import SYSTEM
from engage.people.models import Person, Placement, RelationshipKind
from engage.plans import actions, agreement_actions
from engage.plans.models import SafetyPlan
from engage.reviews.due_actions import remind_overdue
from engage.reviews.due_queries import overdue_plans
from engage.reviews.due_rules import SUPERVISOR_AFTER, in_working_hours, steps_to_remind
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.plans.conftest import MayasPlan

HOUR = timedelta(hours=1)
MONDAY_TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
ADDRESS = "http://localhost"


def arrive(cast: Cast, at: datetime, home: str = "Oak House") -> None:
    """Let Maya come to a home, cared for by Jo."""
    placement = people.place(SYSTEM, cast.maya, home, now=at)
    people.assign(
        SYSTEM, cast.maya, cast.jo, RelationshipKind.CARER, placement_id=placement.id, now=at
    )
    db.session.commit()


def due(now: datetime) -> list:
    return [one.young_person_id for one in overdue_plans(SYSTEM, now=now)]


def remind(now: datetime) -> list[str]:
    """Let the worker go round once; return who was texted, by name."""
    before = set(db.session.scalars(select(Message.id)))
    remind_overdue(now=now, address=ADDRESS)
    db.session.commit()
    sent = db.session.scalars(select(Message).where(Message.template == "plan_due"))
    fresh = [db.session.get(Person, m.person_id) for m in sent if m.id not in before]
    return sorted(str(person.name) for person in fresh)


def test_a_plan_is_due_three_days_after_arrival_whether_or_not_it_was_started(app, cast):
    with app.app_context():
        arrive(cast, NOW)
        assert due(NOW + 72 * HOUR - timedelta(seconds=1)) == []
        assert due(NOW + 72 * HOUR) == [cast.maya]
        actions.start_plan(cast.viewer(cast.sam), cast.maya, now=NOW)
        db.session.commit()
        assert due(NOW + 72 * HOUR) == [cast.maya]


def test_the_clock_is_the_one_of_the_policy_pack(app, cast):
    with app.app_context():
        arrive(cast, NOW)
        (one,) = overdue_plans(SYSTEM, now=NOW + 73 * HOUR)
        assert one.due_at == NOW + 72 * HOUR and one.time_zone == "Europe/London"


def test_an_agreed_plan_is_not_due_and_a_move_makes_it_due_again(live: MayasPlan) -> None:
    with live.app.app_context():
        assert due(NOW + 100 * HOUR) == []
        arrive(live.cast, NOW + 100 * HOUR)
        assert due(NOW + 101 * HOUR) == []
        assert due(NOW + 172 * HOUR) == [live.cast.maya]


def test_a_plan_that_was_refused_is_not_due_where_it_was_refused(written: MayasPlan) -> None:
    with written.app.app_context():
        agreement_actions.record_refusal(
            written.viewer("sam"), written.id, reason="Not now", now=NOW
        )
        placement = db.session.scalars(select(Placement)).first()
        db.session.get(SafetyPlan, written.id).placement_id = placement.id
        db.session.commit()
        assert due(NOW + 200 * HOUR) == []


def test_homes_of_long_ago_and_people_who_left_are_not_reminded_of(app, cast):
    with app.app_context():
        assert due(NOW + timedelta(days=21)) == [], "she came forty days ago"
        arrive(cast, NOW)
        assert due(NOW + timedelta(days=61)) == []
        db.session.get(Person, cast.maya).ended_at = NOW + HOUR
        db.session.commit()
        assert due(NOW + 73 * HOUR) == []


def test_nobody_but_the_system_reads_the_list(app, cast):
    with app.app_context():
        for name in ("sam", "sue", "adil", "maya"):
            with pytest.raises(NotFound):
                overdue_plans(cast.viewer(getattr(cast, name)), now=NOW)


def test_the_worker_is_texted_once_and_the_supervisor_a_day_later(app, cast):
    with app.app_context():
        arrive(cast, MONDAY_TEN - 72 * HOUR)
        assert remind(MONDAY_TEN) == ["Sam"]
        assert remind(MONDAY_TEN + HOUR) == []
        assert remind(MONDAY_TEN + 24 * HOUR) == ["Sue"]
        assert remind(MONDAY_TEN + 48 * HOUR) == []
        reasons = db.session.scalars(
            select(AuditEntry.reason).where(AuditEntry.verb == "plan:due_reminded")
        ).all()
        assert sorted(reasons) == ["social_worker", "supervisor"]


def test_the_text_names_nobody_and_leads_to_the_list(app, cast):
    with app.app_context():
        arrive(cast, MONDAY_TEN - 72 * HOUR)
        remind(MONDAY_TEN)
        (text,) = db.session.scalars(select(Message).where(Message.template == "plan_due"))
        assert "Maya" not in text.params and "Oak" not in text.params
        assert f"{ADDRESS}/plans/to-review" in text.params and '"M"' in text.params


def test_another_move_is_another_round(app, cast):
    with app.app_context():
        arrive(cast, MONDAY_TEN - 72 * HOUR)
        assert remind(MONDAY_TEN) == ["Sam"]
        arrive(cast, MONDAY_TEN, "Elm Road")
        assert remind(MONDAY_TEN + 48 * HOUR) == []
        assert remind(MONDAY_TEN + 73 * HOUR) == ["Sam"]


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 22, 12, tzinfo=UTC),  # a Sunday
        datetime(2026, 11, 28, 12, tzinfo=UTC),  # a Saturday
        datetime(2026, 11, 23, 8, 59, tzinfo=UTC),
        datetime(2026, 11, 23, 17, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
    ],
)
def test_nobody_is_texted_at_night_or_at_the_weekend(app, cast, at):
    with app.app_context():
        arrive(cast, at - 80 * HOUR)
        assert remind(at) == []
        assert due(at) == [cast.maya], "it still stands on the list"


def test_working_hours_are_those_of_the_organisation(app, cast):
    with app.app_context():
        arrive(cast, MONDAY_TEN - 80 * HOUR)
        cast_house = db.session.get(Person, cast.maya).organisation
        cast_house.time_zone = "America/Los_Angeles"
        db.session.commit()
        assert remind(MONDAY_TEN) == []  # two at night there
        assert remind(MONDAY_TEN + 8 * HOUR) == ["Sam"]


def test_two_workers_going_round_at_once_text_once(app, cast):
    with app.app_context():
        arrive(cast, MONDAY_TEN - 72 * HOUR)
        remind_overdue(now=MONDAY_TEN, address=ADDRESS)
        remind_overdue(now=MONDAY_TEN, address=ADDRESS)
        db.session.commit()
        sent = db.session.scalars(select(Message).where(Message.template == "plan_due")).all()
        assert len(sent) == 1


@settings(deadline=None)
@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)),
       st.sampled_from(["Europe/London", "America/Chicago", "Asia/Kathmandu"]))  # fmt: skip
def test_working_hours_are_weekdays_between_nine_and_five(naive, zone) -> None:
    local = naive.replace(tzinfo=ZoneInfo(zone))
    assert in_working_hours(local) == (local.weekday() in range(5) and 9 <= local.hour < 17)


@settings(deadline=None)
@given(st.timedeltas(timedelta(days=-5), timedelta(days=5)))
def test_the_supervisor_never_hears_of_it_before_the_worker(late) -> None:
    steps = steps_to_remind(NOW, NOW + late)
    assert ("social_worker" in steps) == (late >= timedelta(0))
    assert ("supervisor" in steps) == (late >= SUPERVISOR_AFTER)
