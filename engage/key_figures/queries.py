"""The figures of a quarter for those who may see totals, and what stands behind each of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.alerts.rules import initials
from engage.db import db
from engage.key_figures.counting import count_all
from engage.key_figures.reading import Scope, cases_of
from engage.key_figures.rules import (
    Case,
    Figure,
    Measured,
    Quarter,
    measured,
    quarter_at,
    read_quarter,
)
from engage.people.access import Object, Verb, Viewer, require, visible_young_people
from engage.people.models import Organisation, YoungPerson
from engage.web.errors import NotFound

MOST_CASES = 500


@dataclass(frozen=True)
class QuarterPage:
    """Every figure of one quarter."""

    quarter: Quarter
    latest: Quarter
    is_over: bool
    figures: dict[Figure, Measured]
    organisation: str


@dataclass(frozen=True)
class CaseLine:
    """One case of a figure that the viewer may open."""

    case: Case
    initials: str


@dataclass(frozen=True)
class CasesPage:
    """A figure with the cases the viewer may open, and how many others stand behind it."""

    quarter: Quarter
    measured: Measured
    counted: list[CaseLine]
    others: list[CaseLine]
    left_out: list[CaseLine]
    hidden: int


def get_quarter(viewer: Viewer, text: str | None, *, now: datetime) -> QuarterPage:
    """Return every figure of a quarter (this one without a name). Raises NotFound."""
    require(viewer, Verb.READ_TOTALS, Object.TOTALS, None, now=now)
    organisation, quarter, latest = _asked(viewer, text, now)
    return _page(organisation, quarter, latest, now)


def get_quarter_of(
    viewer: Viewer, organisation: Organisation, text: str, *, now: datetime
) -> QuarterPage | None:
    """Return every figure of a quarter of an organisation; None for a quarter that is none."""
    require(viewer, Verb.READ_TOTALS, Object.TOTALS, None, now=now)
    latest = quarter_at(now, organisation.time_zone)
    quarter = read_quarter(text, latest=latest)
    return None if quarter is None else _page(organisation, quarter, latest, now)


def _page(
    organisation: Organisation, quarter: Quarter, latest: Quarter, now: datetime
) -> QuarterPage:
    found = count_all(_scope(organisation, quarter, now))
    return QuarterPage(
        quarter,
        latest,
        quarter.is_over(organisation.time_zone, now),
        {figure: found[figure] for figure in Figure},
        organisation.neutral_name,
    )


def get_cases(viewer: Viewer, text: str, figure: Figure, *, now: datetime) -> CasesPage:
    """Return what a figure is made of, as far as the viewer may open it. Raises NotFound.

    A young person the viewer may not open is only counted among `hidden`, and not even that
    where too few stand behind the figure to be shown.
    """
    require(viewer, Verb.READ_TOTALS, Object.TOTALS, None, now=now)
    organisation, quarter, _latest = _asked(viewer, text, now)
    cases = cases_of(_scope(organisation, quarter, now), figure)
    total = measured(figure, cases)
    people = {case.young_person_id for case in cases if case.young_person_id}
    names = _names(viewer, people, now)
    lines = sorted(
        (CaseLine(case, names[case.young_person_id]) for case in cases
         if case.young_person_id is not None and case.young_person_id in names),
        key=lambda line: (line.initials, str(line.case.subject_id)),
    )[:MOST_CASES]  # fmt: skip
    return CasesPage(
        quarter,
        total,
        [line for line in lines if line.case.counts is True],
        [line for line in lines if line.case.counts is False],
        [line for line in lines if not isinstance(line.case.counts, bool)],
        len(cases) - len(lines) if total.is_shown else 0,
    )


def _asked(
    viewer: Viewer, text: str | None, now: datetime
) -> tuple[Organisation, Quarter, Quarter]:
    organisation = db.session.get(Organisation, viewer.organisation_id)
    if organisation is None:
        raise NotFound("organisation")
    latest = quarter_at(now, organisation.time_zone)
    quarter = latest if text is None else read_quarter(text, latest=latest)
    if quarter is None:
        raise NotFound("quarter")
    return organisation, quarter, latest


def _scope(organisation: Organisation, quarter: Quarter, now: datetime) -> Scope:
    begins, ends = quarter.span(organisation.time_zone)
    return Scope(organisation.id, begins, ends, now)


def _names(viewer: Viewer, people: set[UUID], now: datetime) -> dict[UUID, str]:
    """Map those among these young people whom the viewer may open to their initials."""
    found: dict[UUID, str] = {}
    wanted = sorted(people)
    for at in range(0, len(wanted), 500):
        rows = db.session.scalars(
            select(YoungPerson).where(
                YoungPerson.id.in_(wanted[at : at + 500]),
                visible_young_people(viewer, now=now),
            )
        )
        found |= {row.id: initials(row.name) for row in rows}
    return found
