"""The figures of a quarter, counted where the rows are.

The page needs numbers only: a million episodes would come here row by row to be counted. What is
counted is selected by `reading`, which lists the same rows one by one when somebody asks for them;
a recount by hand holds both together (tests/key_figures/test_recount.py).
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, true

from engage.db import db
from engage.episodes.models import Episode, EpisodeClock
from engage.episodes.notice_models import EpisodeNotice
from engage.intake.models import Referral
from engage.intake.rules import Known
from engage.key_figures import reading
from engage.key_figures.reading import REPORTS, Scope
from engage.key_figures.rules import Figure, LeftOut, Measured


def count_all(scope: Scope) -> dict[Figure, Measured]:
    """Return every figure of a quarter."""
    found = [
        *_of_referrals(scope),
        *_of_episodes(scope),
        *_of_returns(scope),
        *_of_reports(scope),
        *_of_people(scope),
        *_of_talks(scope),
    ]
    return {each.figure: each for each in found}


def _of_referrals(scope: Scope) -> Iterable[Measured]:
    looked_after = func.count().filter(Referral.known == Known.LOOKED_AFTER)
    of, counted = _row(reading.referrals(scope, func.count(), looked_after))
    yield Measured(Figure.REFERRALS, of, counted)


def _of_episodes(scope: Scope) -> Iterable[Measured]:
    each = func.count().label("times")
    one_a_child = (
        reading.of_quarter(scope, Episode.young_person_id, each)
        .group_by(Episode.young_person_id)
        .subquery()
    )
    times = one_a_child.c.times
    episodes, children, again = _row(
        select(func.coalesce(func.sum(times), 0), func.count(), func.count().filter(times > 1))
    )
    yield Measured(Figure.EPISODES, int(episodes), int(episodes))
    yield Measured(Figure.CHILDREN_MISSING, children, children)
    yield Measured(Figure.WENT_AGAIN, children, again)


def _of_returns(scope: Scope) -> Iterable[Measured]:
    """Count returns in one pass: the look for the last correction of each is what costs."""
    not_told = func.count().filter(~reading.POLICE_TOLD)
    owed = reading.HEALTH_OWED
    checked = _on_time(scope, EpisodeClock.due_at, EpisodeClock.done_at, owed)
    statement = reading.returns(scope, func.count(), not_told, *checked)
    returned, counted, *checks = _row(statement.outerjoin(EpisodeClock, reading.HEALTH_CLOCK))
    yield Measured(Figure.WITHOUT_POLICE, returned, counted)
    yield _timely(Figure.HEALTH_CHECKS, checks)


def _of_reports(scope: Scope) -> Iterable[Measured]:
    clock = _on_time(scope, EpisodeClock.due_at, EpisodeClock.done_at)
    asked = reading.reports(scope, REPORTS.values(), EpisodeClock.name, *clock)
    found = {name: row for name, *row in db.session.execute(asked.group_by(EpisodeClock.name))}
    for figure, to in ((Figure.POLICE_ON_TIME, "police"), (Figure.NCMEC_ON_TIME, "ncmec")):
        yield _timely(figure, found.get(REPORTS[to], (0, 0, 0)))
    told = _on_time(scope, EpisodeClock.due_at, EpisodeNotice.told_at)
    yield _timely(Figure.OTHERS_ON_TIME, _row(reading.others(scope, *told)))


def _of_talks(scope: Scope) -> Iterable[Measured]:
    for figure, judged in reading.judged_talks(scope).items():
        left_out = {why: judged[why] for why in LeftOut if judged[why]}
        yield Measured(figure, judged[True] + judged[False], judged[True], left_out)


def _of_people(scope: Scope) -> Iterable[Measured]:
    has_plan = func.count().filter(reading.has_plan(scope))
    has_trio = func.count().filter(reading.has_trio(scope))
    of, planned, three = _row(reading.looked_after(scope, func.count(), has_plan, has_trio))
    yield Measured(Figure.PLANS_AGREED, of, planned)
    yield Measured(Figure.TRIOS, of, three)


def _on_time(
    scope: Scope, due: Any, done: Any, only: ColumnElement[bool] | None = None
) -> tuple[ColumnElement[int], ...]:
    """Count as `rules.on_time` judges: all, those in time, those that may still be done."""
    still_open = and_(done.is_(None), due >= literal(scope.now, due.type))
    kept = [true() if only is None else only]
    return tuple(
        func.count().filter(*kept, *judged) for judged in ((), (done <= due,), (still_open,))
    )


def _timely(figure: Figure, row: Iterable[int]) -> Measured:
    every, counted, still_open = row
    left_out = {LeftOut.NOT_YET_DUE: still_open} if still_open else {}
    return Measured(figure, every - still_open, counted, left_out)


def _row(statement: Select[Any]) -> Any:
    return db.session.execute(statement).one()
