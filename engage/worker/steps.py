"""What the worker does besides sending: every second, and now and then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engage.alerts import sweep_actions as alerts
from engage.audit import actions as audit
from engage.config import Settings
from engage.db import db, transaction
from engage.messaging.models import PAYLOAD_VERSION, Heartbeat, InboundMessage, Message
from engage.messaging.provider import CannotAsk, Provider
from engage.messaging.queries import count_overdue
from engage.operators import forgetting
from engage.people.viewer import SYSTEM
from engage.worker import receiving

log = structlog.get_logger("engage.worker")
MANY = 500
ROUNDS = 20  # at most so many full sweeps in one tick: a heartbeat must come between
SHARING = timedelta(seconds=5)
DEAD_AFTER = timedelta(days=1)
TRY_AGAIN = timedelta(hours=1)

_beats: Any = Heartbeat.__table__


def _beat(insert: Any) -> Any:
    made = insert(_beats)
    return made.on_conflict_do_update(index_elements=["name"], set_={"at": made.excluded.at})


_BEAT = {"sqlite": _beat(sqlite.insert), "postgresql": _beat(postgresql.insert)}
_FIRST = {
    "sqlite": sqlite.insert(_beats).on_conflict_do_nothing(index_elements=["name"]),
    "postgresql": postgresql.insert(_beats).on_conflict_do_nothing(index_elements=["name"]),
}


def beat(owner: str, started_at: datetime, *, now: datetime) -> None:
    """Note that this worker goes round."""
    row = {"id": uuid4(), "name": f"worker:{owner}", "at": now, "started_at": started_at}
    with transaction(db.session):
        connection = db.session.connection()
        connection.execute(_BEAT[connection.dialect.name], row)


def count_workers(*, now: datetime) -> int:
    """Return how many workers go round now, at least one."""
    alive = select(func.count()).where(
        _beats.c.name.startswith("worker:"), _beats.c.at > now - SHARING
    )
    return max(db.session.scalar(alive) or 0, 1)


def take_turn(name: str, every: timedelta, *, now: datetime) -> bool:
    """Say whether this worker does the step now, one among all workers each `every`."""
    name = f"step:{name}"
    last = db.session.scalar(select(_beats.c.at).where(_beats.c.name == name))
    if last is not None and last > now - every:
        return False
    with transaction(db.session):
        connection = db.session.connection()
        if last is None:
            row = {"id": uuid4(), "name": name, "at": now, "started_at": now}
            # PostgreSQL tells how many rows an INSERT added only when asked to.
            first = _FIRST[connection.dialect.name].execution_options(preserve_rowcount=True)
            return connection.execute(first, row).rowcount == 1
        mine = update(_beats).where(_beats.c.name == name, _beats.c.at == last).values(at=now)
        return connection.execute(mine).rowcount == 1


def sweep_alerts(settings: Settings, provider: Provider, now: datetime) -> None:
    """Raise what is overdue and climb what nobody acknowledged."""
    for _ in range(ROUNDS):
        with transaction(db.session):
            done = alerts.sweep(now=now, address=settings.public_url, limit=MANY)
        if done < MANY:
            return


def seal_audit(settings: Settings, provider: Provider, now: datetime) -> None:
    """Chain what was written to the audit."""
    with transaction(db.session):
        audit.seal(now=now)


def erase_old(settings: Settings, provider: Provider, now: datetime) -> None:
    """Forget what need not be kept, and workers long gone; complain of what lies too long."""
    for forget in forgetting.STEPS.values():
        for _ in range(ROUNDS):
            with transaction(db.session):
                done = forget(now=now)
            if done < forgetting.BATCH:
                break
    gone = delete(_beats).where(_beats.c.name.startswith("worker:"), _beats.c.at < now - DEAD_AFTER)
    with transaction(db.session):
        db.session.execute(gone)
    newer = count_overdue(SYSTEM, now=now, version=PAYLOAD_VERSION)
    if newer:
        log.error("texts wait for a newer worker", count=newer)


def forget_at_provider(settings: Settings, provider: Provider, now: datetime) -> None:
    """Delete the provider's copies that are due: 24 hours after the last word. SAFETY 10."""
    tables: tuple[Any, ...] = (Message.__table__, InboundMessage.__table__)
    for table in tables:
        columns = table.c
        due = select(columns.id, columns.provider_sid).where(columns.forget_at <= now).limit(MANY)
        for row in db.session.execute(due).all():
            db.session.rollback()  # no transaction while the provider is called
            again: datetime | None = None
            try:
                if row.provider_sid:
                    provider.forget(row.provider_sid)
            except CannotAsk as error:
                log.warning("copy at the provider not deleted", exc_info=error)
                again = now + TRY_AGAIN
            done = update(table).where(columns.id == row.id).values(forget_at=again)
            with transaction(db.session):
                db.session.execute(done)
            if again is not None:
                return


Act = Callable[[Settings, Provider, datetime], None]


@dataclass(frozen=True)
class Step:
    """Something done each second by every worker, or now and then by one of them."""

    name: str
    act: Act
    every: timedelta | None = None


STEPS = (
    Step("sweep", sweep_alerts),
    Step("seal", seal_audit),
    Step("inbound", receiving.fetch_missed, timedelta(minutes=2)),
    Step("forget", forget_at_provider, timedelta(minutes=10)),
    Step("erase", erase_old, timedelta(hours=1)),
)


class Rounds:
    """Takes the steps of one worker, second after second."""

    def __init__(self, app: Flask, provider: Provider):
        self._app = app
        self._settings: Settings = app.extensions["engage"]
        self._provider = provider
        self._look_at: dict[str, datetime] = {}

    def take(self, now: datetime) -> None:
        """Do everything that is due; what fails is tried again and stops nothing else.

        In its first round a worker also fetches the texts that were missed meanwhile,
        whatever other workers do.
        """
        booting = not self._look_at
        with self._app.app_context():
            for step in STEPS:
                fetching = booting and step.act is receiving.fetch_missed
                try:
                    if self._is_due(step, now) or fetching:
                        step.act(self._settings, self._provider, now)
                except Exception as error:
                    log.warning("step failed", step=step.name, exc_info=error)
                # Each step begins afresh, and none leaves a transaction open behind it.
                db.session.rollback()

    def _is_due(self, step: Step, now: datetime) -> bool:
        if step.every is None:
            return True
        # Whose turn it is stands in the database; not worth asking each second.
        if now < self._look_at.get(step.name, now):
            return False
        self._look_at[step.name] = now + step.every / 8
        return take_turn(step.name, step.every, now=now)
