"""Forgetting what need not be kept: a batch at a time, so that nobody waits for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select

from engage.db import db
from engage.messaging.actions import forget_bodies
from engage.people.models import LoginSession, SignInCode
from engage.plans.models import PlanDraft
from engage.plans.rules import DRAFT_KEPT

BATCH = 500
# Source: SAFETY 10 (sessions, drafts, tries of codes: at most a day).
KEPT_A_DAY = timedelta(hours=24)


def end_sessions(*, now: datetime) -> int:
    """Delete sign-ins that ended a day ago, with what they held; return how many."""
    table = LoginSession
    old = or_(table.expires_at < now - KEPT_A_DAY, table.revoked_at < now - KEPT_A_DAY)
    return _delete(table, old)


def drop_codes(*, now: datetime) -> int:
    """Delete sign-in codes that ran out a day ago; return how many."""
    return _delete(SignInCode, SignInCode.expires_at < now - KEPT_A_DAY)


def drop_drafts(*, now: datetime) -> int:
    """Delete what people were typing more than a day ago; return how many."""
    return _delete(PlanDraft, PlanDraft.saved_at < now - DRAFT_KEPT)


def _delete(table: Any, old: Any) -> int:
    batch = select(table.id).where(old).limit(BATCH)
    done = db.session.execute(delete(table).where(table.id.in_(batch)))
    count: int = done.rowcount  # type: ignore[attr-defined]
    return count


STEPS: dict[str, Callable[..., int]] = {
    "words of texts older than 90 days": forget_bodies,
    "sign-ins": end_sessions,
    "sign-in codes": drop_codes,
    "drafts": drop_drafts,
}
