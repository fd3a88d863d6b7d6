"""What follows when a step of a way back does not work: once, and a person hears of it.

The caller holds the lock of the way back.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from engage.alerts.actions import raise_alert
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState
from engage.audit.models import Actor
from engage.checkins.ready_models import ReturnPlan, ReturnState, ReturnStep, StepKind, StepState
from engage.checkins.ready_rules import STILL_WAITING
from engage.db import db
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.people.models import Person, ReplyPolicy
from engage.ways_back.laying import LOOK_AGAIN, ask, begin, note
from engage.ways_back.reading import Near, near, steps_of, within_of
from engage.ways_back.rules import INSTEAD, LIVE, PLANNED, WAY, Wanted, owner_for
from engage.ways_back.turned_away import kept_from


def fail(
    plan: ReturnPlan, step: ReturnStep, viewer: Actor, *, address: str, now: datetime, why: str
) -> bool:
    """Start what comes instead of a step, once, and let a person hear of it until they have it.

    False when somebody was quicker. The last resort is never given up: it is asked of the next
    person, again and again.
    """
    around = near(plan, now)
    steps = steps_of(plan.id)
    passed = [s.owner_id for s in steps if s.slot == step.slot and s.state != StepState.DROPPED]
    if owner_for(StepKind.BY_HAND, around.contacts, unwanted=around.unwanted) is None:
        # Nobody at all: it stays as it is, and the alert says so to whoever opens the list.
        step.next_step_at = now + LOOK_AGAIN
        _raise(plan, step, viewer, address, now)
        return False
    if step.kind == StepKind.BY_HAND:
        return _ask_next(plan, step, viewer, around, address, now)
    done = db.session.execute(
        update(ReturnStep)
        .where(ReturnStep.id == step.id, ReturnStep.state.in_(sorted(LIVE)))
        .values(state=StepState.FAILED, ended_at=now, next_step_at=None)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return False
    db.session.refresh(step)
    note("way_back:step_failed", step, viewer, now, why)
    within = within_of(plan.organisation_id)
    has_other = step.stage == PLANNED and bool(step.instead)
    follower = Wanted(
        step.wish,
        now + within if not has_other else max(step.due_at, now + within),
        words=(step.instead or "") if has_other else (step.words or ""),
        place=step.place or "",
        is_from_plan=step.is_from_plan and not (has_other and plan.wish_instead),
    )
    kind = step.wish if has_other and step.stage < INSTEAD else StepKind.BY_HAND
    begin(plan, follower, around, address=address, now=now, after=step, kind=kind, not_again=passed)
    _raise(plan, step, viewer, address, now)
    if step.slot == WAY:
        _ask_for_an_answer(plan, within, now)
        _tell_young_person(plan, step, now)
    return True


def _ask_for_an_answer(plan: ReturnPlan, within: timedelta, now: datetime) -> None:
    """Let the clock of a human answer run again: what had been answered does not hold."""
    if plan.state == ReturnState.ANSWERED:
        plan.state, plan.answer = ReturnState.OPEN, None
        plan.answered_at, plan.answered_by_id = None, None
        plan.answer_due_at = plan.next_step_at = now + within


def _ask_next(
    plan: ReturnPlan,
    step: ReturnStep,
    viewer: Actor,
    around: Near,
    address: str,
    now: datetime,
) -> bool:
    others = [c for c in around.contacts if c[1] != step.owner_id]
    owner = owner_for(StepKind.BY_HAND, others, unwanted=around.unwanted)
    if owner is not None:
        step.owner_id = owner
    step.due_at = now + within_of(plan.organisation_id)
    note("way_back:step_asked_again", step, viewer, now)
    ask(plan, step, address=address, now=now)
    _raise(plan, step, viewer, address, now)
    return True


def _raise(plan: ReturnPlan, step: ReturnStep, viewer: Actor, address: str, now: datetime) -> None:
    """Tell the chain, unless an alert about this way back still waits for somebody."""
    waits = db.session.scalar(
        select(Alert.id).where(
            Alert.young_person_id == plan.young_person_id,
            Alert.about_id == plan.id,
            Alert.kind == AlertKind.STEP_FAILED,
            Alert.state == AlertState.OPEN,
        )
    )
    if waits is not None:
        return
    raise_alert(
        AlertKind.STEP_FAILED,
        organisation_id=plan.organisation_id,
        young_person_id=plan.young_person_id,
        dedupe_key=f"step:{step.id}:{step.times_asked}",
        address=address,
        now=now,
        viewer=viewer,
        about_kind="return_plan",
        about_id=plan.id,
        hidden_from=kept_from(plan, now),
    )


def _tell_young_person(plan: ReturnPlan, step: ReturnStep, now: datetime) -> None:
    person = db.session.get_one(Person, plan.young_person_id)
    if person.reply_policy == ReplyPolicy.NONE:
        return
    since = plan.said_at or plan.opened_at
    queue(
        "ready_changed",
        to=person,
        klass=Klass.YOUNG_PERSON,
        now=now,
        dedupe_key=f"step:{step.id}:changed",
        about=plan.young_person_id,
        answers_at=now if now - since <= STILL_WAITING else None,
        object_kind="return_plan",
        object_id=plan.id,
    )
