"""The people a young person names: naming, asking, their yes or no, taking out, leaving."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engage.audit import actions as audit
from engage.db import db
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.people import actions as people
from engage.people import links, sharing_actions
from engage.people.access import Object, Verb, Viewer
from engage.people.models import (
    Consent,
    Link,
    LinkKind,
    Person,
    Relationship,
    RelationshipKind,
)
from engage.plans.agreement_actions import ask_for_review
from engage.plans.models import Channel, PersonTerms, ReviewReason, SafetyPlan
from engage.plans.page import NAMED, NamedPerson, PlanPage
from engage.plans.rules import ASKS, TELLS, TRIO, PersonProblem, clean, person_problem
from engage.plans.turns import open_turn, take_turn
from engage.web.errors import NotFound

INVITATION_LASTS = timedelta(days=14)
INVITE_AGAIN_AFTER = timedelta(hours=20)
ANSWERED_LASTS = timedelta(days=400)


class CannotName(Exception):
    """This person cannot be named like this; `problem` says why."""

    def __init__(self, problem: PersonProblem):
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Details:
    """What a young person says about somebody they name. `phone` is in E.164."""

    name: str
    phone: str
    how_known: str = ""
    asks: Iterable[str] = field(default_factory=tuple)
    tells: Iterable[str] = field(default_factory=tuple)
    locale: str = "en"


def name_trusted_person(
    viewer: Viewer, plan_id: UUID, details: Details, *, now: datetime
) -> Relationship:
    """Put somebody among the young person's three; nobody is asked yet. Raises CannotName."""
    page = _own(viewer, plan_id, now)
    person, relationship = _name(viewer, page, RelationshipKind.TRUSTED, details, TRIO, now)
    _keep_terms(relationship.id, details)
    _changed(viewer, page, "trusted_person:named", person.id, now)
    return relationship


def change_named_person(
    viewer: Viewer, plan_id: UUID, relationship_id: UUID, details: Details, *, now: datetime
) -> None:
    """Change what is said about a named person. Another number means they are asked anew."""
    page = _own(viewer, plan_id, now)
    named = _named(page, relationship_id)
    kind = RelationshipKind(named.relationship.kind)
    others = [n for n in page.named(kind) if n.person.id != named.person.id]
    _check(page, details, others, None)
    named.person.name = details.name
    if named.person.phone != details.phone:
        named.person.phone = details.phone
        named.person.phone_verified_at = None
        for other in page.around:
            if other.person.id == named.person.id and other.relationship.kind in NAMED:
                other.relationship.consent = Consent.NOT_ASKED
        _close_links(page, named.person.id, now)
    named.person.locale = details.locale
    _keep_terms(relationship_id, details, named.terms)
    _changed(viewer, page, "trusted_person:changed", named.person.id, now)


def choose_check_in_person(
    viewer: Viewer,
    plan_id: UUID,
    *,
    details: Details | None = None,
    person_id: UUID | None = None,
    channel: Channel,
    how_often: str,
    now: datetime,
) -> Relationship:
    """Say who the young person would check in with, how and how often: one of the three
    (`person_id`), or somebody else (`details`). Whoever was chosen before is let go.

    The young person has read that their worker must be able to talk to this person. Source: S1.
    """
    page = _own(viewer, plan_id, now)
    before = page.named(RelationshipKind.CHECK_IN)
    kept = next((n for n in before if n.person.id == person_id), None)
    if kept is not None:
        relationship, terms = kept.relationship, kept.terms
    elif person_id is not None:
        trusted = next(
            (n for n in page.named(RelationshipKind.TRUSTED) if n.person.id == person_id), None
        )
        if trusted is None:
            raise NotFound("person")
        relationship, terms = _start(viewer, page, RelationshipKind.CHECK_IN, person_id, now), None
        relationship.consent = trusted.relationship.consent
        relationship.consent_at = trusted.relationship.consent_at
    else:
        assert details is not None
        _, relationship = _name(viewer, page, RelationshipKind.CHECK_IN, details, None, now)
        terms = None
    for earlier in before:
        if earlier.relationship.id != relationship.id:
            _end(viewer, page, earlier, now)
    terms = terms or _keep_terms(relationship.id, details)
    terms.channel = channel
    terms.how_often = clean(how_often) or None
    terms.worker_may_talk = True
    _changed(viewer, page, "check_in_person:chosen", relationship.person_id, now)
    return relationship


def take_out(viewer: Viewer, plan_id: UUID, relationship_id: UUID, *, now: datetime) -> None:
    """Take somebody out of the plan: their links close and nothing is shared with them any more."""
    page = _own(viewer, plan_id, now)
    named = _named(page, relationship_id)
    _end(viewer, page, named, now)
    _changed(viewer, page, "trusted_person:taken_out", named.person.id, now)


def move_up(viewer: Viewer, plan_id: UUID, relationship_id: UUID, *, now: datetime) -> None:
    """Put a trusted person one place earlier in the order in which they are called."""
    page = _own(viewer, plan_id, now)
    order = page.named(RelationshipKind.TRUSTED)
    at = next((i for i, n in enumerate(order) if n.relationship.id == relationship_id), None)
    if at is None:
        raise NotFound("person")
    order.insert(max(at - 1, 0), order.pop(at))
    for rank, named in enumerate(order):
        named.relationship.rank = rank
    _changed(viewer, page, "trusted_person:moved_up", order[0].person.id, now)


def invite(
    viewer: Viewer, plan_id: UUID, relationship_id: UUID, *, address: str, now: datetime
) -> bool:
    """Ask a named person by text whether they say yes; return False when it is too soon to ask
    again. `address` is our public address; the text holds a link and no name.
    """
    page = _own(viewer, plan_id, now)
    named = _named(page, relationship_id)
    terms = named.terms or _keep_terms(relationship_id, None)
    if terms.invited_at is not None and now - terms.invited_at < INVITE_AGAIN_AFTER:
        return False
    _close_links(page, named.person.id, now)
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
    for each in _same_person(page, named.person.id):
        each.relationship.consent = Consent.ASKED
        each.relationship.consent_at = now
    terms.invited_at = now
    terms.told_at = None
    _changed(viewer, page, "trusted_person:asked", named.person.id, now, is_change=False)
    return True


def note_read(viewer: Viewer, plan_id: UUID, *, now: datetime) -> None:
    """Remember that the young person has read who said no, and who left."""
    page = _own(viewer, plan_id, now)
    for named in page.around:
        if named.terms is not None and page.is_news(named):
            named.terms.told_at = now
    _changed(viewer, page, "trusted_person:answer_read", None, now, is_change=False)


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
        if terms is not None:
            terms.told_at = None
    verb = "said_yes" if yes else "left" if had_said_yes else "said_no"
    audit.record(
        f"trusted_person:{verb}",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="person",
        object_id=person_id,
    )
    if not yes and had_said_yes:
        ask_for_review(viewer, young_person_id, reason=ReviewReason.TRIO_CHANGE, now=now)


def _own(viewer: Viewer, plan_id: UUID, now: datetime) -> PlanPage:
    page = open_turn(viewer, plan_id, now=now)
    if not page.access.may(Verb.CREATE, Object.TRUSTED_PEOPLE):
        raise NotFound("people")
    return page


def _named(page: PlanPage, relationship_id: UUID) -> NamedPerson:
    for named in page.around:
        if named.relationship.id == relationship_id and named.relationship.kind in NAMED:
            return named
    raise NotFound("person")


def _same_person(page: PlanPage, person_id: UUID) -> list[NamedPerson]:
    return [n for n in page.around if n.person.id == person_id and n.relationship.kind in NAMED]


def _check(page: PlanPage, details: Details, others: list[NamedPerson], limit: int | None) -> None:
    workers = {n.person.phone for n in page.around if n.relationship.kind == "social_worker"}
    problem = person_problem(
        name=details.name,
        phone=details.phone,
        own_phone=page.young_person.phone,
        others=[(n.person.name, n.person.phone) for n in others],
        worker_phones={phone for phone in workers if phone},
        limit=limit,
    )
    if problem is not None:
        raise CannotName(problem)


def _name(
    viewer: Viewer,
    page: PlanPage,
    kind: RelationshipKind,
    details: Details,
    limit: int | None,
    now: datetime,
) -> tuple[Person, Relationship]:
    others = page.named(kind)
    _check(page, details, others, limit)
    # One of the three and the check-in person may be the same: one person, asked once.
    known = next(
        (
            n
            for n in page.around
            if n.relationship.kind in NAMED and n.person.phone == details.phone
        ),
        None,
    )
    if known is not None:
        person = known.person
    else:
        person = people.create_trusted_person(
            viewer,
            organisation_id=page.young_person.organisation_id,
            name=details.name,
            phone=details.phone,
            locale=details.locale,
            now=now,
        )
    relationship = _start(viewer, page, kind, person.id, now)
    if known is not None:
        relationship.consent = known.relationship.consent
        relationship.consent_at = known.relationship.consent_at
    return person, relationship


def _start(
    viewer: Viewer, page: PlanPage, kind: RelationshipKind, person_id: UUID, now: datetime
) -> Relationship:
    rank = max((n.relationship.rank + 1 for n in page.named(kind)), default=0)
    return people.assign(viewer, page.plan.young_person_id, person_id, kind, rank=rank, now=now)


def _keep_terms(
    relationship_id: UUID, details: Details | None, terms: PersonTerms | None = None
) -> PersonTerms:
    if terms is None:
        terms = PersonTerms(relationship_id=relationship_id)
        db.session.add(terms)
    if details is not None:
        terms.how_known = clean(details.how_known) or None
        terms.may_be_asked = [ask for ask in ASKS if ask in set(details.asks)]
        terms.may_be_told = [tell for tell in TELLS if tell in set(details.tells)]
    return terms


def _end(viewer: Viewer, page: PlanPage, named: NamedPerson, now: datetime) -> None:
    people.end_assignment(viewer, named.relationship.id, now=now)
    page.around.remove(named)
    if not _same_person(page, named.person.id):
        _close_links(page, named.person.id, now)
        sharing_actions.withdraw_shares_with(
            viewer, page.plan.young_person_id, named.person.id, now=now
        )


def _close_links(page: PlanPage, person_id: UUID, now: datetime) -> None:
    links.revoke(
        LinkKind.TRUSTED,
        now=now,
        young_person_id=page.plan.young_person_id,
        person_id=person_id,
    )


def _changed(
    viewer: Viewer,
    page: PlanPage,
    verb: str,
    person_id: UUID | None,
    now: datetime,
    *,
    is_change: bool = True,
) -> None:
    plan: SafetyPlan = page.plan
    if is_change:
        plan.changed_at = now
    audit.record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=plan.young_person_id,
        object_kind="person",
        object_id=person_id,
    )
    db.session.flush()
