"""Commands about people and their records: set up, bring in, look at, forget, check the rules."""

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from engage import clock, i18n
from engage.db import db, transaction
from engage.operators import forgetting, importing, inspecting, keeping, whole_record
from engage.operators.context import in_app, settings
from engage.people import actions
from engage.people.access import SYSTEM
from engage.people.models import Role
from engage.people.phones import NotANumber, parse_phone
from engage.policy import queries as policies


def only_organisation() -> Any:
    """Return the only organisation, or end the command with one line."""
    try:
        return importing.the_organisation()
    except LookupError as error:
        raise click.ClickException(f"Run `engage organisation create` first: {error}.") from None


ROLES = [role.value for role in Role]


@click.group("organisation")
def organisation() -> None:
    """The authority or agency this installation is for."""


@organisation.command("create")
@click.option("--name", prompt=True, help="Its own name, for staff.")
@click.option("--neutral-name", prompt=True, help="What screens show: nothing that tells of care.")
@click.option("--policy", default=None, help="Policy pack; ENGAGE_POLICY unless given.")
@click.option("--language", default="en", show_default=True, type=click.Choice(list(i18n.LOCALES)))
@click.option("--time-zone", default="Europe/London", show_default=True)
@click.option("--number", default=None, help="The number texts come from; TWILIO_NUMBER if set.")
@in_app
def create_organisation(
    name: str,
    neutral_name: str,
    policy: str | None,
    language: str,
    time_zone: str,
    number: str | None,
) -> None:
    """Add the organisation and its policy pack."""
    policy = policy or settings().policy
    try:
        rules = policies.pack(policy, settings().policy_dir)
    except policies.BadPack as bad:
        raise click.ClickException(bad.problems[0]) from None
    number = number or settings().twilio_number or None
    try:
        number = parse_phone(number, rules.country) if number else None
    except NotANumber:
        raise click.ClickException(f"{number} is not a phone number.") from None
    with transaction(db.session):
        made = actions.create_organisation(
            SYSTEM,
            name=name,
            neutral_name=neutral_name,
            policy=policy,
            locale=language,
            time_zone=time_zone,
            region=rules.country,
            service_number=number,
            now=clock.now(),
        )
        made_id = made.id
    click.echo(f"{made_id} {neutral_name}")


@click.group("staff")
def people_at_work() -> None:
    """Members of staff."""


@people_at_work.command("create")
@click.option("--name", prompt=True)
@click.option("--email", prompt=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.option("--team", default=None, help="Made if it is not there yet.")
@click.option("--phone", default=None)
@in_app
def create_staff(
    name: str, email: str, roles: tuple[str, ...], team: str | None, phone: str | None
) -> None:
    """Add a member of staff; print a link that works once, to set their password."""
    where = only_organisation()
    values = {"name": name, "email": email, "roles": " ".join(roles), "team": team or "",
              "phone": phone or ""}  # fmt: skip
    header = ",".join(values)
    line = ",".join('"' + value.replace('"', '""') + '"' for value in values.values())
    try:
        rows = importing.check_sheet("staff", f"{header}\n{line}\n".encode(), where)
    except importing.BadFile as bad:
        problem = bad.problems[0]
        raise click.ClickException(f"{problem.column}: {problem.reason}") from None
    with transaction(db.session):
        for _made, work in importing.bring_in("staff", rows, where, now=clock.now()):
            click.echo(work.links[-1].partition(": ")[2])


@click.command("import")
@click.argument("kind", type=click.Choice(list(importing.SHEETS)))
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--dry-run", is_flag=True, help="Check everything, keep nothing.")
@click.option("--template", is_flag=True, help="Print the header and a line as an example.")
@in_app
def bring_in(kind: str, file: Any, dry_run: bool, template: bool) -> None:
    """Bring in people or referrals from a CSV FILE: all of it or nothing."""
    if template:
        click.echo(importing.template(kind), nl=False)
        return
    if file is None:
        raise click.UsageError("Give the FILE, or --template.")
    where = only_organisation()
    try:
        rows = importing.check_sheet(kind, file.read(), where)
    except importing.BadFile as bad:
        for problem in bad.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException(
            f"{len(bad.problems)} problems. Nothing was brought in."
        ) from None
    try:
        with transaction(db.session):
            made = _with_progress(kind, rows, where)
            if dry_run:
                raise DryRun
    except DryRun:
        click.echo(f"All {len(rows)} lines are good. Nothing was kept.")
        return
    for line in made:
        click.echo(line)
    click.echo(f"{len(rows)} brought in.", err=True)


class DryRun(Exception):
    """Undoes what a trial did."""


def _with_progress(kind: str, rows: list[Any], where: Any) -> list[str]:
    lines = []
    work = importing.bring_in(kind, rows, where, now=clock.now())
    label = f"Bringing in {kind}"
    with click.progressbar(work, length=len(rows), label=label, file=sys.stderr) as steps:
        for made_id, state in steps:
            # Progress is theirs to see; links and ids are what the command gives back.
            lines.append(state.links[-1] if state.links else str(made_id))
    return lines


@click.command("inspect")
@click.argument("kind", type=click.Choice(list(inspecting.VIEWS)))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--since", default="24h", show_default=True, help="30m, 2h, 7d, 1w or a date.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--reveal", is_flag=True, help="Show words and numbers; it is written in the audit.")
@in_app
def inspect(kind: str, as_json: bool, since: str, limit: int, reveal: bool) -> None:
    """Look at what happened; words and numbers are masked."""
    now = clock.now()
    try:
        start = inspecting.parse_since(since, now)
    except ValueError:
        raise click.UsageError("--since takes 30m, 2h, 7d, 1w or a date.") from None
    with transaction(db.session):
        rows = list(inspecting.look(kind, since=start, limit=limit, reveal=reveal, now=now))
    for row in rows:
        click.echo(as_json_line(row) if as_json else as_words(row))


def as_json_line(row: dict[str, Any]) -> str:
    """Write one record as one line of JSON."""
    return json.dumps(row, default=str, ensure_ascii=False)


def as_words(row: dict[str, Any]) -> str:
    """Write one record as name=value pairs, leaving out what is empty."""
    return " ".join(f"{name}={value}" for name, value in row.items() if value not in (None, ""))


@click.group("retention")
def retention() -> None:
    """Forgetting what need not be kept."""


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Only say what would go; change nothing.")
@in_app
def run_retention(dry_run: bool) -> None:
    """Delete what is past its time; the worker does the same every day.

    Says how much of each kind went. Nothing goes of a young person whose episode is open.
    """
    now = clock.now()
    for name, step in forgetting.STEPS.items():
        done = _first_batch(step, now) if dry_run else _until_done(partial(step, now=now))
        more = " or more" if dry_run and done >= keeping.BATCH else ""
        click.echo(f"{name}: {done}{more}")
    click.echo(f"young people with an open episode, left alone: {keeping.count_open_episodes()}")
    if dry_run:
        click.echo("Nothing was changed.")


@retention.command("periods")
@in_app
def show_periods() -> None:
    """Say how many days each organisation keeps what, as its pack says."""
    for house, keep in keeping.periods().items():
        for kind, time in keep.items():
            click.echo(f"{house} {kind}: {time.days} days")


@retention.command("export")
@click.argument("young_person", type=click.UUID)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@in_app
def export_record(young_person: UUID, file: Path) -> None:
    """Write everything kept about YOUNG_PERSON (an id) into FILE as JSON; it leaves an audit line.

    For the case system, before words are forgotten here.
    """
    if file.exists():
        raise click.ClickException(f"{file} is there already.")
    with transaction(db.session):
        try:
            found = whole_record.gather(young_person, now=clock.now())
        except LookupError as error:
            raise click.ClickException(str(error)) from None
        words = json.dumps(found, default=str, ensure_ascii=False, indent=1)
        # Before the audit line is kept: a file that cannot be written was not exported.
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(words + "\n")
    rows = sum(len(each) for each in found["records"].values())
    click.echo(f"{file}: {rows:,} records of {len(found['records'])} kinds.")


def _first_batch(step: Callable[..., int], now: datetime) -> int:
    try:
        return step(now=now)
    finally:
        db.session.rollback()


def _until_done(step: Callable[[], int]) -> int:
    total = 0
    while True:
        with transaction(db.session):
            done = step()
        total += done
        if not done:
            return total


@click.group("policy")
def policy() -> None:
    """The packs of rules by place."""


@policy.command("check")
@click.argument("directory", required=False, type=click.Path(exists=True, path_type=Path))
def check_policy(directory: Path | None) -> None:
    """Read every pack (and those in DIRECTORY); name file, line and fault of what is wrong."""
    found = policies.check(str(directory) if directory else "")
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise click.ClickException(f"{len(found)} faults in policy packs.")
    count = sum(1 for _ in policies.names(str(directory) if directory else ""))
    click.echo(f"All {count} packs can be used.")


ALL = (organisation, people_at_work, bring_in, inspect, retention, policy)
