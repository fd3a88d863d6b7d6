"""Laying out the steps of a way back. The caller holds its lock and asked who may.

Everything that changes a step goes through here, so that no slot is ever without a live step
that somebody owns and somebody looks at again, unless it was done or taken back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from engage.alerts.rules import initials
from engage.audit.actions import record
from engage.audit.models import Actor
from engage.checkins.ready_models import ReadyStep, ReturnPlan, ReturnStep, StepKind, StepState
from engage.db import db
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.people import links
from engage.people.models import LinkKind, Person, PersonKind
from engage.people.viewer import SYSTEM
from engage.plans.answer_queries import WayBack, way_back
from engage.ways_back.reading import (
    Near,
    live_steps,
    may_be_asked,
    near,
    steps_of,
    within_of,
)
from engage.ways_back.rules import (
    BY_PLAN,
    CHOSEN,
    LIVE,
    PLANNED,
    TALKS,
    WAY,
    Wanted,
    due_of,
    next_look,
    owner_for,
)

LINK_LASTS = timedelta(hours=24)
LOOK_AGAIN = timedelta(minutes=5)


def wanted_now(plan: ReturnPlan, now: datetime) -> list[Wanted]:
    """Return the steps as they wish them now: what they said, else what their plan says."""
    within = within_of(plan.organisation_id)
    planned = way_back(SYSTEM, plan.young_person_id, now=now)
    step = db.session.scalars(
        select(ReadyStep).where(ReadyStep.young_person_id == plan.young_person_id)
    ).first()
    by_plan = BY_PLAN[step.how] if step is not None else "talk"
    kind = CHOSEN.get(plan.choice or 0, by_plan)
    due_at = due_of(kind, plan.wish_at, within=within, now=now)
    place = plan.place or (step.place if step else "") or planned.where
    who = "" if plan.wish_who_id else (step.who if step else "") or planned.who
    found = [
        Wanted(
            kind,
            due_at,
            words=who or "",
            place=place or "",
            instead=plan.wish_instead or _instead_of(kind, planned),
            # A place they said just now is for whoever helps; these words are the plan's.
            is_from_plan=True,
        )
    ]
    for promise in ("food", "not_tonight", "not_there"):
        words = getattr(plan, f"wish_{promise}")
        if words:
            found.append(Wanted(promise, due_at, words=words))
    return found


def _instead_of(kind: str, planned: WayBack) -> str:
    fits = {"lift": planned.how_else, "meet": planned.who_else or planned.where_else}
    return fits.get(kind, "")


def lay_out(plan: ReturnPlan, *, address: str, now: datetime) -> bool:
    """Bring the steps in line with what they wish; False when there is nobody at all to ask."""
    around = near(plan, now)
    wanted = {each.slot: each for each in wanted_now(plan, now)}
    steps = steps_of(plan.id)
    live = {step.slot: step for step in steps if step.state in LIVE}
    for slot, step in live.items():
        if slot not in wanted:
            drop(step, SYSTEM, now=now)
    for slot, want in wanted.items():
        if not _fit(plan, want, live.get(slot), steps, around, address, now):
            return False
    return True


def _fit(
    plan: ReturnPlan,
    want: Wanted,
    step: ReturnStep | None,
    steps: Sequence[ReturnStep],
    around: Near,
    address: str,
    now: datetime,
) -> bool:
    """Make, change or replace the step of one slot."""
    if step is None:
        last = next((s for s in reversed(steps) if s.slot == want.slot), None)
        if last is not None and _still_stands(last, want, plan):
            return True
        return begin(plan, want, around, address=address, now=now) is not None
    if step.wish != want.kind or step.owner_id in around.unwanted:
        return _replace(plan, step, want, around, address, now)
    named = plan.wish_who_id
    if want.slot == WAY and step.stage == PLANNED and named not in (None, step.owner_id):
        assert named is not None
        asked_before = any(s.owner_id == named and s.slot == WAY for s in steps)
        if not asked_before and may_be_asked(plan.young_person_id, named, now):
            return _replace(plan, step, want, around, address, now)
    _update(plan, step, want, address, now)
    return True


def _replace(
    plan: ReturnPlan, step: ReturnStep, want: Wanted, around: Near, address: str, now: datetime
) -> bool:
    drop(step, SYSTEM, now=now, tell=False)
    made = begin(plan, want, around, address=address, now=now)
    # Whoever is asked for the new one must not read "you need do nothing" beside it.
    if made is None or made.owner_id != step.owner_id:
        tell_owner(step, "info_step_over", now)
    return made is not None


def _still_stands(last: ReturnStep, want: Wanted, plan: ReturnPlan) -> bool:
    """Say whether a step that was done needs no new one: they have not asked again since."""
    if last.state != StepState.DONE or last.wish != want.kind:
        return False
    if want.slot != WAY:
        return (last.words or "") == want.words
    return plan.said_at is None or last.ended_at is None or plan.said_at <= last.ended_at


def _update(plan: ReturnPlan, step: ReturnStep, want: Wanted, address: str, now: datetime) -> None:
    """Keep new words, place or time; a new time is asked about anew."""
    known = (step.words or "", step.place or "")
    if step.stage == PLANNED:
        step.words, step.place = want.words or None, want.place or None
        step.instead = want.instead or None
    elif want.place:
        step.place = want.place
    if want.kind not in TALKS and plan.wish_at == want.due_at != step.due_at:
        step.due_at = want.due_at
        ask(plan, step, address=address, now=now)
    elif step.state == StepState.AGREED and known != (step.words or "", step.place or ""):
        _text(plan, step, _code(step, now), address, now)


def begin(
    plan: ReturnPlan,
    want: Wanted,
    around: Near,
    *,
    address: str,
    now: datetime,
    after: ReturnStep | None = None,
    kind: str = "",
    not_again: Sequence[UUID] = (),
) -> ReturnStep | None:
    """Add a step and ask its owner; None when there is nobody at all."""
    kind = kind or want.kind
    named = plan.wish_who_id if want.slot == WAY and after is None else None
    if named is not None and not may_be_asked(plan.young_person_id, named, now):
        named = None
    owner = owner_for(
        kind, around.contacts, named=named, unwanted=around.unwanted, not_again=not_again
    )
    if owner is None:
        return None
    number = db.session.scalar(
        select(func.max(ReturnStep.number)).where(ReturnStep.return_plan_id == plan.id)
    )
    step = ReturnStep(
        organisation_id=plan.organisation_id,
        young_person_id=plan.young_person_id,
        return_plan_id=plan.id,
        slot=want.slot,
        wish=StepKind(want.kind),
        kind=StepKind(kind),
        state=StepState.ASKED,
        number=(number or 0) + 1,
        stage=after.stage + 1 if after else PLANNED,
        after_id=after.id if after else None,
        owner_id=owner,
        asked_at=now,
        times_asked=0,
        due_at=want.due_at,
        is_from_plan=want.is_from_plan,
    )
    step.words, step.place = want.words or None, want.place or None
    step.instead = want.instead or None
    db.session.add(step)
    db.session.flush()
    note("way_back:step_begun", step, SYSTEM, now)
    ask(plan, step, address=address, now=now)
    return step


def ask(plan: ReturnPlan, step: ReturnStep, *, address: str, now: datetime) -> None:
    """Ask the owner of a step, by a text with a link of its own."""
    step.state, step.asked_at, step.answered_at = StepState.ASKED, now, None
    step.times_asked += 1
    step.next_step_at = next_look(
        StepState.ASKED, asked_at=now, due_at=step.due_at,
        within=within_of(plan.organisation_id),
    )  # fmt: skip
    links.revoke(LinkKind.STEP, subject_id=step.id, now=now)
    _text(plan, step, _code(step, now), address, now)
    db.session.flush()


def _code(step: ReturnStep, now: datetime) -> str:
    return links.issue(
        LinkKind.STEP,
        young_person_id=step.young_person_id,
        person_id=step.owner_id,
        subject_id=step.id,
        expires_at=max(now, step.due_at) + LINK_LASTS,
        now=now,
    )


def _text(plan: ReturnPlan, step: ReturnStep, code: str, address: str, now: datetime) -> None:
    owner = db.session.get_one(Person, step.owner_id)
    young_person = db.session.get_one(Person, plan.young_person_id)
    params = {"link": f"{address.rstrip('/')}/b/{code}"}
    is_trusted = owner.kind == PersonKind.TRUSTED_PERSON
    if not is_trusted:
        params["who"] = initials(str(young_person.name))
    queue(
        "trusted_step" if is_trusted else "alert_step_asked",
        to=owner,
        klass=Klass.STAFF,  # they wait for it now: at any hour, as an alert does
        now=now,
        params=params,
        dedupe_key=f"step:{step.id}:{step.times_asked}:{code[:8]}",
        about=plan.young_person_id,
        object_kind="return_step",
        object_id=step.id,
    )


def drop(step: ReturnStep, viewer: Actor, *, now: datetime, tell: bool = True) -> None:
    """Take back a step that is not wished any more; its owner hears of it if `tell`."""
    step.state, step.ended_at, step.next_step_at = StepState.DROPPED, now, None
    links.revoke(LinkKind.STEP, subject_id=step.id, now=now)
    if tell:
        tell_owner(step, "info_step_over", now)
    note("way_back:step_dropped", step, viewer, now)
    db.session.flush()


def tell_owner(step: ReturnStep, template: str, now: datetime) -> None:
    """Text the owner of a step one of the short answers."""
    queue(
        template,
        to=db.session.get_one(Person, step.owner_id),
        klass=Klass.STAFF,
        now=now,
        dedupe_key=f"step:{step.id}:{template}:{step.times_asked}",
        about=step.young_person_id,
        object_kind="return_step",
        object_id=step.id,
    )


def drop_all(plan: ReturnPlan, viewer: Actor, *, now: datetime) -> None:
    """Take back every step that is left: the way back is over."""
    for step in live_steps(plan.id).values():
        drop(step, viewer, now=now)
    plan.steps_due_at = None


def note(
    verb: str, step: ReturnStep, viewer: Actor, now: datetime, reason: str | None = None
) -> None:
    """Leave a line in the audit about a step."""
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=step.young_person_id,
        object_kind="return_step",
        object_id=step.id,
        reason=reason or str(step.kind),
    )
