"""Reading a spreadsheet, and naming everything that is wrong with it. Plain Python."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_LINES = 50_000
# A spreadsheet runs what starts like this, some also in the wide signs of East Asian keyboards.
# Source: OWASP, CSV injection.
RUNS_IN_A_SPREADSHEET = (*"=+-@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")
# What begins "Unicode text" of a spreadsheet, which is no CSV.
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\"]{2,}")
Check = Callable[[str], str]


class Fault(StrEnum):
    """What is wrong, for pages that say it in the reader's language."""

    CELL = "cell"
    EMPTY = "empty"
    SAME = "same"
    NO_COLUMN = "no_column"
    UNKNOWN_COLUMN = "unknown_column"
    COLUMN_TWICE = "column_twice"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_MANY_LINES = "too_many_lines"
    NO_LINES = "no_lines"
    NOT_CSV = "not_csv"
    NOT_TEXT = "not_text"


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where it stands and why."""

    line: int
    column: str
    reason: str
    fault: Fault = Fault.CELL

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


def read_table(
    data: bytes,
    columns: tuple[Column, ...],
    *,
    most: int = MOST_LINES,
    others_allowed: bool = False,
    also_windows: bool = False,
    aliases: Mapping[str, str] | None = None,
) -> tuple[list[Row], list[Problem]]:
    """Read a CSV file; return its lines and every problem, in the order of the lines.

    Separators may be commas or semicolons, the text UTF-8 with or without a mark; with
    `also_windows` also Windows-1252, as older spreadsheets write it. `others_allowed`: columns
    that we do not know are passed over; `aliases`: other headings for those that we do.
    """
    text, problem = _decoded(data, also_windows)
    if problem is not None:
        return [], [problem]
    separator = _separator(text.partition("\n")[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        header = [cell.strip().lower().replace(" ", "_") for cell in next(reader, [])]
        header = [(aliases or {}).get(name, name) for name in header]
        problems += _header_problems(header, columns, others_allowed)
        if problems:
            return [], problems
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) >= most:
                return rows, [
                    *problems,
                    Problem(reader.line_num, "file", "too many lines", Fault.TOO_MANY_LINES),
                ]
            row, wrong = _read_row(reader.line_num, cells, header, columns)
            rows.append(row)
            problems += wrong
    except csv.Error as error:
        problems.append(Problem(reader.line_num, "file", f"not CSV: {error}", Fault.NOT_CSV))
    if not rows and not problems:
        problems.append(Problem(2, "file", "there are no lines below the header", Fault.NO_LINES))
    return rows, problems


def _decoded(data: bytes, also_windows: bool) -> tuple[str, Problem | None]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        if not also_windows or data.startswith(UTF_16):
            return "", Problem(line, "file", "not UTF-8: save it as “CSV UTF-8”", Fault.NOT_TEXT)
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as worse:
            line = data[: worse.start].count(b"\n") + 1
            return "", Problem(line, "file", "not text: save it as “CSV UTF-8”", Fault.NOT_TEXT)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return "", Problem(line, "file", "holds a NUL byte", Fault.NOT_TEXT)
    return text, None


def _separator(first_line: str) -> str:
    """Return what stands between the cells: what is copied from a sheet has tabs."""
    return max(",;\t", key=first_line.count)


def _header_problems(
    header: list[str], columns: tuple[Column, ...], others_allowed: bool
) -> list[Problem]:
    known = {column.name for column in columns}
    found = [
        Problem(1, column.name, "this column is missing", Fault.NO_COLUMN)
        for column in columns
        if column.required and column.name not in header
    ]
    if not others_allowed:
        found += [
            Problem(1, name or "(empty)", "not a column we know", Fault.UNKNOWN_COLUMN)
            for name in header
            if name not in known
        ]
    twice = sorted({name for name in header if header.count(name) > 1 and name in known})
    return found + [
        Problem(1, name, "this column stands here twice", Fault.COLUMN_TWICE) for name in twice
    ]


def _read_row(
    line: int, cells: list[str], header: list[str], columns: tuple[Column, ...]
) -> tuple[Row, list[Problem]]:
    problems = []
    if len(cells) > len(header):
        problems.append(
            Problem(
                line,
                "line",
                f"{len(cells)} cells under {len(header)} headings",
                Fault.TOO_MANY_CELLS,
            )
        )
    given = dict(zip(header, cells, strict=False))
    values = {}
    for column in columns:
        # A spreadsheet puts an apostrophe before what must stay text.
        cell = given.get(column.name, "").strip().removeprefix("'")
        values[column.name] = cell
        if not cell:
            if column.required:
                problems.append(Problem(line, column.name, "is empty", Fault.EMPTY))
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
            found.append(
                Problem(row.line, column, f"is the same as in line {first[value]}", Fault.SAME)
            )
    return found


def inert(cell: str) -> str:
    """Return text for a CSV cell that a spreadsheet shows and never runs."""
    return f"'{cell}" if cell.startswith(RUNS_IN_A_SPREADSHEET) else cell
