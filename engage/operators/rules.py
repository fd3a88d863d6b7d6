"""Reading a spreadsheet of people, and naming everything that is wrong with it. Plain Python."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

MOST_LINES = 50_000
# A spreadsheet runs what starts like this. Source: OWASP, CSV injection.
RUNS_IN_A_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r")
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\"]{2,}")
Check = Callable[[str], str]


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where it stands and why."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.reason}"


@dataclass(frozen=True)
class Column:
    """A column of the spreadsheet: what it is called, whether it may be empty, what it accepts."""

    name: str
    check: Check
    required: bool = False


@dataclass(frozen=True)
class Row:
    """A line that was understood."""

    line: int
    values: Mapping[str, str]


def read_table(data: bytes, columns: tuple[Column, ...]) -> tuple[list[Row], list[Problem]]:
    """Read a CSV file; return its lines and every problem, in the order of the lines.

    Separators may be commas or semicolons, the text UTF-8 with or without a mark.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return [], [Problem(line, "file", "not UTF-8: save it as “CSV UTF-8”")]
    if "\0" in text:
        return [], [Problem(text[: text.index("\0")].count("\n") + 1, "file", "holds a NUL byte")]
    separator = ";" if text.partition("\n")[0].count(";") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        header = [cell.strip().lower().replace(" ", "_") for cell in next(reader, [])]
        problems += _header_problems(header, columns)
        if problems:
            return [], problems
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) >= MOST_LINES:
                return rows, [*problems, Problem(reader.line_num, "file", "too many lines")]
            row, wrong = _read_row(reader.line_num, cells, header, columns)
            rows.append(row)
            problems += wrong
    except csv.Error as error:
        problems.append(Problem(reader.line_num, "file", f"not CSV: {error}"))
    if not rows and not problems:
        problems.append(Problem(2, "file", "there are no lines below the header"))
    return rows, problems


def _header_problems(header: list[str], columns: tuple[Column, ...]) -> list[Problem]:
    known = {column.name for column in columns}
    found = [
        Problem(1, column.name, "this column is missing")
        for column in columns
        if column.required and column.name not in header
    ]
    found += [Problem(1, name or "(empty)", "not a column we know") for name in header
              if name not in known]  # fmt: skip
    twice = sorted({name for name in header if header.count(name) > 1 and name in known})
    return found + [Problem(1, name, "this column stands here twice") for name in twice]


def _read_row(
    line: int, cells: list[str], header: list[str], columns: tuple[Column, ...]
) -> tuple[Row, list[Problem]]:
    problems = []
    if len(cells) > len(header):
        problems.append(Problem(line, "line", f"{len(cells)} cells under {len(header)} headings"))
    given = dict(zip(header, cells, strict=False))
    values = {}
    for column in columns:
        # A spreadsheet puts an apostrophe before what must stay text.
        cell = given.get(column.name, "").strip().removeprefix("'")
        values[column.name] = cell
        if not cell:
            if column.required:
                problems.append(Problem(line, column.name, "is empty"))
            continue
        try:
            values[column.name] = column.check(cell)
        except ValueError as error:
            problems.append(Problem(line, column.name, str(error)))
    return Row(line, values), problems


def as_name(cell: str) -> str:
    """Accept a name of up to 120 signs that no spreadsheet would run."""
    if cell.startswith(RUNS_IN_A_SPREADSHEET):
        raise ValueError("starts with a sign that a spreadsheet would run")
    if len(cell) > 120:
        raise ValueError("is longer than 120 signs")
    if not cell.isprintable():
        raise ValueError("holds signs that cannot be shown")
    return cell


def as_date(cell: str) -> str:
    """Accept a date written as 2010-12-31."""
    try:
        return date.fromisoformat(cell).isoformat()
    except ValueError:
        raise ValueError("write the date as 2010-12-31") from None


def as_email(cell: str) -> str:
    """Accept an email address."""
    if not EMAIL.fullmatch(cell):
        raise ValueError("is not an email address")
    return cell.lower()


def one_of(choices: tuple[str, ...]) -> Check:
    """Accept one of these words."""

    def check(cell: str) -> str:
        word = cell.strip().lower().replace(" ", "_")
        if word not in choices:
            raise ValueError(f"use one of: {', '.join(choices)}")
        return word

    return check


def some_of(choices: tuple[str, ...]) -> Check:
    """Accept some of these words, with spaces between them."""
    accept = one_of(choices)

    def check(cell: str) -> str:
        return " ".join(dict.fromkeys(accept(word) for word in cell.split()))

    return check


def twice(rows: list[Row], column: str) -> list[Problem]:
    """Name the lines that repeat what an earlier line says in a column that must not repeat."""
    first: dict[str, int] = {}
    found = []
    for row in rows:
        value = row.values[column]
        if value and first.setdefault(value, row.line) != row.line:
            found.append(Problem(row.line, column, f"is the same as in line {first[value]}"))
    return found


def inert(cell: str) -> str:
    """Return text for a CSV cell that a spreadsheet shows and never runs."""
    return f"'{cell}" if cell.startswith(RUNS_IN_A_SPREADSHEET) else cell
