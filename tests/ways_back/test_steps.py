"""The steps of coming back: laid out, asked, agreed, changed, and what follows a failure."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.alerts.rules import AlertState
from engage.audit.models import AuditEntry
from engage.checkins.ready_models import Answer, How, ReturnState, ReturnStep, StepKind
from engage.checkins.rules import Kind
from engage.db import db
from engage.messaging.models import Message
from engage.people.models import Person, ReplyPolicy
from engage.plans.answer_queries import WayBack
from engage.ways_back import actions as returns
from engage.ways_back import laying
from engage.ways_back.actions import Step
from engage.ways_back.rules import GRACE, USUAL_WAIT, Saying
from engage.ways_back.step_queries import my_steps
from engage.ways_back.wish_actions import Wishes
from engage.web.errors import NotFound
from tests.cast import NOT_OK_WORD, NOW, Cast
from tests.checkins.texting import outbox, phone_of, text, told
from tests.sealing import all_sealed
from tests.ways_back.returning import (
    alarms,
    at,
    chose,
    live,
    plan,
    said,
    states,
    steps,
    swept,
    wished,
)

WITHIN = timedelta(minutes=10)  # of the English pack


def test_ready_lays_out_a_step_with_an_owner_and_a_time(ready: Cast) -> None:
    (step,) = steps()
    assert (step.kind, step.state, step.owner_id) == (StepKind.TALK, "asked", ready.olu)
    assert (step.due_at, step.next_step_at) == (NOW + WITHIN, NOW + WITHIN)
    assert told("alert_step_asked") == {ready.olu}


def test_it_begins_with_what_the_plan_says(inside: None, cast: Cast) -> None:
    wishes = Step(How.LIFT, who="Nan Ruth", place="Bus station")
    returns.write_step(cast.viewer(cast.maya), cast.maya, wishes, now=NOW)
    db.session.commit()
    text(phone_of(cast.maya), "ready", now=NOW)
    swept(0)
    step = live()
    assert (step.kind, step.words, step.place) == (StepKind.LIFT, "Nan Ruth", "Bus station")
    assert (step.owner_id, step.due_at) == (cast.jo, NOW + USUAL_WAIT)
    assert step.is_from_plan


@pytest.mark.parametrize(
    ("digit", "kind", "owner"),
    [(1, "meet", "jo"), (2, "lift", "jo"), (3, "call", "olu"), (4, "talk", "olu")],
)
def test_each_digit_has_its_step(ready: Cast, digit: int, kind: str, owner: str) -> None:
    step = chose(ready, digit)
    assert (step.kind, step.owner_id) == (kind, getattr(ready, owner))
    assert len([s for s in steps() if s.state == "asked"]) == 1


def test_a_changed_mind_drops_the_one_and_begins_the_other(ready: Cast) -> None:
    lift = chose(ready, 2)
    meet = chose(ready, 1, minutes=2)
    assert states() == ["dropped", "dropped", "asked"]
    assert meet.id != lift.id
    # Jo is asked for the other one: nobody tells him that he need do nothing.
    assert told("info_step_over") == {ready.olu}


def test_the_same_choice_again_changes_nothing(ready: Cast) -> None:
    lift = chose(ready, 2)
    assert chose(ready, 2, minutes=3).id == lift.id
    assert len(steps()) == 2


def test_a_place_they_text_is_for_whoever_helps(ready: Cast) -> None:
    chose(ready, 2)
    text(phone_of(ready.maya), "by the big tesco", now=at(2))
    swept(2)
    assert live().place == "by the big tesco"
    (line,) = my_steps(ready.viewer(ready.jo), now=at(3))
    assert line.place == "by the big tesco"


def test_the_digits_still_change_their_mind_after_they_said_where(ready: Cast) -> None:
    chose(ready, 2)
    text(phone_of(ready.maya), "by the big tesco", now=at(2))
    meet = chose(ready, 1, minutes=3)
    assert (meet.kind, meet.place) == (StepKind.MEET, "by the big tesco")
    received = text(phone_of(ready.maya), "9", now=at(4))
    assert received is not None and received.kind is Kind.SOS


def test_a_yes_is_heard_by_the_young_person_and_stops_the_clock(ready: Cast) -> None:
    lift = chose(ready, 2)
    said(ready, "jo", lift, Saying.YES)
    assert (live().state, live().next_step_at) == ("agreed", live().due_at + GRACE)
    assert told("ready_lift_coming") == {ready.maya}
    assert (plan().state, plan().answered_by_id) == (ReturnState.ANSWERED, ready.jo)


def test_a_trusted_persons_yes_is_heard_but_a_worker_still_answers(ready: Cast) -> None:
    wished(ready, Wishes(choice=2, who_id=ready.nan_ruth))
    lift = live()
    assert lift.owner_id == ready.nan_ruth
    text(phone_of(ready.nan_ruth), "7", now=at(2))
    swept(2)
    assert live().state == "agreed"
    assert told("ready_lift_coming") == {ready.maya}
    assert plan().state == ReturnState.OPEN


@pytest.mark.parametrize("who", ["jo", "olu"])
def test_a_texted_eight_asks_somebody_else_at_once(ready: Cast, who: str) -> None:
    step = chose(ready, 2 if who == "jo" else 3)
    text(phone_of(getattr(ready, who)), "8", now=at(2))
    assert told("info_step_no") == {getattr(ready, who)}
    swept(2)
    assert states()[-2:] == ["failed", "asked"]
    assert live().owner_id != step.owner_id


def test_a_seven_from_somebody_nobody_asked_goes_to_the_board(ready: Cast) -> None:
    received = text(phone_of(ready.coach_lee), "7", now=at(1))
    assert received is not None and received.kind is not Kind.CHOICE
    assert states() == ["asked"]


def test_the_same_text_twice_says_yes_once(ready: Cast) -> None:
    chose(ready, 2)
    for _ in range(2):
        text(phone_of(ready.jo), "7", now=at(2), sid="SM" + "7" * 32)
    assert swept(2) == 1
    assert swept(2) == 0
    assert [sent.to for sent in outbox() if sent.template == "info_step_yes"] == [ready.jo]


def test_without_a_yes_in_time_another_way_begins_once_and_a_person_hears(ready: Cast) -> None:
    lift = chose(ready, 2)
    assert swept(10.9) == 0
    assert swept(11) == 1
    assert swept(11) == 0
    instead = live()
    assert (instead.after_id, instead.kind) == (lift.id, StepKind.BY_HAND)
    assert instead.owner_id == ready.olu
    (alert,) = alarms()
    assert alert.state == AlertState.OPEN and alert.next_due_at is not None
    assert told("alert_step_failed") == {ready.olu, ready.sam}
    assert told("ready_changed") == {ready.maya}


def test_what_they_would_do_instead_comes_first(ready: Cast) -> None:
    wished(ready, Wishes(choice=2, instead="Coach Lee has a car too"))
    swept(11)
    step = live()
    assert (step.kind, step.stage, step.words) == (StepKind.LIFT, 1, "Coach Lee has a car too")
    swept(30)
    assert (live().kind, live().stage) == (StepKind.BY_HAND, 2)


def test_the_plan_says_what_to_do_instead(ready: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    written = WayBack(how_else="Ring a taxi")
    monkeypatch.setattr(laying, "way_back", lambda *_, **__: written)
    assert chose(ready, 2).instead == "Ring a taxi"


def test_the_last_resort_is_asked_of_one_after_the_other_for_ever(ready: Cast) -> None:
    chose(ready, 2)
    swept(11)
    owners = []
    for minutes in range(21, 101, 10):
        owners.append(live().owner_id)
        assert swept(minutes + 1) == 1
        assert live().next_step_at is not None
    assert len(set(owners)) > 1
    assert len(steps("way")) == 3


def test_agreed_and_nobody_came_starts_what_comes_instead(ready: Cast) -> None:
    lift = chose(ready, 2)
    said(ready, "jo", lift, Saying.YES)
    due = (lift.due_at - NOW).total_seconds() / 60
    assert swept(due + 14) == 0
    assert swept(due + 15) == 1
    assert states()[-2:] == ["failed", "asked"]


def test_what_was_answered_does_not_hold_when_it_failed(ready: Cast) -> None:
    lift = chose(ready, 2)
    said(ready, "jo", lift, Saying.YES)
    said(ready, "jo", lift, Saying.FAILED, minutes=5)
    assert (plan().state, plan().answer) == (ReturnState.OPEN, None)
    assert plan().next_step_at == plan().answer_due_at == at(15)


def test_the_driver_comes_late_and_no_second_car_is_sent(ready: Cast) -> None:
    lift = chose(ready, 2)
    swept(11)
    said(ready, "jo", lift, Saying.DONE, minutes=13)
    assert states()[-2:] == ["done", "dropped"]
    assert swept(60) == 0
    assert len(alarms()) == 1


def test_a_late_yes_changes_nothing_by_itself(ready: Cast) -> None:
    lift = chose(ready, 2)
    swept(11)
    said(ready, "jo", lift, Saying.YES, minutes=12)
    assert states()[-2:] == ["failed", "asked"]


def test_promises_stand_beside_the_way_and_are_kept_with_a_yes(ready: Cast) -> None:
    wished(ready, Wishes(choice=1, food="toast", not_tonight="no questions"))
    assert {s.slot for s in steps() if s.state == "asked"} == {"way", "food", "not_tonight"}
    assert {live("food").owner_id, live("not_tonight").owner_id} == {ready.jo}
    said(ready, "jo", live("food"), Saying.YES)
    assert states("food") == ["done"]
    wished(ready, Wishes(food="toast"), minutes=3)
    assert states("food") == ["done"]
    wished(ready, Wishes(food="soup"), minutes=4)
    assert states("food") == ["done", "asked"]


def test_a_wish_taken_back_drops_its_step(ready: Cast) -> None:
    wished(ready, Wishes(food="toast"))
    wished(ready, Wishes(food=""), minutes=2)
    assert states("food") == ["dropped"]


def test_a_new_time_is_asked_about_anew(ready: Cast) -> None:
    lift = chose(ready, 2)
    said(ready, "jo", lift, Saying.YES)
    wished(ready, Wishes(at=at(180)), minutes=3)
    assert (live().id, live().state, live().due_at) == (lift.id, "asked", at(180))
    assert live().times_asked == 2


def test_the_same_press_twice_counts_once(ready: Cast) -> None:
    assert wished(ready, Wishes(choice=2), key="one-key-of-a-page")
    assert not wished(ready, Wishes(choice=1), key="one-key-of-a-page", minutes=2)
    assert live().kind == StepKind.LIFT


def test_the_not_ok_word_in_any_field_changes_no_step_and_raises_concern(ready: Cast) -> None:
    before = [(s.id, s.state) for s in steps()]
    for minutes, wishes in enumerate(
        (Wishes(choice=2, food=NOT_OK_WORD), Wishes(choice=2, not_there=f"not {NOT_OK_WORD}")), 1
    ):
        assert wished(ready, wishes, minutes=minutes)
    assert [(s.id, s.state) for s in steps()] == before
    assert told("alert_not_ok")


def test_the_young_person_may_only_say_that_it_did_not_work(ready: Cast) -> None:
    lift = chose(ready, 2)
    for saying in set(Saying) - {Saying.FAILED}:
        with pytest.raises(NotFound):
            said(ready, "maya", lift, saying)
    said(ready, "maya", lift, Saying.FAILED)
    assert states()[-2:] == ["failed", "asked"]


def test_a_worker_takes_a_step_over(ready: Cast) -> None:
    lift = chose(ready, 2)
    said(ready, "sam", lift, Saying.MINE)
    assert (live().owner_id, live().state) == (ready.sam, "agreed")
    assert told("info_step_over") >= {ready.jo}
    with pytest.raises(NotFound):
        said(ready, "jo", lift, Saying.MINE)


@pytest.mark.parametrize(
    ("digit", "answer", "state"),
    [(2, Answer.LIFT_COMING, "agreed"), (1, Answer.ON_THE_WAY, "agreed"),
     (3, Answer.CALLING, "agreed"), (4, Answer.SPOKEN, "done"), (2, Answer.CALLING, "asked")],
)  # fmt: skip
def test_a_workers_answer_is_the_yes_to_the_step(
    ready: Cast, digit: int, answer: Answer, state: str
) -> None:
    chose(ready, digit)
    returns.answer(ready.viewer(ready.sam), ready.maya, answer, now=at(2))
    db.session.commit()
    assert states()[-1] == state
    heard = [s for s in outbox() if s.template.startswith("ready_")]
    assert len(heard) == (0 if answer is Answer.SPOKEN else 1)


def test_when_it_is_over_nothing_is_left_to_do(ready: Cast) -> None:
    chose(ready, 2)
    returns.close(ready.viewer(ready.sam), ready.maya, now=at(5))
    db.session.commit()
    assert states() == ["dropped", "dropped"]
    assert swept(200) == 0


def test_ready_again_after_it_was_done_begins_anew(ready: Cast) -> None:
    lift = chose(ready, 2)
    said(ready, "jo", lift, Saying.DONE)
    swept(5)
    assert states()[-1] == "done"
    text(phone_of(ready.maya), "ready", now=at(60))
    swept(60)
    assert states()[-1] == "asked"


def test_who_wants_no_texts_gets_none_of_these(ready: Cast) -> None:
    db.session.get_one(Person, ready.maya).reply_policy = ReplyPolicy.NONE
    db.session.commit()
    wished(ready, Wishes(choice=2))
    said(ready, "jo", live(), Saying.YES)
    said(ready, "jo", live(), Saying.FAILED, minutes=3)
    assert not told("ready_lift_coming") | told("ready_changed")


def test_with_nobody_at_all_it_is_tried_again_soon(ready: Cast) -> None:
    for person in db.session.scalars(select(Person)):
        if person.id != ready.maya:
            person.phone_suspended_at = NOW
    db.session.commit()
    text(phone_of(ready.maya), "2", now=at(1))
    swept(1)
    assert plan().steps_due_at == at(6)


def test_every_act_leaves_a_line_and_no_line_a_word(ready: Cast) -> None:
    wished(ready, Wishes(choice=2, place="Elm Road"))
    said(ready, "jo", live(), Saying.YES)
    said(ready, "jo", live(), Saying.FAILED, minutes=3)
    said(ready, "olu", live(), Saying.YES, minutes=4)
    said(ready, "olu", live(), Saying.DONE, minutes=5)
    entries = list(db.session.scalars(select(AuditEntry)))
    verbs = {entry.verb for entry in entries}
    acts = ("begun", "agreed", "failed", "done", "dropped")
    assert verbs >= {"way_back:wished", *(f"way_back:step_{act}" for act in acts)}
    assert not any("Elm" in str(entry.reason) for entry in entries)


def test_what_is_kept_is_sealed(ready: Cast) -> None:
    wished(ready, Wishes(choice=2, place="Elm Road", food="pizza", not_there="not Jo"))
    for column in ("place", "words"):
        raw = db.session.scalars(select(ReturnStep.__table__.c[column])).all()
        assert all_sealed(raw)
    sent = db.session.scalars(select(Message.__table__.c.params)).all()
    assert all_sealed(sent)
