"""Commands about people and their records: set up, bring in, look at, forget, check the rules."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from engage import clock, i18n
from engage.db import db, transaction
from engage.operators import forgetting, importing, inspecting
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
    """Bring in people from a CSV FILE: all of it or nothing."""
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
@in_app
def run_retention() -> None:
    """Delete what is past its time; the worker does the same every day."""
    now = clock.now()
    for name, step in forgetting.STEPS.items():
        click.echo(f"{name}: {_until_done(lambda step=step: step(now=now))}")  # type: ignore[misc]


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
