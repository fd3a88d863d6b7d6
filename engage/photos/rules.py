"""What a photo in a plan must be: its sizes, its age, and why one cannot be kept."""

from datetime import date, timedelta
from enum import StrEnum

# Source: MISSION 4.16: at most 10 MB in, looked at again after 180 days.
MOST_BYTES = 10 * 1024 * 1024
FRESH_FOR = timedelta(days=180)
# A form with a photo of at most this size is read to its end, so that the answer can stand beside
# the field; what is larger is not read at all.
MOST_READ = 16 * 1024 * 1024
LONGEST_SIDE = 12_000
# Phones take up to 50 million; decoded that is 150 MB of memory for a moment.
MOST_PIXELS = 50_000_000
SMALLEST_SIDE = 200
# Large enough for a poster's face, small enough for a bad connection.
KEPT_SIDE = 1200
# A photo that a worker added is thrown away when the young person has not said yes by then.
UNAGREED_KEPT = timedelta(days=14)
OLDEST = timedelta(days=5 * 365)
SECTION = "photo"


class PhotoProblem(StrEnum):
    """Why this file cannot be kept as the photo."""

    NOTHING = "nothing"
    TOO_HEAVY = "too_heavy"
    NOT_A_PHOTO = "not_a_photo"
    OTHER_KIND = "other_kind"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    MOVES = "moves"


class DayProblem(StrEnum):
    """Why this cannot be the day on which a photo was taken."""

    UNREADABLE = "unreadable"
    NOT_YET = "not_yet"
    TOO_OLD = "too_old"


def size_problem(width: int, height: int) -> PhotoProblem | None:
    """Return what is wrong with a photo of so many pixels, or None."""
    if max(width, height) >= LONGEST_SIDE or width * height > MOST_PIXELS:
        return PhotoProblem.TOO_LARGE
    if min(width, height) < SMALLEST_SIDE:
        return PhotoProblem.TOO_SMALL
    return None


def read_day(typed: str) -> date | None:
    """Read a day as browsers send it (2026-11-22) or as people write it (22/11/2026)."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        pass
    parts = typed.replace(".", "/").replace("-", "/").split("/")
    if len(parts) != 3 or not all(part.strip().isdecimal() for part in parts):
        return None
    day, month, year = (int(part) for part in parts)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_problem(taken_on: date | None, today: date) -> DayProblem | None:
    """Return what is wrong with the day a photo was taken on, or None."""
    if taken_on is None:
        return DayProblem.UNREADABLE
    if taken_on > today:
        return DayProblem.NOT_YET
    return DayProblem.TOO_OLD if today - taken_on > OLDEST else None


def is_old(taken_on: date, today: date) -> bool:
    """Say whether a newer photo should be offered. Source: MISSION 4.16."""
    return today - taken_on > FRESH_FOR


def ages_on(taken_on: date) -> date:
    """Return the first day on which a photo counts as old."""
    return taken_on + FRESH_FOR + timedelta(days=1)
