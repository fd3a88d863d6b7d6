"""Commands that write files for other systems."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import click

from engage import clock
from engage.db import db, transaction
from engage.exports.actions import note_written
from engage.exports.labels import FILES
from engage.exports.reading import lives, today, written
from engage.exports.rules import COLUMNS, ExportKind, read_year
from engage.exports.sheet import as_csv
from engage.key_figures.queries import get_quarter_of
from engage.key_figures.sheet import as_csv as figures_as_csv
from engage.operators.context import in_app, in_app_without_pages
from engage.operators.people_commands import export_record, only_organisation
from engage.people.access import SYSTEM


@click.group("export")
def export() -> None:
    """Files for other systems."""


@export.command("ssda903")
@click.option("--year", required=True, help="The year of the return: 2026 ends in March 2026.")
@click.option("--file", "kind", default="missing", type=click.Choice(["missing", "header", "ssd"]))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@in_app_without_pages
def ssda903(year: str, kind: str, folder: Path) -> None:
    """Write the Missing (or Header, or the standard dataset's) file of a year into FOLDER."""
    house, now = only_organisation(), clock.now()
    asked = read_year(year, today=today(house, now))
    if asked is None:
        raise click.ClickException(f"{year} is no year of the return that has begun.")
    chosen = {
        "missing": ExportKind.SSDA903_MISSING,
        "header": ExportKind.SSDA903_HEADER,
        "ssd": ExportKind.SSD_MISSING,
    }[kind]
    target = folder / FILES[chosen]
    lines, left_out = 0, Counter[str]()

    def pieces() -> Iterator[str]:
        nonlocal lines
        yield as_csv([COLUMNS[chosen]])
        for batch in lives(SYSTEM, house, asked, now=now):
            found, why = written(batch, chosen, asked)
            lines += len(found)
            left_out.update(why)
            yield as_csv(found)

    _write(target, pieces())
    with transaction(db.session):
        note_written(house.id, chosen, lines, now=now)
    click.echo(f"{target}: {lines:,} lines.")
    for why, number in sorted(left_out.items()):
        click.echo(f"Left out, no {why.replace('_', ' ')}: {number:,}.", err=True)


@export.command("key-figures")
@click.option("--quarter", required=True, help="Like 2026-Q3.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@in_app
def key_figures(quarter: str, file: Path) -> None:
    """Write the key figures of a quarter into FILE, one a line."""
    house = only_organisation()
    page = get_quarter_of(SYSTEM, house, quarter, now=clock.now())
    if page is None:
        raise click.ClickException(
            f"{quarter} is no quarter that has begun; write it like 2026-Q3."
        )
    _write(file, iter([figures_as_csv(page).decode("utf-8-sig")]))
    click.echo(f"{file}: {len(page.figures)} figures.")


@export.command("case-file")
@click.argument("young_person", type=click.UUID)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def case_file(ctx: click.Context, young_person: UUID, file: Path) -> None:
    """Write everything kept about YOUNG_PERSON (an id) into FILE, for the case system."""
    ctx.invoke(export_record, young_person=young_person, file=file)


def _write(file: Path, pieces: Iterator[str]) -> None:
    """Write a new file that only its owner reads; what could not be finished is not left behind."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already.") from None
    except OSError as problem:
        raise click.ClickException(f"{file} cannot be written: {problem.strerror}.") from None
    try:
        with open(handle, "w", encoding="utf-8", newline="") as out:
            out.writelines(pieces)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


ALL = (export,)
