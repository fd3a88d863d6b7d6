"""Times away, written straight into the tables."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

from engage.db import db
from engage.episodes.models import Episode, EpisodeChange, EpisodeTime
from engage.episodes.rules import EpisodeState, Event, Source
from tests.cast import Cast

HOUR = timedelta(hours=1)
JUNE = datetime.fromisoformat("2026-06-01T12:00:00+00:00")


def go_missing(
    cast: Cast | SimpleNamespace, young: UUID, began: datetime, hours: int | None
) -> None:
    episode = Episode(
        young_person_id=young,
        organisation_id=cast.organisation,
        state=EpisodeState.CLOSED if hours else EpisodeState.MISSING,
        opened_at=began,
        owner_id=cast.sam,
        packs=[],
        rules=[],
        facts=[],
        was_missing=True,
        closed_at=began + (hours + 24) * HOUR if hours else None,
        next_due_at=None if hours else began + HOUR,
    )
    db.session.add(episode)
    db.session.flush()
    db.session.add(
        EpisodeChange(
            episode_id=episode.id,
            state=EpisodeState.MISSING,
            at=began,
            source=Source.CARER,
            recorded_at=began,
            number=1,
        )
    )
    if hours:
        db.session.add(
            EpisodeTime(
                episode_id=episode.id,
                event=Event.RETURNED,
                at=began + hours * HOUR,
                source=Source.CARER,
                recorded_at=began,
                number=1,
            )
        )
