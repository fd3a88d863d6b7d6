"""What stands in a file: years, cuts, overlaps, codes and what is lacking."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.exports.labels import FETCH, FILES, KINDS, LACKING, STATES, TYPES, file_name
from engage.exports.rules import (
    COLUMNS,
    RETURNS,
    Absence,
    Child,
    ExportKind,
    ExportState,
    Lacking,
    Sort,
    Year,
    is_due,
    lacking,
    read_year,
    rows,
    within,
    year_of,
)

YEAR = Year(2026)
CHILD = Child("CH204", date(2011, 10, 13), date(2020, 5, 4), gender="girl", ethnicity="MWBC")
NOW = datetime(2026, 5, 1, tzinfo=UTC)
MISSING, HEADER, SSD = RETURNS


def day(text: str) -> date:
    return date.fromisoformat(text)


def away(began: str, ended: str | None, *, is_missing: bool = True) -> Absence:
    return Absence(day(began), day(ended) if ended else None, is_missing, f"id-{began}")


def missing(*absences: Absence, child: Child = CHILD) -> list[tuple[str, ...]]:
    return [tuple(row) for row in rows(MISSING, child, absences, YEAR)]


def test_a_line_is_as_the_return_wants_it() -> None:
    assert COLUMNS[MISSING] == ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END")
    found = missing(away("2025-06-01", "2025-06-03"), away("2025-09-09", None, is_missing=False))
    assert found == [
        ("CH204", "13/10/2011", "M", "01/06/2025", "03/06/2025"),
        ("CH204", "13/10/2011", "A", "09/09/2025", ""),
    ]


@pytest.mark.parametrize(
    ("began", "ended", "expected"),
    [
        # Over the first day of the year, and over the last: not known yet on that day.
        ("2025-03-20", "2025-04-02", ("20/03/2025", "02/04/2025")),
        ("2026-03-30", "2026-04-02", ("30/03/2026", "")),
        ("2026-03-31", "2026-03-31", ("31/03/2026", "31/03/2026")),
        ("2025-04-01", "2025-04-01", ("01/04/2025", "01/04/2025")),
        ("2024-01-01", None, ("01/01/2024", "")),
        ("2025-03-01", "2025-03-31", None),
        ("2026-04-01", None, None),
    ],
)
def test_a_year_is_april_to_march(
    began: str, ended: str | None, expected: tuple[str, str] | None
) -> None:
    found = [row[3:] for row in missing(away(began, ended))]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("began", "ended", "expected"),
    [
        ("2025-05-01", "2025-05-04", None),
        ("2025-05-01", "2025-06-12", ("10/06/2025", "12/06/2025")),
        ("2025-06-10", None, ("10/06/2025", "20/08/2025")),
        ("2025-08-19", "2025-08-25", ("19/08/2025", "20/08/2025")),
        ("2025-08-20", "2025-08-22", ("20/08/2025", "20/08/2025")),
        ("2025-08-21", "2025-08-22", None),
    ],
)
def test_nothing_lies_before_care_began_or_after_it_ended(
    began: str, ended: str | None, expected: tuple[str, str] | None
) -> None:
    child = replace(CHILD, care_began_on=day("2025-06-10"), care_ended_on=day("2025-08-20"))
    found = [row[3:] for row in missing(away(began, ended), child=child)]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("absences", "expected"),
    [
        # One that goes on while the next begins is one; missing if either was.
        (
            [("2025-06-01", "2025-06-05", False), ("2025-06-04", "2025-06-09", True)],
            [("M", "01/06/2025", "09/06/2025")],
        ),
        (
            [("2025-06-01", None, True), ("2025-07-01", "2025-07-02", False)],
            [("M", "01/06/2025", "")],
        ),
        # The day on which one ends the next may begin.
        (
            [("2025-06-01", "2025-06-05", True), ("2025-06-05", "2025-06-06", False)],
            [("M", "01/06/2025", "05/06/2025"), ("A", "05/06/2025", "06/06/2025")],
        ),
        # Inside another.
        (
            [("2025-06-01", "2025-06-30", True), ("2025-06-10", "2025-06-12", False)],
            [("M", "01/06/2025", "30/06/2025")],
        ),
        # A correction made an end earlier than its beginning: that is no time away.
        ([("2025-06-05", "2025-06-01", True)], []),
    ],
)
def test_what_overlaps_is_one(
    absences: list[tuple[str, str | None, bool]], expected: list[tuple[str, str, str]]
) -> None:
    found = [away(began, ended, is_missing=lost) for began, ended, lost in absences]
    assert [row[2:] for row in missing(*found)] == expected


DAYS = st.dates(date(2024, 12, 1), date(2026, 6, 30))
ABSENCES = st.lists(
    st.builds(
        lambda began, length, lost: Absence(
            began, began + timedelta(days=length) if length is not None else None, lost
        ),
        DAYS,
        st.none() | st.integers(-2, 200),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=200)
@given(ABSENCES, DAYS, st.none() | DAYS)
def test_no_file_ever_breaks_the_rules_of_the_return(
    absences: list[Absence], began: date, ended: date | None
) -> None:
    child = replace(CHILD, care_began_on=began, care_ended_on=ended)
    found = within(absences, child, YEAR)
    for one in found:
        assert began <= one.began_on <= YEAR.last
        assert one.ended_on is None or max(one.began_on, YEAR.first) <= one.ended_on <= YEAR.last
        assert ended is None or one.began_on <= ended
    for before, after in itertools.pairwise(found):
        assert before.ended_on is not None
        assert before.ended_on <= after.began_on
    # Nothing of it is lost: every day somebody was away, in care and in the year, is covered.
    for one in absences:
        for back in range(0, 40, 13):
            on = one.began_on + timedelta(days=back)
            lasts = one.ended_on or date.max
            in_care = began <= on and (ended is None or on <= ended)
            counts = one.began_on <= lasts and (ended is None or one.began_on <= ended)
            if counts and on <= lasts and in_care and YEAR.first <= on <= YEAR.last:
                assert any(
                    each.began_on <= on and (each.ended_on is None or on <= each.ended_on)
                    for each in found
                )


@pytest.mark.parametrize(
    ("change", "kind", "expected"),
    [
        ({}, MISSING, None),
        ({"reference": None}, MISSING, Lacking.REFERENCE),
        ({"reference": None}, SSD, Lacking.REFERENCE),
        ({"born_on": None}, MISSING, Lacking.BIRTH_DATE),
        ({"born_on": None}, SSD, None),
        ({"care_began_on": None}, HEADER, Lacking.CARE_BEGAN),
        ({"care_began_on": None}, SSD, None),
    ],
)
def test_who_cannot_stand_in_a_file_is_named_by_what_is_lacking(
    change: dict[str, None], kind: ExportKind, expected: Lacking | None
) -> None:
    child = replace(CHILD, **change)
    assert lacking(child, kind) == expected
    found = rows(kind, child, [away("2025-06-01", None)], YEAR)
    assert bool(found) == (expected is None)


def test_the_header_holds_what_we_hold_and_leaves_the_rest_empty() -> None:
    absences = [away("2025-06-01", "2025-06-02"), away("2025-07-01", "2025-07-02")]
    assert rows(HEADER, CHILD, absences, YEAR) == [("CH204", "F", "13/10/2011", "MWBC", "", "", "")]
    other = replace(CHILD, gender="other", ethnicity=None, upn="UN1")
    assert rows(HEADER, other, absences, YEAR) == [("CH204", "", "13/10/2011", "", "UN1", "", "")]
    assert rows(HEADER, CHILD, [], YEAR) == []


@pytest.mark.parametrize(
    ("year", "gender", "code"),
    [
        (2024, "boy", "1"), (2024, "girl", "2"), (2024, "other", ""),
        (2025, "boy", "M"), (2025, "girl", "F"), (2026, "girl", "F"),
        (2026, "other", ""), (2026, "not_said", ""), (2026, None, ""),
    ],
)  # fmt: skip
def test_the_codes_of_sex_are_those_of_the_year(year: int, gender: str | None, code: str) -> None:
    away_then = away(f"{year - 1}-06-01", f"{year - 1}-06-02")
    found = rows(HEADER, replace(CHILD, gender=gender), [away_then], Year(year))
    assert [row[1] for row in found] == [code]


def test_the_dataset_says_whether_a_talk_was_offered_and_taken_up() -> None:
    one = replace(away("2025-06-01", "2025-06-02"), offered="Y", accepted="N")
    assert rows(SSD, CHILD, [one], YEAR) == [
        ("id-2025-06-01", "CH204", "2025-06-01", "M", "2025-06-02", "Y", "N")
    ]
    assert all(len(COLUMNS[SSD]) == len(row) for row in rows(SSD, CHILD, [one], YEAR))


@pytest.mark.parametrize(
    ("on", "year"), [("2026-03-31", 2026), ("2026-04-01", 2027), ("2026-12-31", 2027)]
)
def test_a_day_lies_in_the_year_that_ends_next(on: str, year: int) -> None:
    assert year_of(day(on)) == Year(year)
    assert Year(year).first <= day(on) <= Year(year).last


@pytest.mark.parametrize("text", ["", "1999", "2005", "2028", "26", "2026 ", "x"])
def test_no_year_is_read_that_has_not_begun(text: str) -> None:
    assert read_year(text, today=day("2026-11-22")) is None
    assert read_year("2027", today=day("2026-11-22")) == Year(2027)


@pytest.mark.parametrize(
    ("state", "lease", "expected"),
    [
        (ExportState.QUEUED, None, True),
        (ExportState.RUNNING, NOW + timedelta(seconds=1), False),
        (ExportState.RUNNING, NOW - timedelta(seconds=1), True),
        (ExportState.WAITING, None, False),
        (ExportState.READY, None, False),
    ],
)
def test_a_worker_takes_what_nobody_makes(
    state: ExportState, lease: datetime | None, expected: bool
) -> None:
    assert is_due(state, lease, NOW) is expected


def test_everything_has_its_words() -> None:
    assert set(KINDS) == set(FILES) == set(ExportKind)
    assert set(COLUMNS) == set(RETURNS) == set(ExportKind) - {ExportKind.CASE_FILE}
    assert set(FETCH) == set(TYPES) == set(Sort)
    assert file_name(ExportKind.CASE_FILE, Sort.PDF) == "case-file.pdf"
    assert file_name(ExportKind.SSDA903_HEADER, Sort.CSV) == "Header.csv"
    assert set(STATES) == set(ExportState)
    assert set(LACKING) == set(Lacking)
