"""What was decided in a worry: kept with a name and a time, and what of it counts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from engage.audit.actions import record
from engage.db import db
from engage.people.access import Viewer
from engage.worries.models import Reached, Worry, WorryAnswer, WorryDecision
from engage.worries.rules import WorryState


def decide(
    viewer: Viewer,
    worry: Worry,
    state: WorryState,
    reason: str,
    *,
    now: datetime,
    at: datetime | None = None,
    key: str = "",
    look_at: datetime | None = None,
) -> None:
    """Let a decision count: it stands on the worry, and is kept with who and when.

    `at`: when it was made, if a phone kept it; `look_at`: when somebody looks again. For callers
    that hold the worry and asked the access function.
    """
    at = at or now
    worry.state, worry.reason = state, reason or None
    worry.decided_by_id, worry.decided_at = viewer.person_id, at
    _add(viewer, worry, state, reason, at=at, look_at=look_at, key=key, counts=True, now=now)


def keep_beside(
    viewer: Viewer,
    worry: Worry,
    state: WorryState,
    reason: str,
    *,
    at: datetime,
    look_at: datetime | None,
    key: str,
    now: datetime,
) -> None:
    """Keep a decision that others were faster than: it can be read, and changes nothing."""
    _add(viewer, worry, state, reason, at=at, look_at=look_at, key=key, counts=False, now=now)


def was_decided(worry_id: UUID, key: str) -> bool:
    """Say whether a decision with this key came before."""
    found = select(WorryDecision.id).where(
        WorryDecision.worry_id == worry_id, WorryDecision.key == key
    )
    return db.session.scalar(found) is not None


def others_said_since(worry_id: UUID, person_id: UUID | None, at: datetime) -> bool:
    """Say whether anybody else answered something, or reached somebody, after this moment."""
    said = select(WorryAnswer.id).where(
        WorryAnswer.worry_id == worry_id, WorryAnswer.given_at > at, WorryAnswer.by_id != person_id
    )
    tried = select(Reached.id).where(
        Reached.worry_id == worry_id, Reached.at > at, Reached.by_id != person_id
    )
    return any(db.session.scalar(found.limit(1)) is not None for found in (said, tried))


def _add(
    viewer: Viewer,
    worry: Worry,
    state: WorryState,
    reason: str,
    *,
    at: datetime,
    look_at: datetime | None,
    key: str,
    counts: bool,
    now: datetime,
) -> None:
    if viewer.person_id is not None:
        db.session.add(
            WorryDecision(
                worry_id=worry.id, state=state, reason=reason or None, look_again_at=look_at,
                by_id=viewer.person_id, at=min(at, now), recorded_at=now, counts=counts,
                key=key or str(uuid4()),
            )
        )  # fmt: skip
    record(
        f"worry:decided_{state}" if counts else "worry:decision_kept_beside",
        viewer=viewer,
        now=now,
        subject_id=worry.young_person_id,
        object_kind="worry",
        object_id=worry.id,
    )
