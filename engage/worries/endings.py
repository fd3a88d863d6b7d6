"""A worry ends with its episode, wherever somebody ended that."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select

from engage.audit.actions import record
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import STILL_OUT
from engage.people.viewer import SYSTEM
from engage.worries.models import Worry
from engage.worries.rules import OPEN_STATES, WorryState


def find_running(young_person_id: UUID) -> Worry | None:
    """Return the worry that everybody around a young person shares now; None: there is none.

    One that led to missing runs on while they are away. For callers that asked the access
    function.
    """
    return db.session.scalar(
        select(Worry)
        .join(Episode, Episode.id == Worry.episode_id)
        .where(
            Worry.young_person_id == young_person_id,
            Episode.state.in_(STILL_OUT),
            or_(
                Worry.state.in_(OPEN_STATES),
                and_(Worry.state == WorryState.MISSING, Episode.was_missing.is_(True)),
            ),
        )
        .order_by(Worry.opened_at.desc())
        .limit(1)
    )


def settle(young_person_id: UUID | None = None, *, now: datetime) -> int:
    """End the open worries whose episode is over; return how many there were.

    About one young person, or about everybody. Whoever ended the episode said why, and it
    stands there with their name.
    """
    over = (
        select(Worry)
        .join(Episode, Episode.id == Worry.episode_id)
        .where(Worry.state.in_(OPEN_STATES), Episode.state.not_in(STILL_OUT))
    )
    if young_person_id is not None:
        over = over.where(Worry.young_person_id == young_person_id)
    found: Sequence[Worry] = db.session.scalars(over.limit(200)).all()
    for worry in found:
        worry.state, worry.decided_at, worry.look_again_at = WorryState.BACK, now, None
        record(
            "worry:ended_with_episode",
            viewer=SYSTEM,
            now=now,
            subject_id=worry.young_person_id,
            object_kind="worry",
            object_id=worry.id,
        )
    if found:
        db.session.flush()
    return len(found)
