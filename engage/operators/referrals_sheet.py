"""The spreadsheet of referrals: its columns, and what one line of it says."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engage.db import db
from engage.intake.actions import Arrived
from engage.intake.arriving import Draft, clean, key_index
from engage.intake.models import Referral
from engage.intake.rules import (
    MOST_CONTACT,
    MOST_NAME,
    MOST_REFERENCE,
    MOST_WORDS,
    About,
    CameBy,
    Referrer,
)
from engage.people.models import Organisation
from engage.sheets import Check, Column, Fault, Problem, Row, as_date, as_name, one_of

# Plymouth had 122 in a quarter; a whole country's year must still come in at once.
MOST_LINES = 200_000
AT_ONCE = 500
EXAMPLE = (
    "123/26,missing,police,Maya Brown,2010-03-04,07700 900001,2026-11-22 21:30,"
    '"Not back from school, last seen at the bus station",PC Reed 07700 900010'
)


def text_of(most: int) -> Check:
    """Accept words of so many signs. No cell of ours goes back into a spreadsheet as it came."""

    def check(cell: str) -> str:
        if len(cell) > most:
            raise ValueError(f"is longer than {most} signs")
        text = cell.replace("\r\n", "\n").replace("\r", "\n")
        if clean(text) != text:
            raise ValueError("holds signs that cannot be shown")
        return text

    return check


def as_moment(cell: str) -> str:
    """Accept a day and a time of day, as 2026-11-22 21:30."""
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        at = None
    if at is None or len(cell) <= len("2026-11-22"):
        raise ValueError("write the day and the time as 2026-11-22 21:30")
    return at.isoformat()


def as_birth(cell: str) -> str:
    """Accept the date of birth of somebody born in the last hundred years."""
    born = as_date(cell)
    if not "1920" < born < "2100":
        raise ValueError("is not the date of birth of a young person")
    return born


def columns(phone: Check) -> tuple[Column, ...]:
    """Return the columns; `phone` reads numbers as the organisation's country writes them."""
    return (
        Column("reference", text_of(MOST_REFERENCE), required=True),
        Column("about", one_of(tuple(About)), required=True),
        Column("from", one_of(tuple(Referrer)), required=True),
        Column("name", lambda cell: text_of(MOST_NAME)(as_name(cell))),
        Column("birth_date", as_birth),
        Column("phone", phone),
        Column("since", as_moment),
        Column("words", text_of(MOST_WORDS)),
        Column("contact", text_of(MOST_CONTACT)),
    )


def arrived_of(row: Row, organisation: Organisation) -> Arrived:
    """Return what one line says, ready to be kept."""
    values = row.values
    born = values.get("birth_date")
    draft = Draft(
        About(values["about"]),
        Referrer(values["from"]),
        words=values.get("words", ""),
        name=values.get("name", ""),
        birth_date=date.fromisoformat(born) if born else None,
        phone=values.get("phone") or None,
        reference=values["reference"],
        contact=values.get("contact", ""),
        since=_instant(values.get("since", ""), organisation.time_zone),
    )
    return Arrived(draft, CameBy.SHEET, values["reference"])


def problems_of(rows: list[Row], organisation: Organisation) -> list[Problem]:
    """Name the lines that say nothing, and those whose reference came in a sheet before."""
    found = [
        Problem(row.line, "words", "say something: words, a name, or both", Fault.EMPTY)
        for row in rows
        if not row.values.get("words") and not row.values.get("name")
    ]
    found += [
        Problem(row.line, "since", "no clock ever showed this time")
        for row in rows
        if row.values.get("since") and _instant(row.values["since"], organisation.time_zone) is None
    ]
    marks = {key_index(CameBy.SHEET, row.values["reference"]): row for row in rows}
    return found + [
        Problem(marks[mark].line, "reference", "came in before", Fault.SAME)
        for mark in _there(marks, organisation)
    ]


def _there(marks: Iterable[str], organisation: Organisation) -> Iterator[str]:
    wanted = list(marks)
    for start in range(0, len(wanted), AT_ONCE):
        yield from db.session.scalars(
            select(Referral.key_index).where(
                Referral.organisation_id == organisation.id,
                Referral.key_index.in_(wanted[start : start + AT_ONCE]),
            )
        )


def _instant(text: str, zone: str) -> datetime | None:
    if not text:
        return None
    at = datetime.fromisoformat(text)
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    local = at.replace(tzinfo=ZoneInfo(zone))
    instant = local.astimezone(UTC)
    is_real = instant.astimezone(local.tzinfo).replace(tzinfo=None) == at
    return instant if is_real else None
