"""What the worker does besides sending: every second, and now and then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engage.agreed.sweep_actions import sweep_expected
from engage.alerts import sweep_actions as alerts
from engage.audit import actions as audit
from engage.audit.queries import chain_state
from engage.config import Settings
from engage.db import db, transaction
from engage.efforts import sweep_actions as efforts
from engage.emergencies.reading_actions import raise_alarms
from engage.episodes import sweep_actions as episodes
from engage.heightened import sweep_actions as support
from engage.heightened.turns import begin_lacking
from engage.intake import sweep_actions as referrals
from engage.interviews import sweep_actions as talks
from engage.interviews.reminding import remind
from engage.interviews.text_actions import hear_choices
from engage.messaging.models import PAYLOAD_VERSION, Heartbeat
from engage.messaging.provider import Provider
from engage.messaging.queries import count_overdue
from engage.operators import checkpoint, forgetting
from engage.operators.alarms import Alarm, end_quiet_ones, hush, sound
from engage.operators.keeping import BATCH
from engage.outcomes import sweep_actions as next_steps
from engage.people.viewer import SYSTEM
from engage.reviews.due_actions import remind_overdue
from engage.safeguarding import sweep_actions as harm
from engage.staffings import sweep_actions as staffings
from engage.ways_back.sweep_actions import sweep_returns, sweep_steps
from engage.welfare import sweep_actions as welfare
from engage.worker import receiving
from engage.worker.calendar_mail import send_calendar_mails
from engage.worker.copies import tidy_copies
from engage.worker.exporting import make_exports
from engage.worker.gap_mail import send_gap_mails
from engage.worries.sweep_actions import sweep_worries

log = structlog.get_logger("engage.worker")
MANY = 500
ROUNDS = 20  # at most so many full sweeps in one tick: a heartbeat must come between
SHARING = timedelta(seconds=5)
DEAD_AFTER = timedelta(days=1)

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


def sweep_check_ins(settings: Settings, provider: Provider, now: datetime) -> None:
    """Ask, then tell people, where a check-in was agreed and none came."""
    for _ in range(ROUNDS):
        with transaction(db.session):
            done = sweep_expected(now=now, address=settings.public_url, limit=MANY)
        if done < MANY:
            return


def sweep_ready(settings: Settings, provider: Provider, now: datetime) -> None:
    """Tell more people where somebody is ready to come back and nobody has answered in time."""
    with transaction(db.session):
        sweep_returns(now=now, address=settings.public_url, limit=MANY)
    with transaction(db.session):
        sweep_steps(now=now, address=settings.public_url, limit=MANY)


def sweep_episodes(settings: Settings, provider: Provider, now: datetime) -> None:
    """Turn the clocks of those who are away amber and red, and let people hear of it."""
    for _ in range(ROUNDS):
        with transaction(db.session):
            done = episodes.sweep(now=now, address=settings.public_url, limit=MANY)
        if done < MANY:
            break
    with transaction(db.session):
        sweep_worries(now=now, address=settings.public_url)


def sweep_efforts(settings: Settings, provider: Provider, now: datetime) -> None:
    """Begin what goes on while somebody is missing, and tell people of what is due."""
    for step in (
        lambda: efforts.begin_lacking(now=now, limit=MANY),
        lambda: efforts.sweep(now=now, address=settings.public_url, limit=MANY),
    ):
        for _ in range(ROUNDS):
            with transaction(db.session):
                done = step()
            if done < MANY:
                break


def sweep_talks(settings: Settings, provider: Provider, now: datetime) -> None:
    """Owe a talk after each time away, and tell people of those that are due."""
    for step in (
        lambda: talks.open_owed(now=now, limit=MANY),
        lambda: talks.sweep(now=now, address=settings.public_url, limit=MANY),
    ):
        for _ in range(ROUNDS):
            with transaction(db.session):
                done = step()
            if done < MANY:
                break


def hear_texts(settings: Settings, provider: Provider, now: datetime) -> None:
    """Take texted digits as what they answer: who somebody would like to talk to."""
    with transaction(db.session):
        hear_choices(now=now)
    with transaction(db.session):
        remind(now=now, address=settings.public_url)


def sweep_next_steps(settings: Settings, provider: Provider, now: datetime) -> None:
    """Let plans be looked at after a talk, and tell people of what was promised and is late."""
    with transaction(db.session):
        next_steps.look_at_plans(now=now)
    with transaction(db.session):
        next_steps.sweep(now=now, address=settings.public_url)
    with transaction(db.session):
        welfare.sweep(now=now, address=settings.public_url)


def sweep_support(settings: Settings, provider: Provider, now: datetime) -> None:
    """Look at records for what asks for help, and tell people of what was offered and is late."""
    with transaction(db.session):
        support.sweep_offers(now=now, address=settings.public_url, limit=MANY)
    for _ in range(ROUNDS):
        with transaction(db.session):
            done = support.look_at_records(now=now)
        if not done:
            return


def begin_support(settings: Settings, provider: Provider, now: datetime) -> None:
    """Begin to look at the records of those who are new."""
    for _ in range(ROUNDS):
        with transaction(db.session):
            done = begin_lacking(now=now, limit=MANY)
        if done < MANY:
            return


def sweep_staffings(settings: Settings, provider: Provider, now: datetime) -> None:
    """Propose staffings, end those of people who are back, and tell of what is late."""
    for step in (
        lambda: staffings.begin_lacking(now=now, limit=MANY),
        lambda: staffings.sweep(now=now, address=settings.public_url, limit=MANY),
        lambda: staffings.sweep_actions(now=now, address=settings.public_url, limit=MANY),
    ):
        for _ in range(ROUNDS):
            with transaction(db.session):
                done = step()
            if done < MANY:
                break


def sweep_referrals(settings: Settings, provider: Provider, now: datetime) -> None:
    """Let those on duty hear of somebody missing whom others told us of and nobody has in hand."""
    for _ in range(ROUNDS):
        with transaction(db.session):
            done = referrals.sweep(now=now, address=settings.public_url, limit=MANY)
        if done < MANY:
            return


def sweep_harm(settings: Settings, provider: Provider, now: datetime) -> None:
    """Raise it again where somebody may have been hurt and people are still to be told."""
    with transaction(db.session):
        harm.sweep(now=now, address=settings.public_url)


def seal_audit(settings: Settings, provider: Provider, now: datetime) -> None:
    """Chain what was written to the audit, after a look at who opened very many records."""
    with transaction(db.session):
        raise_alarms(address=settings.public_url, now=now)
    with transaction(db.session):
        audit.seal(now=now)


def keep_head(settings: Settings, provider: Provider, now: datetime) -> None:
    """Keep the head of the audit outside the database. Source: SAFETY 12 (hourly)."""
    if not settings.audit_checkpoint:
        return
    try:
        checkpoint.keep(Path(settings.audit_checkpoint), now=now)
    except checkpoint.NotAsKept as problem:
        log.error("audit head not kept", exc_info=problem)
        sound(Alarm.AUDIT_NOT_KEPT, settings, now=now)
    else:
        hush(Alarm.AUDIT_NOT_KEPT, now=now)


def verify_audit(settings: Settings, provider: Provider, now: datetime) -> None:
    """Check the whole chain. Source: SAFETY 12 (nightly)."""
    wrong = chain_state(SYSTEM).first_wrong
    db.session.rollback()
    if wrong is not None:
        sound(Alarm.AUDIT_CHANGED, settings, now=now, number=wrong)


def erase_old(settings: Settings, provider: Provider, now: datetime) -> None:
    """Forget what need not be kept, and workers long gone; complain of what lies too long."""
    for forget in forgetting.STEPS.values():
        for _ in range(ROUNDS):
            with transaction(db.session):
                done = forget(now=now)
            if done < BATCH:
                break
    gone = delete(_beats).where(_beats.c.name.startswith("worker:"), _beats.c.at < now - DEAD_AFTER)
    with transaction(db.session):
        db.session.execute(gone)


def remind_of_plans(settings: Settings, provider: Provider, now: datetime) -> None:
    """Remind workers of plans that are overdue; a day later their supervisors."""
    with transaction(db.session):
        remind_overdue(address=settings.public_url, now=now)


def look_for_newer(settings: Settings, provider: Provider, now: datetime) -> None:
    """Complain of texts that only a newer version can send. Source: SAFETY 6 R22."""
    newer = count_overdue(SYSTEM, now=now, version=PAYLOAD_VERSION)
    if newer:
        sound(Alarm.NEWER_TEXTS, settings, now=now, number=newer)


def act_on_raw(settings: Settings, provider: Provider, now: datetime) -> None:
    """Act on texts that were stored and nothing more."""
    receiving.act_on_waiting(settings, now)


def end_alarms(settings: Settings, provider: Provider, now: datetime) -> None:
    """End the alarms that nothing renewed for a day."""
    end_quiet_ones(now=now)


Act = Callable[[Settings, Provider, datetime], None]


@dataclass(frozen=True)
class Step:
    """Something done each second by every worker, or now and then by one of them."""

    name: str
    act: Act
    every: timedelta | None = None
    # It asks the provider or deletes by the thousand: never in the way of the clocks.
    is_slow: bool = False
    # It would raise a false alarm over a text that was sent in time and is still to be fetched.
    after_fetch: bool = False


STEPS = (
    Step("sweep", sweep_alerts),
    Step("episodes", sweep_episodes),
    # It looks through everybody who is missing, so not every second.
    Step("efforts", sweep_efforts, timedelta(seconds=15)),
    Step("talks", sweep_talks, timedelta(seconds=15)),
    Step("staffings", sweep_staffings, timedelta(seconds=15)),
    Step("choices by text", hear_texts, timedelta(seconds=5)),
    Step("harm", sweep_harm, timedelta(seconds=15)),
    Step("referrals", sweep_referrals, timedelta(seconds=15)),
    Step("next steps", sweep_next_steps, timedelta(minutes=1)),
    Step("support", sweep_support, timedelta(minutes=1)),
    Step("seal", seal_audit),
    Step("raw", act_on_raw),
    Step("inbound", receiving.fetch_missed, timedelta(minutes=2), is_slow=True),
    # After the texts that were missed: one sent in time stops a false alarm before it begins.
    Step("check-ins", sweep_check_ins, after_fetch=True),
    Step("returns", sweep_ready),
    Step("calendar mails", send_calendar_mails, timedelta(seconds=5), is_slow=True),
    Step("gap mails", send_gap_mails, timedelta(minutes=1), is_slow=True),
    Step("exports", make_exports, timedelta(seconds=5), is_slow=True),
    Step("copies", tidy_copies, timedelta(minutes=2), is_slow=True),
    Step("erase", erase_old, timedelta(hours=1), is_slow=True),
    Step("audit head", keep_head, timedelta(hours=1), is_slow=True),
    Step("audit verify", verify_audit, timedelta(days=1), is_slow=True),
    Step("support for all", begin_support, timedelta(minutes=10), is_slow=True),
    Step("plans due", remind_of_plans, timedelta(minutes=10), is_slow=True),
    Step("newer", look_for_newer, timedelta(minutes=5), is_slow=True),
    Step("alarms", end_alarms, timedelta(hours=1), is_slow=True),
)
CLOCKS = tuple(step for step in STEPS if not step.is_slow)
ERRANDS = tuple(step for step in STEPS if step.is_slow)
# However long the provider takes at our start, deadlines wait no longer for its list.
FETCH_PATIENCE = timedelta(seconds=45)


class Rounds:
    """Takes the steps of one worker, second after second."""

    def __init__(
        self,
        app: Flask,
        provider: Provider,
        steps: Sequence[Step] = STEPS,
        has_fetched: Callable[[], bool] = lambda: True,
    ):
        self._app = app
        self._settings: Settings = app.extensions["engage"]
        self._provider = provider
        self._steps = steps
        self._has_fetched = has_fetched
        self._began_at: datetime | None = None
        self._look_at: dict[str, datetime] = {}

    def take(self, now: datetime) -> None:
        """Do everything that is due; what fails is tried again and stops nothing else.

        In its first round a worker also fetches the texts that were missed meanwhile,
        whatever other workers do.
        """
        booting = self._began_at is None
        self._began_at = self._began_at or now
        may_judge = self._has_fetched() or now - self._began_at >= FETCH_PATIENCE
        with self._app.app_context():
            for step in self._steps:
                if step.after_fetch and not may_judge:
                    continue
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
