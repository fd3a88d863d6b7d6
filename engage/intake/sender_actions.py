"""Programs that may send referrals: a token each, of which only the digest is kept."""

import secrets
from datetime import datetime
from uuid import UUID

from engage.audit.actions import record
from engage.audit.models import Actor
from engage.db import db
from engage.intake.arriving import sender_digest
from engage.intake.models import ReferralSender
from engage.intake.rules import Referrer
from engage.web.errors import NotFound


def add_sender(
    viewer: Actor, organisation_id: UUID, name: str, source: Referrer, *, now: datetime
) -> tuple[ReferralSender, str]:
    """Let a program send referrals; return it with its token, which is shown this once."""
    token = secrets.token_urlsafe(32)
    sender = ReferralSender(
        organisation_id=organisation_id, name=name, source=source,
        token_digest=sender_digest(token), made_at=now,
    )  # fmt: skip
    db.session.add(sender)
    db.session.flush()
    record("referral_sender:added", viewer=viewer, now=now, object_kind="referral_sender",
           object_id=sender.id)  # fmt: skip
    return sender, token


def revoke_sender(viewer: Actor, sender_id: UUID, *, now: datetime) -> None:
    """Let a program send no more, at once. Twice changes nothing. Raises NotFound."""
    sender = db.session.get(ReferralSender, sender_id)
    if sender is None:
        raise NotFound("sender")
    if sender.revoked_at is None:
        sender.revoked_at = now
        record("referral_sender:revoked", viewer=viewer, now=now, object_kind="referral_sender",
               object_id=sender.id)  # fmt: skip
