"""What somebody finds behind the link by which they were asked to be trusted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from engage.asking.queries import last_said, open_questions
from engage.asking.rules import Heard
from engage.db import db
from engage.people.access import Viewer
from engage.people.models import Consent, Link, Person, Relationship
from engage.plans.models import PersonTerms
from engage.plans.page import NAMED
from engage.plans.queries import find_live_plan
from engage.plans.reading import SnapshotAnswer
from engage.web.errors import NotFound


@dataclass(frozen=True)
class Invitation:
    """What a trusted person was asked, and what they said. `name` is the young person's."""

    link: Link
    person: Person
    name: str
    consent: Consent
    asks: list[str]
    is_check_in_person: bool

    @property
    def has_said_yes(self) -> bool:
        """Say whether they are one of the young person's people now."""
        return self.consent is Consent.YES


def get_invitation(viewer: Viewer, link: Link | None, *, now: datetime) -> Invitation:
    """Return what this link asks, or raise NotFound: one answer for unknown, old and closed."""
    if link is None or link.person_id is None or link.young_person_id is None:
        raise NotFound("link")
    young_person = aliased(Person)
    rows = db.session.execute(
        select(Relationship, PersonTerms, Person, young_person)
        .join(Person, Person.id == Relationship.person_id)
        .join(young_person, young_person.id == Relationship.young_person_id)
        .outerjoin(PersonTerms, PersonTerms.relationship_id == Relationship.id)
        .where(
            Relationship.person_id == link.person_id,
            Relationship.young_person_id == link.young_person_id,
            Relationship.kind.in_(NAMED),
            or_(Relationship.ends_at.is_(None), Relationship.ends_at > now),
            or_(young_person.ended_at.is_(None), young_person.ended_at > now),
        )
        .order_by(Relationship.kind.desc())
    ).all()
    if not rows:
        raise NotFound("link")
    asks = [ask for _, terms, _, _ in rows if terms for ask in terms.may_be_asked]
    return Invitation(
        link=link,
        person=rows[0][2],
        name=rows[0][3].name,
        consent=Consent(rows[0][0].consent),
        asks=list(dict.fromkeys(asks)),
        is_check_in_person=any(r.kind == "check_in" for r, *_ in rows),
    )


@dataclass(frozen=True)
class AskedNow:
    """People are worried and ask whether they have heard; `said` is their newest answer."""

    asked_at: datetime
    said: Heard | None


def asked_now(viewer: Viewer, link: Link, *, now: datetime) -> AskedNow | None:
    """Return what this trusted person is asked now about the young person of their link."""
    if link.person_id is None:
        return None
    found = [
        each
        for each in open_questions(viewer, [link.person_id], now=now)
        if each.young_person_id == link.young_person_id
    ]
    if not found:
        return None
    said = last_said(viewer, [each.id for each in found])
    return AskedNow(max(each.asked_at for each in found), said.heard if said else None)


def shared_with_me(
    viewer: Viewer, invitation: Invitation, *, now: datetime
) -> list[SnapshotAnswer]:
    """List what of the agreed plan the young person shares with this trusted person."""
    assert invitation.link.young_person_id is not None
    live = find_live_plan(viewer, invitation.link.young_person_id, now=now)
    return live.snapshot.answers if live is not None else []
