"""The people a young person names: naming, changing, ordering, stepping in, taking out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from engage.agreed.plan_actions import say_in_plan
from engage.agreed.rules import Proposal
from engage.audit import actions as audit
from engage.db import db
from engage.people import actions as people
from engage.people import sharing_actions
from engage.people.access import Viewer
from engage.people.models import Consent, Person, Relationship, RelationshipKind
from engage.plans.models import Channel
from engage.plans.named import (
    Details,
    close_links,
    get_named,
    keep_terms,
    note_trio_changed,
    own_page,
    same_person,
    take_place,
    worker_phones,
)
from engage.plans.page import NAMED, NamedPerson, PlanPage
from engage.plans.rules import TRIO, PersonProblem, person_problem
from engage.questions.answer_rules import clean
from engage.web.errors import NotFound

__all__ = [
    "CannotName",
    "Details",
    "change_named_person",
    "choose_check_in_person",
    "move_up",
    "name_back_up",
    "name_trusted_person",
    "step_in",
    "take_out",
]


class CannotName(Exception):
    """This person cannot be named like this; `problem` says why."""

    def __init__(self, problem: PersonProblem):
        super().__init__(problem)
        self.problem = problem


def name_trusted_person(
    viewer: Viewer, plan_id: UUID, details: Details, *, now: datetime
) -> Relationship:
    """Put somebody among the young person's three; nobody is asked yet. Raises CannotName.

    Whoever said no, or left, does not count among the three any more.
    """
    return _add(viewer, plan_id, RelationshipKind.TRUSTED, details, TRIO, now)


def name_back_up(viewer: Viewer, plan_id: UUID, details: Details, *, now: datetime) -> Relationship:
    """Name somebody who steps in when one of the three drops out. Raises CannotName.

    Until then they see nothing and nobody calls them. Source: C2.
    """
    return _add(viewer, plan_id, RelationshipKind.BACK_UP, details, 1, now)


def _add(
    viewer: Viewer,
    plan_id: UUID,
    kind: RelationshipKind,
    details: Details,
    limit: int,
    now: datetime,
) -> Relationship:
    page = own_page(viewer, plan_id, now)
    person, relationship = _name(viewer, page, kind, details, limit, now)
    keep_terms(relationship.id, details)
    page.plan.changed_at = now
    _record(viewer, page, "trusted_person:named", person.id, now, kind)
    if kind is RelationshipKind.TRUSTED:
        note_trio_changed(viewer, page, now)
    return relationship


def step_in(viewer: Viewer, plan_id: UUID, *, now: datetime) -> bool:
    """Let the back-up person take a free place among the three; False when there is none, or no
    place is free. They were asked before, and what they said still holds.
    """
    page = own_page(viewer, plan_id, now)
    back_up = next(iter(page.active(RelationshipKind.BACK_UP)), None)
    if back_up is None or len(page.active(RelationshipKind.TRUSTED)) >= TRIO:
        return False
    take_place(back_up.relationship, page.named(RelationshipKind.TRUSTED))
    page.plan.changed_at = now
    _record(viewer, page, "trusted_person:stepped_in", back_up.person.id, now)
    note_trio_changed(viewer, page, now)
    return True


def change_named_person(
    viewer: Viewer, plan_id: UUID, relationship_id: UUID, details: Details, *, now: datetime
) -> None:
    """Change what is said about a named person. Another number means they are asked anew."""
    page = own_page(viewer, plan_id, now)
    named = get_named(page, relationship_id)
    kind = RelationshipKind(named.relationship.kind)
    others = [n for n in page.named(kind) if n.person.id != named.person.id]
    _check(page, details, [*others, *_beside(page, kind)], None)
    named.person.name = details.name
    if named.person.phone != details.phone:
        named.person.phone = details.phone
        named.person.phone_verified_at = None
        for other in page.around:
            if other.person.id == named.person.id and other.relationship.kind in NAMED:
                other.relationship.consent = Consent.NOT_ASKED
        close_links(page, named.person.id, now)
    named.person.locale = details.locale
    keep_terms(relationship_id, details, named.terms)
    page.plan.changed_at = now
    _record(viewer, page, "trusted_person:changed", named.person.id, now)


def choose_check_in_person(
    viewer: Viewer,
    plan_id: UUID,
    *,
    details: Details | None = None,
    person_id: UUID | None = None,
    channel: Channel,
    how_often: str,
    proposal: Proposal | None = None,
    now: datetime,
) -> Relationship:
    """Say who the young person would check in with, how and how often: one of the three
    (`person_id`), or somebody else (`details`). Whoever was chosen before is let go.

    The times they propose are agreed times: a clock follows them once their worker says yes too.
    None stands for no set times. Raises CannotName, TooMany.

    The young person has read that their worker must be able to talk to this person. Source: S1.
    """
    page = own_page(viewer, plan_id, now)
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
    terms = terms or keep_terms(relationship.id, details)
    terms.channel = channel
    terms.how_often = clean(how_often) or None
    terms.worker_may_talk = True
    db.session.flush()
    say_in_plan(viewer, page.plan.young_person_id, relationship.id, proposal, now=now)
    page.plan.changed_at = now
    _record(viewer, page, "check_in_person:chosen", relationship.person_id, now)
    return relationship


def take_out(viewer: Viewer, plan_id: UUID, relationship_id: UUID, *, now: datetime) -> None:
    """Take somebody out of the plan: their links close and nothing is shared with them any more."""
    page = own_page(viewer, plan_id, now)
    named = get_named(page, relationship_id)
    _end(viewer, page, named, now)
    page.plan.changed_at = now
    kind = RelationshipKind(named.relationship.kind)
    _record(viewer, page, "trusted_person:taken_out", named.person.id, now, kind)
    if kind is RelationshipKind.TRUSTED:
        note_trio_changed(viewer, page, now)


def move_up(viewer: Viewer, plan_id: UUID, relationship_id: UUID, *, now: datetime) -> None:
    """Put a trusted person one place earlier in the order in which they are called."""
    page = own_page(viewer, plan_id, now)
    order = page.named(RelationshipKind.TRUSTED)
    at = next((i for i, n in enumerate(order) if n.relationship.id == relationship_id), None)
    if at is None:
        raise NotFound("person")
    order.insert(max(at - 1, 0), order.pop(at))
    for rank, named in enumerate(order):
        named.relationship.rank = rank
    page.plan.changed_at = now
    _record(viewer, page, "trusted_person:moved_up", order[0].person.id, now)


def _beside(page: PlanPage, kind: RelationshipKind) -> list[NamedPerson]:
    """List who stands in the plan beside this kind and must be somebody else: the back-up person
    is none of the three.
    """
    beside = {
        RelationshipKind.TRUSTED: RelationshipKind.BACK_UP,
        RelationshipKind.BACK_UP: RelationshipKind.TRUSTED,
    }
    return page.active(beside[kind]) if kind in beside else []


def _check(
    page: PlanPage,
    details: Details,
    others: list[NamedPerson],
    limit: int | None,
    beside: Sequence[NamedPerson] = (),
) -> None:
    if limit is not None and len(others) >= limit:
        raise CannotName(PersonProblem.TOO_MANY)
    problem = person_problem(
        name=details.name,
        phone=details.phone,
        own_phone=page.young_person.phone,
        others=[(n.person.name, n.person.phone) for n in (*others, *beside)],
        worker_phones=worker_phones(page, details.phone),
        limit=None,
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
    others = page.active(kind)
    _check(page, details, others, limit, _beside(page, kind))
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


def _end(viewer: Viewer, page: PlanPage, named: NamedPerson, now: datetime) -> None:
    people.end_assignment(viewer, named.relationship.id, now=now)
    page.around.remove(named)
    if not same_person(page, named.person.id):
        close_links(page, named.person.id, now)
        sharing_actions.withdraw_shares_with(
            viewer, page.plan.young_person_id, named.person.id, now=now
        )


def _record(
    viewer: Viewer,
    page: PlanPage,
    verb: str,
    person_id: UUID | None,
    now: datetime,
    kind: RelationshipKind | None = None,
) -> None:
    audit.record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=page.plan.young_person_id,
        object_kind="person",
        object_id=person_id,
        reason=kind,
    )
    db.session.flush()
