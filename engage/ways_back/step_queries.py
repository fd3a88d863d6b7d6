"""Reading the steps of a way back: each reader what is theirs, and nobody what would hurt."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from engage.checkins.ready_models import ReturnPlan, ReturnStep, ReturnUnwanted, StepKind, StepState
from engage.db import db
from engage.people.access import Access, Object, Verb, Viewer, access_to
from engage.people.models import Link, Person, PersonKind, ShareGrant
from engage.plans.reading import may_read as may_read_part
from engage.ways_back.queries import find_open
from engage.ways_back.reading import PART, is_shared, people_around, steps_of
from engage.ways_back.rules import LIVE, WAY, Saying
from engage.ways_back.turned_away import unwanted_of
from engage.web.errors import NotFound

LAST = 4


@dataclass(frozen=True)
class StepLine:
    """One step as this reader may know it."""

    step: ReturnStep
    owner: str
    words: str
    place: str
    is_mine: bool
    says: frozenset[Saying] = frozenset()
    # Whose way back it is, in lists over several.
    name: str = ""


@dataclass(frozen=True)
class WishPage:
    """What a young person finds on the page on which they say how they would like to come back."""

    plan: ReturnPlan | None
    # Only for somebody signed in: a card alone shows no name, no place, no words.
    is_known: bool
    steps: list[StepLine] = field(default_factory=list)
    people: list[tuple[UUID, str]] = field(default_factory=list)
    unwanted: frozenset[UUID] = frozenset()
    way: ReturnStep | None = None


def steps_for(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[StepLine]:
    """List the steps of the way back under way that the viewer may see; nothing for others.

    The young person sees all of them, workers too; anybody else only what they are asked
    themselves. Somebody who is not wanted there sees nothing, as if there were no steps.
    """
    plan = find_open(viewer, young_person_id)
    access = access_to(viewer, young_person_id, now=now)
    if plan is None or viewer.person_id in unwanted_of(plan.id):
        return []
    seen = [
        step
        for step in steps_of(plan.id)
        if step.state != StepState.DROPPED
        and access.may(Verb.READ, Object.WAY_BACK, owner_id=step.owner_id)
    ]
    may_read = _may_read_plan(viewer, access, young_person_id, now)
    return _lines(viewer, access, seen, may_read, now)


def my_steps(viewer: Viewer, *, now: datetime) -> list[StepLine]:
    """List the steps that the viewer was asked to take, for everybody, the soonest first."""
    rows = db.session.scalars(
        select(ReturnStep)
        .join(ReturnPlan, ReturnPlan.id == ReturnStep.return_plan_id)
        .where(
            ReturnStep.owner_id == viewer.person_id,
            ReturnStep.state.in_(sorted(LIVE)),
            ReturnPlan.closed_at.is_(None),
            ~select(ReturnUnwanted.id)
            .where(
                ReturnUnwanted.return_plan_id == ReturnPlan.id,
                ReturnUnwanted.person_id == viewer.person_id,
            )
            .exists(),
        )
        .order_by(ReturnStep.due_at, ReturnStep.number)
        .limit(50)
    ).all()
    found: list[StepLine] = []
    for step in rows:
        access = access_to(viewer, step.young_person_id, now=now)
        if access.may(Verb.READ, Object.WAY_BACK, owner_id=step.owner_id):
            may_read = _may_read_plan(viewer, access, step.young_person_id, now)
            found += _lines(viewer, access, [step], may_read, now)
    return found


def wish_page(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> WishPage:
    """Return what the page about coming back shows: little to whoever only holds a card."""
    plan = find_open(viewer, young_person_id)
    way = None
    if plan is not None:
        ways = [s for s in steps_of(plan.id) if s.slot == WAY and s.state != StepState.DROPPED]
        way = ways[-1] if ways else None
    if viewer.person_id != young_person_id:
        return WishPage(plan, is_known=False, way=way)
    return WishPage(
        plan,
        is_known=True,
        steps=steps_for(viewer, young_person_id, now=now),
        people=people_around(young_person_id, now),
        unwanted=unwanted_of(plan.id) if plan else frozenset(),
        way=way,
    )


@dataclass(frozen=True)
class Asked:
    """What somebody was asked behind their link; `line` is None when it is over."""

    link: Link
    person: Person
    line: StepLine | None


def get_asked(viewer: Viewer, link: Link | None, *, now: datetime) -> Asked:
    """Return what this link asks; NotFound for one that is unknown, old or closed."""
    if link is None or link.object_id is None or link.person_id is None:
        raise NotFound("link")
    person = db.session.get(Person, link.person_id)
    step = db.session.get(ReturnStep, link.object_id)
    if person is None or step is None:
        raise NotFound("link")
    plan = db.session.get(ReturnPlan, step.return_plan_id)
    is_theirs = step.owner_id == link.person_id and link.person_id not in unwanted_of(
        step.return_plan_id
    )
    if plan is None or plan.closed_at is not None or not is_theirs:
        return Asked(link, person, None)
    if step.state not in (*LIVE, StepState.FAILED):
        return Asked(link, person, None)
    shared = not step.is_from_plan or _is_shared_with(person, step.young_person_id, now)
    # Who is not wanted there is for workers alone.
    shared = shared and (step.wish != StepKind.NOT_THERE or person.kind == PersonKind.WORKER)
    young_person = db.session.get_one(Person, step.young_person_id)
    line = StepLine(
        step,
        owner=str(person.name),
        words=(step.words or "") if shared else "",
        place=(step.place or "") if shared or step.place == plan.place else "",
        is_mine=True,
        says=_says(step),
        name=str(young_person.name),
    )
    return Asked(link, person, line)


def ends_with(viewer: Viewer, person: Person, typed: str) -> bool:
    """Say whether somebody knows the end of the number that was asked."""
    own = (person.phone or "")[-LAST:]
    return len(own) == LAST and hmac.compare_digest(typed[-LAST:].encode(), own.encode())


def _is_shared_with(person: Person, young_person_id: UUID, now: datetime) -> bool:
    if not is_shared(young_person_id, now):
        return False
    role = "carer" if person.kind == PersonKind.CARER else "trusted_person"
    if person.kind == PersonKind.WORKER:
        role = "social_worker"
    grant = select(ShareGrant.id).where(
        ShareGrant.young_person_id == young_person_id,
        ShareGrant.section == PART,
        ShareGrant.withdrawn_at.is_(None),
        or_(ShareGrant.expires_at.is_(None), ShareGrant.expires_at > now),
        or_(ShareGrant.grantee_id == person.id, ShareGrant.grantee_role == role),
    )
    return db.session.execute(grant.limit(1)).first() is not None


def _may_read_plan(viewer: Viewer, access: Access, young_person_id: UUID, now: datetime) -> bool:
    is_own = viewer.person_id == young_person_id
    shared = frozenset({PART} if is_shared(young_person_id, now) else ())
    return is_own or may_read_part(access, PART, shared)


def _lines(
    viewer: Viewer, access: Access, steps: list[ReturnStep], may_read: bool, now: datetime
) -> list[StepLine]:
    people = {step.owner_id for step in steps} | {step.young_person_id for step in steps}
    rows = db.session.scalars(select(Person).where(Person.id.in_(people)))
    names = {person.id: str(person.name) for person in rows}
    # Where they said they are just now is for whoever helps, whatever their plan shares.
    said = {plan_id: _place_of(plan_id) for plan_id in {step.return_plan_id for step in steps}}
    is_own = access.viewer.person_id == access.young_person_id
    found = []
    for step in steps:
        # Who is not wanted is for workers and the young person's own eyes.
        if step.wish == StepKind.NOT_THERE and not (is_own or viewer.kind is PersonKind.WORKER):
            continue
        is_mine = step.owner_id == viewer.person_id
        shown = may_read or not step.is_from_plan
        says = frozenset({Saying.FAILED}) if is_own and step.slot == WAY else frozenset()
        if not is_own and (is_mine or viewer.kind is PersonKind.WORKER):
            says = _says(step) - (frozenset() if is_mine else {Saying.NO, Saying.YES})
            says |= frozenset({Saying.MINE}) if not is_mine and step.state in LIVE else frozenset()
        found.append(
            StepLine(
                step,
                owner=names.get(step.owner_id, ""),
                words=(step.words or "") if shown else "",
                place=(step.place or "")
                if shown or step.place == said[step.return_plan_id]
                else "",
                is_mine=is_mine,
                says=says if step.state in LIVE or is_mine else frozenset(),
                name=names.get(step.young_person_id, ""),
            )
        )
    return found


def _place_of(plan_id: UUID) -> str | None:
    place: str | None = db.session.get_one(ReturnPlan, plan_id).place
    return place


def _says(step: ReturnStep) -> frozenset[Saying]:
    """Return what the owner of a step may say to it now."""
    if step.state == StepState.ASKED:
        return frozenset({Saying.YES, Saying.NO})
    if step.state == StepState.AGREED:
        return frozenset({Saying.DONE, Saying.FAILED})
    if step.state == StepState.FAILED:
        return frozenset({Saying.DONE})
    return frozenset()
