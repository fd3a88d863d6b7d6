"""Reading the directory: lists and filters, one place, and the nearest to what somebody typed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from engage.db import db
from engage.people.models import Organisation
from engage.people.viewer import Viewer
from engage.places import plus_codes
from engage.places.models import Place
from engage.places.rules import (
    FAR,
    NEAREST,
    area_key,
    box_around,
    distance,
    find_position,
    is_near_spelling,
    middle,
    open_until,
    postcode,
)
from engage.web.errors import NotFound

WORTH_GOING = 25.0  # kilometres to a place that is open, when the nearest are closed
MANY = 200


@dataclass(frozen=True)
class Found:
    """A place, how far it is, and until when it is open (None: closed, or nobody knows)."""

    place: Place
    kilometres: float | None
    until: datetime | None


@dataclass(frozen=True)
class Nearest:
    """What is nearest to what was typed; `point` is empty when we do not know where that is."""

    point: tuple[float, float] | None
    found: tuple[Found, ...]
    zone: str


def _shown(organisation_id: UUID | None) -> ColumnElement[bool]:
    return and_(Place.organisation_id == organisation_id, Place.hidden_at.is_(None))


def places(
    viewer: Viewer,
    *,
    now: datetime,
    words: str = "",
    run_by: str = "",
    what: str = "",
    language: str = "",
    open_now: bool = False,
    hidden: bool = False,
    limit: int = MANY,
) -> list[Found]:
    """List the places of the viewer's organisation by name; hidden ones only when asked for."""
    wanted = select(Place).where(Place.organisation_id == viewer.organisation_id)
    wanted = wanted.where(Place.hidden_at.is_not(None) if hidden else Place.hidden_at.is_(None))
    rows = db.session.scalars(wanted.order_by(Place.name, Place.id)).all()
    key, zone = area_key(words), _zone(viewer)
    kept = [
        Found(place, None, open_until(place.spans, now, zone))
        for place in rows
        if _fits(place, run_by=(run_by,) if run_by else (), what=what, language=language)
        and (not key or key in area_key(f"{place.name} {place.address} {place.town} {place.note}"))
    ]
    return [one for one in kept if one.until or not open_now][:limit]


def _fits(place: Place, *, run_by: Sequence[str] = (), what: str = "", language: str = "") -> bool:
    """Say whether a place is run by one of these, is this and speaks this; empty: any."""
    return (
        (not run_by or bool(set(run_by) & set(place.run_by)))
        and (not what or place.what == what)
        and (not language or language in place.languages)
    )


def get_place(viewer: Viewer, place_id: UUID, *, with_hidden: bool = False) -> Place:
    """Return a place of the viewer's organisation, or raise NotFound."""
    place = db.session.get(Place, place_id)
    if (
        place is None
        or viewer.organisation_id is None
        or place.organisation_id != viewer.organisation_id
        or (place.hidden_at is not None and not with_hidden)
    ):
        raise NotFound("place")
    return place


def as_found(viewer: Viewer, place: Place, *, now: datetime) -> Found:
    """Return a place with until when it is open."""
    return Found(place, None, open_until(place.spans, now, _zone(viewer)))


def nearest_to_words(
    viewer: Viewer,
    typed: str,
    *,
    now: datetime,
    number: int = NEAREST,
    run_by: Sequence[str] = (),
    what: str = "",
    language: str = "",
    open_now: bool = False,
) -> Nearest:
    """Return the places nearest to a town, a postcode, a Plus Code or a shared position.

    Everything comes from our own directory: no service is asked, so nobody learns of it.
    """
    point = _point(viewer.organisation_id, typed)
    if point is None:
        return Nearest(None, (), "UTC")
    near, zone = _around(viewer.organisation_id, point)
    found = [
        Found(place, kilometres, open_until(place.spans, now, zone))
        for kilometres, place in near
        if _fits(place, run_by=run_by, what=what, language=language)
    ]
    found = [one for one in found if one.until or not open_now]
    return Nearest(point, tuple(_with_one_open(found, number)), zone)


def _with_one_open(found: list[Found], number: int) -> list[Found]:
    """Keep the nearest; when none of them is open, let an open one not far off be the last."""
    first, rest = found[:number], found[number:]
    if number > 1 and first and not any(one.until for one in first):
        for one in rest:
            if one.until and (one.kilometres or 0) <= WORTH_GOING:
                return [*first[: number - 1], one]
    return first


def _around(
    organisation_id: UUID | None, point: tuple[float, float]
) -> tuple[list[tuple[float, Place]], str]:
    """List the places around a point, the nearest first, with the time zone they are in.

    One statement: a box by the index, put in order by flat distance, which is right for what is
    near; the few that come back are measured on the globe.
    """
    rows = db.session.execute(
        select(Place, Organisation.time_zone)
        .join(Organisation, Organisation.id == Place.organisation_id)
        .where(_shown(organisation_id), _in_box(point, FAR))
        .order_by(_flat_distance(point), Place.id)
        .limit(MANY)
    ).all()
    near = [
        (away, place)
        for place, _ in rows
        if (away := distance(point, (place.latitude, place.longitude))) <= FAR
    ]
    near.sort(key=lambda pair: (pair[0], pair[1].name))
    return near, str(rows[0].time_zone) if rows else "UTC"


def _flat_distance(point: tuple[float, float]) -> ColumnElement[float]:
    latitude, longitude = point
    north = Place.latitude - latitude
    away = func.abs(Place.longitude - longitude)
    east = case((away > 180, 360 - away), else_=away) * math.cos(math.radians(latitude))
    return north * north + east * east


def _in_box(point: tuple[float, float], kilometres: float) -> ColumnElement[bool]:
    south, north, west, east = box_around(point, kilometres)
    across = west > east
    inside = or_ if across else and_
    return and_(
        Place.latitude.between(south, north),
        inside(Place.longitude >= west, Place.longitude <= east),
    )


def _point(organisation_id: UUID | None, typed: str) -> tuple[float, float] | None:
    """Return where somebody means; None when neither we nor our directory know."""
    exact = plus_codes.find_full(typed) or find_position(typed)
    if exact is not None:
        return exact
    area = _by_postcode(organisation_id, typed) or _by_town(organisation_id, typed)
    if area:
        return plus_codes.find_short(typed, middle(area)) or middle(area)
    return _by_short_code(organisation_id, typed) if "+" in typed else None


def _by_short_code(organisation_id: UUID | None, typed: str) -> tuple[float, float] | None:
    """Return where a short code without its town is: where it lies nearest to one of our places."""
    best: tuple[float, tuple[float, float]] | None = None
    for place in _select(organisation_id):
        here = (place.latitude, place.longitude)
        point = plus_codes.find_short(typed, here)
        if point is not None and (best is None or distance(point, here) < best[0]):
            best = (distance(point, here), point)
    return best[1] if best else None


def _by_postcode(organisation_id: UUID | None, typed: str) -> list[Any]:
    words = typed.split()
    # "cr0 2ab", "cr02ab", or either among other words: the longest that is one wins.
    for length in (2, 1):
        for at in range(len(words) - length + 1):
            code = postcode("".join(words[at : at + length]))
            if code is None or (length == 2 and not code[1]):
                continue
            district, rest = code
            return _in_area(organisation_id, district, f"{district} {rest}".strip())
    return []


def _in_area(organisation_id: UUID | None, district: str, whole: str) -> list[Place]:
    """List the places of this very postcode, else of its district, else of its letters."""
    letters = district.rstrip("0123456789")
    is_here, is_near = Place.postcode == whole, Place.district == district
    found = db.session.scalars(
        select(Place)
        .where(_shown(organisation_id), Place.district.startswith(letters))
        # One statement for the three; the closest are not lost where there are many.
        .order_by(case((is_here, 0), (is_near, 1), else_=2), Place.id)
        .limit(MANY)
    ).all()
    here = [place for place in found if place.postcode == whole]
    near = [place for place in found if place.district == district]
    return here or near or list(found)


def _by_town(organisation_id: UUID | None, typed: str) -> list[Any]:
    key = area_key(typed)
    if not key:
        return []
    rows = db.session.execute(
        select(Place.town_key, Place.latitude, Place.longitude)
        .where(_shown(organisation_id))
        .order_by(Place.id)
    ).all()
    towns = {row.town_key for row in rows}
    padded = f" {key} "
    named = [town for town in towns if town == key or f" {town} " in padded]
    if not named:
        words = [key, *key.split()]
        named = [town for town in towns if any(is_near_spelling(word, town) for word in words)]
    # "new town" before "town": the longer name is the one they mean.
    best = max(named, key=lambda town: (len(town), town), default=None)
    return [row for row in rows if row.town_key == best]


def _select(organisation_id: UUID | None, *conditions: ColumnElement[bool]) -> list[Place]:
    wanted = select(Place).where(_shown(organisation_id), *conditions).limit(MANY)
    return list(db.session.scalars(wanted))


def _zone(viewer: Viewer) -> str:
    found: Any = db.session.scalar(
        select(Organisation.time_zone).where(Organisation.id == viewer.organisation_id)
    )
    return str(found or "UTC")


def count_places(viewer: Viewer) -> int:
    """Count the places that are shown."""
    return len(db.session.scalars(select(Place.id).where(_shown(viewer.organisation_id))).all())


def languages_spoken(viewer: Viewer) -> list[str]:
    """List the languages spoken in any of the places, for the filter."""
    rows = db.session.scalars(select(Place.languages).where(_shown(viewer.organisation_id)))
    return sorted({language for languages in rows for language in languages})
