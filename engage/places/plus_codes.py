"""Reading Plus Codes: an open way to write a position, which works without any service.

Source: the Open Location Code specification (Google, Apache 2.0): pairs of base-20 digits for
latitude and longitude, then cells of five by four.
"""

import re

LETTERS = "23456789CFGHJMPQRVWX"
_FULL = re.compile(rf"\b([{LETTERS[:9]}][{LETTERS}]{{7}})\+([{LETTERS}]{{2,7}})?", re.IGNORECASE)
_SHORT = re.compile(
    rf"(?<![{LETTERS}])([{LETTERS}]{{4}}|[{LETTERS}]{{6}})\+([{LETTERS}]{{2,3}})\b", re.IGNORECASE
)
ROWS, COLUMNS = 5, 4


def find_full(text: str) -> tuple[float, float] | None:
    """Return the middle (latitude, longitude) of the first full code in a text, or None."""
    found = _FULL.search(text)
    return decode(found[1] + (found[2] or "")) if found else None


def find_short(text: str, near: tuple[float, float]) -> tuple[float, float] | None:
    """Return the middle of the first short code ("9G8F+6X") nearest to a known point, or None."""
    found = _SHORT.search(text)
    if found is None:
        return None
    digits = found[1] + found[2]
    missing = 8 - len(found[1])
    size = 20.0 ** (2 - missing / 2)
    start = encode(*near)[:missing]
    latitude, longitude = decode(start + digits)
    # The same digits come again each `size` degrees: take the one nearest to the known point.
    latitude = _nearest(latitude, near[0], size)
    return latitude, _nearest(longitude, near[1], size)


def _nearest(found: float, near: float, size: float) -> float:
    if found - near > size / 2:
        return found - size
    return found + size if near - found > size / 2 else found


def decode(digits: str) -> tuple[float, float]:
    """Return the middle of the area that these digits name; the plus sign is left out."""
    values = [LETTERS.index(digit) for digit in digits.upper()]
    latitude, longitude, height, width = -90.0, -180.0, 400.0, 400.0
    pairs, rest = values[:10], values[10:]
    for at in range(0, len(pairs) - 1, 2):
        height, width = height / 20, width / 20
        latitude += pairs[at] * height
        longitude += pairs[at + 1] * width
    for value in rest:
        height, width = height / ROWS, width / COLUMNS
        latitude += value // COLUMNS * height
        longitude += value % COLUMNS * width
    return latitude + height / 2, longitude + width / 2


def encode(latitude: float, longitude: float) -> str:
    """Return the ten digits of a position, without the plus sign."""
    north = min(max(latitude, -90.0), 90 - 1e-9) + 90
    east = (longitude + 180) % 360
    digits = ""
    size = 400.0
    for _ in range(5):
        size /= 20
        row, column = int(north / size), int(east / size)
        digits += LETTERS[row] + LETTERS[column]
        north -= row * size
        east -= column * size
    return digits
