"""Bringing in people and referrals from a spreadsheet: the whole file or nothing of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from engage import i18n
from engage.db import db
from engage.intake.actions import receive_many
from engage.operators import places_sheet, referrals_sheet
from engage.people import account_actions, actions
from engage.people.access import SYSTEM
from engage.people.account_queries import find_account
from engage.people.models import (
    Organisation,
    Placement,
    RelationshipKind,
    Role,
    Team,
    YoungPerson,
)
from engage.people.phones import NotANumber, parse_phone
from engage.places.actions import add_place
from engage.places.models import Place
from engage.sheets import (
    MOST_LINES,
    Check,
    Column,
    Problem,
    Row,
    as_date,
    as_email,
    as_name,
    one_of,
    read_table,
    some_of,
    twice,
)


class BadFile(Exception):
    """The file cannot be brought in; `problems` names every line that is wrong."""

    def __init__(self, problems: list[Problem]):
        super().__init__(f"{len(problems)} problems")
        self.problems = sorted(problems, key=lambda problem: problem.line)


@dataclass(frozen=True)
class Sheet:
    """What one kind of spreadsheet holds, and what one line of it makes."""

    columns: tuple[Column, ...]
    unique: tuple[str, ...]
    example: str
    add: Callable[["Import", Row], UUID] | None
    # What only the good lines together show.
    together: Callable[[list[Row], Organisation], list[Problem]] | None = None
    # Older spreadsheets write accents in their own way.
    also_windows: bool = False
    most: int = MOST_LINES
    # Many lines in few statements, where nothing refers to what an earlier line made.
    add_many: Callable[["Import", Sequence[Row]], Sequence[UUID]] | None = None


@dataclass
class Import:
    """One file being brought in, and what its lines may refer to."""

    organisation: Organisation
    now: datetime
    teams: dict[str, UUID]
    links: list[str]

    def team_id(self, name: str) -> UUID | None:
        """Return the team of this name; a new one is made the first time it is named."""
        if not name:
            return None
        key = name.casefold()
        if key not in self.teams:
            made = actions.create_team(SYSTEM, self.organisation.id, name, now=self.now)
            self.teams[key] = made.id
        return self.teams[key]


def the_organisation() -> Organisation:
    """Return the only organisation there is; raises LookupError when there are none or several."""
    found = db.session.scalars(select(Organisation).limit(2)).all()
    if len(found) != 1:
        raise LookupError("no organisation yet" if not found else "several organisations")
    return found[0]


def check_sheet(kind: str, data: bytes, organisation: Organisation) -> list[Row]:
    """Read a file and return its lines, or raise BadFile naming all that is wrong."""
    sheet = SHEETS[kind]
    phone = phone_check(organisation.region)
    columns = tuple(
        Column(c.name, phone, c.required) if c.check is PHONE.check else c for c in sheet.columns
    )
    rows, problems = read_table(data, columns, also_windows=sheet.also_windows, most=sheet.most)
    for column in sheet.unique:
        if all(column in row.values for row in rows):
            problems += twice(rows, column)
    if not problems:
        problems += _unknown_references(rows, organisation)
    if sheet.together:
        wrong = {problem.line for problem in problems}
        problems += sheet.together([row for row in rows if row.line not in wrong], organisation)
    if problems:
        raise BadFile(problems)
    return rows


def bring_in(
    kind: str, rows: list[Row], organisation: Organisation, *, now: datetime
) -> Iterator[tuple[UUID, Import]]:
    """Add the people of these lines one by one; the caller commits at the end, or not at all."""
    teams = select(Team.name, Team.id).where(Team.organisation_id == organisation.id)
    known = {name.casefold(): team_id for name, team_id in db.session.execute(teams)}
    work = Import(organisation, now, known, [])
    sheet = SHEETS[kind]
    if sheet.add is not None:
        for row in rows:
            yield sheet.add(work, row), work
        return
    assert sheet.add_many is not None
    for start in range(0, len(rows), referrals_sheet.AT_ONCE):
        for made in sheet.add_many(work, rows[start : start + referrals_sheet.AT_ONCE]):
            yield made, work


def phone_check(region: str) -> Check:
    """Accept a phone number as people of this country write it."""

    def check(cell: str) -> str:
        try:
            return parse_phone(cell, region)
        except NotANumber:
            raise ValueError("is not a phone number") from None

    return check


def as_ids(cell: str) -> str:
    """Accept ids with spaces between them."""
    try:
        return " ".join(str(UUID(word)) for word in cell.split())
    except ValueError:
        raise ValueError("give ids as printed by the import, with spaces between them") from None


def _unknown_references(rows: list[Row], organisation: Organisation) -> list[Problem]:
    """Name the lines that point to young people or workers who are not here, or repeat one."""
    problems = []
    for row in rows:
        for word in row.values.get("young_people", "").split():
            person = db.session.get(YoungPerson, UUID(word))
            if person is None or person.organisation_id != organisation.id:
                problems.append(Problem(row.line, "young_people", f"{word} is not known here"))
        email = row.values.get("social_worker")
        if email and find_account(SYSTEM, email) is None:
            problems.append(Problem(row.line, "social_worker", "no member of staff has it"))
        email = row.values.get("email")
        if email and find_account(SYSTEM, email) is not None:
            problems.append(Problem(row.line, "email", "is taken by a member of staff"))
    return problems


def _add_young_person(work: Import, row: Row) -> UUID:
    values = row.values
    born = values.get("birth_date")
    person = actions.create_young_person(
        SYSTEM,
        organisation_id=work.organisation.id,
        name=values["name"],
        now=work.now,
        team_id=work.team_id(values.get("team", "")),
        birth_date=date.fromisoformat(born) if born else None,
        phone=values.get("phone") or None,
        locale=values.get("language") or work.organisation.locale,
    )
    if values.get("home"):
        actions.place(SYSTEM, person.id, values["home"], now=work.now)
    if values.get("social_worker"):
        account = find_account(SYSTEM, values["social_worker"])
        assert account is not None
        kind = RelationshipKind.SOCIAL_WORKER
        actions.assign(SYSTEM, person.id, account.person_id, kind, now=work.now)
    return person.id


def _add_carer(work: Import, row: Row) -> UUID:
    values = row.values
    carer = actions.create_carer(
        SYSTEM,
        organisation_id=work.organisation.id,
        name=values["name"],
        now=work.now,
        phone=values["phone"],
        locale=values.get("language") or work.organisation.locale,
    )
    for word in values.get("young_people", "").split():
        # Ending the stay ends what its carer may see, so the two belong together.
        stay = db.session.scalars(
            select(Placement).where(
                Placement.young_person_id == UUID(word), Placement.ends_at.is_(None)
            )
        ).first()
        actions.assign(
            SYSTEM,
            UUID(word),
            carer.id,
            RelationshipKind.CARER,
            now=work.now,
            placement_id=stay.id if stay else None,
        )
    return carer.id


def _add_place(work: Import, row: Row) -> UUID:
    return add_place(SYSTEM, work.organisation.id, places_sheet.facts_of(row), now=work.now).id


def _check_places(rows: list[Row], organisation: Organisation) -> list[Problem]:
    kept = select(Place.name, Place.town, Place.address)
    there = db.session.execute(kept.where(Place.organisation_id == organisation.id))
    known = {places_sheet.place_key(*each) for each in there}
    return [*places_sheet.misplaced(rows), *places_sheet.already_there(rows, known)]


def _add_referrals(work: Import, rows: Sequence[Row]) -> Sequence[UUID]:
    arrived = [referrals_sheet.arrived_of(row, work.organisation) for row in rows]
    return receive_many(SYSTEM, work.organisation.id, arrived, now=work.now)


def _add_staff(work: Import, row: Row) -> UUID:
    values = row.values
    made = account_actions.create_staff(
        SYSTEM,
        organisation_id=work.organisation.id,
        name=values["name"],
        email=values["email"],
        roles=[Role(word) for word in values["roles"].split()],
        team_id=work.team_id(values.get("team", "")),
        phone=values.get("phone") or None,
        locale=values.get("language") or work.organisation.locale,
        now=work.now,
    )
    address = current_app.extensions["engage"].public_url
    work.links.append(f"{values['email']}: {address}/sign-in/new/{made.code}")
    return made.person_id


LANGUAGE = Column("language", one_of(tuple(i18n.LOCALES)))
NAME = Column("name", as_name, required=True)
PHONE = Column("phone", lambda cell: cell)  # the organisation's country decides: check_sheet
TEAM = Column("team", as_name)
SHEETS = {
    "young-people": Sheet(
        (
            NAME,
            PHONE,
            Column("birth_date", as_date),
            LANGUAGE,
            TEAM,
            Column("home", as_name),
            Column("social_worker", as_email),
        ),
        (),
        "Maya,07700 900001,2010-03-04,en,North team,12 Elm Road,sam@example.org",
        _add_young_person,
    ),
    "carers": Sheet(
        (
            NAME,
            Column("phone", PHONE.check, required=True),
            LANGUAGE,
            Column("young_people", as_ids),
        ),
        (),
        "Jo,07700 900002,en,",
        _add_carer,
    ),
    "staff": Sheet(
        (
            NAME,
            Column("email", as_email, required=True),
            Column("roles", some_of(tuple(Role)), required=True),
            TEAM,
            PHONE,
            LANGUAGE,
        ),
        ("email",),
        "Sam,sam@example.org,social_worker,North team,07700 900003,en",
        _add_staff,
    ),
    "places": Sheet(
        places_sheet.COLUMNS,
        (),
        places_sheet.EXAMPLE,
        _add_place,
        _check_places,
        also_windows=True,
    ),
    "referrals": Sheet(
        referrals_sheet.columns(PHONE.check),
        ("reference",),
        referrals_sheet.EXAMPLE,
        None,
        referrals_sheet.problems_of,
        also_windows=True,
        most=referrals_sheet.MOST_LINES,
        add_many=_add_referrals,
    ),
}


def template(kind: str) -> str:
    """Return the header of a spreadsheet and a line as an example."""
    sheet = SHEETS[kind]
    return ",".join(column.name for column in sheet.columns) + "\n" + sheet.example + "\n"
