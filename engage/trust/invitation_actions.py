"""Asking named people by text, and keeping what they answer."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engage.audit import actions as audit
from engage.db import db
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.people import links, sharing_actions
from engage.people.access import Viewer, is_in_force
from engage.people.models import Consent, Link, LinkKind, Relationship, RelationshipKind
from engage.plans.agreement_actions import ask_for_review
from engage.plans.models import PersonTerms, ReviewReason
from engage.plans.named import (
    close_links,
    get_named,
    keep_terms,
    own_page,
    same_person,
)
from engage.plans.page import NAMED, PlanPage
from engage.plans.rules import TRIO, may_ask_again
from engage.plans.turns import take_turn
from engage.web.errors import NotFound

INVITATION_LASTS = timedelta(days=14)
ANSWERED_LASTS = timedelta(days=400)


def invite(
    viewer: Viewer, plan_id: UUID, relationship_id: UUID, *, address: str, now: datetime
) -> bool:
    """Ask a named person by text whether they say yes; return False when it is too soon to ask
    again. `address` is our public address; the text holds a link and no name.
    """
    page = own_page(viewer, plan_id, now)
    named = get_named(page, relationship_id)
    terms = named.terms or keep_terms(relationship_id, None)
    if not may_ask_again(terms.invited_at, now):
        return False
    close_links(page, named.person.id, now)
    code = links.issue(
        LinkKind.TRUSTED,
        young_person_id=page.plan.young_person_id,
        person_id=named.person.id,
        subject_id=relationship_id,
        expires_at=now + INVITATION_LASTS,
        now=now,
    )
    queue(
        "trusted_invite",
        to=named.person,
        klass=Klass.OTHER,
        now=now,
        params={"link": f"{address}/t/{code}"},
        about=page.plan.young_person_id,
        dedupe_key=f"trusted_invite:{relationship_id}:{now.timestamp():.0f}",
        not_after=now + timedelta(hours=24),
    )
    _tell_name(viewer, page, named.person.id, now)
    for each in same_person(page, named.person.id):
        each.relationship.consent = Consent.ASKED
        each.relationship.consent_at = now
    terms.invited_at = now
    terms.told_at = None
    _record(viewer, page, "trusted_person:asked", named.person.id, now)
    return True


def note_read(viewer: Viewer, plan_id: UUID, *, now: datetime) -> None:
    """Remember that the young person has read who said no, and who left."""
    page = own_page(viewer, plan_id, now)
    for named in page.around:
        if named.terms is not None and page.is_news(named):
            named.terms.told_at = now
    _record(viewer, page, "trusted_person:answer_read", None, now)


def answer_invitation(link: Link, viewer: Viewer, *, yes: bool, now: datetime) -> None:
    """Keep a trusted person's yes or no. They may change their mind for as long as they like."""
    assert link.young_person_id is not None and link.person_id is not None
    _answer(viewer, link.young_person_id, link.person_id, yes=yes, now=now)
    link.expires_at = now + ANSWERED_LASTS


def answer_by_text(viewer: Viewer, person_id: UUID, *, yes: bool | None, now: datetime) -> bool:
    """Keep a trusted person's answer sent as a text: 1 is yes, 2 is no, None is STOP.

    Returns whether anybody's question was answered by it. A yes or no only counts while a
    question is open; stopping always does.
    """
    asked = (Consent.ASKED,) if yes is not None else (Consent.ASKED, Consent.YES)
    rows = db.session.scalars(
        select(Relationship.young_person_id)
        .where(
            Relationship.person_id == person_id,
            Relationship.kind.in_(NAMED),
            Relationship.consent.in_(asked),
            Relationship.ends_at.is_(None),
        )
        .distinct()
    ).all()
    for young_person_id in rows:
        _answer(viewer, young_person_id, person_id, yes=bool(yes), now=now)
    return bool(rows)


def _answer(
    viewer: Viewer, young_person_id: UUID, person_id: UUID, *, yes: bool, now: datetime
) -> None:
    take_turn(young_person_id)
    rows = db.session.execute(
        select(Relationship, PersonTerms)
        .outerjoin(PersonTerms, PersonTerms.relationship_id == Relationship.id)
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.person_id == person_id,
            Relationship.kind.in_(NAMED),
            Relationship.ends_at.is_(None),
        )
    ).all()
    if not rows:
        raise NotFound("person")
    had_said_yes = any(relationship.consent == Consent.YES for relationship, _ in rows)
    no = Consent.LEFT if had_said_yes else Consent.NO
    for relationship, terms in rows:
        relationship.consent = Consent.YES if yes else no
        relationship.consent_at = now
        terms = terms or keep_terms(relationship.id, None)
        terms.told_at = None
        terms.agreed_asks = list(terms.may_be_asked or ()) if yes else []
    verb = "said_yes" if yes else "left" if had_said_yes else "said_no"
    audit.record(
        f"trusted_person:{verb}",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="person",
        object_id=person_id,
    )
    if not yes:
        _let_back_up_in(viewer, young_person_id, person_id, now)
    if not yes and had_said_yes:
        ask_for_review(viewer, young_person_id, reason=ReviewReason.TRIO_CHANGE, now=now)


def _let_back_up_in(viewer: Viewer, young_person_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Let the back-up person, if they said yes, take the place of one of the three who cannot.

    The young person named them for that; they read of it with the news. Source: C2.
    """
    rows = db.session.execute(
        select(Relationship, PersonTerms)
        .outerjoin(PersonTerms, PersonTerms.relationship_id == Relationship.id)
        .where(
            Relationship.young_person_id == young_person_id,
            Relationship.kind.in_((RelationshipKind.TRUSTED, RelationshipKind.BACK_UP)),
            is_in_force(Relationship, now),
        )
    ).all()
    trio = [r for r, _ in rows if r.kind == RelationshipKind.TRUSTED]
    standing = [r for r in trio if r.consent not in (Consent.NO, Consent.LEFT)]
    if gone_id not in {r.person_id for r in trio} or len(standing) >= TRIO:
        return
    for relationship, terms in rows:
        if relationship.kind == RelationshipKind.BACK_UP and relationship.consent == Consent.YES:
            relationship.kind = RelationshipKind.TRUSTED
            relationship.rank = max(r.rank for r in trio) + 1
            if terms is not None:
                terms.told_at, terms.stepped_in_at = None, now
            audit.record(
                "trusted_person:stepped_in",
                viewer=viewer,
                now=now,
                subject_id=young_person_id,
                object_kind="person",
                object_id=relationship.person_id,
            )
            return


def _tell_name(viewer: Viewer, page: PlanPage, person_id: UUID, now: datetime) -> None:
    # Asking somebody is letting them know one's name: the page that sends the text says so.
    grants = page.grants
    if not any(g.section == "profile" and g.grantee_id == person_id for g in grants):
        sharing_actions.share(
            viewer,
            page.plan.young_person_id,
            "profile",
            person_id=person_id,
            agreed_how="own_device",
            now=now,
        )


def _record(
    viewer: Viewer, page: PlanPage, verb: str, person_id: UUID | None, now: datetime
) -> None:
    audit.record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=page.plan.young_person_id,
        object_kind="person",
        object_id=person_id,
    )
    db.session.flush()
