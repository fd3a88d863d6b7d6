"""Keeping the directory: adding, changing, hiding and showing again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from engage.audit.actions import record
from engage.db import db
from engage.people.viewer import Viewer
from engage.places.models import Place
from engage.places.queries import get_place
from engage.places.rules import RunBy, What, area_key, parse_hours, postcode


@dataclass(frozen=True)
class PlaceFacts:
    """Everything the directory says of a place. Hours as people type them."""

    name: str
    what: What
    town: str
    latitude: float
    longitude: float
    text_name: str = ""
    run_by: Iterable[str] = field(default_factory=tuple)
    languages: Iterable[str] = field(default_factory=tuple)
    address: str = ""
    postcode: str = ""
    phone: str = ""
    hours: str = ""
    note: str = ""
    checked_on: date | None = None


def add_place(viewer: Viewer, organisation_id: UUID, facts: PlaceFacts, *, now: datetime) -> Place:
    """Put a place into the directory. Raises BadHours for hours nobody can read."""
    place = Place(organisation_id=organisation_id)
    _write(viewer, place, facts, now)
    db.session.add(place)
    db.session.flush()
    _record("place:added", viewer, place.id, now)
    return place


def change_place(viewer: Viewer, place_id: UUID, facts: PlaceFacts, *, now: datetime) -> None:
    """Change what the directory says; saving also means that somebody checked it today."""
    _write(viewer, get_place(viewer, place_id, with_hidden=True), facts, now)
    _record("place:changed", viewer, place_id, now)


def _write(viewer: Viewer, place: Place, facts: PlaceFacts, now: datetime) -> None:
    parse_hours(facts.hours)
    code = postcode(facts.postcode)
    place.name, place.text_name, place.what = facts.name, facts.text_name, facts.what
    place.run_by = [kind.value for kind in RunBy if kind in set(facts.run_by)]
    place.languages = sorted(set(facts.languages))
    place.address, place.phone, place.note = facts.address, facts.phone, facts.note
    place.town, place.town_key = facts.town, area_key(facts.town)
    place.postcode = f"{code[0]} {code[1]}".strip() if code else facts.postcode.upper()
    place.district = code[0] if code else ""
    place.hours = " ".join(facts.hours.split())
    place.latitude, place.longitude = facts.latitude, facts.longitude
    place.checked_on = facts.checked_on or now.date()
    place.changed_at, place.changed_by_id = now, viewer.person_id


def hide_place(viewer: Viewer, place_id: UUID, *, now: datetime) -> None:
    """Show a place to nobody any more: it closed, or it is no good. It can be shown again."""
    place = get_place(viewer, place_id)
    place.hidden_at = now
    _record("place:hidden", viewer, place_id, now)


def show_place(viewer: Viewer, place_id: UUID, *, now: datetime) -> None:
    """Show a hidden place again."""
    place = get_place(viewer, place_id, with_hidden=True)
    place.hidden_at = None
    _record("place:shown", viewer, place_id, now)


def _record(verb: str, viewer: Viewer, place_id: UUID, now: datetime) -> None:
    record(verb, viewer=viewer, now=now, object_kind="place", object_id=place_id)
