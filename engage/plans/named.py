"""What every act on a named person needs: their place in the plan, their terms, their links."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.crypto import blind_index
from engage.db import db
from engage.people import links
from engage.people.access import Object, Verb, Viewer
from engage.people.models import LinkKind, Person, PersonKind, Relationship, RelationshipKind
from engage.plans.agreement_actions import ask_for_review
from engage.plans.models import PersonTerms, ReviewReason
from engage.plans.page import NAMED, NamedPerson, PlanPage
from engage.plans.rules import ASKS, TELLS
from engage.plans.turns import open_turn
from engage.questions.answer_rules import clean
from engage.web.errors import NotFound


@dataclass(frozen=True)
class Details:
    """What a young person says about somebody they name. `phone` is in E.164."""

    name: str
    phone: str
    how_known: str = ""
    asks: Iterable[str] = field(default_factory=tuple)
    tells: Iterable[str] = field(default_factory=tuple)
    locale: str = "en"


def own_page(viewer: Viewer, plan_id: UUID, now: datetime) -> PlanPage:
    """Take the turn on a young person's own plan, or raise NotFound."""
    page = open_turn(viewer, plan_id, now=now)
    if not page.access.may(Verb.CREATE, Object.TRUSTED_PEOPLE):
        raise NotFound("people")
    return page


def get_named(page: PlanPage, relationship_id: UUID) -> NamedPerson:
    """Return a named person of this plan, or raise NotFound."""
    for named in page.around:
        if named.relationship.id == relationship_id and named.relationship.kind in NAMED:
            return named
    raise NotFound("person")


def same_person(page: PlanPage, person_id: UUID) -> list[NamedPerson]:
    """List every place this person has in the plan: among the three, and as check-in person."""
    return [n for n in page.around if n.person.id == person_id and n.relationship.kind in NAMED]


def keep_terms(
    relationship_id: UUID, details: Details | None, terms: PersonTerms | None = None
) -> PersonTerms:
    """Keep what was agreed about a named person."""
    if terms is None:
        terms = PersonTerms(relationship_id=relationship_id)
        db.session.add(terms)
    if details is not None:
        terms.how_known = clean(details.how_known) or None
        terms.may_be_asked = [ask for ask in ASKS if ask in set(details.asks)]
        terms.may_be_told = [tell for tell in TELLS if tell in set(details.tells)]
    return terms


def close_links(page: PlanPage, person_id: UUID, now: datetime) -> None:
    """Close every link this person holds about this young person."""
    links.revoke(
        LinkKind.TRUSTED,
        now=now,
        young_person_id=page.plan.young_person_id,
        person_id=person_id,
    )


def take_place(back_up: Relationship, trio: Sequence[NamedPerson]) -> None:
    """Put the back-up person among the three, last in the order in which they are called."""
    back_up.kind = RelationshipKind.TRUSTED
    back_up.rank = max((n.relationship.rank + 1 for n in trio), default=0)


def worker_phones(page: PlanPage, phone: str) -> set[str]:
    """Return this number if a member of staff of the organisation has it, else nothing.

    Source: S1, the person to check in with is "not the youth's social worker".
    """
    taken = db.session.scalar(
        select(Person.id).where(
            Person.phone_index == blind_index("phone", phone),
            Person.kind == PersonKind.WORKER,
            Person.organisation_id == page.young_person.organisation_id,
            Person.ended_at.is_(None),
        )
    )
    return set() if taken is None else {phone}


def note_trio_changed(viewer: Viewer, page: PlanPage, now: datetime) -> None:
    """Have a plan that is in use read again, because the three are not the same. Source: C5."""
    if page.live is not None:
        ask_for_review(viewer, page.plan.young_person_id, reason=ReviewReason.TRIO_CHANGE, now=now)
