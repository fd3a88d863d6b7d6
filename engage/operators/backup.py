"""Back-ups: a copy that is consistent while people work; a restore that never overwrites."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine, func, inspect, update
from sqlalchemy.engine import URL, make_url

from engage.audit.actions import record
from engage.config import Settings
from engage.db import db
from engage.messaging.models import Message
from engage.messaging.rules import MessageState, Reason
from engage.operators.keys import INDEX, fingerprints
from engage.people.access import SYSTEM
from engage.people.models import LoginSession

MANIFEST = "manifest.json"


class BackupProblem(Exception):
    """Why a back-up or a restore did not happen, in one line."""


@dataclass(frozen=True)
class Manifest:
    """What a back-up is: enough to know whether it is whole and which keys open it."""

    made_at: str
    engine: str
    file: str
    sha256: str
    revision: str | None
    key_ids: list[str]
    audit_entries: int
    audit_head: str | None
    # Back-ups made before there were any have none, and go by the ids.
    fingerprints: dict[str, str] = field(default_factory=dict)


def copy_database(settings: Settings, folder: Path) -> Path:
    """Copy the whole database into an empty folder while it is in use; return the file made.

    The keys are not in it: without them the copy can be counted but not read.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise BackupProblem(f"{folder} is not empty. Give a new folder for each back-up.")
    if settings.is_sqlite:
        return _copy_sqlite(_existing(settings), folder / "engage.db")
    target = folder / "engage.dump"
    _run("pg_dump", settings, ["--format=custom", "--no-owner", f"--file={target}"])
    target.chmod(0o600)
    return target


def write_manifest(
    folder: Path,
    copy: Path,
    *,
    revision: str | None,
    key_ids: list[str],
    marks: dict[str, str],
    audit: tuple[int, str | None],
    now: datetime,
) -> Manifest:
    """Write down beside the copy what it is, last of all: a folder without it is not a back-up."""
    manifest = Manifest(
        made_at=now.isoformat(),
        engine="sqlite" if copy.suffix == ".db" else "postgresql",
        file=copy.name,
        sha256=_sha256(copy),
        revision=revision,
        key_ids=key_ids,
        audit_entries=audit[0],
        audit_head=audit[1],
        fingerprints={name: marks[name] for name in (*key_ids, INDEX) if name in marks},
    )
    target = folder / MANIFEST
    target.write_text(json.dumps(asdict(manifest), indent=2) + "\n")
    target.chmod(0o600)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read what a back-up is, and make sure its file is there and whole."""
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except (OSError, ValueError, TypeError):
        raise BackupProblem(f"{folder} holds no back-up: no readable {MANIFEST}.") from None
    copy = folder / manifest.file
    if not copy.is_file() or _sha256(copy) != manifest.sha256:
        raise BackupProblem(f"{copy} is missing or was changed since the back-up was made.")
    return manifest


def restore_database(settings: Settings, folder: Path) -> Manifest:
    """Put a back-up into the configured database, which must be empty."""
    manifest = read_manifest(folder)
    engine = "sqlite" if settings.is_sqlite else "postgresql"
    if manifest.engine != engine:
        raise BackupProblem(f"This back-up is of {manifest.engine}, DATABASE_URL is {engine}.")
    _compare_keys(settings, manifest)
    if not is_empty(settings):
        raise BackupProblem("The database is not empty. Nothing was changed.")
    if settings.is_sqlite:
        path = settings.sqlite_path
        assert path is not None
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".restoring")
        shutil.copyfile(folder / manifest.file, unfinished)
        unfinished.chmod(0o600)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        unfinished.replace(path)
    else:
        options = ["--no-owner", "--exit-on-error", "--single-transaction"]
        _run("pg_restore", settings, [*options, str(folder / manifest.file)])
    return manifest


def _compare_keys(settings: Settings, manifest: Manifest) -> None:
    """Refuse keys that do not open the back-up, or would find nobody in it by their number."""
    held = fingerprints(settings)
    missing = sorted(set(manifest.key_ids) - set(held))
    if missing:
        raise BackupProblem(
            f"ENGAGE_ENCRYPTION_KEYS lacks the key {', '.join(missing)} this back-up needs."
        )
    wrong = [name for name, mark in manifest.fingerprints.items() if held.get(name) != mark]
    if INDEX in wrong:
        raise BackupProblem(
            "ENGAGE_INDEX_KEY is not the one this back-up was made with. Nothing was changed."
        )
    if wrong:
        raise BackupProblem(
            f"The key {', '.join(wrong)} in ENGAGE_ENCRYPTION_KEYS is not the one this back-up was "
            "made with. Nothing was changed."
        )


def is_empty(settings: Settings) -> bool:
    """Say whether the configured database holds no table yet."""
    path = settings.sqlite_path
    if path is not None and not path.exists():
        return True
    engine = create_engine(settings.database_url)
    try:
        return not inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _existing(settings: Settings) -> Path:
    path = settings.sqlite_path
    if path is None or not path.exists():
        raise BackupProblem(f"There is no database at {path}.")
    return path


def _copy_sqlite(source: Path, target: Path) -> Path:
    target.touch(mode=0o600)
    reader = sqlite3.connect(f"file:{source.absolute()}?mode=ro", uri=True)
    writer = sqlite3.connect(target)
    try:
        # One step: a reader in WAL mode holds nobody up and sees one moment only.
        reader.backup(writer)
        writer.execute("PRAGMA journal_mode=DELETE")
        if writer.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise BackupProblem("The copy does not pass SQLite's own integrity check.")
    finally:
        writer.close()
        reader.close()
    return target


def _run(program: str, settings: Settings, options: list[str]) -> None:
    if shutil.which(program) is None:
        raise BackupProblem(f"{program} is not on this machine (package postgresql-client).")
    url = make_url(settings.database_url)
    # The password goes by the environment: a command line can be read by everybody.
    environment = os.environ | {"PGPASSWORD": url.password or ""}
    command = [program, f"--dbname={_address(url)}", *options]
    done = subprocess.run(  # noqa: S603 - our own words and the configured address
        command, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise BackupProblem(f"{program} failed: {last[0]}")


def _address(url: URL) -> str:
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Tidied:
    """What was put right in restored data before anything is sent from it."""

    expired: int
    doubtful: int
    sessions: int


def make_safe_to_start(*, now: datetime) -> Tidied:
    """Put restored data into a state from which the worker may go on. Source: SAFETY R20.

    Texts too old to send are dropped; of those being sent the provider is asked first, because
    they may have gone after the back-up was made; every sign-in ends, since some may have been
    revoked meanwhile.
    """
    expired = db.session.execute(
        update(Message)
        .where(Message.state == MessageState.PENDING, Message.not_after < now)
        .values(state=MessageState.EXPIRED, reason=Reason.TOO_LATE, due_at=None, finished_at=now)
    )
    doubtful = db.session.execute(
        update(Message)
        .where(Message.state == MessageState.SENDING)
        .values(
            due_at=now,
            lease_owner=None,
            fence=Message.fence + 1,
            first_post_at=func.coalesce(Message.first_post_at, now),
        )
    )
    sessions = db.session.execute(
        update(LoginSession).where(LoginSession.revoked_at.is_(None)).values(revoked_at=now)
    )
    record("backup:restored", viewer=SYSTEM, now=now)
    counts = [done.rowcount for done in (expired, doubtful, sessions)]  # type: ignore[attr-defined]
    return Tidied(*counts)
