"""Noting today's facts and making a pack: of what is allowed, or with more because of danger."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engage.alerts.rules import initials
from engage.audit.actions import record
from engage.db import begin_write, db
from engage.episodes.models import Episode
from engage.episodes.rules import STILL_OUT
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass
from engage.missing_pack.gathering import Allowed, gather, next_number, what_is_allowed
from engage.missing_pack.models import MissingPack, PackFact
from engage.missing_pack.queries import get_episode, readable_parts
from engage.missing_pack.rules import Fact
from engage.people.access import Object, Verb, Viewer, require
from engage.people.disclosure_actions import disclose
from engage.people.models import Person
from engage.people.rules import DisclosureReason
from engage.teams.reading import supervisors_of
from engage.web.errors import Changed, NotFound

LONGEST = 1000


@dataclass(frozen=True)
class Override:
    """Parts that go in without a yes: why, and who gets them. The young person reads it later."""

    parts: Collection[str]
    code: DisclosureReason
    reason: str
    told_to: str


def note_fact(
    viewer: Viewer, episode_id: UUID, fact: Fact, words: str, *, now: datetime
) -> PackFact:
    """Note one of today's facts; empty words mean that nobody knows. Earlier ones are kept."""
    episode = _out(viewer, episode_id, now)
    assert viewer.person_id is not None
    row = PackFact(
        episode_id=episode.id,
        fact=fact,
        words=words.strip()[:LONGEST],
        by_id=viewer.person_id,
        at=now,
        number=next_number(PackFact, episode.id),
    )
    db.session.add(row)
    db.session.flush()
    _note("pack:fact_noted", episode, row.id, viewer, now, fact)
    return row


def make_pack(
    viewer: Viewer,
    episode_id: UUID,
    *,
    now: datetime,
    override: Override | None = None,
    address: str = "",
) -> MissingPack:
    """Make a pack of what may go to the police at this instant, and keep it as it is.

    With `override` also parts that the young person did not say yes to: a disclosure, which a
    supervisor looks at and the young person reads later; supervisors are texted at once, with a
    link at `address`, our public one. Raises Changed when they are back,
    NotFound for parts there are not, SaysTooLittle.
    """
    episode = _out(viewer, episode_id, now)
    assert viewer.person_id is not None
    about = episode.young_person_id
    allowed = _allowed(viewer, about, override, now)
    made = gather(viewer, episode, allowed, now=now)
    pack = MissingPack(
        episode_id=episode.id,
        young_person_id=about,
        number=next_number(MissingPack, episode.id),
        made_by_id=viewer.person_id,
        made_at=now,
        parts=list(allowed.parts),
        circumstances=list(allowed.present),
        overridden=list(allowed.overridden),
        content=json.dumps(made.content, ensure_ascii=False),
    )
    pack.jpeg = made.jpeg
    if override is not None:
        pack.disclosure_id = _disclose(viewer, about, allowed.overridden, override, now)
    db.session.add(pack)
    db.session.flush()
    _note("pack:made", episode, pack.id, viewer, now, override.code if override else None)
    for part in allowed.overridden:
        # Each part by its name, as an emergency opening is written down.
        _note("pack:overridden", episode, pack.id, viewer, now, part)
    note_opened(viewer, pack, now=now)
    if override is not None:
        _tell_supervisors(viewer, pack, address, now)
    return pack


def _allowed(viewer: Viewer, about: UUID, override: Override | None, now: datetime) -> Allowed:
    """Return what may go in, with the closed parts that danger opens. Raises NotFound."""
    extra = tuple(override.parts) if override is not None else ()
    if override is not None:
        require(viewer, Verb.CREATE, Object.DISCLOSURE, about, now=now)
        closed = what_is_allowed(viewer, about, now=now).closed
        if not extra or set(extra) - set(closed):
            raise NotFound("part")
    return what_is_allowed(
        viewer, about, now=now, override=extra, readable=readable_parts(viewer, about, now=now)
    )


def _disclose(
    viewer: Viewer, about: UUID, sections: Collection[str], override: Override, now: datetime
) -> UUID:
    return disclose(
        viewer,
        about,
        sections=sections,
        code=override.code,
        reason=override.reason,
        told_to=override.told_to,
        now=now,
    ).id


def _tell_supervisors(viewer: Viewer, pack: MissingPack, address: str, now: datetime) -> None:
    """Text whoever supervises, at any hour, that something went out without a yes."""
    young_person = db.session.get_one(Person, pack.young_person_id)
    about = pack.young_person_id
    params = {
        "who": initials(str(young_person.name)),
        "link": f"{address.rstrip('/')}/told/{about}",
    }
    house, teams = young_person.organisation_id, [young_person.team_id]
    queue_many(
        [
            message_row(
                "alert_without_yes",
                klass=Klass.STAFF,
                now=now,
                dedupe_key=f"pack:{pack.id}:{one.id}",
                person_id=one.id,
                locale=one.locale,
                params=params,
                about=about,
                object_kind="missing_pack",
                object_id=pack.id,
            )
            for one in supervisors_of(viewer, house, teams, now=now)
        ]
    )


def note_opened(viewer: Viewer, pack: MissingPack, *, now: datetime) -> None:
    """Write down who read a pack or took it along; the young person can read it."""
    record(
        "pack:opened",
        viewer=viewer,
        now=now,
        subject_id=pack.young_person_id,
        object_kind="missing_pack",
        object_id=pack.id,
    )


def _out(viewer: Viewer, episode_id: UUID, now: datetime) -> Episode:
    """Return an episode that runs, one maker at a time, so that numbers are not given twice."""
    begin_write(db.session)
    get_episode(viewer, episode_id, now=now)
    episode = db.session.get_one(Episode, episode_id, with_for_update=True, populate_existing=True)
    if episode.state not in STILL_OUT:
        raise Changed("episode")
    return episode


def _note(
    verb: str,
    episode: Episode,
    object_id: UUID,
    viewer: Viewer,
    now: datetime,
    reason: str | None,
) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="missing_pack",
        object_id=object_id,
        reason=reason,
    )
