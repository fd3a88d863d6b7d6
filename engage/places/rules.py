"""Opening hours, distances and what people type for "where": plain Python, no outside service."""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo


class What(StrEnum):
    """What kind of place it is."""

    YOUTH = "youth"
    DROP_IN = "drop_in"
    SHELTER = "shelter"
    HEALTH = "health"
    LIBRARY = "library"
    FAITH = "faith"
    ADVICE = "advice"
    OTHER = "other"


class RunBy(StrEnum):
    """Who runs it. Source: MISSION C33 (S2: grassroots and community-led places)."""

    COMMUNITY = "community"
    BLACK_LED = "black_led"
    LGBTQ = "lgbtq"
    FAITH = "faith"
    CHARITY = "charity"
    COUNCIL = "council"
    HEALTH = "health"


EARTH = 6371.0  # kilometres; mean radius, IUGG 1980
FAR = 80.0  # kilometres: what is farther away is no answer to "where"
NEAREST = 2
MONDAY_FIRST = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES = 24 * 60
_PART = re.compile(
    r"(?P<days>[a-z]{3}(?:\s*-\s*[a-z]{3})?(?:\s+[a-z]{3})*|daily)\s+"
    r"(?P<times>\d{1,2}[:.]?\d{0,2}\s*-\s*\d{1,2}[:.]?\d{0,2}"
    r"(?:\s+\d{1,2}[:.]?\d{0,2}\s*-\s*\d{1,2}[:.]?\d{0,2})*)"
)
_SPAN = re.compile(r"(\d{1,2})[:.]?(\d{2})?\s*-\s*(\d{1,2})[:.]?(\d{2})?")
# Source: Royal Mail's format, spaces taken out; the last three signs name the street.
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})?")


class BadHours(ValueError):
    """What was typed is no opening hours; the message is for the person who typed it."""


@dataclass(frozen=True)
class Span:
    """Open from a minute of the week to another; Monday 00:00 is 0. May run past midnight."""

    start: int
    end: int


def parse_hours(typed: str) -> tuple[Span, ...]:
    """Read opening hours like "Mon-Fri 9:00-17:00, Sat 10-14" or "always"; empty: not known.

    Raises BadHours naming the part that cannot be read.
    """
    text = unicodedata.normalize("NFKC", typed).lower().replace("–", "-").strip().rstrip(".")
    if text in ("", "?"):
        return ()
    if text in ("always", "24/7"):
        return (Span(0, 7 * MINUTES),)
    spans: list[Span] = []
    for part in re.split(r"[,;\n]+", text):
        found = _PART.fullmatch(part.strip())
        if found is None:
            raise BadHours(part.strip() or typed.strip())
        days = _days(found["days"], part)
        for from_hour, from_minute, to_hour, to_minute in _SPAN.findall(found["times"]):
            spans += _spans(days, (from_hour, from_minute), (to_hour, to_minute), part)
    return tuple(sorted(spans, key=lambda span: (span.start, span.end)))


def _days(typed: str, part: str) -> list[int]:
    if typed == "daily":
        return list(range(7))
    days: list[int] = []
    for first, _, last in (word.partition("-") for word in re.sub(r"\s*-\s*", "-", typed).split()):
        if first not in MONDAY_FIRST or (last and last not in MONDAY_FIRST):
            raise BadHours(part.strip())
        start = MONDAY_FIRST.index(first)
        end = MONDAY_FIRST.index(last) if last else start
        days += [(start + ahead) % 7 for ahead in range((end - start) % 7 + 1)]
    return days


def _spans(
    days: Iterable[int], start: tuple[str, str], end: tuple[str, str], part: str
) -> list[Span]:
    if any(int(minute or 0) > 59 for _, minute in (start, end)):
        raise BadHours(part.strip())
    opens, closes = (int(hour) * 60 + int(minute or 0) for hour, minute in (start, end))
    if opens >= MINUTES or closes > MINUTES or opens == closes:
        raise BadHours(part.strip())
    if closes < opens:
        closes += MINUTES
    return [Span(day * MINUTES + opens, day * MINUTES + closes) for day in days]


def open_until(spans: Sequence[Span], now: datetime, zone: str) -> datetime | None:
    """Return when a place that is open now closes, or None when it is closed or not known.

    A place that is always open closes a week from now.
    """
    local = now.astimezone(ZoneInfo(zone))
    minute = local.weekday() * MINUTES + local.hour * 60 + local.minute
    week = 7 * MINUTES
    until = 0
    # Spans that touch are one: closing at midnight and opening again is no closing.
    for _ in range(len(spans) + 1):
        longest = max(
            (
                span.end - at
                for span in spans
                for at in ((minute + until) % week, (minute + until) % week + week)
                if span.start <= at < span.end
            ),
            default=0,
        )
        if not longest or until >= week:
            break
        until += longest
    return local + timedelta(minutes=min(until, week)) if until else None


def is_always(spans: Sequence[Span]) -> bool:
    """Say whether a place never closes."""
    return any(span.end - span.start >= 7 * MINUTES for span in spans)


def hours_of_day(spans: Sequence[Span], day: int) -> list[tuple[time, time]]:
    """Return from when to when a place is open on a weekday (0 is Monday)."""
    return [
        (_clock(span.start), _clock(span.end))
        for span in spans
        if span.start // MINUTES == day and not is_always(spans)
    ]


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def distance(from_: tuple[float, float], to: tuple[float, float]) -> float:
    """Return the kilometres between two points (latitude, longitude in degrees).

    Source: the haversine formula, on a sphere of the earth's mean radius.
    """
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (from_, to))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH * math.asin(min(math.sqrt(half), 1.0))


def box_around(point: tuple[float, float], kilometres: float) -> tuple[float, float, float, float]:
    """Return (south, north, west, east) of a box that holds every point within this distance.

    West may be greater than east: the box then crosses 180 degrees.
    """
    latitude, longitude = point
    angle = math.degrees(kilometres / EARTH)
    south, north = latitude - angle, latitude + angle
    if south <= -90 or north >= 90:
        return max(south, -90.0), min(north, 90.0), -180.0, 180.0
    # The circle is widest where it touches its meridians, north of its middle.
    wide = math.degrees(
        math.asin(min(math.sin(math.radians(angle)) / math.cos(math.radians(latitude)), 1.0))
    )
    if wide >= 90:
        return south, north, -180.0, 180.0
    return south, north, _turn(longitude - wide), _turn(longitude + wide)


def _turn(longitude: float) -> float:
    return (longitude + 180) % 360 - 180


class Located(Protocol):
    """Something with a position."""

    latitude: float
    longitude: float


def middle(points: Sequence[Located]) -> tuple[float, float]:
    """Return the middle of places that are near each other."""
    x = y = z = 0.0
    for point in points:
        lat, lon = math.radians(point.latitude), math.radians(point.longitude)
        x += math.cos(lat) * math.cos(lon)
        y += math.cos(lat) * math.sin(lon)
        z += math.sin(lat)
    return (
        math.degrees(math.atan2(z, math.hypot(x, y))),
        math.degrees(math.atan2(y, x)),
    )


def postcode(typed: str) -> tuple[str, str] | None:
    """Return a British postcode as its district and the rest (which may be empty), or None."""
    found = _POSTCODE.fullmatch(re.sub(r"[\s-]", "", typed.upper()))
    return (found[1], found[2] or "") if found else None


def area_key(typed: str) -> str:
    """Return a town's name as it is compared: without case, accents and signs."""
    plain = unicodedata.normalize("NFKD", typed.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))


def is_near_spelling(typed: str, name: str) -> bool:
    """Say whether two town names differ by at most one slip: "croyden" and "croydon"."""
    if len(typed) < 5 or abs(len(typed) - len(name)) > 1:
        return False
    at = 0
    while at < min(len(typed), len(name)) and typed[at] == name[at]:
        at += 1
    rest, other = typed[at:], name[at:]
    swapped = len(rest) == len(other) >= 2 and rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped


_COORDINATES = re.compile(
    r"(?<![\d.])(-?\d{1,2}\.\d{3,8})(?:\s*,\s*|%2C\s*|\s+)(-?\d{1,3}\.\d{3,8})(?![\d.])",
    re.IGNORECASE,
)


def find_position(text: str) -> tuple[float, float] | None:
    """Return the position that stands in a text as numbers, as phones share it in map links.

    Latitude first, both with three decimals at least (100 m); None when there is none.
    """
    found = _COORDINATES.search(text)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
