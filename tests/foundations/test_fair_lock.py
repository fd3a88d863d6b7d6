"""A fair turn at writing, and a log that is copied while nobody waits."""

import shutil
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from engage import fair_lock
from engage.fair_lock import COMMITS_IN_LOG, FairConnection


def opened(path: Path) -> FairConnection:
    connection = sqlite3.connect(
        path, factory=FairConnection, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA wal_autocheckpoint=20000")
    return connection


def written(connection: FairConnection, number: int) -> None:
    connection.begin_write()
    connection.execute("INSERT INTO counters VALUES (?)", (number,))
    connection.commit()


@pytest.fixture
def connection(tmp_path: Path) -> Any:
    made = opened(tmp_path / "small.db")
    made.execute("CREATE TABLE counters (n INTEGER)")
    made.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    yield made
    made.close()


def in_the_file(path: Path, folder: Path) -> int:
    """Count what the file holds without its log."""
    alone = folder / "alone.db"
    shutil.copy(path, alone)
    with sqlite3.connect(alone) as copy:
        found: int = copy.execute("SELECT count(*) FROM counters").fetchone()[0]
    copy.close()
    alone.unlink()
    for end in ("-wal", "-shm"):
        Path(f"{alone}{end}").unlink(missing_ok=True)
    return found


def test_the_log_is_copied_after_so_many_commits_and_not_before(
    connection: FairConnection, tmp_path: Path
) -> None:
    path, other = tmp_path / "small.db", tmp_path
    for number in range(COMMITS_IN_LOG - 1):
        written(connection, number)
    assert in_the_file(path, other) == 0
    written(connection, COMMITS_IN_LOG)
    assert in_the_file(path, other) == COMMITS_IN_LOG


def test_the_next_one_to_write_begins_the_log_anew(
    connection: FairConnection, tmp_path: Path
) -> None:
    log = tmp_path / "small.db-wal"
    for number in range(COMMITS_IN_LOG):
        written(connection, number)
    size = log.stat().st_size
    for number in range(COMMITS_IN_LOG * 3):
        written(connection, number)
    assert log.stat().st_size <= size * 1.1


def test_several_that_write_at_once_keep_the_log_short_and_lose_nothing(
    connection: FairConnection, tmp_path: Path
) -> None:
    path = tmp_path / "small.db"

    def write_many() -> None:
        mine = opened(path)
        for number in range(COMMITS_IN_LOG):
            written(mine, number)
        mine.close()

    threads = [threading.Thread(target=write_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = connection.execute("SELECT count(*) FROM counters").fetchone()[0]
    assert found == 4 * COMMITS_IN_LOG


def test_a_log_that_cannot_be_copied_keeps_nobody_from_writing(
    connection: FairConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fair_lock, "_COPY_LOG", "PRAGMA wal_checkpoint(PASSIVE")
    for number in range(COMMITS_IN_LOG + 1):
        written(connection, number)
    assert in_the_file(tmp_path / "small.db", tmp_path) == 0
    found = connection.execute("SELECT count(*) FROM counters").fetchone()[0]
    assert found == COMMITS_IN_LOG + 1


def test_a_reader_in_the_middle_of_reading_keeps_nobody_from_writing(
    connection: FairConnection, tmp_path: Path
) -> None:
    written(connection, 0)
    reader = sqlite3.connect(tmp_path / "small.db", isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM counters").fetchone() == (1,)
    for number in range(COMMITS_IN_LOG * 2):
        written(connection, number)
    assert reader.execute("SELECT count(*) FROM counters").fetchone() == (1,)
    reader.execute("COMMIT")
    assert reader.execute("SELECT count(*) FROM counters").fetchone() == (COMMITS_IN_LOG * 2 + 1,)
    reader.close()


def test_a_commit_that_wrote_nothing_counts_for_nothing(connection: FairConnection) -> None:
    turn = connection._turn
    before = turn._commits
    connection.commit()
    connection.rollback()
    assert turn._commits == before
    written(connection, 1)
    assert turn._commits == before + 1
