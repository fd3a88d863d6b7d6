"""What a spreadsheet of safe places holds, and what one line of it says."""

import re
from collections.abc import Collection
from datetime import date

from engage.places.actions import PlaceFacts
from engage.places.labels import SPOKEN
from engage.places.rules import BadHours, RunBy, What, area_key, parse_hours, postcode
from engage.sheets import Check, Column, Fault, Problem, Row, as_date, as_name, one_of, some_of

LONGEST_NOTE = 300
LONGEST_HOURS = 200
# The corners of the United Kingdom with its islands, in degrees: south, north, west, east.
BRITAIN = (49.0, 61.5, -9.0, 2.5)
_PHONE = re.compile(r"[+(]?[\d][\d\s()./-]{1,28}")


def up_to(limit: int) -> Check:
    """Accept text of up to so many letters that no spreadsheet would run."""

    def check(cell: str) -> str:
        text = as_name(cell) if limit <= 120 else cell
        if len(text) > limit:
            raise ValueError(f"is longer than {limit} letters")
        return text

    return check


def as_number(cell: str) -> str:
    """Accept a phone number as people write it, also with a plus before it."""
    return cell if _PHONE.fullmatch(cell) else up_to(30)(cell)


def as_hours(cell: str) -> str:
    """Accept opening hours as people write them."""
    if len(cell) > LONGEST_HOURS:
        raise ValueError(f"is longer than {LONGEST_HOURS} letters")
    try:
        parse_hours(cell)
    except BadHours as bad:
        raise ValueError(f"“{bad}” is not like Mon-Fri 9:00-17:00, Sat 10-14") from None
    return cell


def as_postcode(cell: str) -> str:
    """Accept any postcode of up to ten signs; a British one in its own form."""
    code = postcode(cell)
    if code is None and len(cell) > 10:
        raise ValueError("is not a postcode")
    return f"{code[0]} {code[1]}".strip() if code else cell


def as_degrees(most: float) -> Check:
    """Accept decimal degrees between -most and most."""

    def check(cell: str) -> str:
        try:
            value = float(cell.replace(",", "."))
        except ValueError:
            raise ValueError("is not a number, like 51.3728") from None
        if not -most <= value <= most:
            raise ValueError(f"is not between -{most:g} and {most:g}")
        return str(value)

    return check


COLUMNS = (
    Column("name", up_to(80), required=True),
    Column("text_name", up_to(40)),
    Column("what", one_of(tuple(What)), required=True),
    Column("run_by", some_of(tuple(RunBy))),
    Column("languages", some_of(SPOKEN)),
    Column("address", up_to(120)),
    Column("town", up_to(60), required=True),
    Column("postcode", as_postcode),
    Column("phone", as_number),
    Column("hours", as_hours),
    Column("latitude", as_degrees(90), required=True),
    Column("longitude", as_degrees(180), required=True),
    Column("note", up_to(LONGEST_NOTE)),
    Column("checked_on", as_date),
)
EXAMPLE = (
    "The Hub,,youth,community black_led,en so,12 High St,Croydon,CR0 2AB,020 7946 0100,"
    '"Mon-Fri 9:00-17:00, Sat 10-14",51.3728,-0.0990,Hot food on Mondays.,2026-11-01'
)


def misplaced(rows: Collection[Row]) -> list[Problem]:
    """Name the lines whose position cannot be: none at all, or not where their postcode is."""
    found = []
    south, north, west, east = BRITAIN
    for row in rows:
        latitude, longitude = (float(row.values[name]) for name in ("latitude", "longitude"))
        is_british = postcode(row.values.get("postcode", "")) is not None
        if latitude == 0 and longitude == 0:
            reason = "0 and 0 is a place in the sea: leave no zeros"
        elif is_british and not (south <= latitude <= north and west <= longitude <= east):
            reason = "does not fit the postcode: latitude and longitude may be the wrong way round"
        else:
            continue
        found.append(Problem(row.line, "latitude", reason))
    return found


def already_there(rows: Collection[Row], known: Collection[tuple[str, str, str]]) -> list[Problem]:
    """Name the lines that say a place again: of this file, or of the directory (`known`)."""
    found: list[Problem] = []
    first: dict[tuple[str, str, str], int] = {}
    for row in rows:
        key = place_key(*(row.values.get(name, "") for name in ("name", "town", "address")))
        line = first.setdefault(key, row.line)
        if key in known:
            found.append(Problem(row.line, "name", "is in the directory already", Fault.SAME))
        elif line != row.line:
            found.append(
                Problem(row.line, "name", f"is the same place as in line {line}", Fault.SAME)
            )
    return found


def place_key(name: str, town: str, address: str) -> tuple[str, str, str]:
    """Return what makes a place the same place, however it is spelled."""
    return area_key(name), area_key(town), area_key(address)


def facts_of(row: Row) -> PlaceFacts:
    """Return what a good line says of a place."""
    values = row.values
    checked = values.get("checked_on")
    return PlaceFacts(
        name=values["name"],
        what=What(values["what"]),
        town=values["town"],
        latitude=float(values["latitude"]),
        longitude=float(values["longitude"]),
        text_name=values.get("text_name", ""),
        run_by=values.get("run_by", "").split(),
        languages=values.get("languages", "").split(),
        address=values.get("address", ""),
        postcode=values.get("postcode", ""),
        phone=values.get("phone", ""),
        hours=values.get("hours", ""),
        note=values.get("note", ""),
        checked_on=date.fromisoformat(checked) if checked else None,
    )
