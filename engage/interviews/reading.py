"""What a talk's clock is made of: the times away it covers, and the rules they began with."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.reading import age_of, times_of
from engage.episodes.rules import Event
from engage.interviews.models import InterviewEpisode, ReturnInterview
from engage.people.access import is_in_force
from engage.people.models import Relationship, RelationshipKind, YoungPerson
from engage.policy.clock_rules import Deadline, deadline, from_data

CLOCK = "return_interview"


def has_rule(episode: Episode) -> bool:
    """Say whether the rules this time away began with ask for a talk afterwards."""
    return any(rule["name"] == CLOCK for rule in episode.rules)


def deadline_of(episodes: Iterable[Episode]) -> Deadline | None:
    """Return by when the talk is owed: the earliest of all rules of all these times away.

    None when nobody noted for any of them when the young person came back.
    """
    found = list(episodes)
    times = times_of([each.id for each in found])
    deadlines = []
    for episode in found:
        returned = next(
            (t.at for t in reversed(times.get(episode.id, [])) if t.event == Event.RETURNED), None
        )
        if returned is None:
            continue
        person = db.session.get_one(YoungPerson, episode.young_person_id)
        birth_date = person.birth_date
        made = deadline(
            [from_data(each) for each in episode.rules],
            CLOCK,
            {"returned": returned},
            facts=episode.facts,
            age=age_of(str(birth_date) if birth_date else None, returned),
        )
        if made is not None:
            deadlines.append(made)
    return min(deadlines, key=lambda each: each.due_at, default=None)


def covered(interview: ReturnInterview) -> list[Episode]:
    """List the times away that a talk covers."""
    return list(
        db.session.scalars(
            select(Episode)
            .join(InterviewEpisode, InterviewEpisode.episode_id == Episode.id)
            .where(InterviewEpisode.interview_id == interview.id)
            .order_by(Episode.opened_at)
        )
    )


def owing(interview: ReturnInterview) -> list[Episode]:
    """List those whose clock still runs: a talk offered in time and declined is no breach (C47)."""
    settled = select(InterviewEpisode.episode_id).where(
        InterviewEpisode.interview_id == interview.id, InterviewEpisode.settled_at.is_not(None)
    )
    over = set(db.session.scalars(settled))
    return [each for each in covered(interview) if each.id not in over]


def takes_part_in_care(young_person_id: UUID, person_id: UUID, at: datetime) -> bool:
    """Say whether somebody looks after this young person then: as carer or as social worker."""
    kinds = [RelationshipKind.CARER, RelationshipKind.SOCIAL_WORKER]
    found = select(Relationship.id).where(
        Relationship.young_person_id == young_person_id,
        Relationship.person_id == person_id,
        Relationship.kind.in_(kinds),
        is_in_force(Relationship, at),
    )
    return db.session.scalar(found.limit(1)) is not None
