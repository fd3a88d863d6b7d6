"""Looks over an installation and says what is wrong and how to put it right."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from engage.config import Settings
from engage.crypto import CannotUnseal, blind_index, keyring
from engage.db import db
from engage.operators import checkpoint, health, keys
from engage.operators import disk as disks
from engage.operators.alarms import ADVICE, Alarm, open_alarms
from engage.people.models import Person
from engage.policy import queries as policies
from engage.web import static

REVISION = re.compile(r'^(revision|down_revision)\b[^=]*=\s*"(\w+)"', re.MULTILINE)
MOST_CLOCK_DRIFT = timedelta(minutes=5)  # Source: SAFETY 15


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `fix` is empty when it is as it should be."""

    what: str
    fix: str = ""

    @property
    def is_fine(self) -> bool:
        """Say whether nothing needs doing."""
        return not self.fix


def examine(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Look at everything that can be looked at from here, one finding at a time."""
    checks: list[Callable[[], Finding]] = [
        lambda: database(settings),
        migrations,
        lambda: clock(now),
        sealing,
        indexing,
        lambda: audit(settings),
        lambda: worker(now),
        lambda: disk(settings),
        alarms,
        lambda: policy(settings),
        lambda: texts_out(settings),
        lambda: mail(settings),
        assets,
    ]
    for check in checks:
        try:
            yield check()
        except SQLAlchemyError as error:
            yield Finding("Database", f"{type(error).__name__}: check DATABASE_URL and the server.")
            return


def refusals(settings: Settings, *, now: datetime) -> list[str]:
    """List why web and worker must not start: what is stored might be lost or not open.

    Source: SAFETY 15.
    """
    checks: list[Callable[[], Finding]] = [migrations]
    if settings.is_production:
        checks += [lambda: database(settings), lambda: clock(now), sealing, lambda: audit(settings)]
    try:
        findings = [check() for check in checks]
    except SQLAlchemyError as error:
        return [f"DATABASE_URL: {type(error).__name__}: the database does not answer."]
    return [f"{finding.what}: {finding.fix}" for finding in findings if not finding.is_fine]


def database(settings: Settings) -> Finding:
    """Make sure that what is committed survives a power cut."""
    if settings.is_sqlite:
        journal = db.session.scalar(text("PRAGMA journal_mode"))
        synchronous = db.session.scalar(text("PRAGMA synchronous"))
        if journal != "wal" or synchronous != 2:
            return Finding(
                "Database",
                f"journal is {journal} and synchronous {synchronous}, not wal and 2: "
                "keep the file on a local disk.",
            )
        return Finding("Database answers and keeps what is committed (SQLite, WAL, FULL)")
    for name in ("synchronous_commit", "fsync"):
        if db.session.scalar(text(f"SHOW {name}")) == "off":
            return Finding("Database", f"PostgreSQL has {name} off: turn it on.")
    return Finding("Database answers and keeps what is committed (PostgreSQL)")


def migrations() -> Finding:
    """Make sure the tables are those this version expects."""
    if pending_migrations():
        return Finding("Tables", "run `engage db upgrade`.")
    return Finding("Tables are up to date")


def pending_migrations() -> bool:
    """Say whether the database lacks a migration that this version brings.

    Reads the files and one row: a server asks this at its start and need not load Alembic.
    """
    wanted = {}
    for path in (Path(str(current_app.root_path)) / "migrations").glob("[0-9]*.py"):
        named = dict(REVISION.findall(path.read_text()))
        wanted[named["revision"]] = named.get("down_revision")
    heads = set(wanted) - set(wanted.values())
    try:
        present = set(db.session.scalars(text("SELECT version_num FROM alembic_version")))
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        present = set()
    return present != heads


def clock(now: datetime) -> Finding:
    """Compare this machine's clock with the database's."""
    theirs = db.session.scalar(text("SELECT CURRENT_TIMESTAMP"))
    if isinstance(theirs, str):
        theirs = datetime.fromisoformat(theirs).replace(tzinfo=UTC)
    if abs(theirs - now) > MOST_CLOCK_DRIFT:
        return Finding("Clock", f"the database is {abs(theirs - now)} away: set both by NTP.")
    return Finding("Clocks agree")


def sealing() -> Finding:
    """Make sure the keys open what is stored: one value of every column, and any of other keys."""
    for place in keys.sealed_columns():
        found = db.session.execute(
            select(place.table.c.id, place.column).where(place.column.like("%.%.%")).limit(1)
        ).one_or_none()
        if found is None or not keys.SEALED.fullmatch(found[1]):
            continue
        # One that was rotated opens; one that was not may need a key that was taken out.
        others = [place.column.not_like(f"{name}.%") for name in keyring().names]
        left = db.session.execute(
            select(place.table.c.id, place.column).where(place.column.like("%.%.%"), *others)
        ).first()
        try:
            for row_id, value in filter(None, (found, left)):
                place.open(value, row_id)
        except CannotUnseal:
            return Finding(
                "Keys",
                f"{place.table.name}.{place.column.name} does not open: set "
                "ENGAGE_ENCRYPTION_KEYS to every key in use (`engage keys status`).",
            )
    return Finding("Keys open what is stored")


def indexing() -> Finding:
    """Make sure the index key is the one that phone numbers were stored with, by the first."""
    stored = select(Person).where(Person.phone_index.is_not(None)).order_by(Person.created_at)
    person = db.session.scalars(stored.limit(1)).first()
    try:
        if person is None or blind_index("phone", person.phone or "") == person.phone_index:
            return Finding("Numbers are found by the index key")
    except CannotUnseal:
        return Finding("Index key is not compared: the number does not open")
    return Finding(
        "Index key",
        "ENGAGE_INDEX_KEY is not the one that numbers were stored with, so nobody is known by "
        "theirs: put the former one back.",
    )


def audit(settings: Settings) -> Finding:
    """Compare the audit with the head that was kept outside the database. Source: SAFETY 15."""
    if not settings.audit_checkpoint:
        return Finding("Audit is compared with nothing: ENGAGE_AUDIT_CHECKPOINT names no file")
    try:
        checkpoint.compare(Path(settings.audit_checkpoint))
    except checkpoint.NotAsKept as problem:
        return Finding(
            "Audit",
            f"{problem}. After a restore: `engage audit head --accept`. Else keep everything as "
            "it is, and find out who changed it.",
        )
    return Finding("Audit holds the head that was kept outside")


def worker(now: datetime) -> Finding:
    """Make sure the worker lives."""
    age = health.heartbeat_age(now)
    if age is None:
        return Finding("Worker", "it has never run: start `engage worker`.")
    if age > health.LATE_AFTER:
        return Finding("Worker", f"silent for {int(age.total_seconds())} s: start `engage worker`.")
    return Finding("Worker is alive")


def disk(settings: Settings) -> Finding:
    """Make sure the disk under SQLite has room."""
    left = disks.room(settings)
    if left is None:
        return Finding("Disk is the database server's matter")
    if left.is_low:
        return Finding("Disk", f"only {left.free >> 20} MiB free: make room.")
    return Finding("Disk has room")


def alarms() -> Finding:
    """Make sure no alarm is on."""
    found = open_alarms()
    if not found:
        return Finding("No alarm is on")
    said = [f"{ADVICE[Alarm(a.kind)].what} {ADVICE[Alarm(a.kind)].fix}" for a in found]
    return Finding("Alarm", " | ".join(said))


def policy(settings: Settings) -> Finding:
    """Make sure the policy pack for new organisations loads."""
    try:
        policies.pack(settings.policy, settings.policy_dir)
    except policies.BadPack as bad:
        return Finding("Policy", bad.problems[0])
    return Finding(f"Policy pack {settings.policy} loads")


def texts_out(settings: Settings) -> Finding:
    """Make sure texts can leave."""
    if settings.sms_provider == "none":
        return Finding("Texts", "none can be sent: set ENGAGE_SMS_PROVIDER=twilio.")
    return Finding(f"Texts go by {settings.sms_provider}")


def mail(settings: Settings) -> Finding:
    """Make sure staff can be sent the link that resets their password."""
    if settings.is_production and not settings.mail_url:
        return Finding("Mail", "none can be sent: set ENGAGE_MAIL_URL, or reset by command.")
    return Finding("Mail is set" if settings.mail_url else "Mail is not needed here")


def assets() -> Finding:
    """Make sure style sheets and scripts were built."""
    try:
        static.manifest()
    except static.AssetsMissing:
        return Finding("Assets", "run `make assets`.")
    return Finding("Assets are built")
