"""The talk that is owed to one young person, and all that are still owed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, exists, func, not_, select

from engage.crypto import unseal
from engage.db import db
from engage.episodes.models import Episode
from engage.interviews.listing import PAGE, ByTime, Page, Rows, page_of
from engage.interviews.models import (
    InterviewAttempt,
    InterviewEpisode,
    InterviewHolder,
    ReturnInterview,
)
from engage.interviews.rules import OPEN, Facts, InterviewState, Standing, standing
from engage.people.access import (
    Object,
    Verb,
    Viewer,
    is_in_force,
    may,
    require,
    visible_young_people,
)
from engage.people.models import LinkKind, Person, PersonKind, Role, RoleGrant
from engage.policy.clock_rules import Clock, from_data
from engage.web.errors import NotFound

MOST_COUNTED = 100


@dataclass(frozen=True)
class InterviewPage:
    """Everything about one talk that its page shows."""

    young_person: Person
    interview: ReturnInterview
    standing: Standing
    rule: Clock | None
    others: tuple[Clock, ...]
    episodes: Sequence[Episode]
    attempts: Sequence[InterviewAttempt]
    names: dict[UUID, str]
    may_edit: bool
    # The words of the choice are the young person's, and theirs to share.
    may_read_choice: bool
    # What was sent to whoever holds it, if they are one of us.
    holder: InterviewHolder | None


@dataclass(frozen=True)
class OwedLine:
    """One talk in a worker's list."""

    young_person_id: UUID
    name: str
    state: InterviewState
    due_at: datetime | None
    standing: Standing


def interview_of(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> ReturnInterview | None:
    """Return the talk that is open for this young person, else the last one, if there is any.

    For whoever may see that there is one. Raises NotFound otherwise.
    """
    _require_sight(viewer, young_person_id, now)
    return db.session.scalars(
        select(ReturnInterview)
        .where(ReturnInterview.young_person_id == young_person_id)
        .order_by(ReturnInterview.state.in_(sorted(OPEN)).desc(), ReturnInterview.opened_at.desc())
        .limit(1)
    ).first()


def get_page(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> InterviewPage:
    """Return what a worker's page about a talk shows, or raise NotFound."""
    interview = interview_of(viewer, young_person_id, now=now)
    if interview is None:
        raise NotFound("interview")
    young_person = db.session.get_one(Person, young_person_id)
    episodes = db.session.scalars(
        select(Episode)
        .join(InterviewEpisode, InterviewEpisode.episode_id == Episode.id)
        .where(InterviewEpisode.interview_id == interview.id)
        .order_by(Episode.opened_at)
    ).all()
    attempts = db.session.scalars(
        select(InterviewAttempt)
        .where(InterviewAttempt.interview_id == interview.id)
        .order_by(InterviewAttempt.at, InterviewAttempt.id)
    ).all()
    about = (Object.INTERVIEW_CHOICE, young_person_id)
    ids = {interview.offered_by_id, interview.interviewer_id, interview.done_by_id}
    ids |= {each.by_id for each in attempts}
    people = db.session.scalars(select(Person).where(Person.id.in_(ids - {None})))
    return InterviewPage(
        young_person=young_person,
        interview=interview,
        standing=standing(interview.facts, now),
        rule=from_data(interview.rule) if interview.rule else None,
        others=tuple(from_data(each) for each in interview.others),
        episodes=episodes,
        attempts=attempts,
        names={person.id: str(person.name) for person in people},
        may_edit=may(viewer, Verb.EDIT, *about, now=now),
        may_read_choice=may(viewer, Verb.READ, *about, now=now, owner_id=interview.interviewer_id),
        holder=db.session.scalar(
            select(InterviewHolder).where(
                InterviewHolder.interview_id == interview.id,
                InterviewHolder.person_id == interview.interviewer_id,
            )
        ),
    )


def owed(
    viewer: Viewer, *, now: datetime, after: UUID | None = None, limit: int = PAGE
) -> Page[OwedLine]:
    """List the talks still owed to the viewer's young people, the one due first on top.

    Those without a return time come first of all: nobody can say when they are due. `after`: the
    last talk of the page before. Only the names that are shown are opened.
    """
    rows = _BY_DUE.rows(_owed(viewer, now, *_LINE), after, limit)
    names = _names_of(row.young_person_id for row in rows)
    found = []
    for row in rows:
        facts = Facts(InterviewState(row.state), row.due_at, row.offered_at, row.declined_at)
        who = row.young_person_id
        line = OwedLine(who, names[who], facts.state, row.due_at, standing(facts, now))
        found.append((row.id, line))
    return page_of(found, limit)


def count_owed(viewer: Viewer, *, now: datetime) -> tuple[int, int]:
    """Return how many talks are owed to the viewer's young people, and how many of them late.

    Counted to a hundred: beyond that it is the list that has to be worked on, not the number.
    """
    talk = ReturnInterview
    in_time = and_(
        talk.state == InterviewState.DECLINED,
        talk.offered_at.is_not(None),
        talk.declined_at.is_not(None),
        talk.offered_at <= talk.declined_at,
        talk.declined_at <= talk.due_at,
    )
    owed = _owed(viewer, now, talk.id)
    return _count(owed), _count(owed.where(talk.due_at < now, not_(in_time)))


def _count(rows: Rows) -> int:
    some = rows.limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


# Written out, for a partial index serves no question whose states come later.
_STILL_OPEN: BindParameter[Any] = bindparam(
    "still_open", sorted(OPEN), expanding=True, literal_execute=True
)
_BY_DUE = ByTime(ReturnInterview.due_at, ReturnInterview.id, without_first=True)
_LINE = (
    ReturnInterview.id,
    ReturnInterview.young_person_id,
    ReturnInterview.state,
    ReturnInterview.due_at,
    ReturnInterview.offered_at,
    ReturnInterview.declined_at,
)


def _owed(viewer: Viewer, now: datetime, *what: Any) -> Rows:
    # Asked of each talk in turn, so that the order of the index is kept and a page is enough.
    is_theirs = exists().where(
        Person.id == ReturnInterview.young_person_id, visible_young_people(viewer, now=now)
    )
    return select(*what).where(ReturnInterview.state.in_(_STILL_OPEN), is_theirs)


def _names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    found = db.session.execute(
        select(Person.id, Person._name.label("name")).where(Person.id.in_(set(ids)))
    )
    return {row.id: unseal(row.name, "people.name", row.id) for row in found}


def who_chooses(viewer: Viewer) -> UUID | None:
    """Return the young person whose choice this viewer makes: their own, or that of their link.

    Only a link of this kind, made out to them: whoever found a card may not choose for them.
    """
    themselves = as_themselves(viewer)
    is_young = themselves.kind == PersonKind.YOUNG_PERSON and themselves.link_kind is None
    return themselves.person_id if is_young else None


def as_themselves(viewer: Viewer) -> Viewer:
    """Return the young person behind the link that was sent to them; others as they are."""
    return replace(viewer, link_kind=None) if viewer.link_kind == LinkKind.RETURN else viewer


def _require_sight(viewer: Viewer, young_person_id: UUID, now: datetime) -> None:
    viewer = as_themselves(viewer)
    if may(viewer, Verb.READ, Object.INTERVIEW_CHOICE, young_person_id, now=now):
        return
    require(viewer, Verb.READ, Object.EPISODE, young_person_id, now=now)


def interviewers(viewer: Viewer, *, now: datetime) -> list[tuple[str, str]]:
    """List the staff of the viewer's organisation who hold interviews: (id, name), by name."""
    found = db.session.scalars(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            Person.organisation_id == viewer.organisation_id,
            RoleGrant.role == Role.INTERVIEWER,
            is_in_force(RoleGrant, now),
        )
        .distinct()
    )
    named = [(str(person.id), str(person.name)) for person in found]
    return sorted(named, key=lambda each: each[1].casefold())
