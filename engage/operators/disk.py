"""Room on the disk under SQLite: watched, and a little of it kept back for when it runs out."""

import errno
import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from engage.config import Settings

LEAST_FREE = 0.10  # of the disk. Source: SAFETY R15
MEBIBYTE = 1 << 20
# With less than this the next texts may not find room: the ballast goes.
LAST_ROOM = 16 * MEBIBYTE
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)


@dataclass(frozen=True)
class Room:
    """What is left of a disk, in bytes."""

    free: int
    total: int

    @property
    def is_low(self) -> bool:
        """Say whether less than a tenth is left."""
        return self.free < self.total * LEAST_FREE


def room(settings: Settings) -> Room | None:
    """Return what is left of the disk under SQLite; None when the database is elsewhere."""
    path = settings.sqlite_path
    if path is None:
        return None
    folder = path.absolute().parent
    usage = shutil.disk_usage(folder if folder.exists() else Path("/"))
    return Room(usage.free, usage.total)


def ballast_path(settings: Settings) -> Path | None:
    """Return where the ballast lies; None when none is kept."""
    path = settings.sqlite_path
    if path is None or not settings.ballast_mb:
        return None
    return path.absolute().with_suffix(".ballast")


def keep_ballast(settings: Settings) -> bool:
    """Fill a file with nothing, where there is plenty of room; say whether it lies there."""
    path, left = ballast_path(settings), room(settings)
    if path is None or left is None:
        return False
    size = settings.ballast_mb * MEBIBYTE
    if path.exists() and path.stat().st_size == size:
        return True
    if left.is_low or left.free < 4 * size:
        return False
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            # Real blocks: a file with holes would give nothing back.
            os.posix_fallocate(descriptor, 0, size)
        finally:
            os.close(descriptor)
    except OSError:
        path.unlink(missing_ok=True)
        return False
    return True


def give_up_ballast(settings: Settings) -> bool:
    """Delete the ballast, so that what young people send can still be stored; say whether any."""
    path = ballast_path(settings)
    if path is None or not path.exists():
        return False
    path.unlink(missing_ok=True)
    return True


def is_full(error: BaseException) -> bool:
    """Say whether this error means that nothing more can be written."""
    found = error.orig if isinstance(error, OperationalError) else error
    if isinstance(found, sqlite3.Error):
        return getattr(found, "sqlite_errorcode", None) in _FULL
    return isinstance(found, OSError) and found.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
