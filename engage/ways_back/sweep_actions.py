"""Ready to come back, as time goes by: nobody answered, steps to lay out, steps that are due."""

from datetime import datetime

from sqlalchemy import select

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.checkins.ready_models import ReturnPlan, ReturnStep
from engage.db import begin_write, db
from engage.ways_back.laying import LOOK_AGAIN, lay_out
from engage.ways_back.reading import locked
from engage.ways_back.step_actions import act_on_said
from engage.ways_back.turned_away import kept_from


def sweep_returns(*, now: datetime, address: str, limit: int = 100) -> int:
    """Tell those who can act at any hour that nobody has answered yet; return how many.

    That somebody has the alert is not enough: the young person waits for an answer. The
    caller commits. Source: MISSION C29.
    """
    due = (
        select(ReturnPlan)
        .where(ReturnPlan.next_step_at <= now)
        .order_by(ReturnPlan.next_step_at)
        .limit(limit)
    )
    if db.session.scalars(due.with_only_columns(ReturnPlan.id)).first() is None:
        return 0
    begin_write(db.session)
    found = db.session.scalars(due.with_for_update(skip_locked=True)).all()
    for plan in found:
        plan.late_alert_id = raise_alert(
            AlertKind.UNANSWERED,
            organisation_id=plan.organisation_id,
            young_person_id=plan.young_person_id,
            dedupe_key=f"return:{plan.id}:{int(plan.answer_due_at.timestamp())}",
            address=address,
            now=now,
            about_kind="return_plan",
            about_id=plan.id,
            hidden_from=kept_from(plan, now),
        )
        plan.next_step_at = None
    return len(found)


def sweep_steps(*, now: datetime, address: str, limit: int = 100) -> int:
    """Bring steps in line with what was texted, and act on those that are due; return how many.

    A step whose time passed without a yes, or without anybody saying that it happened, gives
    way to what comes instead. Costs what is due. The caller commits. Two at once do each thing
    once: a way back is locked, and what is due is looked at again under its lock.
    """
    changed = (
        select(ReturnPlan.id)
        .where(ReturnPlan.steps_due_at <= now)
        .order_by(ReturnPlan.steps_due_at)
        .limit(limit)
    )
    done = 0
    for plan_id in db.session.scalars(changed).all():
        plan = locked(plan_id)
        if plan is None or plan.steps_due_at is None or plan.steps_due_at > now:
            continue
        done += 1
        plan.steps_due_at = None
        if plan.closed_at is None and not lay_out(plan, address=address, now=now):
            # Nobody at all to ask: the alert of "ready" says so; look again soon.
            plan.steps_due_at = now + LOOK_AGAIN
    due = (
        select(ReturnStep.id)
        .where(ReturnStep.next_step_at <= now)
        .order_by(ReturnStep.next_step_at)
        .limit(limit)
    )
    for step_id in db.session.scalars(due).all():
        done += act_on_said(step_id, address=address, now=now)
    return done
