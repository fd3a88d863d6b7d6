"""Which mails wait, whose turn it is to send one, and that it went.

The row is first. A mail goes once; after a crash it may go twice, and then does no harm: its UID
and its sequence are the same, so that a calendar replaces it with itself (RFC 5546).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engage.calendar_mail.models import Invited
from engage.calendars import Method
from engage.config import Settings
from engage.db import db

MANY = 50
MOST_TRIES = 10
LONGEST_WAIT = timedelta(hours=1)
# Longer than fifty mails take to a server that keeps everybody waiting.
TAKEN_FOR = timedelta(minutes=15)
# How a mail writes when something is.
PATTERN = "EEEE d MMMM y HH:mm"


@dataclass(frozen=True)
class Letter:
    """One mail, ready to go."""

    to: str
    subject: str
    body: str
    calendar: bytes
    method: Method
    sequence: int
    starts_at: datetime


@dataclass(frozen=True)
class Post:
    """The mails of one kind: where they wait, how each is worded, and which is the newest."""

    table: type[Invited]
    # Whose, the settings, now. None: there is nothing left to tell them.
    letter_for: Callable[[UUID, Settings, datetime], Letter | None]
    # The sequence that somebody's calendar should have.
    sequence_of: Callable[[Any], int]


def ask(row: Invited, *, now: datetime) -> None:
    """Let a mail wait for somebody, about whatever stands when it goes."""
    row.mail_due_at, row.mail_tries = now, 0


def waiting(post: Post, *, now: datetime, limit: int = MANY) -> Sequence[UUID]:
    """List whom a mail waits for, who has waited longest first."""
    table = post.table
    return db.session.scalars(
        select(table.id)
        .where(table.mail_due_at <= now)
        .order_by(table.mail_due_at, table.id)
        .limit(limit)
    ).all()


def take(post: Post, row_id: UUID, *, now: datetime) -> bool:
    """Take a mail to send it; False when another worker has it. The caller commits.

    Whoever took one and fell silent loses it after a quarter of an hour.
    """
    table = post.table
    taken: Any = db.session.execute(
        update(table)
        .where(table.id == row_id, table.mail_due_at <= now)
        .values(mail_due_at=now + TAKEN_FOR)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount)


def note_sent(post: Post, row_id: UUID, letter: Letter | None, *, now: datetime) -> None:
    """Keep that a mail went. What changed while it was on its way goes next."""
    row: Invited = db.session.get_one(
        post.table, row_id, with_for_update=True, populate_existing=True
    )
    if letter is not None:
        row.mailed_at = now
        stands = letter.method is Method.REQUEST
        row.mailed_sequence = letter.sequence if stands else None
        row.mailed_for = letter.starts_at if stands else None
        if letter.sequence < post.sequence_of(row):
            ask(row, now=now)
            return
    elif row.mail_due_at != now + TAKEN_FOR:
        # There was nothing left to tell them; now there is.
        return
    row.mail_due_at, row.mail_tries = None, 0


def note_failed(post: Post, row_id: UUID, *, now: datetime) -> None:
    """Try again later, less and less often; after ten tries a person sees that it did not go."""
    row: Invited = db.session.get_one(
        post.table, row_id, with_for_update=True, populate_existing=True
    )
    row.mail_tries += 1
    wait = min(timedelta(minutes=2**row.mail_tries), LONGEST_WAIT)
    row.mail_due_at = now + wait if row.mail_tries < MOST_TRIES else None
