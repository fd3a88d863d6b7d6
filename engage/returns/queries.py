"""The welcome card and the facts of a return, for those who may see the episode."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.reading import known_times, names_of
from engage.episodes.rules import EpisodeState, Event
from engage.people.access import Object, Verb, Viewer, may, require
from engage.people.models import Person
from engage.plans.reading import SnapshotAnswer
from engage.returns.models import ReturnRecord, WelcomeMark, WelcomeStandards
from engage.returns.rules import STEPS, Mark, is_shown
from engage.returns.standards_queries import find_standards
from engage.reviews.queries import excerpt_for_carer
from engage.web.errors import NotFound


@dataclass(frozen=True)
class Welcome:
    """What whoever opens the door sees."""

    episode: Episode
    name: str
    # What the young person wrote helps, as far as it is shared with this viewer.
    helps: Sequence[SnapshotAnswer]
    marks: dict[str, Mark]
    is_shown: bool
    may_mark: bool
    # What the organisation promises whoever comes back; None while nothing is published.
    standards: WelcomeStandards | None

    @property
    def left(self) -> int:
        """How many steps nobody marked yet."""
        return len(STEPS) - len(self.marks)


@dataclass(frozen=True)
class Facts:
    """What is noted of a return: what counts, and what was said before it."""

    episode: Episode
    name: str
    returned_at: datetime | None
    records: Sequence[ReturnRecord]
    names: dict[UUID | None, str]
    may_add: bool

    @property
    def latest(self) -> ReturnRecord | None:
        """The record that counts."""
        return self.records[-1] if self.records else None


def _open(viewer: Viewer, episode_id: UUID, now: datetime) -> tuple[Episode, str]:
    episode = db.session.get(Episode, episode_id)
    if episode is None:
        raise NotFound("episode")
    require(viewer, Verb.READ, Object.EPISODE, episode.young_person_id, now=now)
    return episode, str(db.session.get_one(Person, episode.young_person_id).name)


def _may_add(viewer: Viewer, episode: Episode, now: datetime) -> bool:
    return may(viewer, Verb.CREATE, Object.EPISODE, episode.young_person_id, now=now)


def get_welcome(viewer: Viewer, episode_id: UUID, *, now: datetime) -> Welcome:
    """Return the welcome card of a time away, or raise NotFound."""
    episode, name = _open(viewer, episode_id, now)
    marks: dict[str, Mark] = {}
    for each in db.session.scalars(
        select(WelcomeMark).where(WelcomeMark.episode_id == episode_id).order_by(WelcomeMark.number)
    ):
        marks[each.step] = Mark(each.mark)
    excerpt = excerpt_for_carer(viewer, episode.young_person_id, now=now)
    back = known_times(episode_id).get(Event.RETURNED)
    return Welcome(
        episode,
        name,
        excerpt.coming_back if excerpt else [],
        marks,
        is_shown(episode.state, back.at if back else None, now),
        _may_add(viewer, episode, now),
        find_standards(viewer),
    )


def get_facts(viewer: Viewer, episode_id: UUID, *, now: datetime) -> Facts:
    """Return what is noted of how somebody came back, or raise NotFound."""
    episode, name = _open(viewer, episode_id, now)
    records = db.session.scalars(
        select(ReturnRecord)
        .where(ReturnRecord.episode_id == episode_id)
        .order_by(ReturnRecord.number)
    ).all()
    back = known_times(episode_id).get(Event.RETURNED)
    return Facts(
        episode,
        name,
        back.at if back else None,
        records,
        names_of(each.by_id for each in records),
        _may_add(viewer, episode, now),
    )


def find_welcome(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> UUID | None:
    """Return the time away whose welcome card belongs on the start page now, if there is one."""
    if not may(viewer, Verb.READ, Object.EPISODE, young_person_id, now=now):
        return None
    wanted = [EpisodeState.RETURNING, EpisodeState.RETURNED]
    found = db.session.scalars(
        select(Episode)
        .where(
            Episode.young_person_id == young_person_id,
            Episode.state.in_(wanted),
        )
        .order_by(Episode.opened_at.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    back = known_times(found.id).get(Event.RETURNED)
    return found.id if is_shown(found.state, back.at if back else None, now) else None
