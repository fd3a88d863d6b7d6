"""Efforts begin when somebody is missing, and somebody hears of each that is due."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, or_, select

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.audit.actions import record
from engage.db import Due, db
from engage.efforts.actions import start_efforts
from engage.efforts.models import Effort, Need
from engage.efforts.return_actions import begin_needs
from engage.efforts.rules import REMIND
from engage.episodes.models import Episode
from engage.episodes.rules import MISSING_FROM_CARE
from engage.people.viewer import SYSTEM

_DUE = Due(Effort, Effort.next_look_at)
_LACKING = select(Episode).where(
    Episode.state.in_(MISSING_FROM_CARE),
    or_(
        ~exists().where(Effort.episode_id == Episode.id),
        ~exists().where(Need.episode_id == Episode.id),
    ),
)


def begin_lacking(*, now: datetime, limit: int = 500) -> int:
    """Begin the efforts of those who are missing and have none, and lay out what must be ready;
    return for how many.

    The caller commits, and calls again while there were any.
    """
    lacking = db.session.scalars(_LACKING.order_by(Episode.id).limit(limit)).all()
    for episode in lacking:
        start_efforts(episode, now=now)
        begin_needs(episode, now=now)
    return len(lacking)


def sweep(*, now: datetime, address: str, limit: int = 500) -> int:
    """Tell the chain of efforts that are due; return how many were looked at.

    Once a day for each episode while any is undone, however many are; the alert then climbs
    until somebody has it. What belongs to an episode that is over is not looked at again. The
    caller commits, and calls again while there were any. `address` is our public address.
    """
    due = _DUE.take(now=now, limit=limit)
    if not due:
        return 0
    episodes = {
        each.id: each
        for each in db.session.scalars(
            select(Episode).where(Episode.id.in_({effort.episode_id for effort in due}))
        )
    }
    for effort in due:
        is_over = episodes[effort.episode_id].state not in MISSING_FROM_CARE
        effort.next_look_at = None if is_over else now + REMIND
        if is_over:
            effort.ended_at = now
    db.session.flush()
    waiting = {effort.episode_id for effort in due if effort.ended_at is None}
    _tell((episodes[each] for each in sorted(waiting, key=str)), address, now)
    return len(due)


def _tell(episodes: Iterable[Episode], address: str, now: datetime) -> None:
    for episode in episodes:
        record(
            "effort:due",
            viewer=SYSTEM,
            now=now,
            subject_id=episode.young_person_id,
            object_kind="episode",
            object_id=episode.id,
        )
        raise_alert(
            AlertKind.LOOK_AGAIN,
            organisation_id=episode.organisation_id,
            young_person_id=episode.young_person_id,
            dedupe_key=f"efforts:{episode.id}:{now:%Y%m%d}",
            address=address,
            now=now,
            about_kind="episode",
            about_id=episode.id,
        )
