"""Saying who may see what and when, taking it back, proposing it, and looking at it again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.audit.actions import record
from engage.db import db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import ShareGrant
from engage.people.rules import SHARING_REVIEW, Level, Purpose
from engage.people.sharing_models import ShareProposal, SharingAgreement
from engage.web.errors import NotFound


def share(
    viewer: Viewer,
    young_person_id: UUID,
    section: str,
    *,
    now: datetime,
    agreed_how: str,
    person_id: UUID | None = None,
    role: str | None = None,
    purpose: Purpose = Purpose.ALWAYS,
    level: Level = Level.VIEW,
    expires_at: datetime | None = None,
) -> ShareGrant:
    """Let one person, or everybody in a role around the young person, see a section: always,
    only while they are away, only while in danger, or (`NEVER`) keep their no.

    It takes the place of what stood for the same part and person. A worker proposes; only the
    young person's own agreement (`agreed_how`) makes it valid.
    """
    require(viewer, Verb.CREATE, Object.SHARING, young_person_id, now=now)
    before = db.session.scalars(
        select(ShareGrant).where(
            ShareGrant.young_person_id == young_person_id,
            ShareGrant.section == section,
            ShareGrant.grantee_id == person_id,
            ShareGrant.grantee_role == role,
            ShareGrant.withdrawn_at.is_(None),
        )
    ).all()
    for earlier in before:
        earlier.withdrawn_at = now
    grant = ShareGrant(
        young_person_id=young_person_id,
        section=section,
        grantee_kind="role" if role else "person",
        grantee_id=person_id,
        grantee_role=role,
        purpose=purpose,
        level=level,
        agreed_by_id=viewer.person_id or young_person_id,
        agreed_at=now,
        agreed_how=agreed_how,
        expires_at=expires_at,
        version=max((earlier.version for earlier in before), default=0) + 1,
    )
    db.session.add(grant)
    db.session.flush()
    verb = "share:refused" if purpose is Purpose.NEVER else "share:agreed"
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind=purpose,
        object_id=grant.id,
        reason=section,
    )
    return grant


def withdraw_share(viewer: Viewer, grant_id: UUID, *, now: datetime) -> None:
    """Stop sharing a section; it holds from the very next request."""
    grant = db.session.get(ShareGrant, grant_id)
    if grant is None:
        raise NotFound("share")
    require(viewer, Verb.REVOKE, Object.SHARING, grant.young_person_id, now=now)
    if grant.withdrawn_at is None:
        grant.withdrawn_at = now
        record(
            "share:withdrawn",
            viewer=viewer,
            now=now,
            subject_id=grant.young_person_id,
            reason=grant.section,
        )


def withdraw_shares_with(
    viewer: Viewer, young_person_id: UUID, person_id: UUID, *, now: datetime
) -> None:
    """Stop sharing anything with this one person."""
    grants = select(ShareGrant.id).where(
        ShareGrant.young_person_id == young_person_id,
        ShareGrant.grantee_id == person_id,
        ShareGrant.withdrawn_at.is_(None),
    )
    for grant_id in db.session.scalars(grants).all():
        withdraw_share(viewer, grant_id, now=now)


def note_agreed(
    viewer: Viewer, young_person_id: UUID, *, agreed_how: str, now: datetime
) -> SharingAgreement:
    """Note that the young person has just said who may see what, or that it is still right.

    They are asked again after 90 days, and after each time away. Source: SAFETY 5.1.
    """
    require(viewer, Verb.CREATE, Object.SHARING, young_person_id, now=now)
    agreement = db.session.scalar(
        select(SharingAgreement).where(SharingAgreement.young_person_id == young_person_id)
    )
    if agreement is None:
        agreement = SharingAgreement(young_person_id=young_person_id)
        db.session.add(agreement)
    agreement.agreed_at, agreement.agreed_how = now, agreed_how
    agreement.review_due_at = now + SHARING_REVIEW
    record("sharing:agreed", viewer=viewer, now=now, subject_id=young_person_id, reason=agreed_how)
    return agreement


def propose_share(
    viewer: Viewer,
    young_person_id: UUID,
    section: str,
    *,
    purpose: Purpose,
    now: datetime,
    person_id: UUID | None = None,
    role: str | None = None,
    why: str = "",
) -> ShareProposal:
    """Ask the young person whether somebody may see a part. It opens nothing by itself.

    Asking the same again changes the question that is open.
    """
    require(viewer, Verb.CREATE, Object.SHARING, young_person_id, now=now)
    assert viewer.person_id is not None
    proposal = db.session.scalar(
        select(ShareProposal).where(
            ShareProposal.young_person_id == young_person_id,
            ShareProposal.section == section,
            ShareProposal.grantee_id == person_id,
            ShareProposal.grantee_role == role,
            ShareProposal.answered_at.is_(None),
        )
    )
    if proposal is None:
        proposal = ShareProposal(
            young_person_id=young_person_id,
            section=section,
            grantee_kind="role" if role else "person",
            grantee_id=person_id,
            grantee_role=role,
        )
        db.session.add(proposal)
    proposal.purpose, proposal.why = purpose, why.strip() or None
    proposal.proposed_by_id, proposal.proposed_at = viewer.person_id, now
    db.session.flush()
    record(
        "share:proposed",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind=purpose,
        object_id=proposal.id,
        reason=section,
    )
    return proposal


def answer_proposal(
    viewer: Viewer, proposal_id: UUID, *, accepted: bool, now: datetime, in_person: bool = False
) -> ShareProposal | None:
    """Keep the young person's yes or no to a worker's question; None when it was answered before.

    Theirs alone, on their own phone or (`in_person`) on their worker's screen. The caller makes
    the share that a yes stands for.
    """
    proposal = db.session.get(ShareProposal, proposal_id)
    if proposal is None or not (in_person or viewer.person_id == proposal.young_person_id):
        raise NotFound("proposal")
    require(viewer, Verb.CREATE, Object.SHARING, proposal.young_person_id, now=now)
    if proposal.answered_at is not None:
        return None
    proposal.answered_at, proposal.accepted = now, accepted
    record(
        "share:proposal_accepted" if accepted else "share:proposal_refused",
        viewer=viewer,
        now=now,
        subject_id=proposal.young_person_id,
        object_id=proposal.id,
        reason=proposal.section,
    )
    return proposal
