"""Places at which different young people were, for those who may see totals; and who, for a reason.

For professionals' reflective welfare meetings. Source: MISSION C55.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engage.crypto import unseal
from engage.db import db
from engage.patterns.place_keeping import box_of, left_of
from engage.patterns.place_reading import key_of, places_of
from engage.patterns.place_rules import NOTHING_LEFT, Box, Left, place_cells, who_was_there
from engage.patterns.queries import year_of
from engage.patterns.rules import Block, Cell
from engage.people.access import Object, Verb, Viewer, require, visible_young_people
from engage.people.models import Person, Role
from engage.web.errors import NotFound

# Those whose column of the access table says that they may read who was there.
READERS = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR})
_person: Any = Person.__table__


@dataclass(frozen=True)
class PlaceBlock:
    """The places of one block; whether there are others, of which nothing is told."""

    block: Block
    cells: Sequence[Cell]
    has_others: bool
    # What is left of words that were erased.
    left: Mapping[str, Left] = field(default_factory=dict)

    def key(self, cell: Cell) -> str:
        """Return what stands for a place in an address: nothing can be read from it."""
        return key_of(cell.value)


@dataclass(frozen=True)
class PlacesPage:
    """The places of one year."""

    year: int
    years: list[int]
    blocks: list[PlaceBlock]


@dataclass(frozen=True)
class OnePlace:
    """One place of a block, and those who were there as far as the viewer may open their page."""

    year: int
    block: Block
    cell: Cell
    people: Sequence[tuple[UUID, str]] = ()


def get_places(viewer: Viewer, year: str | None, *, now: datetime) -> PlacesPage:
    """Return the places of a year (this one without a name). Raises NotFound."""
    require(viewer, Verb.READ_TOTALS, Object.SAME_PLACE, None, now=now)
    house, asked, years, found = year_of(viewer, year, now)
    places = places_of(each for block in found for each in block.times)
    blocks = []
    for block in found:
        left = left_of(house.id, asked, range(block.first, block.last + 1))
        cells, has_others = place_cells(block.times, places, left, _boxes(asked))
        blocks.append(PlaceBlock(block, cells, has_others, left))
    return PlacesPage(asked, years, blocks)


def _boxes(year: int) -> Box:
    return lambda place, young_person_id: box_of(place, year, young_person_id)


def get_place(
    viewer: Viewer, year: str, first: int, key: str, *, now: datetime, with_names: bool = False
) -> OnePlace:
    """Return one place that may be shown, for a reason with the names of those the viewer may
    open anyway. Raises NotFound, also for a place with too few young people.
    """
    page = get_places(viewer, year, now=now)
    shown = next((each for each in page.blocks if each.block.first == first), None)
    cell = next((c for c in shown.cells if shown.key(c) == key), None) if shown else None
    if shown is None or cell is None:
        raise NotFound("place")
    if not with_names:
        return OnePlace(page.year, shown.block, cell)
    there = who_was_there(
        cell.value,
        shown.block.times,
        places_of(shown.block.times),
        shown.left.get(cell.value, NOTHING_LEFT),
        _boxes(page.year),
    )
    return OnePlace(page.year, shown.block, cell, _named(viewer, there or (), now))


def _named(viewer: Viewer, people: Sequence[UUID], now: datetime) -> list[tuple[UUID, str]]:
    grants = frozenset(grant for grant in viewer.grants if grant[0] in READERS)
    seen = visible_young_people(replace(viewer, grants=grants), now=now)
    rows = db.session.execute(
        select(_person.c.id, _person.c.name).where(seen, _person.c.id.in_(list(people)))
    )
    named = [(row.id, unseal(row.name, "people.name", row.id)) for row in rows]
    return sorted(named, key=lambda each: (each[1].casefold(), str(each[0])))
