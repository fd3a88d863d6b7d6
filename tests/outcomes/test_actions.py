"""Promising, moving, ending; what happens by itself; who may do it and who may not."""

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from engage.alerts.models import Alert, AlertNotice
from engage.audit.models import AuditEntry
from engage.db import db
from engage.messaging.models import Message
from engage.outcomes import actions
from engage.outcomes.actions import CannotPromise, SayWhat
from engage.outcomes.models import NextStep, NextStepLine
from engage.outcomes.queries import get_step, late_steps, my_steps, steps_about, you_said
from engage.outcomes.rules import Aim, Consent, Fix, Kind, Standing, State
from engage.outcomes.sweep_actions import look_at_plans, sweep
from engage.people.models import Person
from engage.web.errors import Changed, NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.outcomes.conftest import day, promised


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def ended(
    cast: Cast, step: NextStep, state: State = State.DONE, did: str = "Ade drives you"
) -> None:
    actions.end(cast.viewer(cast.sam), step.id, state, did, address=ADDRESS, now=NOW)
    db.session.commit()


def texts(template: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.template == template)))


def test_a_promise_is_kept_with_their_words_and_written_down(cast: Cast, talk: UUID) -> None:
    step = promised(cast, talk)
    assert (step.state, step.said, step.what) == (
        "open", "I want to go on training", "A lift to football",
    )  # fmt: skip
    line = db.session.query(NextStepLine).one()
    assert (line.number, line.turn, line.by_id, line.due_on) == (1, "made", cast.sam, day(3))
    assert "next_step:promised" in set(db.session.scalars(select(AuditEntry.verb)))
    row = db.session.execute(text("SELECT said, what FROM next_steps")).one()
    assert "training" not in row.said and "football" not in row.what


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"due_on": day(-1)}, Fix.PAST),
        ({"kind": Kind.BRIEF_HELP, "due_on": day(100), "aims": (Aim.TRUST,)}, Fix.TOO_LONG),
        ({"kind": Kind.BRIEF_HELP}, Fix.NEEDS_AIM),
        ({"kind": Kind.PRE_ASSESSMENT, "consent": Consent.NO}, Fix.NEEDS_CONSENT),
    ],
)
def test_what_cannot_be_kept_is_not_promised(
    cast: Cast, talk: UUID, other: dict[str, object], problem: Fix
) -> None:
    with pytest.raises(CannotPromise) as said:
        promised(cast, talk, **other)
    assert said.value.fix is problem
    assert db.session.query(NextStep).count() == 0


def test_only_somebody_around_them_can_own_it(cast: Cast, talk: UUID) -> None:
    for who in (cast.zed_worker, cast.jo, cast.far_zed_worker, cast.maya):
        with pytest.raises(NotFound):
            promised(cast, talk, owner_id=who)
    assert promised(cast, talk, owner_id=cast.ines).owner_id == cast.ines


def test_who_may_not_promise_finds_nothing(cast: Cast, talk: UUID) -> None:
    for who in [*cast.strangers.values(), cast.jo, cast.maya, cast.kit, cast.olu, cast.adil]:
        with pytest.raises(NotFound):
            promised(cast, talk, by=who)


def test_who_may_not_read_it_finds_nothing(cast: Cast, talk: UUID) -> None:
    step = promised(cast, talk)
    for who in [
        *cast.strangers.values(),
        cast.jo,
        cast.maya,
        cast.kit,
        cast.kits_worker,
        cast.adil,
    ]:
        viewer = cast.viewer(who)
        with pytest.raises(NotFound):
            get_step(viewer, step.id, now=NOW)
        with pytest.raises(NotFound):
            steps_about(viewer, cast.maya, now=NOW)
        with pytest.raises(NotFound):
            actions.end(viewer, step.id, State.DONE, "x", address=ADDRESS, now=NOW)
        assert my_steps(viewer, now=NOW) == []


def test_it_is_moved_with_a_reason_and_three_months_count_from_the_promise(
    cast: Cast, talk: UUID
) -> None:
    step = promised(cast, talk, kind=Kind.BRIEF_HELP, aims=(Aim.TRUST,), due_on=day(80))
    sue = cast.viewer(cast.sue)
    actions.move(sue, step.id, owner_id=cast.ines, due_on=day(90), reason="Sam is ill", now=NOW)
    assert (step.owner_id, step.due_on) == (cast.ines, day(90))
    later = NOW + timedelta(days=60)
    with pytest.raises(CannotPromise) as said:
        actions.move(
            sue, step.id, owner_id=cast.ines, due_on=day(120), reason="Not done yet", now=later
        )
    assert said.value.fix is Fix.TOO_LONG
    with pytest.raises(CannotPromise) as said:
        actions.move(sue, step.id, owner_id=cast.ines, due_on=day(50), reason="x", now=later)
    assert said.value.fix is Fix.PAST
    with pytest.raises(SayWhat):
        actions.move(sue, step.id, owner_id=cast.ines, due_on=day(70), reason=" ", now=NOW)
    lines = db.session.query(NextStepLine).order_by(NextStepLine.number).all()
    assert [(line.turn, line.owner_id, line.reason) for line in lines] == [
        ("made", cast.sam, None), ("moved", cast.ines, "Sam is ill"),
    ]  # fmt: skip


def test_the_new_owner_may_say_what_came_of_it_though_they_interview_only(
    cast: Cast, talk: UUID
) -> None:
    mine, other = promised(cast, talk, owner_id=cast.ines), promised(cast, talk)
    ines = cast.viewer(cast.ines)
    actions.end(ines, mine.id, State.DONE, "We went there", address=ADDRESS, now=NOW)
    assert mine.state == "done"
    with pytest.raises(NotFound):
        actions.end(ines, other.id, State.DONE, "We went there", address=ADDRESS, now=NOW)


@pytest.mark.parametrize("did", ["", "  "])
def test_nothing_ends_without_words(cast: Cast, talk: UUID, did: str) -> None:
    step = promised(cast, talk)
    for state in (State.DONE, State.NOT_DONE):
        with pytest.raises(SayWhat):
            ended(cast, step, state, did)
    with pytest.raises(SayWhat):
        ended(cast, step, State.OPEN, "x")


def test_what_is_over_stays_as_it_was(cast: Cast, talk: UUID) -> None:
    step = promised(cast, talk)
    ended(cast, step)
    with pytest.raises(Changed):
        ended(cast, step, State.NOT_DONE, "No")
    assert (step.state, step.did, step.next_look_at) == ("done", "Ade drives you", None)


def test_they_read_what_they_said_and_what_we_did_and_why_not(cast: Cast, talk: UUID) -> None:
    done, not_done = promised(cast, talk), promised(cast, talk, said="Move me", what="Ask for it")
    promised(cast, talk, is_theirs_to_read=False, what="Ask the police first")
    ended(cast, done)
    ended(cast, not_done, State.NOT_DONE, "There is no other home near school. We keep asking.")
    found = you_said(cast.viewer(cast.maya), now=NOW)
    assert {(each.step.said, each.step.state, each.who) for each in found} == {
        ("I want to go on training", "done", "Sam"), ("Move me", "not_done", "Sam"),
    }  # fmt: skip
    assert you_said(cast.viewer(cast.kit), now=NOW) == []


def test_one_text_a_day_says_that_there_is_something_and_nothing_of_it(
    cast: Cast, talk: UUID
) -> None:
    for each in (promised(cast, talk), promised(cast, talk)):
        ended(cast, each)
    hidden = promised(cast, talk, is_theirs_to_read=False)
    ended(cast, hidden)
    [message] = texts("something_to_read")
    assert message.person_id == cast.maya
    assert json.loads(str(message.params)) == {"link": f"{ADDRESS}/you-said"}


def test_what_is_not_theirs_to_read_sends_no_text(cast: Cast, talk: UUID) -> None:
    ended(cast, promised(cast, talk, is_theirs_to_read=False))
    assert texts("something_to_read") == []


def alerts() -> list[Alert]:
    return db.session.query(Alert).filter_by(kind="promise").all()


def late(at: int) -> int:
    done = sweep(now=NOW + timedelta(days=at), address=ADDRESS)
    db.session.commit()
    return done


def test_late_its_owner_hears_once_then_the_supervisors_and_nobody_else(
    cast: Cast, talk: UUID
) -> None:
    step = promised(cast, talk, due_on=day(0))
    assert late(0) == 0
    assert late(1) == 1 and late(1) == 0
    assert [message.person_id for message in texts("promise_due")] == [cast.sam]
    assert alerts() == []
    assert late(2) == 1 and late(2) == 0 and late(30) == 0
    [alert] = alerts()
    assert (alert.kind, alert.about_kind, alert.about_id) == ("promise", "next_step", step.id)
    assert [n.person_id for n in db.session.query(AlertNotice).filter_by(alert_id=alert.id)] == [
        cast.sue
    ]
    lines = my_steps(cast.viewer(cast.sam), now=NOW + timedelta(days=2))
    assert [line.standing for line in lines] == [Standing.OVERDUE]
    seen = late_steps(cast.viewer(cast.sue), now=NOW + timedelta(days=2))
    assert [line.step.id for line in seen] == [step.id]


def test_moved_it_begins_anew_and_done_it_is_told_no_more(cast: Cast, talk: UUID) -> None:
    moved, done = promised(cast, talk, due_on=day(0)), promised(cast, talk, due_on=day(0))
    ended(cast, done)
    assert late(1) == 1
    actions.move(
        cast.viewer(cast.sam), moved.id, owner_id=cast.sam, due_on=day(5), reason="Full",
        now=NOW + timedelta(days=1),
    )  # fmt: skip
    db.session.commit()
    assert late(3) == 0 and late(6) == 1
    assert len(texts("promise_due")) == 2


def test_whose_owner_left_the_supervisors_hear_at_once(cast: Cast, talk: UUID) -> None:
    promised(cast, talk, due_on=day(0))
    db.session.get_one(Person, cast.sam).ended_at = NOW
    db.session.commit()
    late(1)
    assert texts("promise_due") == [] and len(alerts()) == 1


def test_after_a_talk_the_plan_is_to_be_looked_at_within_the_packs_days_once(
    cast: Cast, talk: UUID
) -> None:
    assert look_at_plans(now=NOW) == 1
    assert look_at_plans(now=NOW) == 0
    step = db.session.query(NextStep).one()
    assert (step.kind, step.owner_id, step.due_on) == ("plan", cast.sam, day(7))
    assert (step.came_of, step.came_of_id) == ("talk", talk)
    assert steps_about(cast.viewer(cast.sam), cast.maya, now=NOW).open[0].step.id == step.id


def test_a_talk_found_late_owes_the_plan_from_today(cast: Cast, talk: UUID) -> None:
    look_at_plans(now=NOW + timedelta(days=20))
    assert db.session.query(NextStep).one().due_on == day(20)
    db.session.query(NextStepLine).delete()
    db.session.query(NextStep).delete()
    assert look_at_plans(now=NOW + timedelta(days=40)) == 0
