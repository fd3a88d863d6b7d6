"""Noting which texts somebody agreed to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.audit.actions import record
from engage.db import db
from engage.messaging.consent_models import Purpose, TextConsent
from engage.people.viewer import Viewer


def note_consent(
    viewer: Viewer,
    person_id: UUID,
    purpose: Purpose,
    *,
    says_yes: bool,
    detail: str = "",
    now: datetime,
) -> bool:
    """Add a line to what this person agreed to; False when the last line says the same."""
    last = db.session.scalars(
        select(TextConsent)
        .where(TextConsent.person_id == person_id, TextConsent.purpose == purpose)
        .order_by(TextConsent.at.desc(), TextConsent.id.desc())
        .limit(1)
    ).first()
    if last is not None and (last.says_yes, last.detail) == (says_yes, detail):
        return False
    line = TextConsent(
        person_id=person_id,
        purpose=purpose,
        says_yes=says_yes,
        detail=detail,
        noted_by_id=viewer.person_id,
        at=now,
    )
    db.session.add(line)
    db.session.flush()
    record(
        "text_consent:noted",
        viewer=viewer,
        now=now,
        subject_id=person_id,
        object_kind="text_consent",
        object_id=line.id,
        reason=f"{purpose}:{'yes' if says_yes else 'no'}",
    )
    return True
