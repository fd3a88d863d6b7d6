"""The patterns of a year, for those who may see totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engage.db import db
from engage.feedback import queries as feedback
from engage.feedback.rules import Line, Subject, lines, to_five
from engage.patterns.reading import times_away
from engage.patterns.rules import (
    Block,
    Cell,
    Group,
    Pattern,
    Trait,
    blocks,
    cells,
    groups,
    quarters_over,
)
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Organisation
from engage.web.errors import NotFound

FIRST_YEAR, YEARS = 2000, 5


@dataclass(frozen=True)
class Shown:
    """One block of a year by one pattern, or by one trait."""

    block: Block
    cells: Sequence[Cell] = ()
    groups: Sequence[Group] = ()

    @property
    def times(self) -> int:
        """Return how many times away it holds, rounded."""
        return to_five(len(self.block.times))


@dataclass(frozen=True)
class YearPage:
    """What keeps happening in one year."""

    year: int
    years: list[int]
    blocks: list[Shown]
    # What young people say about the police, in groups that hide everybody.
    feedback: Sequence[Line] = ()


def get_pattern(viewer: Viewer, pattern: Pattern, year: str | None, *, now: datetime) -> YearPage:
    """Return one pattern of a year (this one without a name). Raises NotFound."""
    house, asked, years, found = year_of(viewer, year, now)
    return YearPage(
        asked,
        years,
        [Shown(each, cells=cells(pattern, each.times, house.time_zone)) for each in found],
    )


def get_fairness(viewer: Viewer, trait: Trait, year: str | None, *, now: datetime) -> YearPage:
    """Return how it went by one trait in a year, with what is said about the police beside it.

    Raises NotFound.
    """
    _house, asked, years, found = year_of(viewer, year, now)
    shown = feedback.results(viewer, now=now)[Subject.POLICE]
    return YearPage(
        asked,
        years,
        [Shown(each, groups=groups(trait, each.times)) for each in found],
        lines(shown) if shown else (),
    )


def require_totals(viewer: Viewer, *, now: datetime) -> None:
    """Raise NotFound unless the viewer may see totals, of feedback as well: it stands beside."""
    for what in (Object.TOTALS, Object.FEEDBACK):
        require(viewer, Verb.READ_TOTALS, what, None, now=now)


def year_of(
    viewer: Viewer, year: str | None, now: datetime
) -> tuple[Organisation, int, list[int], list[Block]]:
    """Return the organisation, the year asked for (else this one), those to pick from, and the
    blocks that may be shown. Raises NotFound.
    """
    require_totals(viewer, now=now)
    house = db.session.get(Organisation, viewer.organisation_id)
    if house is None:
        raise NotFound("organisation")
    zone = ZoneInfo(house.time_zone)
    latest = now.astimezone(zone).year
    if year is not None and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise NotFound("year")
    asked = int(year) if year else latest
    if not FIRST_YEAR <= asked <= latest:
        raise NotFound("year")
    found = blocks(
        times_away(house, asked),
        over=quarters_over(asked, now, house.time_zone),
        quarter_of=lambda at: (at.astimezone(zone).month - 1) // 3 + 1,
    )
    return house, asked, [latest - back for back in range(YEARS)], found
