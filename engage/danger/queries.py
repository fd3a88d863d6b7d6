"""What somebody sees who looks at danger again: who looked last, and what is new since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.asking.queries import asked_about
from engage.asking.rules import Heard
from engage.checkins.models import CheckIn
from engage.danger.models import DangerLook
from engage.danger.rules import New, NewKind, newest_first
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.reading import OPEN_STAGES, clocks_by_name, names_of
from engage.episodes.rules import is_still_out
from engage.people.access import Object, Verb, Viewer, access_to
from engage.people.models import Organisation, YoungPerson
from engage.policy.queries import pack
from engage.web.errors import NotFound
from engage.worries.models import Worry
from engage.worries.prompt_rules import brings_fact
from engage.worries.queries import get_worry

_OF_HEARD = {
    Heard.FINE: NewKind.TRUSTED_FINE,
    Heard.WORRIED: NewKind.TRUSTED_WORRIED,
    Heard.NO: NewKind.TRUSTED_NO,
}
MOST_NEW = 8


@dataclass(frozen=True)
class DangerPage:
    """One look at danger: about whom, who looked last, what is new, when the next look is."""

    episode: Episode
    name: str
    emergency: str
    last: DangerLook | None
    last_by: str
    new: Sequence[New]
    next_at: datetime | None
    worry_id: UUID | None
    may_look: bool


def get_danger(viewer: Viewer, episode_id: UUID, *, now: datetime) -> DangerPage:
    """Return the page for an episode that the viewer may read, or raise NotFound."""
    row = db.session.execute(
        select(Episode, YoungPerson, Organisation)
        .join(YoungPerson, YoungPerson.id == Episode.young_person_id)
        .join(Organisation, Organisation.id == Episode.organisation_id)
        .where(Episode.id == episode_id)
    ).one_or_none()
    if row is None:
        raise NotFound("episode")
    episode, young_person, organisation = row
    access = access_to(viewer, young_person.id, now=now)
    if not access.may(Verb.READ, Object.EPISODE):
        raise NotFound("episode")
    last = db.session.scalar(
        select(DangerLook)
        .where(DangerLook.episode_id == episode_id)
        .order_by(DangerLook.at.desc(), DangerLook.id)
        .limit(1)
    )
    clock = clocks_by_name(episode_id).get("danger_check")
    worry_id = _worry_of(episode_id) if access.may(Verb.READ, Object.PROMPT_ANSWERS) else None
    since = last.at if last is not None else episode.opened_at
    found = _said(viewer, episode, now)
    if worry_id is not None:
        found += _answered(viewer, worry_id, now)
    if access.may(Verb.READ, Object.CHECK_IN):
        found += _check_ins(episode, since)
    return DangerPage(
        episode,
        str(young_person.name).split()[0],
        pack(organisation.policy).emergency,
        last,
        names_of([last.by_id])[last.by_id] if last is not None else "",
        newest_first(found, last.at if last is not None else None)[:MOST_NEW],
        clock.due_at if clock is not None and clock.stage in OPEN_STAGES else None,
        worry_id,
        may_look=access.may(Verb.CREATE, Object.EPISODE) and is_still_out(episode.state),
    )


def _worry_of(episode_id: UUID) -> UUID | None:
    found: UUID | None = db.session.scalar(
        select(Worry.id)
        .where(Worry.episode_id == episode_id)
        .order_by(Worry.opened_at.desc())
        .limit(1)
    )
    return found


def _said(viewer: Viewer, episode: Episode, now: datetime) -> list[New]:
    asked = asked_about(viewer, episode.young_person_id, episode.id, now=now)
    names = names_of(asked)
    return [
        New(_OF_HEARD[one.heard], one.at, names[person_id])
        for person_id, each in asked.items()
        for one in each.said
    ]


def _answered(viewer: Viewer, worry_id: UUID, now: datetime) -> list[New]:
    """List the answers that brought a fact which makes stricter rules hold."""
    page = get_worry(viewer, worry_id, now=now)
    return [
        New(NewKind.ANSWERED, line.answer.recorded_at, line.by, prompt.id)
        for prompt in page.prompts.prompts
        for line in page.given.get(prompt.id, ())
        if brings_fact(prompt, str(line.answer.value))
    ]


def _check_ins(episode: Episode, since: datetime) -> list[New]:
    rows = db.session.execute(
        select(CheckIn.kind, CheckIn.received_at)
        .where(CheckIn.young_person_id == episode.young_person_id, CheckIn.received_at > since)
        .order_by(CheckIn.received_at.desc())
        .limit(MOST_NEW)
    )
    return [New(NewKind.HEARD_FROM_THEM, row.received_at, what=row.kind) for row in rows]
