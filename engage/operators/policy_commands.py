"""What operators type about policy packs. These commands need no configuration."""

from datetime import timedelta

import click

from engage.policy import queries
from engage.policy.clock_rules import Clock
from engage.policy.notice_rules import TOLD, Notice

FOLDER = click.option(
    "--directory", envvar="ENGAGE_POLICY_DIR", default="", metavar="FOLDER",
    type=click.Path(file_okay=False), help="Local packs; ENGAGE_POLICY_DIR unless given.",
)  # fmt: skip


@click.group()
def policy() -> None:
    """The rules of each place: clocks, numbers, words."""


@policy.command("check")
@click.argument("folder", required=False, type=click.Path(file_okay=False, exists=True))
@FOLDER
def policy_check(folder: str | None, directory: str) -> None:
    """Read every pack, those in FOLDER too; name file, line and fault of each mistake."""
    problems = queries.check(folder or directory)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} mistakes in the policy packs.")
    click.echo(f"{len(queries.names(folder or directory))} policy packs, no mistake.")


@policy.command("show")
@click.argument("name")
@FOLDER
def policy_show(name: str, directory: str) -> None:
    """Print each clock of the pack NAME, strictest first, and who must be told, with sources."""
    try:
        pack = queries.pack(name, directory)
    except queries.BadPack as bad:
        raise click.ClickException("\n".join(bad.problems)) from None
    click.echo(f"{pack.title}, version of {pack.version}, emergency number {pack.emergency}")
    for clock in sorted(pack.clocks, key=lambda each: (each.name, each.duration)):
        click.echo(line(clock))
    for notice in sorted(pack.notices, key=lambda each: (each.phase, TOLD.index(each.to))):
        click.echo(told_line(notice))


def told_line(notice: Notice) -> str:
    """Say in one line who must be told."""
    when = f" when {' or '.join(notice.only_when)}" if notice.only_when else ""
    return (
        f"tell {notice.to} ({notice.phase}) by {notice.clock}{when}"
        f" ({notice.pack}: {notice.source})"
    )


def line(clock: Clock) -> str:
    """Say one rule in one line."""
    when = f" when {' or '.join(clock.only_when)}" if clock.only_when else ""
    again = ", again and again" if clock.repeats else ""
    return (
        f"{clock.name}: {_long(clock.duration)} from {clock.starts_at}{when}{again}"
        f" ({clock.pack}: {clock.source})"
    )


def _long(duration: timedelta) -> str:
    minutes = duration // timedelta(minutes=1)
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes and minutes % size == 0:
            return f"{minutes // size} {unit}"
    return f"{minutes} min" if minutes else "at once"


ALL = (policy,)
