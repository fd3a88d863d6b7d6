"""What stands in the files for other systems. Plain Python.

Source: England's children looked-after data return (SSDA903), files Missing and Header: columns,
codes M (missing) and A (away without authorisation), dates as dd/mm/yyyy, an open end left empty,
no overlaps; the standard safeguarding dataset's table ssd_missing. SAFETY 5, O21. The columns, and
the codes of SEX and ETHNIC, as the councils' own validator checks them for 2025 to 2026
(github.com/data-to-insight/csc-validator-be-903: config.py, rules 101 and 103 of lac2024_25, which
lac2025_26 takes over). The guide itself (gov.uk, "Children looked after return 2025 to 2026:
guide") was not at hand.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

KEPT_FOR = timedelta(hours=24)  # how long a file can be fetched; ours
LEASE = timedelta(minutes=2)
# Nobody can say how far a PDF is while it is drawn; 1,500 lines took half a minute.
DRAWING = timedelta(minutes=10)
PIECE = 262_143  # bytes of a PDF in one sealed piece; divides by 3, so that base64 joins
MOST_TRIES = 3
FIRST_YEAR = 2006  # since when the return is by child and year
YEAR = re.compile(r"20\d\d")


class ExportKind(StrEnum):
    """Which file it is."""

    SSDA903_MISSING = "ssda903_missing"
    SSDA903_HEADER = "ssda903_header"
    SSD_MISSING = "ssd_missing"
    CASE_FILE = "case_file"


# Those that are asked for by year, about everybody whom the asker may open.
RETURNS = (ExportKind.SSDA903_MISSING, ExportKind.SSDA903_HEADER, ExportKind.SSD_MISSING)


class Sort(StrEnum):
    """Which file of an export: a case file has two."""

    CSV = "csv"
    JSON = "json"
    PDF = "pdf"


class ExportState(StrEnum):
    """How far it has come."""

    WAITING = "waiting"  # for a second person
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"


TO_DO = frozenset({ExportState.QUEUED, ExportState.RUNNING})
COLUMNS = {
    ExportKind.SSDA903_MISSING: ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"),
    ExportKind.SSDA903_HEADER: ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
    ExportKind.SSD_MISSING: (
        "miss_table_id", "miss_person_id", "miss_missing_episode_start_date",
        "miss_missing_episode_type", "miss_missing_episode_end_date", "miss_missing_rhi_offered",
        "miss_missing_rhi_accepted",
    ),
}  # fmt: skip
# As the return writes it; what a young person says otherwise is nobody's to turn into a code.
# Source: rule 101 of that validator, 1 and 2 until 2023 to 2024, then M, F and U (not known).
SEXES = {"boy": "M", "girl": "F"}
SEXES_BEFORE = {"boy": "1", "girl": "2"}
NEW_SEXES = 2025


class Lacking(StrEnum):
    """Why somebody who was away cannot stand in a file."""

    REFERENCE = "reference"
    BIRTH_DATE = "birth_date"
    CARE_BEGAN = "care_began"


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the return, named by its end: 2026 is April 2025 to March 2026."""

    number: int

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.number - 1, 4, 1)

    @property
    def last(self) -> date:
        """Return its last day."""
        return date(self.number, 3, 31)


def year_of(day: date) -> Year:
    """Return the year of the return in which a day lies."""
    return Year(day.year + (day >= date(day.year, 4, 1)))


def read_year(text: str, *, today: date) -> Year | None:
    """Read a year like 2026; None for what is none or has not begun."""
    if not YEAR.fullmatch(text):
        return None
    year = Year(int(text))
    return year if FIRST_YEAR <= year.number <= year_of(today).number else None


@dataclass(frozen=True, slots=True)
class Child:
    """Who somebody is in a file."""

    reference: str | None
    born_on: date | None
    care_began_on: date | None
    care_ended_on: date | None = None
    gender: str | None = None
    ethnicity: str | None = None
    upn: str | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody was away, by the organisation's calendar; an open end is None.

    `is_missing`: nobody knew where they were at least once; else they were away without leave.
    """

    began_on: date
    ended_on: date | None
    is_missing: bool
    id: str = ""
    offered: str = "N"
    accepted: str = "N"


def lacking(child: Child, kind: ExportKind) -> Lacking | None:
    """Say what must be noted first, or None when somebody can stand in this file."""
    if not child.reference:
        return Lacking.REFERENCE
    if kind is ExportKind.SSD_MISSING:
        return None
    if child.born_on is None:
        return Lacking.BIRTH_DATE
    return Lacking.CARE_BEGAN if child.care_began_on is None else None


def within(absences: Iterable[Absence], child: Child, year: Year) -> list[Absence]:
    """Return what belongs to a year, in order and without overlaps.

    Nothing before care began or after it ended: what reaches over is cut there. Two that overlap
    are one, missing if either was. An end after the year's last day is not known yet: empty.
    """
    began = child.care_began_on or date.min
    ended = child.care_ended_on
    cut = []
    for one in absences:
        last = one.ended_on
        if ended is not None:
            last = min(last or ended, ended)
        first = max(one.began_on, began)
        starts_late = first > year.last or (ended is not None and one.began_on > ended)
        is_over = last is not None and (last < year.first or last < first)
        if not starts_late and not is_over:
            cut.append(replace(one, began_on=first, ended_on=last))
    merged: list[Absence] = []
    for one in sorted(cut, key=lambda each: (each.began_on, each.ended_on or date.max)):
        before = merged[-1] if merged else None
        if before is not None and (before.ended_on is None or one.began_on < before.ended_on):
            merged[-1] = _together(before, one)
        else:
            merged.append(one)
    return [
        replace(one, ended_on=None) if one.ended_on and one.ended_on > year.last else one
        for one in merged
    ]


def _together(one: Absence, other: Absence) -> Absence:
    ends = (one.ended_on, other.ended_on)
    return replace(
        one,
        ended_on=None if None in ends else max(end for end in ends if end),
        is_missing=one.is_missing or other.is_missing,
        offered=max(one.offered, other.offered),
        accepted=max(one.accepted, other.accepted),
    )


def rows(
    kind: ExportKind, child: Child, absences: Iterable[Absence], year: Year
) -> list[Sequence[str]]:
    """Return the lines of one young person; none when nothing of theirs lies in the year."""
    found = within(absences, child, year)
    if not found or lacking(child, kind):
        return []
    reference = child.reference or ""
    if kind is ExportKind.SSDA903_HEADER:
        codes = SEXES if year.number >= NEW_SEXES else SEXES_BEFORE
        sex, ethnic = codes.get(child.gender or "", ""), child.ethnicity or ""
        return [(reference, sex, _day(child.born_on), ethnic, child.upn or "", "", "")]
    if kind is ExportKind.SSDA903_MISSING:
        born = _day(child.born_on)
        return [
            (
                reference,
                born,
                "M" if one.is_missing else "A",
                _day(one.began_on),
                _day(one.ended_on),
            )
            for one in found
        ]
    return [
        (
            one.id, reference, one.began_on.isoformat(), "M" if one.is_missing else "A",
            one.ended_on.isoformat() if one.ended_on else "", one.offered, one.accepted,
        )
        for one in found
    ]  # fmt: skip


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def is_due(state: ExportState | str, lease_until: datetime | None, now: datetime) -> bool:
    """Say whether a worker should make it now: nobody does, or whoever did has stopped."""
    if state == ExportState.QUEUED:
        return True
    return state == ExportState.RUNNING and (lease_until is None or lease_until < now)
