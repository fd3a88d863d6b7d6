"""The notices of an episode, for callers that asked the access function."""

from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import STILL_OPEN
from engage.policy.notice_rules import TOLD, Notice, notice_from
from engage.policy.queries import pack


def kept_notices(episode: Episode) -> list[Notice]:
    """Return the notices of the rules this episode began with.

    One that began before these were kept takes them from its pack as it is today.
    """
    if episode.notices is None:
        return [each for name in episode.packs for each in pack(name).notices]
    return [notice_from(each) for each in episode.notices]


def notices_of(episode_id: UUID) -> list[EpisodeNotice]:
    """Return the notices of an episode, those of the missing first.

    For callers that asked the access function.
    """
    found = db.session.scalars(select(EpisodeNotice).where(EpisodeNotice.episode_id == episode_id))
    return sorted(found, key=lambda each: (each.phase, TOLD.index(each.to)))


def clocks_with_open_notices(episode_id: UUID) -> frozenset[str]:
    """Return the clocks that only evidence ends: somebody on their lists has not been told."""
    return frozenset(
        db.session.scalars(
            select(EpisodeNotice.clock).where(
                EpisodeNotice.episode_id == episode_id, EpisodeNotice.state.in_(STILL_OPEN)
            )
        )
    )
