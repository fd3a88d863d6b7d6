"""What was promised after talks and returns; for the young person what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.owner_queries import possible_owners
from engage.episodes.reading import names_of
from engage.interviews.models import ReturnInterview
from engage.outcomes.models import NextStep, NextStepLine
from engage.outcomes.reading import today_in
from engage.outcomes.rules import From, Standing, State, standing
from engage.people.access import (
    Access,
    Object,
    Verb,
    Viewer,
    access_to,
    is_in_force,
    require,
    visible_young_people,
)
from engage.people.models import Person, Relationship, RelationshipKind
from engage.returns.models import ReturnRecord
from engage.web.errors import NotFound

PAGE = 100


@dataclass(frozen=True)
class StepLine:
    """One promise in a list."""

    step: NextStep
    standing: Standing
    name: str
    owner: str


@dataclass(frozen=True)
class StepsPage:
    """All that was promised about one young person."""

    young_person: Person
    open: Sequence[StepLine]
    over: Sequence[StepLine]
    may_add: bool


@dataclass(frozen=True)
class StepPage:
    """One promise with every turn of it."""

    step: NextStep
    standing: Standing
    young_person: Person
    lines: Sequence[NextStepLine]
    names: Mapping[UUID | None, str]
    owners: Mapping[UUID, str]
    may_change: bool


def steps_about(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> StepsPage:
    """Return what was promised about one young person, or raise NotFound."""
    access = access_to(viewer, young_person_id, now=now)
    if not access.may(Verb.READ, Object.NEXT_STEPS) or viewer.person_id == young_person_id:
        raise NotFound("next steps")
    young_person = db.session.get_one(Person, young_person_id)
    rows = db.session.scalars(
        select(NextStep)
        .where(NextStep.young_person_id == young_person_id)
        .order_by(NextStep.due_on, NextStep.id)
        .limit(PAGE * 5)
    ).all()
    lines = _lines(rows, {young_person_id: str(young_person.name)}, now)
    return StepsPage(
        young_person,
        [line for line in lines if line.step.state == State.OPEN],
        [line for line in reversed(lines) if line.step.state != State.OPEN],
        access.may(Verb.CREATE, Object.NEXT_STEPS),
    )


def my_steps(viewer: Viewer, *, now: datetime) -> list[StepLine]:
    """List what the viewer has promised and not done yet, what is late on top.

    Of those whom the viewer looks after no more nothing is listed: it is somebody else's to see to.
    """
    rows = db.session.scalars(
        select(NextStep)
        .where(NextStep.owner_id == viewer.person_id, NextStep.state == State.OPEN)
        .order_by(NextStep.due_on, NextStep.id)
        .limit(PAGE)
    ).all()
    known = {}
    for young_person_id in {row.young_person_id for row in rows}:
        access = access_to(viewer, young_person_id, now=now)
        if access.may(Verb.READ, Object.NEXT_STEPS):
            known[young_person_id] = access
    mine = [row for row in rows if row.young_person_id in known]
    return _lines(mine, names_of(known), now)


def late_steps(viewer: Viewer, *, now: datetime) -> list[StepLine]:
    """List what is late about young people whom the viewer may see: for a supervisor."""
    if viewer.organisation_id is None:
        return []
    rows = db.session.scalars(
        select(NextStep)
        .where(
            NextStep.young_person_id.in_(
                select(Person.id).where(visible_young_people(viewer, now=now))
            ),
            NextStep.state == State.OPEN,
            NextStep.due_on < today_in(viewer.organisation_id, now),
        )
        .order_by(NextStep.due_on, NextStep.id)
        .limit(PAGE)
    ).all()
    return _lines(rows, names_of({row.young_person_id for row in rows}), now)


def get_step(viewer: Viewer, step_id: UUID, *, now: datetime) -> StepPage:
    """Return one promise that the viewer may read, or raise NotFound."""
    step, access = open_step(viewer, step_id, Verb.READ, now=now)
    if viewer.person_id == step.young_person_id:
        raise NotFound("next step")
    lines = db.session.scalars(
        select(NextStepLine)
        .where(NextStepLine.next_step_id == step_id)
        .order_by(NextStepLine.number)
    ).all()
    ids = {step.owner_id, *(line.by_id for line in lines), *(line.owner_id for line in lines)}
    return StepPage(
        step,
        standing(State(step.state), step.due_on, today_in(step.organisation_id, now)),
        db.session.get_one(Person, step.young_person_id),
        lines,
        names_of(ids),
        owners_of(viewer, step.young_person_id, now=now) | _named([step.owner_id]),
        access.may(Verb.EDIT, Object.NEXT_STEPS, owner_id=step.owner_id),
    )


def open_step(
    viewer: Viewer, step_id: UUID, verb: Verb, *, now: datetime
) -> tuple[NextStep, Access]:
    """Return a promise with what the viewer may do to it, or raise NotFound."""
    step = db.session.get(NextStep, step_id)
    if step is None:
        raise NotFound("next step")
    access = access_to(viewer, step.young_person_id, now=now)
    if not access.may(verb, Object.NEXT_STEPS, owner_id=step.owner_id):
        raise NotFound("next step")
    return step, access


def owners_of(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> dict[UUID, str]:
    """Map who may promise something about a young person to their names, by name."""
    require(viewer, Verb.READ, Object.NEXT_STEPS, young_person_id, now=now)
    interviewers = select(Relationship.person_id).where(
        Relationship.young_person_id == young_person_id,
        Relationship.kind == RelationshipKind.INTERVIEWER,
        is_in_force(Relationship, now),
    )
    ids = possible_owners(viewer, young_person_id, now=now) | set(db.session.scalars(interviewers))
    return _named(ids)


def _named(ids: set[UUID] | list[UUID]) -> dict[UUID, str]:
    found = db.session.scalars(select(Person).where(Person.id.in_(list(ids))))
    named = [(person.id, str(person.name)) for person in found]
    return dict(sorted(named, key=lambda pair: (pair[1].casefold(), str(pair[0]))))


def came_of(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> tuple[From, UUID] | None:
    """Return what a new promise comes of: the last talk, else the last return; None without one."""
    require(viewer, Verb.CREATE, Object.NEXT_STEPS, young_person_id, now=now)
    talk = db.session.scalar(
        select(ReturnInterview.id)
        .where(ReturnInterview.young_person_id == young_person_id)
        .order_by(ReturnInterview.opened_at.desc())
        .limit(1)
    )
    if talk is not None:
        return From.TALK, talk
    back = db.session.scalar(
        select(ReturnRecord.episode_id)
        .join(Episode, Episode.id == ReturnRecord.episode_id)
        .where(Episode.young_person_id == young_person_id)
        .order_by(ReturnRecord.at.desc())
        .limit(1)
    )
    return (From.RETURN, back) if back is not None else None


@dataclass(frozen=True)
class Told:
    """One thing the young person said, and what we did, as they read it."""

    step: NextStep
    # The first name of whoever does it.
    who: str


def you_said(viewer: Viewer, *, now: datetime) -> list[Told]:
    """List what a young person said and what we did, the newest first. Only for themselves."""
    assert viewer.person_id is not None
    require(viewer, Verb.READ, Object.NEXT_STEPS, viewer.person_id, now=now)
    rows = db.session.scalars(
        select(NextStep)
        .where(NextStep.young_person_id == viewer.person_id, NextStep.is_theirs_to_read.is_(True))
        .order_by(NextStep.made_at.desc(), NextStep.id)
        .limit(PAGE)
    ).all()
    names = names_of(row.owner_id for row in rows)
    return [Told(row, names.get(row.owner_id, "").partition(" ")[0]) for row in rows]


def _lines(
    rows: Sequence[NextStep], people: Mapping[UUID | None, str] | Mapping[UUID, str], now: datetime
) -> list[StepLine]:
    if not rows:
        return []
    today = today_in(rows[0].organisation_id, now)
    names = names_of(row.owner_id for row in rows)
    return [
        StepLine(
            row,
            standing(State(row.state), row.due_on, today),
            people[row.young_person_id],
            names.get(row.owner_id, ""),
        )
        for row in rows
    ]
