"""What each figure is made of: its cases, read from what was recorded.

A case lies in the quarter in which its time away began; one of a return, in that of the return;
one of a talk, in that in which the talk came to be owed; a referral, in that in which it came in;
plans and trios are as the quarter ended.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from engage.db import db
from engage.episodes.models import Episode, EpisodeClock, EpisodeTime
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import NoticeState, Phase
from engage.episodes.reading import counts
from engage.episodes.rules import Event, Stage
from engage.intake.models import Referral
from engage.intake.rules import Known, State
from engage.interviews.models import InterviewAttempt, InterviewEpisode, ReturnInterview
from engage.interviews.rules import Reached, Who
from engage.key_figures.rules import (
    AT_MOST,
    SOON,
    TALK_WITHIN,
    Case,
    Figure,
    TalkFacts,
    contacted_by,
    on_time,
    talk_by,
)
from engage.people.models import (
    Consent,
    Person,
    PersonKind,
    Relationship,
    RelationshipKind,
)
from engage.plans.models import PlanVersion, SafetyPlan

TRIO = 3
REPORTS = {"police": "report_police", "ncmec": "report_ncmec"}
_NOT_TOLD = (NoticeState.NOT_NEEDED, NoticeState.NOT_SAFE)


@dataclass(frozen=True)
class Scope:
    """One organisation, from an instant until before another, seen at a third (all UTC)."""

    organisation_id: UUID
    begins: datetime
    ends: datetime
    now: datetime


def cases_of(scope: Scope, figure: Figure) -> list[Case]:
    """Return what a figure is made of, in no order."""
    return list(_READERS[figure](scope))


def judged_talks(scope: Scope) -> dict[Figure, Counter[Any]]:
    """Count how each talk counts for every figure of talks; the talks are read once."""
    found: dict[Figure, Counter[Any]] = {figure: Counter() for figure in _OF_TALKS}
    for talk in _talks(scope):
        for figure, judge in _OF_TALKS.items():
            found[figure][judge(talk, scope.now)] += 1
    return found


def _episodes(scope: Scope) -> list[tuple[UUID, UUID]]:
    """Return (young person, episode) of those who were missing, by when it began."""
    rows = db.session.execute(of_quarter(scope, Episode.young_person_id, Episode.id))
    return [(row.young_person_id, row.id) for row in rows]


def of_quarter(scope: Scope, *columns: Any) -> Select[Any]:
    """Select of the times missing that began in the quarter."""
    return (
        select(*columns)
        .select_from(Episode)
        .where(
            Episode.organisation_id == scope.organisation_id,
            Episode.opened_at >= scope.begins,
            Episode.opened_at < scope.ends,
            Episode.was_missing.is_(True),
        )
    )


def referrals(scope: Scope, *columns: Any) -> Select[Any]:
    """Select of what came in within the quarter; of two that are one the first."""
    return select(*columns).where(
        Referral.organisation_id == scope.organisation_id,
        Referral.received_at >= scope.begins,
        Referral.received_at < scope.ends,
        Referral.state != State.MERGED,
    )


def _referrals(scope: Scope) -> Iterator[Case]:
    asked = (Referral.young_person_id, Referral.id, Referral.known)
    for young, referral, known in db.session.execute(referrals(scope, *asked)):
        yield Case(young, referral, known == Known.LOOKED_AFTER)


def _each_episode(scope: Scope) -> Iterator[Case]:
    return (Case(young, episode, True) for young, episode in _episodes(scope))


def _each_child(scope: Scope) -> Iterator[Case]:
    return (Case(young, young, True) for young in {young for young, _ in _episodes(scope)})


def _went_again(scope: Scope) -> Iterator[Case]:
    times: dict[UUID, int] = defaultdict(int)
    for young, _episode in _episodes(scope):
        times[young] += 1
    return (Case(young, young, number > 1) for young, number in times.items())


def reports(scope: Scope, clocks: Iterable[str], *columns: Any) -> Select[Any]:
    """Select of these clocks, which are for telling somebody by a time."""
    return (
        of_quarter(scope, *columns)
        .join(EpisodeClock, EpisodeClock.episode_id == Episode.id)
        .where(
            EpisodeClock.name.in_(sorted(clocks)),
            EpisodeClock.round == 0,
            EpisodeClock.stage != Stage.NOT_NEEDED,
        )
    )


def _report(clock: str) -> Callable[[Scope], Iterator[Case]]:
    def cases(scope: Scope) -> Iterator[Case]:
        asked = (Episode.young_person_id, Episode.id, EpisodeClock.due_at, EpisodeClock.done_at)
        for young, episode, due_at, done_at in db.session.execute(reports(scope, [clock], *asked)):
            yield Case(young, episode, on_time(due_at, done_at, scope.now))

    return cases


def others(scope: Scope, *columns: Any) -> Select[Any]:
    """Select of the notices to everybody else who is told of a time missing."""
    return (
        of_quarter(scope, *columns)
        .join(EpisodeNotice, EpisodeNotice.episode_id == Episode.id)
        .join(
            EpisodeClock,
            and_(
                EpisodeClock.episode_id == Episode.id,
                EpisodeClock.name == EpisodeNotice.clock,
                EpisodeClock.round == 0,
            ),
        )
        .where(
            EpisodeNotice.phase == Phase.MISSING,
            EpisodeNotice.to.not_in(sorted(REPORTS)),
            EpisodeNotice.state.not_in(_NOT_TOLD),
        )
    )


def _others(scope: Scope) -> Iterator[Case]:
    asked = (Episode.young_person_id, EpisodeNotice.id, EpisodeClock.due_at, EpisodeNotice.told_at)
    for young, notice, due_at, told_at in db.session.execute(others(scope, *asked)):
        yield Case(young, notice, on_time(due_at, told_at, scope.now))


def returns(scope: Scope, *columns: Any) -> Select[Any]:
    """Select of the episodes whose return, as last corrected, lies in the quarter."""
    return (
        select(*columns)
        .select_from(Episode)
        .join(EpisodeTime, EpisodeTime.episode_id == Episode.id)
        .where(
            Episode.organisation_id == scope.organisation_id,
            EpisodeTime.event == Event.RETURNED,
            EpisodeTime.at >= scope.begins,
            EpisodeTime.at < scope.ends,
            counts(),
        )
    )


# In SQL: the clock for the health check after a return, and whether one was owed.
HEALTH_CLOCK = and_(
    EpisodeClock.episode_id == Episode.id,
    EpisodeClock.name == "health_check",
    EpisodeClock.round == 0,
)
HEALTH_OWED = and_(EpisodeClock.stage != Stage.NOT_NEEDED, Episode.was_missing.is_(True))


def _health_checks(scope: Scope) -> Iterator[Case]:
    asked = (Episode.young_person_id, Episode.id, EpisodeClock.due_at, EpisodeClock.done_at)
    found = returns(scope, *asked).join(EpisodeClock, HEALTH_CLOCK).where(HEALTH_OWED)
    for young, episode, due_at, done_at in db.session.execute(found):
        yield Case(young, episode, on_time(due_at, done_at, scope.now))


# Tells, in SQL over Episode, whether the police were told of it.
POLICE_TOLD = exists().where(
    EpisodeNotice.episode_id == Episode.id,
    EpisodeNotice.phase == Phase.MISSING,
    EpisodeNotice.to == "police",
    EpisodeNotice.told_at.is_not(None),
)


def _without_police(scope: Scope) -> Iterator[Case]:
    asked = (Episode.young_person_id, Episode.id, POLICE_TOLD)
    for young, episode, was_told in db.session.execute(returns(scope, *asked)):
        yield Case(young, episode, not was_told)


@dataclass(frozen=True, slots=True)
class _Talk:
    young_person_id: UUID
    id: UUID
    chosen: bool
    facts: TalkFacts


def _talks(scope: Scope) -> Iterator[_Talk]:
    came_back = (
        select(InterviewEpisode.interview_id, func.min(EpisodeTime.at).label("at"))
        .join(EpisodeTime, EpisodeTime.episode_id == InterviewEpisode.episode_id)
        .join(ReturnInterview, ReturnInterview.id == InterviewEpisode.interview_id)
        .where(_owed(scope), EpisodeTime.event == Event.RETURNED, counts())
        .group_by(InterviewEpisode.interview_id)
        .subquery()
    )
    tried = (
        select(InterviewAttempt.interview_id, func.min(InterviewAttempt.at).label("at"))
        .join(ReturnInterview, ReturnInterview.id == InterviewAttempt.interview_id)
        .where(_owed(scope), InterviewAttempt.reached == Reached.TALKED)
        .group_by(InterviewAttempt.interview_id)
        .subquery()
    )
    talk = ReturnInterview
    rows = db.session.execute(
        select(
            talk.young_person_id, talk.id, talk.chosen_at, talk.who, came_back.c.at, talk.due_at,
            tried.c.at, talk.offered_at, talk.declined_at, talk.done_at,
        )
        .outerjoin(came_back, came_back.c.interview_id == talk.id)
        .outerjoin(tried, tried.c.interview_id == talk.id)
        .where(_owed(scope))
    )  # fmt: skip
    for young, talk_id, chosen_at, who, *instants in rows:
        chosen = chosen_at is not None and who != Who.NOT_NOW
        yield _Talk(young, talk_id, chosen, TalkFacts(*instants))


def _owed(scope: Scope) -> Any:
    return and_(
        ReturnInterview.organisation_id == scope.organisation_id,
        ReturnInterview.opened_at >= scope.begins,
        ReturnInterview.opened_at < scope.ends,
    )


def has_plan(scope: Scope) -> ColumnElement[bool]:
    """Tell, in SQL over Person, whether an agreed plan was in use as the quarter ended."""
    return exists().where(
        SafetyPlan.young_person_id == Person.id,
        PlanVersion.plan_id == SafetyPlan.id,
        PlanVersion.live_at < scope.ends,
        or_(PlanVersion.ended_at.is_(None), PlanVersion.ended_at >= scope.ends),
    )


def _plans(scope: Scope) -> Iterator[Case]:
    for young, planned in db.session.execute(looked_after(scope, Person.id, has_plan(scope))):
        yield Case(young, young, bool(planned))


def has_trio(scope: Scope) -> ColumnElement[bool]:
    """Tell, in SQL over Person, whether three trusted people had said yes as the quarter ended."""
    said_yes = (
        select(Relationship.young_person_id)
        .where(
            Relationship.kind == RelationshipKind.TRUSTED,
            Relationship.consent == Consent.YES,
            Relationship.consent_at < scope.ends,
            or_(Relationship.ends_at.is_(None), Relationship.ends_at >= scope.ends),
        )
        .group_by(Relationship.young_person_id)
        .having(func.count() >= TRIO)
    )
    return Person.id.in_(said_yes)


def _trios(scope: Scope) -> Iterator[Case]:
    for young, has_three in db.session.execute(looked_after(scope, Person.id, has_trio(scope))):
        yield Case(young, young, bool(has_three))


def looked_after(scope: Scope, *columns: Any) -> Select[Any]:
    """Select of everybody who was with the organisation as the quarter ended (or now)."""
    at = min(scope.ends, scope.now)
    return (
        select(*columns)
        .select_from(Person)
        .where(
            Person.organisation_id == scope.organisation_id,
            Person.kind == PersonKind.YOUNG_PERSON,
            Person.created_at < at,
            or_(Person.ended_at.is_(None), Person.ended_at >= at),
        )
    )


Judge = Callable[[_Talk, datetime], Any]
_OF_TALKS: dict[Figure, Judge] = {
    Figure.CONTACTED_24: lambda talk, now: contacted_by(SOON, talk.facts, now),
    Figure.CONTACTED_48: lambda talk, now: contacted_by(AT_MOST, talk.facts, now),
    Figure.TALKS_72: lambda talk, now: talk_by(_in_72(talk.facts), talk.facts, now),
    Figure.TALKS_ON_TIME: lambda talk, now: talk_by(talk.facts.due_at, talk.facts, now),
    Figure.TALKS_DONE: lambda talk, now: talk.facts.done_at is not None,
    # Only of talks that took place: None leaves the others out without a word.
    Figure.CHOSE_WHO: lambda talk, now: talk.chosen if talk.facts.done_at else None,
}


def _in_72(talk: TalkFacts) -> datetime | None:
    return None if talk.returned_at is None else talk.returned_at + TALK_WITHIN


def _judged(talks: Iterable[_Talk], judge: Judge, now: datetime) -> list[Case]:
    judged = ((talk, judge(talk, now)) for talk in talks)
    return [Case(t.young_person_id, t.id, counts) for t, counts in judged if counts is not None]


def _talk_cases(judge: Judge) -> Callable[[Scope], list[Case]]:
    return lambda scope: _judged(_talks(scope), judge, scope.now)


_READERS: dict[Figure, Callable[[Scope], Iterable[Case]]] = {
    Figure.REFERRALS: _referrals,
    Figure.EPISODES: _each_episode,
    Figure.CHILDREN_MISSING: _each_child,
    Figure.WENT_AGAIN: _went_again,
    Figure.WITHOUT_POLICE: _without_police,
    Figure.POLICE_ON_TIME: _report(REPORTS["police"]),
    Figure.NCMEC_ON_TIME: _report(REPORTS["ncmec"]),
    Figure.OTHERS_ON_TIME: _others,
    Figure.HEALTH_CHECKS: _health_checks,
    Figure.PLANS_AGREED: _plans,
    Figure.TRIOS: _trios,
    **{figure: _talk_cases(judge) for figure, judge in _OF_TALKS.items()},
}
