"""Putting a plan to everybody, agreeing, saying no, and the worker's reading of it."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from engage.agreed.plan_actions import agree_with_plan
from engage.audit import actions as audit
from engage.db import db
from engage.people.access import Viewer
from engage.people.queries import current_placement
from engage.plans import queries
from engage.plans.models import (
    PlanAgreement,
    PlanReview,
    PlanVersion,
    ReviewOutcome,
    ReviewReason,
    SafetyPlan,
    Says,
    VersionState,
    Voice,
)
from engage.plans.page import NAMED, PlanPage, said_by_voice
from engage.plans.rules import is_agreed, offer_again_on, review_due_at
from engage.plans.turns import open_turn
from engage.questions.answer_rules import clean
from engage.web.errors import Changed, NotFound


class NotYet(StrEnum):
    """Why a plan cannot be put to everybody yet."""

    NOTHING_WRITTEN = "nothing_written"
    NOBODY_READS = "nobody_reads"


class CannotShare(Exception):
    """The plan cannot be put to everybody yet; `reason` says why."""

    def __init__(self, reason: NotYet):
        super().__init__(reason)
        self.reason = reason


def share_for_agreement(viewer: Viewer, plan_id: UUID, *, now: datetime) -> PlanVersion:
    """Put the plan as it stands to everybody, with the sharer's own yes.

    Replaces a version that still waits. Raises CannotShare when there is nothing to read or
    nobody who may read it.
    """
    page = open_turn(viewer, plan_id, now=now)
    if page.voice is None:
        raise NotFound("plan")
    if not any(answer.content for answer in page.answers):
        raise CannotShare(NotYet.NOTHING_WRITTEN)
    roles = {g.grantee_role for g in page.grants if g.section in page.text_questions}
    if not {"carer", "social_worker"} <= roles:
        raise CannotShare(NotYet.NOBODY_READS)
    waiting = page.shared
    if waiting is not None:
        waiting.state = VersionState.REPLACED
        waiting.ended_at = now
        db.session.flush()
    version = _make_version(page, VersionState.SHARED, viewer, now)
    _record("plan:shared", viewer, page.plan, now=now, object_id=version.id)
    _say(page, version, viewer, Says.YES, "", now=now)
    return version


def agree(viewer: Viewer, plan_id: UUID, number: int, *, now: datetime) -> bool:
    """Agree to the version that waits; return whether it is now in use.

    It comes into use with the yes of all three: young person, carer and worker.
    """
    page, version = _waiting(viewer, plan_id, number, now)
    return _say(page, version, viewer, Says.YES, "", now=now)


def say_no(viewer: Viewer, plan_id: UUID, number: int, *, reason: str, now: datetime) -> None:
    """Say no to the version that waits.

    The young person's no ends it, without blame: it is offered again on a later day. A carer's
    or worker's no is written beside the plan, for the three to talk about.
    """
    page, version = _waiting(viewer, plan_id, number, now)
    _say(page, version, viewer, Says.NO, reason, now=now)
    if page.voice is Voice.YOUNG_PERSON:
        _decline(page, version, now)


def record_refusal(viewer: Viewer, plan_id: UUID, *, reason: str, now: datetime) -> None:
    """Write down, kindly, that the young person does not want a plan now, as they said aloud."""
    page = open_turn(viewer, plan_id, now=now)
    if page.voice is not Voice.WORKER:
        raise NotFound("plan")
    version = page.shared or _make_version(page, VersionState.DECLINED, viewer, now)
    said = PlanAgreement(
        version_id=version.id,
        person_id=page.plan.young_person_id,
        voice=Voice.YOUNG_PERSON,
        says=Says.NO,
        reason=clean(reason) or None,
        recorded_by_id=viewer.person_id,
        said_at=now,
    )
    db.session.execute(
        delete(PlanAgreement).where(
            PlanAgreement.version_id == version.id,
            PlanAgreement.person_id == page.plan.young_person_id,
        )
    )
    db.session.add(said)
    _decline(page, version, now)
    _record("plan:refusal_recorded", viewer, page.plan, now=now, object_id=version.id)


def review_plan(
    viewer: Viewer,
    plan_id: UUID,
    *,
    outcome: ReviewOutcome,
    comment: str,
    carer_comment: str = "",
    now: datetime,
) -> PlanReview:
    """Keep what a worker decided after reading the plan; the comment is for the young person,
    `carer_comment` for the carer, and both of them read both. Agreeing is also the worker's yes
    to a version that waits for it.
    """
    page = open_turn(viewer, plan_id, now=now)
    if not page.may_review:
        raise NotFound("plan")
    waiting = page.shared
    version = waiting or page.live
    review = PlanReview(
        plan_id=plan_id,
        version_id=version.id if version else None,
        reviewer_id=viewer.person_id,
        outcome=outcome,
        comment=clean(comment) or None,
        carer_comment=clean(carer_comment) or None,
        reviewed_at=now,
    )
    db.session.add(review)
    _record(f"plan_review:{outcome}", viewer, page.plan, now=now, object_id=review.id)
    if outcome is ReviewOutcome.AGREED:
        if waiting is not None and page.voice is Voice.WORKER:
            _say(page, waiting, viewer, Says.YES, "", now=now)
        if page.live is not None:
            _set_review(page.plan, viewer, now)
    return review


def ask_for_review(
    viewer: Viewer, young_person_id: UUID, *, reason: ReviewReason, now: datetime
) -> None:
    """Make the plan due for review now: after an episode, a move, or a change in the trio."""
    plan = db.session.scalar(
        select(SafetyPlan).where(SafetyPlan.young_person_id == young_person_id)
    )
    if plan is None:
        return
    if plan.review_due_at is None or plan.review_due_at > now:
        plan.review_due_at = now
        plan.review_reason = reason
    _record("plan:review_asked", viewer, plan, now=now, reason=reason)


def _waiting(
    viewer: Viewer, plan_id: UUID, number: int, now: datetime
) -> tuple[PlanPage, PlanVersion]:
    page = open_turn(viewer, plan_id, now=now)
    if page.voice is None:
        raise NotFound("plan")
    version = page.shared
    if version is None or version.number != number:
        raise Changed("Another version waits, or none.")
    return page, version


def _say(
    page: PlanPage, version: PlanVersion, viewer: Viewer, says: Says, reason: str, *, now: datetime
) -> bool:
    said = next(
        (
            a
            for a in page.agreements
            if a.version_id == version.id and a.person_id == viewer.person_id
        ),
        None,
    )
    if said is None:
        said = PlanAgreement(
            version_id=version.id, person_id=viewer.person_id, voice=page.voice, says=says
        )
        db.session.add(said)
        page.agreements.append(said)
    said.says = says
    said.reason = clean(reason) or None
    said.said_at = now
    if says is Says.YES and page.voice is Voice.WORKER:
        agree_with_plan(viewer, page.plan.young_person_id, until=version.made_at, now=now)
    verb = "plan:agreed" if says is Says.YES else "plan:refused"
    _record(verb, viewer, page.plan, now=now, object_id=version.id)
    if not is_agreed(said_by_voice(page.agreements, version.id)):
        return False
    _bring_into_use(page, version, viewer, now)
    return True


def _bring_into_use(page: PlanPage, version: PlanVersion, viewer: Viewer, now: datetime) -> None:
    before = page.live
    if before is not None:
        before.state = VersionState.REPLACED
        before.ended_at = now
        db.session.flush()
    version.state = VersionState.LIVE
    version.live_at = now
    page.plan.due_at = None
    page.plan.offer_again_on = None
    _set_review(page.plan, viewer, now)
    _record("plan:came_into_use", viewer, page.plan, now=now, object_id=version.id)


def _decline(page: PlanPage, version: PlanVersion, now: datetime) -> None:
    version.state = VersionState.DECLINED
    version.ended_at = now
    page.plan.due_at = None
    page.plan.offer_again_on = offer_again_on(now.date())


def _set_review(plan: SafetyPlan, viewer: Viewer, now: datetime) -> None:
    placement = current_placement(viewer, plan.young_person_id, now=now)
    plan.placement_id = placement.id if placement else None
    times = queries.plan_times(viewer, plan.young_person_id)
    plan.review_due_at = review_due_at(now, times.review_every)
    plan.review_reason = ReviewReason.TIME


def _make_version(
    page: PlanPage, state: VersionState, viewer: Viewer, now: datetime
) -> PlanVersion:
    last = db.session.scalar(
        select(func.max(PlanVersion.number)).where(PlanVersion.plan_id == page.plan.id)
    )
    version = PlanVersion(
        plan_id=page.plan.id,
        number=(last or 0) + 1,
        state=state,
        snapshot=json.dumps(_content(page), ensure_ascii=False),
        made_by_id=viewer.person_id,
        made_at=now,
    )
    db.session.add(version)
    db.session.flush()
    page.versions.append(version)
    return version


def _content(page: PlanPage) -> dict[str, Any]:
    answers = [
        {
            "question": answer.question,
            "voice": answer.voice,
            "text": answer.content,
            "author_id": str(answer.author_id),
            "typed_by_id": str(answer.typed_by_id) if answer.typed_by_id else None,
        }
        for question in page.questions.questions
        for answer in page.answers
        if answer.question == question.id and answer.content
    ]
    people = [
        {
            "name": named.person.name,
            "kind": named.relationship.kind,
            "rank": named.relationship.rank,
            "how_known": (named.terms.how_known if named.terms else None) or "",
        }
        for kind in NAMED
        for named in page.named(kind)
    ]
    return {"question_set": page.questions.version, "answers": answers, "people": people}


def _record(
    verb: str,
    viewer: Viewer,
    plan: SafetyPlan,
    *,
    now: datetime,
    object_id: UUID | None = None,
    reason: str | None = None,
) -> None:
    audit.record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=plan.young_person_id,
        object_kind="plan",
        object_id=object_id or plan.id,
        reason=reason,
    )
