"""Pieces of what goes on during an episode, for callers that asked the access function."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engage.db import db
from engage.efforts.models import CourtItem, Effort, Searcher, SearcherLine
from engage.efforts.rules import Whom
from engage.people import links
from engage.people.models import Consent, LinkKind, Person, Relationship, RelationshipKind
from engage.plans.models import PersonTerms


def efforts_by_whom(episode_id: UUID) -> dict[Whom, Effort]:
    """Return the efforts of an episode."""
    rows = db.session.scalars(select(Effort).where(Effort.episode_id == episode_id))
    found = {Whom(each.whom): each for each in rows}
    return {whom: found[whom] for whom in Whom if whom in found}


def to_recall(episode_id: UUID) -> Sequence[CourtItem]:
    """List what a court issued during an episode that nobody has recalled yet.

    For the notices after a return: as long as this is not empty, something is still to be done.
    """
    return db.session.scalars(
        select(CourtItem)
        .where(CourtItem.episode_id == episode_id, CourtItem.recalled_at.is_(None))
        .order_by(CourtItem.issued_on, CourtItem.noted_at, CourtItem.id)
    ).all()


def trusted_terms(young_person_id: UUID) -> dict[UUID, tuple[Person, list[str]]]:
    """Map each trusted person who said yes to what the young person chose they may be told."""
    rows = db.session.execute(
        select(Person, PersonTerms)
        .join(Relationship, Relationship.person_id == Person.id)
        .outerjoin(PersonTerms, PersonTerms.relationship_id == Relationship.id)
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind == RelationshipKind.TRUSTED,
            Relationship.consent == Consent.YES,
            Relationship.ends_at.is_(None),
        )
        .order_by(Relationship.rank, Relationship.starts_at)
    )
    return {
        person.id: (person, list(terms.may_be_told) if terms is not None else [])
        for person, terms in rows
    }


def last_line(searcher: Searcher) -> int:
    """Return the number of the last thing noted about a searcher."""
    highest = select(func.max(SearcherLine.number)).where(SearcherLine.searcher_id == searcher.id)
    return db.session.scalar(highest) or 0


def forget_link(searcher: Searcher, *, now: datetime) -> None:
    """Close the link of somebody who is not asked any more. The caller writes down why."""
    links.revoke(LinkKind.SEARCHER, subject_id=searcher.id, now=now)
    searcher.link_until = None
