"""The clocks of episodes: amber, red, and somebody hears of each once."""

from datetime import datetime

from sqlalchemy import select

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.audit.actions import record
from engage.db import Due, db
from engage.episodes.models import Episode, EpisodeClock
from engage.episodes.rules import Stage, look
from engage.people.viewer import SYSTEM

# These ask somebody to look; all others are owed to somebody outside.
LOOKS = frozenset({"recheck", "danger_check", "search_efforts"})
_DUE = Due(EpisodeClock, EpisodeClock.next_look_at)


def sweep(*, now: datetime, address: str, limit: int = 500) -> int:
    """Turn clocks that have run far enough amber or red; return how many.

    Each stage is told of once, under a key of its own: amber when something outside is due
    soon, red when it is due; what only asks somebody to look is told of when it is due. The
    alert then climbs until somebody has it. The caller commits, and calls again while there
    were any. `address` is our public address.
    """
    due = _DUE.take(now=now, limit=limit)
    if not due:
        return 0
    episodes = {
        each.id: each
        for each in db.session.scalars(
            select(Episode).where(Episode.id.in_({clock.episode_id for clock in due}))
        )
    }
    for clock in due:
        _turn(clock, episodes[clock.episode_id], now, address)
    db.session.flush()
    return len(due)


def _turn(clock: EpisodeClock, episode: Episode, now: datetime, address: str) -> None:
    seen = look(clock.started_at, clock.due_at, now)
    clock.stage, clock.next_look_at = seen.stage, seen.next_look_at
    if seen.stage == Stage.RUNNING or (clock.name in LOOKS and seen.stage == Stage.AMBER):
        return
    record(
        f"episode:clock_{seen.stage}",
        viewer=SYSTEM,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="episode",
        object_id=episode.id,
        reason=clock.name,
    )
    raise_alert(
        AlertKind.LOOK_AGAIN if clock.name in LOOKS else AlertKind.DUE,
        organisation_id=episode.organisation_id,
        young_person_id=episode.young_person_id,
        dedupe_key=f"clock:{clock.id}:{seen.stage}",
        address=address,
        now=now,
        about_kind="episode",
        about_id=episode.id,
    )
