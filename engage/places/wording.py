"""A place as a text names it: as short as may be, and only what anybody can find out."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from engage.places.queries import Found
from engage.places.rules import is_always

LONGEST = 62  # letters of one place without its hours, so that two fit into two segments


def places_in_words(found: Sequence[Found], zone: str) -> dict[str, str]:
    """Return what the text about one or two places says: a, b, and until when each is open."""
    values: dict[str, str] = {}
    for name, one in zip("ab", found, strict=False):
        values[name] = _short(one)
        values[f"{name}_until"] = ""
        values[f"{name}_always"] = "1" if is_always(one.place.spans) else ""
        if one.until is not None and not values[f"{name}_always"]:
            values[f"{name}_until"] = f"{one.until.astimezone(ZoneInfo(zone)):%H:%M}"
    return values


def _short(one: Found) -> str:
    place = one.place
    where = place.address or place.postcode or place.town
    parts = [part for part in (place.called, where) if part]
    words = ", ".join(parts)
    room = LONGEST - len(place.phone) - 2 if place.phone else LONGEST
    if len(words) > room:
        words = place.called[:room].rstrip(" ,")
    return f"{words}, {place.phone}" if place.phone else words
