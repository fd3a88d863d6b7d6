"""A list of the police or of NCMEC: read whole, or every mistake named."""

import time
from datetime import date, datetime

import pytest

from engage.oversight.check_labels import problem
from engage.oversight.their_list import read_list
from engage.sheets import Fault

HEAD = "name,date of birth,missing since\n"
GOOD = HEAD + "Maya Example,2011-03-04,2026-11-22 17:30\nKit Other,2010-01-02,\n"


def read(text: str | bytes, region: str = "GB"):
    return read_list(text.encode() if isinstance(text, str) else text, region)


def faults(text: str | bytes) -> list[tuple[int, str, Fault]]:
    found = read(text)
    assert found.lines == [] and found.problems
    return [(each.line, each.column, each.fault) for each in found.problems]


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("name,date", "Full Name,Date").replace("date of birth", "DOB").encode(),
    ],
)
def test_a_list_is_read_whatever_program_wrote_it(data: bytes) -> None:
    lines = read(data).lines
    assert [(each.line, each.name, each.birth_date) for each in lines] == [
        (2, "Maya Example", date(2011, 3, 4)),
        (3, "Kit Other", date(2010, 1, 2)),
    ]
    assert [each.since for each in lines] == [datetime(2026, 11, 22, 17, 30), None]


def test_old_spreadsheets_write_windows_1252() -> None:
    lines = read(
        "name;dob\nZoë Núñez;2011-03-04\nD’Arcy O’Neil;2010-01-02\n".encode("cp1252")
    ).lines
    assert [each.name for each in lines] == ["Zoë Núñez", "D’Arcy O’Neil"]


def test_first_and_last_name_and_other_columns_do_no_harm() -> None:
    lines = read("ref,Surname,Forename,DOB,officer\n7,Example,Maya,04/03/2011,PC Doe\n").lines
    assert [(each.name, each.birth_date) for each in lines] == [("Maya Example", date(2011, 3, 4))]


@pytest.mark.parametrize(
    ("cell", "region", "day"),
    [
        ("04/03/2011", "GB", date(2011, 3, 4)),
        ("04/03/2011", "US", date(2011, 4, 3)),
        ("4.3.2011", "GB", date(2011, 3, 4)),
        ("2011-3-4", "US", date(2011, 3, 4)),
        ("29/02/2012", "GB", date(2012, 2, 29)),
    ],
)
def test_a_day_is_read_as_people_of_that_country_write_it(
    cell: str, region: str, day: date
) -> None:
    (line,) = read(f"name,dob\nMaya,{cell}\n", region).lines
    assert line.birth_date == day


@pytest.mark.parametrize("cell", ["31/02/2011", "2011-13-01", "yesterday", "04/03/11", "1/1/1/1"])
def test_a_day_that_is_none_is_named(cell: str) -> None:
    assert faults(f"name,dob\nMaya,{cell}\n") == [(2, "birth_date", Fault.CELL)]
    found = read(f"name,dob\nMaya,{cell}\n").problems[0]
    assert problem(found) == "Line 2, date of birth: Write the date like 2010-12-31."


@pytest.mark.parametrize(
    ("since", "read_as"),
    [
        ("2026-11-22", date(2026, 11, 22)),
        ("22/11/2026 17:30", datetime(2026, 11, 22, 17, 30)),
        ("2026-11-22T17:30:59", datetime(2026, 11, 22, 17, 30)),
    ],
)
def test_since_is_a_day_or_a_time(since: str, read_as: date) -> None:
    assert read(f"name,missing since\nMaya,{since}\n").lines[0].since == read_as


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name,dob,date of birth\nM,2011-01-01,\n", [(1, "birth_date", Fault.COLUMN_TWICE)]),
        ("name,since,since\nM,,\n", [(1, "since", Fault.COLUMN_TWICE)]),
        ("dob\n2011-01-01\n", [(2, "name", Fault.EMPTY)]),
        ("name,dob\n,2011-01-01\n", [(2, "name", Fault.EMPTY)]),
        ("name,dob\n12345,2011-01-01\n", [(2, "name", Fault.CELL)]),
        ("name,since\nM,25:70\n", [(2, "since", Fault.CELL)]),
        ("name\n", [(2, "file", Fault.NO_LINES)]),
        ("", [(2, "file", Fault.NO_LINES)]),
        ("name,dob\nM,2011-01-01,x\n", [(2, "line", Fault.TOO_MANY_CELLS)]),
        ('name,dob\n"M,2011-01-01\n', [(2, "file", Fault.NOT_CSV)]),
        ("name\nM\0\n", [(2, "file", Fault.NOT_TEXT)]),
        (b"name\n\x81\x8d\n", [(2, "file", Fault.NOT_TEXT)]),
        ("name,dob\nMaya,2011-01-01\nMAYA ,2011-01-01\n", [(3, "name", Fault.SAME)]),
    ],
)
def test_each_mistake_is_named_and_nothing_is_read(
    text: str | bytes, named: list[tuple[int, str, Fault]]
) -> None:
    assert faults(text) == named


def test_three_bad_lines_of_a_hundred_thousand_are_named_and_all_is_refused() -> None:
    lines = [
        f"Young Person {n},20{n % 12 + 1:02}-01-{n % 28 + 1:02},2026-11-22" for n in range(100_000)
    ]
    for at in (7, 50_000, 99_999):
        lines[at] = f"Young Person {at},the tenth of May,"
    data = ("\ufeff" + "name;date of birth;missing since\n" + "\n".join(lines)).replace(",", ";")
    began = time.process_time()
    found = read(data)
    assert time.process_time() - began < 20
    assert found.lines == []
    assert [(each.line, each.column) for each in found.problems] == [
        (9, "birth_date"), (50_002, "birth_date"), (100_001, "birth_date")
    ]  # fmt: skip
    for at in (7, 50_000, 99_999):
        lines[at] = f"Young Person {at},2010-05-10,"
    found = read("name,date of birth,missing since\n" + "\n".join(lines))
    assert len(found.lines) == 100_000 and not found.problems


def test_every_fault_has_words() -> None:
    for text in ("name,dob,dob\nM,,\n", "name\n", "name,dob\nM,2011-01-01,x\n"):
        for each in read(text).problems:
            assert problem(each).startswith(f"Line {each.line}")
