"""What every table of people who are asked by mail has."""

from datetime import datetime

from sqlalchemy import Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.db import Base


class Invited(Base):
    """Somebody whose calendar is told: the mail that waits for them, and what they have."""

    __abstract__ = True

    # A mail waits to be sent from then on; None when there is none.
    mail_due_at: Mapped[datetime | None] = mapped_column()
    mail_tries: Mapped[int] = mapped_column(Integer, default=0)
    # The sequence of the file that stands in their calendar; None: nothing stands there.
    mailed_sequence: Mapped[int | None] = mapped_column(Integer)
    mailed_at: Mapped[datetime | None]
    # When that begins: a cancellation must say what is off, though nothing else knows any more.
    mailed_for: Mapped[datetime | None]


def waiting_index(table: str) -> Index:
    """Return the index of such a table by which who waits is found: it holds nobody else."""
    waits = text("mail_due_at IS NOT NULL")
    return Index(f"ix_{table}_mail_due", "mail_due_at", sqlite_where=waits, postgresql_where=waits)
