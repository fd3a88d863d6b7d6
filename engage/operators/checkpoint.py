"""The head of the audit, kept each hour in a file outside the database.

The chain alone shows a changed line, but not that its end was cut off or that it was written
anew by somebody with the keys. For that its head must have been somewhere else before. The file
is only ever appended to; keep it on another disk, or send it elsewhere. Source: SAFETY 12, 15.
"""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.audit.queries import holds_link
from engage.db import db
from engage.people.access import SYSTEM

LINE = re.compile(r"(\S+) ([0-9]+):([0-9a-f]{64})( accepted)?")
_table: Any = AuditEntry.__table__


class NotAsKept(Exception):
    """The chain does not hold the head that was kept, or the file cannot be read or written."""


@dataclass(frozen=True)
class Head:
    """The newest link of the chain."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def find_head() -> Head | None:
    """Return the newest link of the chain, or None while there is none."""
    row = db.session.execute(
        select(_table.c.chain_no, _table.c.hash)
        .where(_table.c.chain_no.is_not(None))
        .order_by(_table.c.chain_no.desc())
        .limit(1)
    ).one_or_none()
    return Head(*row) if row else None


def last_kept(path: Path) -> tuple[str, Head] | None:
    """Return when the last head was kept, and which; None while the file holds nothing.

    A last line without its end was being written when the machine stopped: the one before
    counts. Raises NotAsKept when the file cannot be read as ours.
    """
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise NotAsKept(f"{path} cannot be read ({type(error).__name__})") from None
    *lines, _torn = text.split("\n")
    whole = [LINE.fullmatch(line) for line in lines if line]
    # A torn line stays where it was when the next one follows it: only the last must be ours.
    if whole and whole[-1] is None:
        raise NotAsKept(f"{path} ends with a line that is not ours")
    if not whole:
        return None
    found = whole[-1]
    assert found is not None
    return found[1], Head(int(found[2]), found[3])


def compare(path: Path) -> None:
    """Make sure that the chain still holds the last head that was kept, else NotAsKept."""
    kept = last_kept(path)
    if kept and not holds_link(SYSTEM, kept[1].number, kept[1].hash):
        raise NotAsKept(f"the chain does not hold entry {kept[1].number} as kept at {kept[0]}")


def keep(path: Path, *, now: datetime, accept: bool = False) -> Head | None:
    """Append the head to the file; nothing while there is none. Raises NotAsKept.

    Compared first, so that a chain that was cut off never gets a fresh head by itself.
    `accept`: a person has looked, after a restore for example; the line says so for ever.
    """
    if not accept:
        compare(path)
    head = find_head()
    if head is None:
        return None
    line = f"{now.isoformat(timespec='seconds')} {head}{' accepted' if accept else ''}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torn = path.exists() and path.read_bytes()[-1:] not in (b"", b"\n")
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, (("\n" if torn else "") + line).encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise NotAsKept(f"{path} cannot be written ({type(error).__name__})") from None
    return head
