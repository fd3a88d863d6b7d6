"""Promise something after a talk or a return, move it, and say what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from engage.audit.actions import record
from engage.audit.models import Actor
from engage.db import begin_write, db
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.outcomes.models import NextStep, NextStepLine
from engage.outcomes.queries import open_step, owners_of
from engage.outcomes.reading import today_in, zone_of
from engage.outcomes.rules import (
    Aim,
    Consent,
    Fix,
    From,
    Kind,
    Promise,
    State,
    Turn,
    first_look,
    fix,
)
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Person
from engage.web.errors import Changed, NotFound


class CannotPromise(Exception):
    """It cannot be promised like this; `fix` says why."""

    def __init__(self, problem: Fix):
        super().__init__(problem)
        self.fix = problem


class SayWhat(Exception):
    """What was done, or why it was not, is missing."""


@dataclass(frozen=True)
class Draft:
    """What is promised. `said`: the young person's own words, if somebody wrote them down."""

    kind: Kind
    owner_id: UUID
    due_on: date
    what: str = ""
    said: str = ""
    aims: tuple[Aim, ...] = ()
    consent: Consent = Consent.NOT_ASKED
    is_theirs_to_read: bool = True


def promise(
    viewer: Viewer,
    young_person_id: UUID,
    draft: Draft,
    *,
    came_of: tuple[From, UUID],
    now: datetime,
) -> NextStep:
    """Write down what will happen, by whom and by which day.

    Raises CannotPromise for a day or a kind that cannot be, NotFound for an owner who has nothing
    to do with this young person.
    """
    require(viewer, Verb.CREATE, Object.NEXT_STEPS, young_person_id, now=now)
    if draft.owner_id not in owners_of(viewer, young_person_id, now=now):
        raise NotFound("owner")
    assert viewer.person_id is not None
    return add(viewer, viewer.person_id, young_person_id, draft, came_of=came_of, now=now)


def add(
    viewer: Actor,
    by_id: UUID,
    young_person_id: UUID,
    draft: Draft,
    *,
    came_of: tuple[From, UUID],
    now: datetime,
) -> NextStep:
    """Write down a promise for callers that asked the access function, or for the system."""
    organisation_id = db.session.get_one(Person, young_person_id).organisation_id
    today = today_in(organisation_id, now)
    problem = fix(Promise(draft.kind, draft.due_on, draft.aims, draft.consent), today)
    if problem is not None:
        raise CannotPromise(problem)
    step = NextStep(
        young_person_id=young_person_id,
        organisation_id=organisation_id,
        came_of=came_of[0],
        came_of_id=came_of[1],
        kind=draft.kind,
        aims=[str(aim) for aim in draft.aims],
        consent=draft.consent,
        said=draft.said or None,
        what=draft.what or None,
        owner_id=draft.owner_id,
        due_on=draft.due_on,
        state=State.OPEN,
        is_theirs_to_read=draft.is_theirs_to_read,
        made_at=now,
        next_look_at=first_look(draft.due_on, zone_of(organisation_id)),
        times_told=0,
    )
    db.session.add(step)
    db.session.flush()
    _turn(viewer, by_id, step, Turn.MADE, "", now)
    return step


def move(
    viewer: Viewer, step_id: UUID, *, owner_id: UUID, due_on: date, reason: str, now: datetime
) -> None:
    """Give a promise another owner or another day, and say why. What stood before stays readable.

    Raises CannotPromise for a day that cannot be, NotFound, Changed when it is over.
    """
    step = _to_change(viewer, step_id, now)
    if owner_id != step.owner_id and owner_id not in owners_of(
        viewer, step.young_person_id, now=now
    ):
        raise NotFound("owner")
    if not reason.strip():
        raise SayWhat
    made_on = today_in(step.organisation_id, step.made_at)
    today = today_in(step.organisation_id, now)
    # Three months count from when it was promised, however often it is moved.
    asked = Promise(Kind(step.kind), due_on, tuple(Aim(a) for a in step.aims), Consent.YES)
    problem = Fix.PAST if due_on < today else fix(asked, made_on)
    if problem is not None:
        raise CannotPromise(problem)
    step.owner_id, step.due_on = owner_id, due_on
    step.next_look_at, step.times_told = first_look(due_on, zone_of(step.organisation_id)), 0
    assert viewer.person_id is not None
    _turn(viewer, viewer.person_id, step, Turn.MOVED, reason, now)


def end(
    viewer: Viewer, step_id: UUID, state: State, did: str, *, address: str, now: datetime
) -> None:
    """Say that it was done and what, or that it could not be done and why.

    The young person reads these words, unless it is not theirs to read; a text tells them that
    there is something to read, and nothing of it. Raises SayWhat without words, NotFound, Changed.
    """
    if state is State.OPEN or not did.strip():
        raise SayWhat
    step = _to_change(viewer, step_id, now)
    step.state, step.did, step.ended_at, step.next_look_at = state, did, now, None
    assert viewer.person_id is not None
    _turn(viewer, viewer.person_id, step, Turn(state.value), "", now)
    if step.is_theirs_to_read:
        _tell(step, address, now)


def _tell(step: NextStep, address: str, now: datetime) -> None:
    """Let them know that there is something to read; once a day is enough."""
    day = today_in(step.organisation_id, now)
    queue(
        "something_to_read",
        to=step.young_person_id,
        about=step.young_person_id,
        klass=Klass.YOUNG_PERSON,
        params={"link": f"{address}/you-said"},
        dedupe_key=f"you_said:{step.young_person_id}:{day.isoformat()}",
        now=now,
    )


def _to_change(viewer: Viewer, step_id: UUID, now: datetime) -> NextStep:
    begin_write(db.session)
    step, _access = open_step(viewer, step_id, Verb.EDIT, now=now)
    db.session.refresh(step, with_for_update=True)
    if step.state != State.OPEN:
        raise Changed("next step")
    return step


VERBS: Mapping[Turn, str] = {
    Turn.MADE: "next_step:promised",
    Turn.MOVED: "next_step:moved",
    Turn.DONE: "next_step:done",
    Turn.NOT_DONE: "next_step:not_done",
}


def _turn(
    viewer: Actor, by_id: UUID, step: NextStep, turn: Turn, reason: str, now: datetime
) -> None:
    highest = select(func.max(NextStepLine.number)).where(NextStepLine.next_step_id == step.id)
    db.session.add(
        NextStepLine(
            next_step_id=step.id, number=(db.session.scalar(highest) or 0) + 1, turn=turn, at=now,
            by_id=by_id, owner_id=step.owner_id, due_on=step.due_on, reason=reason or None,
        )
    )  # fmt: skip
    db.session.flush()
    record(
        VERBS[turn],
        viewer=viewer,
        now=now,
        subject_id=step.young_person_id,
        object_kind="next_step",
        object_id=step.id,
        reason=str(step.kind),
    )
