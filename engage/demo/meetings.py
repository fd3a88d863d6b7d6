"""Short meetings in the demonstration: two people who lead them, and one that is proposed."""

from datetime import date, datetime, timedelta
from uuid import UUID

from engage.db import db
from engage.episodes.models import Episode, EpisodeChange, EpisodeTime
from engage.episodes.rules import EpisodeKind, EpisodeState, Event, Source
from engage.people import actions
from engage.people.access import SYSTEM, Viewer
from engage.people.models import RelationshipKind
from engage.staffings.actions import look_at, watch
from engage.staffings.facilitator_actions import add_slot

# Monday is 0; minutes after midnight.
MORNINGS = ((1, 10 * 60), (3, 10 * 60))
AFTERNOONS = ((0, 14 * 60 + 30), (2, 14 * 60 + 30), (4, 14 * 60 + 30))
ROBIN, BIRTH_DATE, HOME = "Robin", "2012-05-06", "Rowan House"
AWAY_SINCE = timedelta(days=3)


def seed_facilitators(admin: Viewer, north: UUID, south: UUID, *, now: datetime) -> None:
    """Let one person lead in the north and one in the south of the county."""
    for person, region, slots in ((north, "North", AFTERNOONS), (south, "South", MORNINGS)):
        for weekday, minute in slots:
            add_slot(admin, person, region, weekday, minute, now=now)


def seed_staffing(organisation_id: UUID, team_id: UUID, worker_id: UUID, *, now: datetime) -> None:
    """Let Robin be away for three days and a short meeting be proposed, with its reasons.

    Nobody is told and no clock runs: whoever looks at a demonstration begins where they like.
    """
    began = now - AWAY_SINCE
    robin = actions.create_young_person(
        SYSTEM, organisation_id=organisation_id, team_id=team_id, name=ROBIN,
        birth_date=date.fromisoformat(BIRTH_DATE), now=began,
    )  # fmt: skip
    actions.place(SYSTEM, robin.id, HOME, now=began)
    kind = RelationshipKind.SOCIAL_WORKER
    actions.assign(SYSTEM, robin.id, worker_id, kind, now=began)
    episode = Episode(
        young_person_id=robin.id, organisation_id=organisation_id, state=EpisodeState.MISSING,
        kind=EpisodeKind.NOT_KNOWN, opened_by_id=worker_id, opened_at=began, owner_id=worker_id,
        packs=[], rules=[], notices=[], facts=["exploitation"], was_missing=True,
    )  # fmt: skip
    db.session.add(episode)
    db.session.flush()
    said = {"source": Source.WORKER, "by_id": worker_id, "recorded_at": began, "number": 1}
    about = {"episode_id": episode.id, "at": began}
    db.session.add(EpisodeChange(state=EpisodeState.MISSING, **about, **said))
    db.session.add(EpisodeTime(event=Event.DISCOVERED, **about, **said))
    staffing = watch(episode, now=now)
    look_at(staffing, episode, now=now)
    staffing.next_look_at = now + timedelta(days=1)
