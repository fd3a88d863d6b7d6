"""Spreadsheets of people: what is understood, and how what is wrong is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.sheets import (
    RUNS_IN_A_SPREADSHEET,
    Column,
    as_date,
    as_email,
    as_name,
    inert,
    one_of,
    read_table,
    some_of,
    twice,
)

COLUMNS = (
    Column("name", as_name, required=True),
    Column("email", as_email, required=True),
    Column("birth_date", as_date),
    Column("roles", some_of(("social_worker", "supervisor"))),
    Column("language", one_of(("en", "cy"))),
)


def lines(*problems):
    return [str(problem) for problem in problems]


def test_a_good_file_is_read_whatever_the_spreadsheet_wrote():
    plain = "name,email,birth_date\nMaya,MAYA@example.org,2010-03-04\n\n , ,\n"
    for text in (plain, plain.replace(",", ";"), plain.replace("\n", "\r\n"), "\ufeff" + plain):
        rows, problems = read_table(text.encode(), COLUMNS)
        assert problems == []
        assert [dict(row.values) for row in rows] == [
            {
                "name": "Maya",
                "email": "maya@example.org",
                "birth_date": "2010-03-04",
                "roles": "",
                "language": "",
            }
        ]


def test_headings_may_be_written_as_people_write_them():
    rows, problems = read_table(b" Name ,E-mail,Birth Date\nMaya,m@x.org,\n", COLUMNS)
    assert rows == []
    assert lines(*problems) == [
        "line 1, email: this column is missing",
        "line 1, e-mail: not a column we know",
    ]


def test_every_bad_cell_is_named_with_its_line_and_column():
    text = """name,email,birth_date,roles,language
Maya,nobody,4/3/2010,boss,fr
,kit@example.org,2010-02-30,social_worker supervisor social_worker,cy
=HYPERLINK("x"),a@b.org,,,
"Two
lines",a@b.org,,,
Sam,s@x.org,,,,extra
"""
    rows, problems = read_table(text.encode(), COLUMNS)
    assert len(rows) == 5
    assert rows[1].values["roles"] == "social_worker supervisor"
    assert lines(*problems) == [
        "line 2, email: is not an email address",
        "line 2, birth_date: write the date as 2010-12-31",
        "line 2, roles: use one of: social_worker, supervisor",
        "line 2, language: use one of: en, cy",
        "line 3, name: is empty",
        "line 3, birth_date: write the date as 2010-12-31",
        "line 4, name: starts with a sign that a spreadsheet would run",
        "line 6, name: holds signs that cannot be shown",
        "line 7, line: 6 cells under 5 headings",
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"name,email\nMaya,\xff@x.org\n", "line 2, file: not UTF-8: save it as “CSV UTF-8”"),
        (b"name,email\nMa\0ya,m@x.org\n", "line 2, file: holds a NUL byte"),
        (b"", "line 1, name: this column is missing"),
        (b"name,email\n", "line 2, file: there are no lines below the header"),
        (b"name,email,name\nMaya,m@x.org,x\n", "line 1, name: this column stands here twice"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused_with_a_reason(data, sentence):
    assert sentence in lines(*read_table(data, COLUMNS)[1])


def test_a_quote_that_never_ends_is_named():
    assert "not CSV" in lines(*read_table(b'name,email\n"Maya,m@x.org\n', COLUMNS)[1])[0]


def test_the_same_address_twice_is_named_with_its_first_line():
    rows, _ = read_table(b"name,email\nA,a@x.org\nB,A@X.org\nC,c@x.org\n", COLUMNS)
    assert lines(*twice(rows, "email")) == ["line 3, email: is the same as in line 2"]


def test_what_a_spreadsheet_wrote_to_keep_text_as_text_is_taken_off():
    rows, problems = read_table(b"name,email\n'Maya,m@x.org\n", COLUMNS)
    assert (rows[0].values["name"], problems) == ("Maya", [])


@pytest.mark.parametrize("first", [*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_each_sign_that_begins_a_formula_is_held(first):
    assert inert(f"{first}1+1") == f"'{first}1+1"


@given(st.text())
def test_no_cell_we_write_is_run_by_a_spreadsheet(text):
    assert not inert(text).startswith(RUNS_IN_A_SPREADSHEET)
    assert inert(text).endswith(text)


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(data):
    rows, problems = read_table(data, COLUMNS)
    assert rows or problems
