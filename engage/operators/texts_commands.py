"""Trying again what was put aside: texts nobody could work on, and ones that broke on the way."""

from typing import Any

import click
from sqlalchemy import update

from engage import clock
from engage.audit.actions import record
from engage.db import db, transaction
from engage.messaging.models import InboundMessage, Message
from engage.messaging.rules import POISON_LIMIT, MessageState
from engage.operators.context import in_app
from engage.people.access import SYSTEM


@click.group()
def texts() -> None:
    """Texts that were put aside."""


@texts.command("retry")
@in_app
def retry() -> None:
    """Try again what failed five times. Nothing that is too late, or may have gone, is sent."""
    now = clock.now()
    inbound: Any = InboundMessage.__table__
    messages: Any = Message.__table__
    with transaction(db.session):
        waiting = db.session.execute(
            update(inbound)
            .where(inbound.c.handled_at.is_(None), inbound.c.tries >= POISON_LIMIT)
            .values(tries=0, tried_at=None)
        )
        broken = db.session.execute(
            update(messages)
            .where(
                messages.c.state == MessageState.DEAD,
                messages.c.not_after > now,
                messages.c.first_post_at.is_(None),
                # Somebody used another way: a text now would only puzzle.
                messages.c.handled_at.is_(None),
            )
            .values(
                state=MessageState.PENDING,
                reason=None,
                strikes=0,
                due_at=now,
                finished_at=None,
                needs_person_at=None,
            )
        )
        counts = [done.rowcount for done in (waiting, broken)]  # type: ignore[attr-defined]
        record("texts:retried", viewer=SYSTEM, now=now, reason=f"{counts[0]} in, {counts[1]} out")
    click.echo(f"{counts[0]} incoming texts and {counts[1]} outgoing ones are tried again.")


ALL = (texts,)
