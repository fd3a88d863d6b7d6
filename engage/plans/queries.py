"""What may be read of a plan, by whom, and which plans wait for somebody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, func, select

from engage.agreed.models import AgreedTime
from engage.agreed.reading import said_last
from engage.db import db
from engage.people.access import Viewer, access_to, is_in_force
from engage.people.models import Organisation, Person, Relationship, ShareGrant
from engage.people.sharing_queries import list_choices
from engage.plans.models import (
    AnswerState,
    PersonTerms,
    PlanAgreement,
    PlanAnswer,
    PlanDraft,
    PlanOpinion,
    PlanReview,
    PlanVersion,
    SafetyPlan,
    VersionState,
    Voice,
)
from engage.plans.page import ADULTS, NAMED, NamedPerson, PlanPage, may_open
from engage.plans.photo_models import PlanPhoto
from engage.plans.reading import Snapshot, open_snapshot, shared_sections
from engage.plans.rules import DRAFT_KEPT, DUE_WITHIN, REVIEW_EVERY, PlanState, plan_state_of
from engage.policy import queries as policy
from engage.questions.queries import asked_in_plan
from engage.web.errors import NotFound


def get_page(viewer: Viewer, plan_id: UUID, *, now: datetime, history: bool = False) -> PlanPage:
    """Return a plan as this viewer may see it, or raise NotFound.

    `history` adds every version; without it only those in force or waiting. Six statements.
    """
    plan, young_person, review, versions, agreements, photos = _plan_rows(plan_id, history)
    access = access_to(viewer, plan.young_person_id, now=now)
    if not may_open(access):
        raise NotFound("plan")
    answers = list(db.session.scalars(select(PlanAnswer).where(PlanAnswer.plan_id == plan_id)))
    written = [a.question for a in answers if a.state == AnswerState.ANSWERED]
    questions, newest = asked_in_plan(
        viewer, young_person.organisation_id, plan.question_set, written
    )
    choices = list_choices(viewer, plan.young_person_id, now=now)
    return PlanPage(
        viewer=viewer,
        access=access,
        plan=plan,
        young_person=young_person,
        questions=questions,
        newest_questions=newest,
        answers=answers,
        around=list_around(viewer, plan.young_person_id, now=now),
        grants=[grant for grant, is_open_now in choices if is_open_now],
        choices=[grant for grant, _ in choices],
        versions=versions,
        agreements=agreements,
        latest_review=review,
        photos=photos,
    )


# Who it is about, what it says, and how many photos there are: agreed to, and waiting.
_Rows = tuple[
    SafetyPlan,
    Person,
    PlanReview | None,
    list[PlanVersion],
    list[PlanAgreement],
    tuple[int, int],
]


def _plan_rows(plan_id: UUID, history: bool) -> _Rows:
    on = PlanVersion.plan_id == SafetyPlan.id
    latest = (
        select(PlanReview.id)
        .where(PlanReview.plan_id == plan_id)
        .order_by(PlanReview.reviewed_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    if not history:
        current = (VersionState.LIVE, VersionState.SHARED, VersionState.DECLINED)
        on = and_(on, PlanVersion.state.in_(current))
    rows = db.session.execute(
        select(SafetyPlan, Person, PlanReview, PlanVersion, PlanAgreement, *_photo_counts())
        .join(Person, Person.id == SafetyPlan.young_person_id)
        .outerjoin(PlanReview, PlanReview.id == latest)
        .outerjoin(PlanVersion, on)
        .outerjoin(PlanAgreement, PlanAgreement.version_id == PlanVersion.id)
        .where(SafetyPlan.id == plan_id)
        .order_by(PlanVersion.number)
    ).all()
    if not rows:
        raise NotFound("plan")
    plan, young_person, review, *_ = rows[0]
    versions = list(dict.fromkeys(row[3] for row in rows if row[3] is not None))
    agreements = [row[4] for row in rows if row[4] is not None]
    return plan, young_person, review, versions, agreements, (rows[0][5], rows[0][6])


def _photo_counts() -> list[ScalarSelect[int]]:
    count = select(func.count(PlanPhoto.id)).where(
        PlanPhoto.young_person_id == SafetyPlan.young_person_id
    )
    # Both by a partial index each; a count without a condition would read every photo there is.
    agreed = count.where(PlanPhoto.agreed_at.is_not(None))
    waiting = count.where(PlanPhoto.agreed_at.is_(None))
    return [agreed.scalar_subquery(), waiting.scalar_subquery()]


def list_around(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[NamedPerson]:
    """List the carers, workers, trusted and check-in people of a young person now.

    For callers that have asked the access function; names are shown by what it answered.
    """
    rows = db.session.execute(
        select(Relationship, Person, PersonTerms, AgreedTime)
        .join(Person, Person.id == Relationship.person_id)
        .outerjoin(PersonTerms, PersonTerms.relationship_id == Relationship.id)
        .outerjoin(AgreedTime, AgreedTime.id == said_last(Relationship.id))
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind.in_((*NAMED, *ADULTS)),
            is_in_force(Relationship, now),
        )
        .order_by(Relationship.rank, Relationship.starts_at)
    )
    return [NamedPerson(*row) for row in rows]


def list_grants(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[ShareGrant]:
    """List the lines of the sharing agreement that are open now."""
    choices = list_choices(viewer, young_person_id, now=now)
    return [grant for grant, is_open_now in choices if is_open_now]


def find_plan(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> SafetyPlan | None:
    """Return the young person's plan if this viewer may open it; None when there is none.

    Raises NotFound when the young person is not this viewer's to see.
    """
    access = access_to(viewer, young_person_id, now=now)
    if not may_open(access):
        raise NotFound("plan")
    return db.session.scalar(
        select(SafetyPlan).where(SafetyPlan.young_person_id == young_person_id)
    )


def list_opinions(viewer: Viewer, answers: Iterable[PlanAnswer]) -> dict[UUID, list[PlanOpinion]]:
    """Map each of these answers, which the caller may read, to what people think of it now."""
    revisions = {answer.id: answer.revision for answer in answers}
    found: dict[UUID, list[PlanOpinion]] = {}
    if not revisions:
        return found
    for opinion in db.session.scalars(
        select(PlanOpinion)
        .where(PlanOpinion.answer_id.in_(revisions))
        .order_by(PlanOpinion.said_at)
    ):
        if opinion.on_revision == revisions[opinion.answer_id]:
            found.setdefault(opinion.answer_id, []).append(opinion)
    return found


def find_draft(
    viewer: Viewer, plan_id: UUID, question: str, voice: Voice, *, now: datetime
) -> PlanDraft | None:
    """Return what this viewer was typing when their sign-in ended, for a day."""
    return db.session.scalar(
        select(PlanDraft).where(
            PlanDraft.plan_id == plan_id,
            PlanDraft.person_id == viewer.person_id,
            PlanDraft.question == question,
            PlanDraft.voice == voice,
            PlanDraft.saved_at > now - DRAFT_KEPT,
        )
    )


@dataclass(frozen=True)
class LivePlan:
    """The agreed plan as one viewer may read it."""

    plan: SafetyPlan
    version: PlanVersion
    snapshot: Snapshot


def find_live_plan(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> LivePlan | None:
    """Return the agreed plan, with the parts shared with this viewer, or None."""
    access = access_to(viewer, young_person_id, now=now)
    if not may_open(access):
        return None
    row = db.session.execute(
        select(SafetyPlan, PlanVersion)
        .join(PlanVersion, PlanVersion.plan_id == SafetyPlan.id)
        .where(
            SafetyPlan.young_person_id == young_person_id, PlanVersion.state == VersionState.LIVE
        )
    ).one_or_none()
    if row is None:
        return None
    shared = shared_sections(list_grants(viewer, young_person_id, now=now))
    return LivePlan(row[0], row[1], open_snapshot(row[1], access, shared))


def plan_state(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> PlanState | None:
    """Return how far the young person's plan is, or None when there is none to see."""
    access = access_to(viewer, young_person_id, now=now)
    if not may_open(access):
        return None
    rows = db.session.execute(
        select(SafetyPlan.changed_at, PlanVersion.state, PlanVersion.made_at)
        .outerjoin(PlanVersion, PlanVersion.plan_id == SafetyPlan.id)
        .where(SafetyPlan.young_person_id == young_person_id)
        .order_by(PlanVersion.number)
    ).all()
    if not rows:
        return None
    return plan_state_of(rows[0][0], [(row[1], row[2]) for row in rows if row[1]])


def emergency_number(viewer: Viewer, young_person_id: UUID) -> str:
    """Return the number to call in danger where this young person lives; empty if unknown."""
    try:
        return policy.emergency_number(_policy_name(young_person_id))
    except policy.BadPack:
        return ""


def _policy_name(young_person_id: UUID) -> str:
    found = db.session.scalar(
        select(Organisation.policy)
        .join(Person, Person.organisation_id == Organisation.id)
        .where(Person.id == young_person_id)
    )
    return found or ""


@dataclass(frozen=True)
class PlanTimes:
    """How long a plan may take and how often it is read again, where this young person lives."""

    due_within: timedelta
    review_every: timedelta


def plan_times(viewer: Viewer, young_person_id: UUID) -> PlanTimes:
    """Return the plan's clocks from the organisation's policy pack, or our defaults."""
    name = _policy_name(young_person_id)
    return clocks_of(viewer, name or "")


def clocks_of(viewer: Viewer, policy_name: str) -> PlanTimes:
    """Return the plan's clocks from a policy pack, or our defaults where it says nothing."""
    found = {"plan_due": DUE_WITHIN, "plan_review": REVIEW_EVERY}
    for clock in found:
        try:
            found[clock] = policy.pack(policy_name).strictest(clock).duration
        except (KeyError, policy.BadPack):
            continue
    return PlanTimes(found["plan_due"], found["plan_review"])
