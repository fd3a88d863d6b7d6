"""Reading packs: what one would hold now, those that were made, and today's facts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.reading import known_times, names_of
from engage.episodes.rules import STILL_OUT, Event
from engage.missing_pack.gathering import (
    Allowed,
    latest_facts,
    offered_parts,
    what_is_allowed,
)
from engage.missing_pack.models import MissingPack, PackFact
from engage.missing_pack.rules import TRIO, Fact
from engage.people.access import Object, Verb, Viewer, access_to, may, require
from engage.people.models import Person as _Person
from engage.people.models import PersonKind, YoungPerson
from engage.plans.queries import list_grants
from engage.plans.reading import may_read, shared_sections
from engage.web.errors import NotFound


@dataclass(frozen=True)
class PackPage:
    """What a pack would hold now, and those that were made."""

    episode: Episode
    young_person: YoungPerson
    facts: Mapping[Fact, PackFact]
    allowed: Allowed
    packs: tuple[MissingPack, ...]
    names: Mapping[UUID | None, str]
    may_override: bool = False
    # When they were last seen or heard from, as the episode knows it.
    last_contact: datetime | None = None

    @property
    def is_out(self) -> bool:
        """Say whether they have not come back: only then are pages made."""
        return self.episode.state in STILL_OUT

    @property
    def is_narrowed(self) -> bool:
        """Say whether a worker's pack could hold more than this viewer's."""
        return not self.may_override


@dataclass(frozen=True)
class MadePack:
    """One pack with what stands on its pages."""

    pack: MissingPack
    content: dict[str, Any]
    made_by: str
    # Of this episode there is a newer one.
    is_newest: bool


def readable_parts(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> set[str] | None:
    """Return what a carer may hand on: only what they may read themselves; None for workers,
    who hand on whatever the young person allowed for the police.
    """
    if viewer.kind != PersonKind.CARER:
        return None
    access = access_to(viewer, young_person_id, now=now)
    shared = shared_sections(list_grants(viewer, young_person_id, now=now))
    return {
        part
        for part in offered_parts()
        if may_read(access, "trio" if part == TRIO else part, shared)
    }


def get_pack_page(viewer: Viewer, episode_id: UUID, *, now: datetime) -> PackPage:
    """Return what a pack would hold now, for somebody who may make one; else NotFound."""
    episode = get_episode(viewer, episode_id, now=now)
    young_person_id = episode.young_person_id
    readable = readable_parts(viewer, young_person_id, now=now)
    packs = packs_of(viewer, episode_id, now=now)
    seen = known_times(episode_id).get(Event.LAST_CONTACT)
    return PackPage(
        episode,
        db.session.get_one(YoungPerson, young_person_id),
        latest_facts(episode_id),
        what_is_allowed(viewer, young_person_id, now=now, readable=readable),
        tuple(packs),
        names_of([pack.made_by_id for pack in packs]),
        may_override=may(viewer, Verb.CREATE, Object.DISCLOSURE, young_person_id, now=now),
        last_contact=seen.at if seen is not None else None,
    )


def get_episode(viewer: Viewer, episode_id: UUID, *, now: datetime) -> Episode:
    """Return an episode for which the viewer may make a pack, or raise NotFound."""
    episode = db.session.get(Episode, episode_id)
    if episode is None:
        raise NotFound("episode")
    require(viewer, Verb.CREATE, Object.MISSING_PACK, episode.young_person_id, now=now)
    return episode


def packs_of(viewer: Viewer, episode_id: UUID, *, now: datetime) -> Sequence[MissingPack]:
    """List the packs of an episode that the viewer may read, the newest first."""
    rows = db.session.scalars(
        select(MissingPack)
        .where(MissingPack.episode_id == episode_id)
        .order_by(MissingPack.number.desc())
    ).all()
    return [pack for pack in rows if _may_open(viewer, pack, now)]


def get_pack(viewer: Viewer, pack_id: UUID, *, now: datetime) -> MadePack:
    """Return a pack that was made, or raise NotFound.

    A carer reads their own alone; one that holds what had no yes is read by those who may read
    what was told without a yes.
    """
    pack = db.session.get(MissingPack, pack_id)
    if pack is None or not _may_open(viewer, pack, now):
        raise NotFound("pack")
    maker = db.session.get(_Person, pack.made_by_id)
    newest = db.session.scalar(
        select(MissingPack.id)
        .where(MissingPack.episode_id == pack.episode_id)
        .order_by(MissingPack.number.desc())
        .limit(1)
    )
    name = str(maker.name) if maker is not None else ""
    return MadePack(pack, json.loads(pack.content), name, newest == pack.id)


def _may_open(viewer: Viewer, pack: MissingPack, now: datetime) -> bool:
    access = access_to(viewer, pack.young_person_id, now=now)
    mine = access.may(Verb.READ, Object.MISSING_PACK, owner_id=pack.made_by_id)
    return mine and (not pack.is_override or access.may(Verb.READ, Object.DISCLOSURE))
