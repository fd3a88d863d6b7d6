"""What is so about a young person because of an episode, and is over with it."""

from datetime import datetime

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.people.sharing_models import Circumstance
from engage.people.viewer import SYSTEM
from engage.sharing import circumstance_actions as circumstances


def end_facts(episode: Episode, *, now: datetime) -> None:
    """End what was noted of this episode alone: nobody was missing, so nothing stays open by it.

    Danger that was noted at home, of no episode, is over only when somebody says so.
    """
    kinds = db.session.scalars(
        select(Circumstance.kind).where(
            Circumstance.young_person_id == episode.young_person_id,
            Circumstance.about_id == episode.id,
            Circumstance.ended_at.is_(None),
        )
    ).all()
    for kind in kinds:
        circumstances.end(SYSTEM, episode.young_person_id, kind, now=now)
