"""What somebody says to a step they were asked to take: yes, no, it is done, it did not work."""

from datetime import datetime
from uuid import UUID

from engage.alerts import actions as alerts
from engage.alerts.rules import How
from engage.audit.models import Actor
from engage.checkins.ready_models import (
    Answer,
    ReturnPlan,
    ReturnState,
    ReturnStep,
    StepKind,
    StepState,
)
from engage.checkins.ready_rules import STILL_WAITING
from engage.db import db
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.people import links
from engage.people.access import SYSTEM, Object, Verb, Viewer, access_to
from engage.people.models import Link, LinkKind, Person, PersonKind, ReplyPolicy
from engage.ways_back.failing import fail
from engage.ways_back.laying import drop, note, tell_owner
from engage.ways_back.reading import live_steps, locked, open_plan
from engage.ways_back.rules import GRACE, LIVE, PROMISES, WAY, WAYS, Saying
from engage.ways_back.turned_away import unwanted_of
from engage.web.errors import NotFound

# What the young person hears when somebody says yes. Source: the answers of a worker (C29).
HEARD = {
    StepKind.MEET: Answer.ON_THE_WAY,
    StepKind.LIFT: Answer.LIFT_COMING,
    StepKind.CALL: Answer.CALLING,
    StepKind.TALK: Answer.CALLING,
}
TEMPLATES = {
    Answer.ON_THE_WAY: "ready_on_the_way",
    Answer.CALLING: "ready_calling",
    Answer.LIFT_COMING: "ready_lift_coming",
}


def say(viewer: Viewer, step_id: UUID, saying: Saying, *, address: str, now: datetime) -> UUID:
    """Keep what a signed-in person says to a step; return whose way back it is.

    Nothing happens when it is not to be said any more. Raises NotFound for a step that is not
    theirs. `MINE`: a worker takes it over. The young person may say only that it did not work.
    """
    step, plan = _step(step_id)
    access = access_to(viewer, plan.young_person_id, now=now)
    if viewer.person_id in unwanted_of(plan.id):
        raise NotFound("step")
    if not access.may(Verb.EDIT, Object.WAY_BACK, owner_id=step.owner_id):
        raise NotFound("step")
    is_own = viewer.person_id == plan.young_person_id
    if is_own and saying is not Saying.FAILED:
        raise NotFound("step")
    if saying is Saying.MINE:
        if viewer.kind is not PersonKind.WORKER or viewer.person_id is None:
            raise NotFound("step")
        _take(plan, step, viewer, viewer.person_id, now)
    else:
        _say(plan, step, saying, viewer, address, now)
    return plan.young_person_id


def nobody_came(viewer: Viewer, young_person_id: UUID, *, address: str, now: datetime) -> bool:
    """Give up the way that was agreed, because they wait and nobody came; False without one.

    The caller has opened their link or signed them in. It asks for more help, so it needs no
    further proof.
    """
    plan = open_plan(young_person_id)
    step = live_steps(plan.id).get(WAY) if plan is not None else None
    if plan is None or step is None or step.state != StepState.AGREED:
        return False
    return fail(plan, step, viewer, address=address, now=now, why="nobody_came")


def say_by_link(link: Link, saying: Saying, *, address: str, now: datetime) -> bool:
    """Keep what the holder of a link says to the step they were asked to take."""
    assert link.object_id is not None
    step, plan = _step(link.object_id)
    if step.owner_id != link.person_id or saying is Saying.MINE:
        raise NotFound("link")
    viewer = Viewer(
        person_id=link.person_id,
        area="link",
        link_id=link.id,
        link_kind=LinkKind.STEP,
        young_person_id=link.young_person_id,
    )
    return _say(plan, step, saying, viewer, address, now)


def act_on_said(step_id: UUID, *, address: str, now: datetime) -> bool:
    """Do what follows from a texted yes or no, or from a time that passed. For the sweep.

    False when there is nothing to do any more.
    """
    step, plan = _step(step_id)
    if step.state not in LIVE or step.next_step_at is None or step.next_step_at > now:
        return False
    owner = Viewer(person_id=step.owner_id, area="text")
    said, step.said = step.said, None
    if said == "yes":
        return _say(plan, step, Saying.YES, owner, address, now)
    why = (
        "no" if said == "no" else "nobody_said" if step.state == StepState.ASKED else "time_passed"
    )
    return fail(plan, step, owner if said else SYSTEM, address=address, now=now, why=why)


def _step(step_id: UUID) -> tuple[ReturnStep, ReturnPlan]:
    found = db.session.get(ReturnStep, step_id)
    plan = locked(found.return_plan_id) if found is not None else None
    if found is None or plan is None:
        raise NotFound("step")
    db.session.refresh(found)
    return found, plan


def _say(
    plan: ReturnPlan,
    step: ReturnStep,
    saying: Saying,
    viewer: Viewer,
    address: str,
    now: datetime,
) -> bool:
    if plan.closed_at is not None:
        return False
    if saying is Saying.DONE:
        return _done(plan, step, viewer, now)
    if step.state not in LIVE:
        return False
    if saying is Saying.YES:
        return _yes(plan, step, viewer, now)
    why = "no" if saying is Saying.NO else "said_failed"
    return fail(plan, step, viewer, address=address, now=now, why=why)


def _yes(plan: ReturnPlan, step: ReturnStep, viewer: Viewer, now: datetime) -> bool:
    if step.state != StepState.ASKED:
        return False
    step.answered_at = now
    if step.kind in PROMISES:
        step.state, step.ended_at, step.next_step_at = StepState.DONE, now, None
    else:
        step.state = StepState.AGREED
        # A yes a minute before the time still leaves time to come.
        step.next_step_at = max(step.due_at, now) + GRACE
    note("way_back:step_agreed", step, viewer, now)
    if step.slot == WAY:
        _tell_young_person(plan, step, viewer, now)
    return True


def _tell_young_person(plan: ReturnPlan, step: ReturnStep, viewer: Viewer, now: datetime) -> None:
    said = HEARD.get(StepKind(step.wish if step.kind == StepKind.BY_HAND else step.kind))
    owner = db.session.get_one(Person, step.owner_id)
    if plan.answer == said and plan.answered_at == now:
        return  # the worker's answer has told them
    if owner.kind != PersonKind.TRUSTED_PERSON and plan.state == ReturnState.OPEN and said:
        # A carer or worker who comes is the human answer. Source: MISSION C29.
        note_answer(plan, said, owner.id, viewer, now=now)
    template = TEMPLATES.get(said) if said else None
    person = db.session.get_one(Person, plan.young_person_id)
    since = plan.said_at or plan.opened_at
    if template and person.reply_policy != ReplyPolicy.NONE:
        queue(
            template,
            to=person,
            klass=Klass.YOUNG_PERSON,
            now=now,
            dedupe_key=f"step:{step.id}:yes:{step.times_asked}",
            about=plan.young_person_id,
            answers_at=now if now - since <= STILL_WAITING else None,
            object_kind="return_plan",
            object_id=plan.id,
        )


def note_answer(
    plan: ReturnPlan, said: Answer, person_id: UUID, viewer: Actor, *, now: datetime
) -> None:
    """Stop the clock that waits for a human answer: this person gave it."""
    plan.state, plan.answer = ReturnState.ANSWERED, said
    plan.answered_at, plan.answered_by_id = now, person_id
    plan.next_step_at = None
    for alert_id in (plan.alert_id, plan.late_alert_id):
        if alert_id is not None:
            alerts.acknowledge(alert_id, person_id, how=How.PAGE, now=now, viewer=viewer)


def _done(plan: ReturnPlan, step: ReturnStep, viewer: Viewer, now: datetime) -> bool:
    """Note that it happened, even late: what was started instead of it is taken back."""
    if step.state not in (*LIVE, StepState.FAILED):
        return False
    step.state, step.ended_at, step.next_step_at = StepState.DONE, now, None
    step.answered_at = step.answered_at or now
    note("way_back:step_done", step, viewer, now)
    db.session.flush()
    instead = live_steps(plan.id).get(step.slot)
    if instead is not None and instead.id != step.id:
        drop(instead, viewer, now=now)
    return True


def _take(
    plan: ReturnPlan, step: ReturnStep, viewer: Viewer, person_id: UUID, now: datetime
) -> bool:
    if step.state not in LIVE:
        return False
    if step.owner_id != person_id:
        tell_owner(step, "info_step_over", now)
        links.revoke(LinkKind.STEP, subject_id=step.id, now=now)
        step.owner_id = person_id
        step.state = StepState.ASKED
    return _yes(plan, step, viewer, now)


def settle(plan: ReturnPlan, said: Answer, viewer: Viewer, *, now: datetime) -> None:
    """Let a worker's answer to "I am ready" be the yes to the step it answers."""
    step = live_steps(plan.id).get(WAY)
    if step is None or viewer.person_id is None or step.kind not in {*WAYS, StepKind.BY_HAND}:
        return
    talks = step.wish in (StepKind.CALL, StepKind.TALK)
    if said is Answer.SPOKEN:
        if talks:
            _done(plan, step, viewer, now)
        return
    if HEARD.get(StepKind(step.wish)) is said and step.state == StepState.ASKED:
        _take(plan, step, viewer, viewer.person_id, now)
