"""What was agreed about sharing, what is so now, what was asked for, and what had to be told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from engage.db import db
from engage.people.access import Object, Verb, Viewer, is_open, require, stands
from engage.people.models import Person, ShareGrant
from engage.people.rules import disclosure_shown_from
from engage.people.sharing_models import Circumstance, Disclosure, ShareProposal, SharingAgreement


def open_circumstances(
    viewer: Viewer, young_person_id: UUID, *, now: datetime
) -> dict[str, Circumstance]:
    """Map `away` and `danger` to the note that is open now; empty in ordinary times."""
    require(viewer, Verb.READ, Object.EPISODE, young_person_id, now=now)
    found = db.session.scalars(
        select(Circumstance).where(
            Circumstance.young_person_id == young_person_id,
            Circumstance.began_at <= now,
            or_(Circumstance.ended_at.is_(None), Circumstance.ended_at > now),
        )
    )
    return {str(one.kind): one for one in found}


def list_choices(
    viewer: Viewer, young_person_id: UUID, *, now: datetime
) -> list[tuple[ShareGrant, bool]]:
    """List every line of the sharing agreement that stands, the noes too, and whether it is open
    now. For callers that have asked the access function.
    """
    rows = db.session.execute(
        select(ShareGrant, is_open(now))
        .where(ShareGrant.young_person_id == young_person_id, stands(now))
        .order_by(ShareGrant.agreed_at)
    )
    return [(grant, bool(open_now)) for grant, open_now in rows]


def find_agreement(
    viewer: Viewer, young_person_id: UUID, *, now: datetime
) -> SharingAgreement | None:
    """Return when sharing was agreed and is looked at again; None before the first time."""
    require(viewer, Verb.READ, Object.SHARING, young_person_id, now=now)
    return db.session.scalar(
        select(SharingAgreement).where(SharingAgreement.young_person_id == young_person_id)
    )


def open_proposals(
    viewer: Viewer, young_person_id: UUID, *, now: datetime
) -> list[tuple[ShareProposal, str]]:
    """List what workers would like to share and the young person has not answered, with names."""
    require(viewer, Verb.READ, Object.SHARING, young_person_id, now=now)
    rows = db.session.execute(
        select(ShareProposal, Person)
        .join(Person, Person.id == ShareProposal.proposed_by_id)
        .where(
            ShareProposal.young_person_id == young_person_id, ShareProposal.answered_at.is_(None)
        )
        .order_by(ShareProposal.proposed_at)
    )
    return [(proposal, str(person.name)) for proposal, person in rows]


@dataclass(frozen=True)
class Told:
    """One thing told without the young person's yes, as this viewer may see it."""

    disclosure: Disclosure
    made_by: str
    # From when the young person sees it.
    shown_from: datetime


def list_disclosures(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[Told]:
    """List what was told without the young person's yes, newest first.

    To the young person only what they are not protected from now. Raises NotFound for others.
    """
    require(viewer, Verb.READ, Object.DISCLOSURE, young_person_id, now=now)
    is_own = viewer.person_id == young_person_id
    rows = db.session.execute(
        select(Disclosure, Person)
        .join(Person, Person.id == Disclosure.made_by_id)
        .where(Disclosure.young_person_id == young_person_id)
        .order_by(Disclosure.made_at.desc())
        .limit(50)
    )
    found = []
    for one, person in rows:
        shown = disclosure_shown_from(one.made_at, one.approved_at, one.withheld_until)
        if not is_own or shown <= now:
            found.append(Told(one, str(person.name), shown))
    return found
