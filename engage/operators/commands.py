"""What operators type: each command asks, acts, commits, and says what came of it in one line."""

import os
from pathlib import Path

import click
from flask import Flask

from engage import clock, config
from engage.audit import queries as audit_queries
from engage.crypto import keyring
from engage.db import alembic, db, transaction
from engage.operators import backup as backups
from engage.operators import checkpoint
from engage.operators import doctor as examination
from engage.operators import keys as key_work
from engage.operators.context import in_app, settings
from engage.people.access import SYSTEM


@click.group("db")
def database() -> None:
    """Migrations of the database."""


@database.command("upgrade")
@click.argument("revision", default="heads")
@in_app
def db_upgrade(revision: str) -> None:
    """Bring the tables up to date (or to REVISION)."""
    alembic.upgrade(revision)
    click.echo(f"The database is at {_revision()}.")


@database.command("downgrade")
@click.argument("revision", default="-1")
@click.confirmation_option(prompt="Going back may delete what newer tables hold. Go on?")
@in_app
def db_downgrade(revision: str) -> None:
    """Take back the last migration (or go back to REVISION)."""
    alembic.downgrade(revision)
    click.echo(f"The database is at {_revision()}.")


@database.command("current")
@in_app
def db_current() -> None:
    """Print the migration the database is at."""
    click.echo(_revision())


@database.command("check")
@in_app
def db_check() -> None:
    """Fail unless every migration ran and the tables are those of the models."""
    if examination.pending_migrations():
        raise click.ClickException("Migrations are pending: run `engage db upgrade`.")
    if differences := alembic.compare_metadata():
        raise click.ClickException(f"The tables differ from the models: {differences[0]}")
    click.echo("Every migration ran and the tables are those of the models.")


def _revision() -> str:
    return ", ".join(revision.revision for revision in alembic.current()) or "nothing yet"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@in_app
def backup(folder: Path) -> None:
    """Copy the database into a new FOLDER while everything runs."""
    now = clock.now()
    # Before the copy: the worker seals on, and the copy must hold the head we promise.
    chain = audit_queries.chain_state(SYSTEM)
    db.session.rollback()
    try:
        copy = backups.copy_database(settings(), folder)
    except backups.BackupProblem as problem:
        raise click.ClickException(str(problem)) from None
    backups.write_manifest(
        folder,
        copy,
        revision=_revision(),
        key_ids=sorted(key_work.status().by_key),
        marks=key_work.fingerprints(settings()),
        audit=(chain.sealed, chain.head),
        now=now,
    )
    click.echo(f"{copy}: {copy.stat().st_size:,} bytes. The keys are not in it: keep them apart.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.pass_context
def restore(ctx: click.Context, folder: Path) -> None:
    """Put the back-up in FOLDER into the configured database, which must be empty."""
    found = config.load(os.environ)
    try:
        manifest = backups.restore_database(found, folder)
    except backups.BackupProblem as problem:
        raise click.ClickException(str(problem)) from None
    app: Flask = ctx.find_root().obj()
    with app.app_context(), transaction(db.session):
        tidied = backups.make_safe_to_start(now=clock.now())
    click.echo(f"Restored what was there at {manifest.made_at}.")
    click.echo(
        f"{tidied.expired} texts too old to send, {tidied.doubtful} to ask the provider about, "
        f"{tidied.sessions} sign-ins ended."
    )


@click.group()
def audit() -> None:
    """The record of who did what."""


@audit.command("verify")
@click.option("--head", help="The head kept elsewhere (NUMBER:HASH), to find a cut-off tail.")
@in_app
def audit_verify(head: str | None) -> None:
    """Check the whole chain; name the first entry that is wrong."""
    state = audit_queries.chain_state(SYSTEM)
    if state.first_wrong is not None:
        raise click.ClickException(f"The audit is broken at entry {state.first_wrong}.")
    if head:
        number, _, kept = head.partition(":")
        if not number.isdigit() or not audit_queries.holds_link(SYSTEM, int(number), kept):
            raise click.ClickException(f"The audit does not hold the kept head {head}.")
    click.echo(f"The audit is whole. Head {state.sealed}:{state.head or '-'}")


@audit.command("head")
@click.option("--keep", is_flag=True, help="Append it to ENGAGE_AUDIT_CHECKPOINT as well.")
@click.option("--accept", is_flag=True, help="Go on though the chain lacks the head kept last.")
@in_app
def audit_head(keep: bool, accept: bool) -> None:
    """Print the head of the chain, to be kept elsewhere."""
    head = checkpoint.find_head()
    if keep or accept:
        name = settings().audit_checkpoint
        if not name:
            raise click.ClickException("ENGAGE_AUDIT_CHECKPOINT names no file.")
        try:
            head = checkpoint.keep(Path(name), now=clock.now(), accept=accept)
        except checkpoint.NotAsKept as problem:
            raise click.ClickException(f"{problem}.") from None
    click.echo(str(head) if head else "Nothing is chained yet.")


@click.group()
def keys() -> None:
    """The keys that seal what people wrote."""


@keys.command("new")
def keys_new() -> None:
    """Print fresh secrets for a new installation."""
    for name, value in key_work.fresh_keys().items():
        click.echo(f"{name}={value}")


@keys.command("status")
@in_app
def keys_status() -> None:
    """Count what each key has sealed."""
    counted = key_work.status().by_key
    for name in sorted({*counted, keyring().active}):
        note = " (writes)" if name == keyring().active else ""
        click.echo(f"{name}: {counted[name]:,} values{note}")


@keys.command("verify")
@in_app
def keys_verify() -> None:
    """Open every sealed value; fail if one does not open."""
    found = key_work.status(check=True)
    _fail_if_broken(found.broken)
    click.echo(f"All {found.by_key.total():,} sealed values open.")
    older = sorted(set(found.by_key) - {keyring().active})
    if older:
        click.echo(f"Do not take out {', '.join(older)} yet: run `engage keys rotate` first.")


@keys.command("rotate")
@in_app
def keys_rotate() -> None:
    """Seal everything with the first key of ENGAGE_ENCRYPTION_KEYS; may be stopped and resumed."""
    moved, broken = 0, list[str]()
    steps = key_work.rotate(broken)
    with transaction(db.session):
        for count in steps:
            moved += count
            db.session.commit()
    _fail_if_broken(broken)
    click.echo(f"{moved:,} values now sealed with the first key.")


def _fail_if_broken(broken: list[str]) -> None:
    if broken:
        raise click.ClickException(
            f"{len(broken)} values do not open with the keys set; the first is {broken[0]}."
        )


@click.command()
@click.option("--env-example", is_flag=True, help="Print every setting instead.")
@click.pass_context
def doctor(ctx: click.Context, env_example: bool) -> None:
    """Look over the installation; say what is wrong and how to put it right."""
    if env_example:
        click.echo(config.example(), nl=False)
        return
    app: Flask = ctx.find_root().obj()
    with app.app_context():
        findings = list(examination.examine(settings(), now=clock.now()))
    for finding in findings:
        click.echo(f"ok     {finding.what}" if finding.is_fine
                   else f"wrong  {finding.what}: {finding.fix}")  # fmt: skip
    wrong = sum(not finding.is_fine for finding in findings)
    if wrong:
        raise click.ClickException(f"{wrong} of {len(findings)} things need attention.")


ALL = (database, backup, restore, audit, keys, doctor)
