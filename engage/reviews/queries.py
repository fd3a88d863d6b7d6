"""Which plans wait for their worker, and what a carer needs of a plan when worried."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from engage.db import db
from engage.people.access import Object, Verb, Viewer, access_to, is_in_force, visible_young_people
from engage.people.models import (
    Consent,
    Person,
    Placement,
    Relationship,
    RelationshipKind,
    Role,
    YoungPerson,
)
from engage.people.sharing_models import Disclosure, SharingAgreement
from engage.photos.queries import old_photos
from engage.plans import queries
from engage.plans.models import (
    PersonTerms,
    PlanAgreement,
    PlanAnswer,
    PlanOpinion,
    PlanReview,
    PlanVersion,
    SafetyPlan,
    Says,
    VersionState,
    Voice,
)
from engage.plans.page import may_open
from engage.plans.reading import SnapshotAnswer, may_read, open_snapshot, shared_sections
from engage.plans.rules import PlanState, ReviewNeed, due_at, needs, plan_state_of


@dataclass(frozen=True)
class PlanToReview:
    """A young person whose plan wants something of this worker, and what."""

    young_person_id: UUID
    name: str
    plan_id: UUID | None
    state: PlanState | None
    needs: list[ReviewNeed]
    due_at: datetime | None


def plans_to_review(viewer: Viewer, *, now: datetime, limit: int = 200) -> list[PlanToReview]:
    """List the plans that wait for this worker or supervisor, the most pressing first.

    A fixed number of statements, however many young people. Source: C5 and the review page.
    """
    if not viewer.roles & {Role.SOCIAL_WORKER, Role.SUPERVISOR}:
        return []
    rows: Sequence[Any] = db.session.execute(
        select(YoungPerson, SafetyPlan, Placement)
        .outerjoin(SafetyPlan, SafetyPlan.young_person_id == YoungPerson.id)
        .outerjoin(
            Placement,
            and_(Placement.young_person_id == YoungPerson.id, is_in_force(Placement, now)),
        )
        .where(visible_young_people(viewer, now=now))
        .limit(limit)
    ).all()
    plans = {plan.id: plan for _, plan, _ in rows if plan is not None}
    versions = _versions(plans)
    waiting = _waiting_for(viewer, plans)
    disagreements = _disagreements(plans)
    people = [row[0].id for row in rows]
    missing = _missing_consents(people, now)
    sharing_due = _sharing_due(people, now)
    photos = old_photos(viewer, people, today=now.date())
    found = []
    times: queries.PlanTimes | None = None
    for young_person, plan, home in rows:
        moved = plan is not None and home is not None and plan.placement_id != home.id
        on_arrival = None
        if home is not None and (plan is None or moved):
            times = times or queries.plan_times(viewer, young_person.id)
            on_arrival = due_at(home.starts_at, times.due_within)
        if plan is None:
            found.append(_not_started(young_person, on_arrival))
            continue
        state = plan_state_of(plan.changed_at, versions.get(plan.id, []))
        reasons = needs(
            now=now,
            today=now.date(),
            state=state,
            due=plan.due_at,
            review_due=plan.review_due_at,
            offer_again=plan.offer_again_on,
            disagreements=plan.id in disagreements,
            waits_for_worker=plan.id in waiting,
            missing_consents=young_person.id in missing,
            moved=moved,
            sharing_due=young_person.id in sharing_due,
            photo_old=young_person.id in photos,
        )
        if reasons:
            due = on_arrival or (plan.review_due_at if state is PlanState.LIVE else plan.due_at)
            found.append(
                PlanToReview(young_person.id, young_person.name, plan.id, state, reasons, due)
            )
    return sorted(found, key=_pressing)


def _pressing(row: PlanToReview) -> tuple[int, float, str]:
    order = list(ReviewNeed)
    due = row.due_at.timestamp() if row.due_at else float("inf")
    return (min(order.index(need) for need in row.needs), due, row.name.casefold())


def _not_started(person: Person, due: datetime | None) -> PlanToReview:
    return PlanToReview(person.id, person.name, None, None, [ReviewNeed.NOT_STARTED], due)


def _versions(plans: Iterable[UUID]) -> dict[UUID, list[tuple[str, datetime]]]:
    found: dict[UUID, list[tuple[str, datetime]]] = {}
    for plan_id, state, made_at in db.session.execute(
        select(PlanVersion.plan_id, PlanVersion.state, PlanVersion.made_at)
        .where(PlanVersion.plan_id.in_(plans))
        .order_by(PlanVersion.number)
    ):
        found.setdefault(plan_id, []).append((state, made_at))
    return found


def _waiting_for(viewer: Viewer, plans: Iterable[UUID]) -> set[UUID]:
    """Return the plans whose waiting version has no word from this worker yet."""
    if Role.SOCIAL_WORKER not in viewer.roles:
        return set()
    said = and_(PlanAgreement.version_id == PlanVersion.id, PlanAgreement.voice == Voice.WORKER)
    return set(
        db.session.scalars(
            select(PlanVersion.plan_id)
            .outerjoin(PlanAgreement, said)
            .where(
                PlanVersion.plan_id.in_(plans),
                PlanVersion.state == VersionState.SHARED,
                PlanAgreement.id.is_(None),
            )
        )
    )


def _disagreements(plans: Iterable[UUID]) -> set[UUID]:
    """Return the plans with an answer somebody disagrees with, or a version somebody refused."""
    plan_ids = list(plans)
    with_answers = db.session.scalars(
        select(PlanAnswer.plan_id)
        .join(
            PlanOpinion,
            and_(
                PlanOpinion.answer_id == PlanAnswer.id,
                PlanOpinion.on_revision == PlanAnswer.revision,
            ),
        )
        .where(PlanAnswer.plan_id.in_(plan_ids), PlanOpinion.agrees.is_(False))
    )
    refused = db.session.scalars(
        select(PlanVersion.plan_id)
        .join(PlanAgreement, PlanAgreement.version_id == PlanVersion.id)
        .where(
            PlanVersion.plan_id.in_(plan_ids),
            PlanVersion.state == VersionState.SHARED,
            PlanAgreement.says == Says.NO,
        )
    )
    return {*with_answers, *refused}


def _missing_consents(young_people: list[UUID], now: datetime) -> set[UUID]:
    return set(
        db.session.scalars(
            select(Relationship.young_person_id).where(
                Relationship.young_person_id.in_(young_people),
                Relationship.kind.in_((RelationshipKind.TRUSTED, RelationshipKind.CHECK_IN)),
                Relationship.consent != Consent.YES,
                is_in_force(Relationship, now),
            )
        )
    )


def _sharing_due(young_people: list[UUID], now: datetime) -> set[UUID]:
    return set(
        db.session.scalars(
            select(SharingAgreement.young_person_id).where(
                SharingAgreement.young_person_id.in_(young_people),
                SharingAgreement.review_due_at <= now,
            )
        )
    )


def told_to_look_at(viewer: Viewer, *, now: datetime) -> list[tuple[UUID, str, datetime]]:
    """List whose worker told something without their yes and no supervisor has looked yet, with
    name and when. For the supervisors of the team; their own are for somebody else.
    """
    if Role.SUPERVISOR not in viewer.roles:
        return []
    rows = db.session.execute(
        select(YoungPerson, Disclosure.made_at)
        .join(Disclosure, Disclosure.young_person_id == YoungPerson.id)
        .where(
            Disclosure.approved_at.is_(None),
            Disclosure.made_by_id != viewer.person_id,
            visible_young_people(viewer, now=now),
        )
        .order_by(Disclosure.made_at)
        .limit(50)
    )
    return [(person.id, str(person.name), made_at) for person, made_at in rows]


def list_reviews(viewer: Viewer, plan_id: UUID) -> list[tuple[PlanReview, str]]:
    """List what workers decided about a plan the viewer may open, with names, newest first."""
    rows = db.session.execute(
        select(PlanReview, Person)
        .join(Person, Person.id == PlanReview.reviewer_id)
        .where(PlanReview.plan_id == plan_id)
        .order_by(PlanReview.reviewed_at.desc())
        .limit(20)
    )
    return [(review, person.name) for review, person in rows]


@dataclass(frozen=True)
class PersonToCall:
    """A trusted person who said yes: for a call button, never to be shown as a number."""

    person_id: UUID
    relationship_id: UUID
    name: str
    how_known: str
    asks: list[str]


@dataclass(frozen=True)
class Excerpt:
    """What somebody who is worried needs first, as far as it is shared with them."""

    plan_id: UUID
    try_first: list[SnapshotAnswer]
    ready: list[SnapshotAnswer]
    coming_back: list[SnapshotAnswer]
    people: list[PersonToCall]
    # What they named as signs that they may go. Source: element 4.6.
    signs: list[SnapshotAnswer]


def excerpt_for_carer(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Excerpt | None:
    """Return what to try first, the way back and whom to call, or None without a plan.

    From the agreed plan; while none is agreed, from what has been written and shared so far.
    """
    access = access_to(viewer, young_person_id, now=now)
    row: Any = db.session.execute(
        select(SafetyPlan, PlanVersion)
        .outerjoin(
            PlanVersion,
            and_(PlanVersion.plan_id == SafetyPlan.id, PlanVersion.state == VersionState.LIVE),
        )
        .where(SafetyPlan.young_person_id == young_person_id)
    ).one_or_none()
    if row is None or not may_open(access):
        return None
    plan, version = row
    shared = shared_sections(queries.list_grants(viewer, young_person_id, now=now))
    if version is not None:
        answers = open_snapshot(version, access, shared).answers
    else:
        answers = [
            SnapshotAnswer(a.question, a.voice, a.content or "", str(a.author_id), None)
            for a in db.session.scalars(select(PlanAnswer).where(PlanAnswer.plan_id == plan.id))
            if a.content and may_read(access, a.question, shared)
        ]
    may_call = access.may(Verb.READ, Object.TRUSTED_PEOPLE)
    return Excerpt(
        plan_id=plan.id,
        try_first=[a for a in answers if a.question == "try_first"],
        ready=[a for a in answers if a.question == "ready"],
        coming_back=[a for a in answers if a.question == "coming_back"],
        people=_people_to_call(young_person_id, now) if may_call else [],
        signs=[a for a in answers if a.question == "signs"],
    )


def _people_to_call(young_person_id: UUID, now: datetime) -> list[PersonToCall]:
    rows = db.session.execute(
        select(Relationship, Person, PersonTerms)
        .join(Person, Person.id == Relationship.person_id)
        .outerjoin(PersonTerms, PersonTerms.relationship_id == Relationship.id)
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind == RelationshipKind.TRUSTED,
            Relationship.consent == Consent.YES,
            is_in_force(Relationship, now),
        )
        .order_by(Relationship.rank, Relationship.starts_at)
    )
    return [
        PersonToCall(
            person.id,
            relationship.id,
            person.name,
            (terms.how_known if terms else None) or "",
            list(terms.may_be_asked) if terms else [],
        )
        for relationship, person, terms in rows
    ]
