"""What operators write from the command line: the same files, for the whole organisation."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.care_records.actions import note_care_record
from engage.care_records.rules import Details
from engage.cli import main
from engage.db import db
from engage.exports.rules import COLUMNS, RETURNS
from engage.people.access import SYSTEM
from engage.people.actions import create_person, create_young_person
from engage.people.models import Organisation, PersonKind
from tests.cast import NOW
from tests.exports.lives import JUNE, go_missing

KINDS_BY_NAME = dict(zip(("missing", "header", "ssd"), RETURNS, strict=True))


def run(app: Flask, *arguments: str):
    return CliRunner().invoke(main, ["export", *arguments], obj=lambda **_: app)


@pytest.fixture
def alone(app: Flask, clock: object) -> UUID:
    """One organisation with one young person who was away in June; returns whom."""
    with app.app_context():
        house = Organisation(
            name="Test", neutral_name="Friends", policy="england", service_number="+447700900900"
        )
        db.session.add(house)
        db.session.flush()
        young = create_young_person(
            SYSTEM, organisation_id=house.id, name="Maya", birth_date=date(2011, 10, 13), now=NOW
        )
        worker = create_person(
            SYSTEM, PersonKind.WORKER, organisation_id=house.id, name="Sam", now=NOW
        )
        db.session.flush()
        details = Details(reference="CH1", care_began_on=date(2020, 5, 4))
        note_care_record(SYSTEM, young.id, details, now=NOW)
        go_missing(SimpleNamespace(organisation=house.id, sam=worker.id), young.id, JUNE, 30)
        db.session.commit()
        return young.id


def test_operators_write_the_same_files(app: Flask, alone: UUID, tmp_path: Path) -> None:
    for kind, name, lines in (
        ("missing", "Missing.csv", "CH1,13/10/2011,M,01/06/2026,02/06/2026"),
        ("header", "Header.csv", "CH1,,13/10/2011,,,,"),
        ("ssd", "ssd_missing.csv", "CH1,2026-06-01,M,2026-06-02,N,N"),
    ):
        done = run(app, "ssda903", "--year", "2027", "--file", kind, str(tmp_path))
        assert (done.exit_code, done.stdout) == (0, f"{tmp_path / name}: 1 lines.\n")
        written = (tmp_path / name).read_text().splitlines()
        assert written[0] == ",".join(COLUMNS[KINDS_BY_NAME[kind]])
        assert written[1].endswith(lines)
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    with app.app_context():
        reasons = db.session.scalars(
            select(AuditEntry.reason).where(AuditEntry.verb == "export:written")
        )
        assert sorted(map(str, reasons)) == [
            "ssd_missing:1", "ssda903_header:1", "ssda903_missing:1",
        ]  # fmt: skip


def test_operators_hear_who_was_left_out(app: Flask, alone: UUID, tmp_path: Path) -> None:
    with app.app_context():
        note_care_record(SYSTEM, alone, Details(), now=NOW)
        db.session.commit()
    done = run(app, "ssda903", "--year", "2027", str(tmp_path))
    assert done.stderr == "Left out, no reference: 1.\n"
    assert (tmp_path / "Missing.csv").read_text().count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ssda903", "--year", "2031"), "2031 is no year of the return that has begun."),
        (("key-figures", "--quarter", "2031-Q1"), "2031-Q1 is no quarter that has begun"),
    ],
)
def test_what_cannot_be_is_one_line(
    app: Flask, alone: UUID, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    target = tmp_path if arguments[0] == "ssda903" else tmp_path / "figures.csv"
    done = run(app, *arguments, str(target))
    assert done.exit_code == 1
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_not_written_over(app: Flask, alone: UUID, tmp_path: Path) -> None:
    (tmp_path / "Missing.csv").write_text("mine")
    done = run(app, "ssda903", "--year", "2027", str(tmp_path))
    assert done.exit_code == 1
    assert "is there already" in done.stderr
    assert (tmp_path / "Missing.csv").read_text() == "mine"


def test_key_figures_and_a_case_file_are_written_too(
    app: Flask, alone: UUID, tmp_path: Path
) -> None:
    done = run(app, "key-figures", "--quarter", "2026-Q2", str(tmp_path / "figures.csv"))
    assert done.exit_code == 0, done.output
    assert "talks_72" in (tmp_path / "figures.csv").read_text()
    done = run(app, "case-file", str(alone), str(tmp_path / "maya.json"))
    assert done.exit_code == 0, done.output
    assert "CH1" in (tmp_path / "maya.json").read_text()
