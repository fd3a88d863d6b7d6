"""Commands for referrals: mail from a pipe or a mailbox, and programs that may send them."""

import mailbox
import sys
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from engage import clock
from engage.db import db, transaction
from engage.intake.actions import Arrived, CameDifferently, receive
from engage.intake.mail import MOST_MAIL, read_mail
from engage.intake.models import ReferralSender
from engage.intake.rules import CameBy, Referrer
from engage.intake.sender_actions import add_sender, revoke_sender
from engage.operators.context import in_app
from engage.operators.people_commands import only_organisation
from engage.people.access import SYSTEM
from engage.people.models import Organisation
from engage.web.errors import NotFound

# What a mail program reads as "try again later". Source: sysexits.h, EX_TEMPFAIL.
TRY_LATER = 75
FROM = click.option(
    "--from", "source", default=Referrer.OTHER.value, show_default=True,
    type=click.Choice([each.value for each in Referrer]), help="Whose mail comes this way.",
)  # fmt: skip
WHERE = click.option(
    "--organisation", "house", default=None, type=click.UUID, help="Which, if there are several."
)


@click.group()
def referrals() -> None:
    """Referrals by email, and programs that may send them."""


def _organisation(house: UUID | None) -> Organisation:
    if house is None:
        found: Organisation = only_organisation()
        return found
    named = db.session.get(Organisation, house)
    if named is None:
        raise click.ClickException(f"There is no organisation {house}.")
    return named


@referrals.command("take-mail")
@FROM
@WHERE
@in_app
def take_mail(source: str, house: UUID | None) -> None:
    """Keep one mail from standard input, as a pipe of a mail server gives it.

    Ends with 75 when it could not be kept: the mail server then tries again.
    """
    raw = sys.stdin.buffer.read(MOST_MAIL + 1)
    # The rest is read and thrown away, so that the mail server does not take it for a fault.
    while sys.stdin.buffer.read(1024 * 1024):
        pass
    if not raw.strip():
        raise click.ClickException("There was no mail.")
    try:
        is_new = _keep(raw, Referrer(source), _organisation(house))
    except (SQLAlchemyError, OSError) as error:
        click.echo(f"Not kept, try again later: {type(error).__name__}", err=True)
        raise SystemExit(TRY_LATER) from None
    click.echo("Kept." if is_new else "It came before.")


@referrals.command("take-mailbox")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@FROM
@WHERE
@in_app
def take_mailbox(file: Path, source: str, house: UUID | None) -> None:
    """Keep every mail of FILE (mbox) that did not come before. The file is not changed."""
    where = _organisation(house)
    box = mailbox.mbox(file, create=False)
    new = before = failed = 0
    try:
        for number, key in enumerate(box.iterkeys(), start=1):
            with box.get_file(key) as one:
                raw = one.read(MOST_MAIL + 1)
            try:
                is_new = _keep(raw, Referrer(source), where)
            except SQLAlchemyError as error:
                failed += 1
                click.echo(f"mail {number}: not kept: {type(error).__name__}", err=True)
                continue
            new, before = new + is_new, before + (not is_new)
    finally:
        box.close()
    click.echo(f"{new} kept, {before} came before.")
    if failed:
        raise click.ClickException(f"{failed} could not be kept. Run it again.")


def _keep(raw: bytes, source: Referrer, where: Organisation) -> bool:
    """Keep one mail; return whether it is new. Each in a transaction of its own."""
    now = clock.now()
    house_id = where.id
    letter = read_mail(raw, source, region=where.region, today=now.date())
    arrived = Arrived(letter.draft, CameBy.EMAIL, letter.key, letter.files)
    try:
        with transaction(db.session):
            return receive(SYSTEM, house_id, arrived, now=now)[1]
    except CameDifferently:
        # A mark that somebody used before must not swallow other words.
        other = Arrived(
            letter.draft, CameBy.EMAIL, f"{letter.key} {letter.draft.content()}", letter.files
        )
        with transaction(db.session):
            return receive(SYSTEM, house_id, other, now=now)[1]


@referrals.command("add-sender")
@click.option("--name", required=True, help="What the program is called here.")
@FROM
@WHERE
@in_app
def add(name: str, source: str, house: UUID | None) -> None:
    """Let a program send referrals; print its id and its token, which is shown this once."""
    if not name.strip() or len(name) > 80:
        raise click.UsageError("--name takes 1 to 80 letters.")
    where = _organisation(house)
    with transaction(db.session):
        sender, token = add_sender(
            SYSTEM, where.id, name.strip(), Referrer(source), now=clock.now()
        )
        sender_id = sender.id
    click.echo(f"{sender_id} {token}")


@referrals.command("senders")
@in_app
def senders() -> None:
    """List the programs, and whether each may send."""
    for each in db.session.scalars(select(ReferralSender).order_by(ReferralSender.made_at)):
        state = f"ended {each.revoked_at:%Y-%m-%d}" if each.revoked_at else "may send"
        click.echo(f"{each.id} {each.name} ({each.source}): {state}")


@referrals.command("revoke-sender")
@click.argument("sender", type=click.UUID)
@in_app
def revoke(sender: UUID) -> None:
    """Let a program send no more, at once."""
    try:
        with transaction(db.session):
            revoke_sender(SYSTEM, sender, now=clock.now())
    except NotFound:
        raise click.ClickException(f"There is no sender {sender}.") from None
    click.echo("It can send no more.")


ALL = (referrals,)
