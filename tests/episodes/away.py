"""Somebody away: opening and changing an episode, and what it shows."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind
from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes import actions
from engage.episodes.models import Episode, EpisodeClock
from engage.episodes.reading import OPEN_STAGES
from engage.episodes.rules import (
    EpisodeState,
    Event,
    Source,
)
from engage.episodes.sweep_actions import sweep
from engage.people.access import SYSTEM, Viewer
from engage.people.models import Organisation
from engage.people.queries import viewer_of
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS

HOUR = timedelta(hours=1)
S = EpisodeState


def seen_as(person_id: UUID, now: datetime = NOW) -> Viewer:
    viewer = viewer_of(SYSTEM, person_id, now=now)
    assert viewer is not None
    return viewer


def opened(
    cast: Cast,
    state: EpisodeState = S.MISSING,
    *,
    policy: str = "missouri",
    by: UUID | None = None,
    now: datetime = NOW,
    facts: tuple[str, ...] = (),
    times: dict[Event, datetime] | None = None,
) -> Episode:
    db.session.get_one(Organisation, cast.organisation).policy = policy
    episode = actions.open_episode(
        seen_as(by or cast.sam, now),
        cast.maya,
        state=state,
        source=Source.WORKER,
        address=ADDRESS,
        now=now,
        facts=facts,
        times=times,
    )
    db.session.commit()
    return episode


def become(
    cast: Cast, episode: Episode, state: EpisodeState, now: datetime = NOW, by: UUID | None = None
) -> None:
    actions.change_state(
        seen_as(by or cast.sam, now),
        episode.id,
        state,
        source=Source.WORKER,
        address=ADDRESS,
        now=now,
    )
    db.session.commit()


def clocks(episode: Episode) -> dict[str, EpisodeClock]:
    db.session.expire_all()
    rows = db.session.scalars(
        select(EpisodeClock)
        .where(EpisodeClock.episode_id == episode.id)
        .order_by(EpisodeClock.round)
    )
    return {each.name: each for each in rows}


def due_in(episode: Episode) -> dict[str, timedelta]:
    return {
        name: clock.due_at - NOW
        for name, clock in clocks(episode).items()
        if clock.stage in OPEN_STAGES
    }


def swept(now: datetime) -> int:
    done = sweep(now=now, address=ADDRESS)
    db.session.commit()
    return done


def alerts(kind: AlertKind) -> int:
    return db.session.scalar(select(func.count()).where(Alert.kind == kind)) or 0


def verbs() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.like("episode%"))))
