"""Reading a list of the police or of NCMEC, as a file or as it was pasted."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from engage.oversight.check_rules import Theirs, plain_name
from engage.sheets import Column, Fault, Problem, Row, read_table

MOST_LINES = 200_000
MOST_BYTES = 16 * 1024 * 1024
MONTH_FIRST = frozenset({"US"})
_DAY = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
# Headings as offices write them.
ALIASES = {
    "full_name": "name", "child": "name", "missing_person": "name", "young_person": "name",
    "forename": "first_name", "given_name": "first_name", "forenames": "first_name",
    "surname": "last_name", "family_name": "last_name",
    "date_of_birth": "birth_date", "dob": "birth_date", "born": "birth_date",
    "d.o.b.": "birth_date",
    "missing_since": "since", "date_missing": "since", "last_seen": "since",
    "missing_from": "since",
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What a list says; nothing of it while there is one problem."""

    lines: list[Theirs]
    problems: list[Problem]


def read_list(data: bytes, region: str) -> Reading:
    """Read a list, all of it or nothing. Dates with the year last are read as in this country."""
    rows, problems = read_table(
        data,
        (
            Column("name", _name),
            Column("first_name", _name),
            Column("last_name", _name),
            Column("birth_date", lambda cell: _day(cell, region).isoformat()),
            Column("since", lambda cell: _since(cell, region)),
        ),
        most=MOST_LINES,
        others_allowed=True,
        also_windows=True,
        aliases=ALIASES,
    )
    problems += _without_name(rows, problems)
    lines = [] if problems else [_line(row) for row in rows]
    problems += _twice(lines)
    return Reading([] if problems else lines, sorted(problems, key=lambda each: each.line))


def _without_name(rows: list[Row], problems: list[Problem]) -> list[Problem]:
    # A name that is there and unreadable is named once.
    known = {each.line for each in problems if each.column in ("name", "first_name", "last_name")}
    return [
        Problem(row.line, "name", "is empty", Fault.EMPTY)
        for row in rows
        if not _name_of(row) and row.line not in known
    ]


def _name_of(row: Row) -> str:
    parts = (row.values["first_name"], row.values["last_name"])
    return row.values["name"] or " ".join(part for part in parts if part)


def _line(row: Row) -> Theirs:
    born, since = row.values["birth_date"], row.values["since"]
    when: datetime | date | None = None
    if since:
        when = datetime.fromisoformat(since) if "T" in since else date.fromisoformat(since)
    return Theirs(row.line, _name_of(row), date.fromisoformat(born) if born else None, when)


def _twice(lines: list[Theirs]) -> list[Problem]:
    first: dict[tuple[str, date | None], int] = {}
    found = []
    for line in lines:
        earlier = first.setdefault((plain_name(line.name), line.birth_date), line.line)
        if earlier != line.line:
            words = f"is the same as in line {earlier}"
            found.append(Problem(line.line, "name", words, Fault.SAME))
    return found


def _name(cell: str) -> str:
    if len(cell) > 120 or not cell.isprintable() or not any(c.isalpha() for c in cell):
        raise ValueError("is not a name")
    return cell


def _day(cell: str, region: str) -> date:
    found = _DAY.fullmatch(cell.strip())
    try:
        if found is None:
            raise ValueError
        first, second, third = (int(part) for part in found.groups())
        if len(found[1]) == 4:
            return date(first, second, third)
        if len(found[3]) != 4:
            raise ValueError
        return date(third, first, second) if region in MONTH_FIRST else date(third, second, first)
    except ValueError:
        raise ValueError("write the date as 2010-12-31") from None


def _since(cell: str, region: str) -> str:
    day, _, clock = cell.strip().replace("T", " ").partition(" ")
    if not clock:
        return _day(day, region).isoformat()
    found = _TIME.fullmatch(clock.strip())
    try:
        if found is None:
            raise ValueError
        return datetime.combine(_day(day, region), time(int(found[1]), int(found[2]))).isoformat()
    except ValueError:
        raise ValueError("write the time as 2026-11-22 21:30") from None
