"""Whom of ours a check holds against another list, and when that was done last."""

from datetime import date, datetime

from sqlalchemy import case, func, select

from engage.crypto import unseal
from engage.db import db
from engage.episodes.models import Episode, EpisodeTime
from engage.episodes.rules import MISSING_FROM_CARE, Event
from engage.oversight.check_models import RegisterCheck
from engage.oversight.check_rules import Ours
from engage.people.access import Viewer, visible_young_people
from engage.people.models import Organisation, Person
from engage.web.errors import NotFound

LATEST = 10
_person = Person.__table__


def missing_now(viewer: Viewer, *, now: datetime) -> list[Ours]:
    """List everybody who counts as missing and whom the viewer may see, with the times between
    which others may say that it began. One statement.
    """
    gone = EpisodeTime.event.in_((Event.LAST_CONTACT, Event.DISCOVERED, Event.DETERMINED_MISSING))
    at = case((gone, EpisodeTime.at))
    rows = db.session.execute(
        select(
            Episode.id,
            Episode.opened_at,
            Person.id.label("person_id"),
            _person.c.name,
            _person.c.birth_date,
            func.min(at).label("first_at"),
            func.max(at).label("last_at"),
        )
        .join(Person, Person.id == Episode.young_person_id)
        .outerjoin(EpisodeTime, EpisodeTime.episode_id == Episode.id)
        .where(visible_young_people(viewer, now=now), Episode.state.in_(MISSING_FROM_CARE))
        .group_by(Episode.id, Episode.opened_at, Person.id, _person.c.name, _person.c.birth_date)
        .order_by(Episode.next_due_at, Episode.id)
    )
    return [
        Ours(
            row.id,
            unseal(row.name, "people.name", row.person_id),
            _born(row.birth_date, row.person_id),
            row.first_at or row.opened_at,
            row.last_at or row.opened_at,
        )
        for row in rows
    ]


def _born(sealed: str | None, person_id: object) -> date | None:
    if sealed is None:
        return None
    return date.fromisoformat(unseal(sealed, "people.birth_date", person_id))  # type: ignore[arg-type]


def latest_checks(viewer: Viewer) -> list[RegisterCheck]:
    """List the viewer's own checks, the newest first: what they saw, they may see again."""
    return list(
        db.session.scalars(
            select(RegisterCheck)
            .where(RegisterCheck.checked_by_id == viewer.person_id)
            .order_by(RegisterCheck.checked_at.desc())
            .limit(LATEST)
        )
    )


def organisation_of(viewer: Viewer) -> Organisation:
    """Return the viewer's organisation, whose zone and way of writing dates hold for a list."""
    if viewer.organisation_id is None:
        raise NotFound("organisation")
    return db.session.get_one(Organisation, viewer.organisation_id)
