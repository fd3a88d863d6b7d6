"""One worker: its threads, from start to a clean end."""

import os
import signal
import threading
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask

from engage import clock
from engage.config import Settings
from engage.messaging import faults
from engage.messaging.outbox import queued_here
from engage.messaging.providers import provider_for
from engage.operators.alarms import Alarm
from engage.worker.alarming import ClockWatch
from engage.worker.hours import hours_of
from engage.worker.queues import Listener
from engage.worker.sending import Dispatcher
from engage.worker.steps import CLOCKS, ERRANDS, Rounds, beat, count_workers

log = structlog.get_logger("engage.worker")
TICK = 1.0
LOOK_AROUND = timedelta(seconds=10)
GRACE = 25.0  # Source: SAFETY 6 R18


class Runner:
    """Sends texts, keeps the clocks and listens for wake-ups, in threads of this process."""

    def __init__(self, app: Flask):
        settings: Settings = app.extensions["engage"]
        self.app = app
        self.owner = uuid.uuid4().hex[:12]
        self.pid = os.getpid()
        self.provider = provider_for(settings)
        self.workers = 1
        self._now = hours_of(app)
        self.dispatcher = Dispatcher(
            app,
            self.provider,
            owner=self.owner,
            timing=faults.configure(settings.faults),
            senders=settings.senders,
            rate=settings.sms_rate,
            sharers=lambda: self.workers,
        )
        self._listener = Listener(settings, self.dispatcher.wake)
        self._ending = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="ticker", daemon=True)
        self._fetched = threading.Event()
        self._errands = threading.Thread(target=self._run_errands, name="errands", daemon=True)

    def start(self) -> None:
        """Begin."""
        self.dispatcher.start()
        self._errands.start()
        self._ticker.start()
        self._listener.start()

    def stop(self, seconds: float = GRACE) -> None:
        """Claim nothing more at once; finish what is on the line within `seconds`."""
        self._ending.set()
        self.dispatcher.is_stopping = True
        self._listener.stop()
        self.dispatcher.stop(seconds)
        self._ticker.join(max(seconds, 1))
        self._errands.join(max(seconds, 1))

    def wake(self) -> None:
        """Look at the outbox now."""
        self.dispatcher.wake()

    def _tick(self) -> None:
        started_at = self._now()
        rounds = Rounds(self.app, self.provider, CLOCKS, self._fetched.is_set)
        while not self._ending.is_set():
            now = self._now()
            try:
                # A worker that cannot send is not alive, whatever its clock says.
                if self.dispatcher.is_alive():
                    with self.app.app_context():
                        beat(self.owner, started_at, now=now)
                        if self.dispatcher.pace.per_second:
                            self.workers = count_workers(now=now)
            except Exception as error:  # the database may be back in a second
                log.warning("no heartbeat", exc_info=error)
            rounds.take(now)
            self._wake_if_queued()
            self._ending.wait(TICK)

    def _run_errands(self) -> None:
        """Take the steps that may be slow in a thread of their own, so that no deadline waits."""
        rounds = Rounds(self.app, self.provider, ERRANDS)
        watch = ClockWatch(clock.now(), time.monotonic())
        looked_at = None
        while not self._ending.is_set():
            rounds.take(self._now())
            self._fetched.set()
            self._wake_if_queued()
            # This machine's own clock is watched for jumps.
            now = clock.now()
            if looked_at is None or abs(now - looked_at) >= LOOK_AROUND:
                looked_at = now
                self._look_around(watch, now)
            self._ending.wait(TICK)

    def _look_around(self, watch: ClockWatch, now: datetime) -> None:
        """Sound the alarms that are nobody else's to sound."""
        alarms = self.dispatcher.alarms
        jump = watch.jumped(now, time.monotonic())
        try:
            with self.app.app_context():
                if jump is not None:
                    alarms.sound(Alarm.CLOCK_STEPPED, now, int(jump.total_seconds()))
                alarms.provider(self.dispatcher.breaker, now)
                alarms.disk(now)
        except Exception as error:  # alarms are looked after again in a moment
            log.warning("alarms not looked after", exc_info=error)

    def _wake_if_queued(self) -> None:
        if queued_here.get():
            queued_here.set(False)
            self.wake()


def run_until_told(runner: Runner) -> None:
    """Run until SIGTERM or SIGINT, then end cleanly."""
    told = threading.Event()

    def end(_signal: int, _frame: Any) -> None:
        runner.dispatcher.is_stopping = True
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    runner.start()
    log.info("worker started", pid=runner.pid)
    told.wait()
    runner.stop()
    log.info("worker ended", pid=runner.pid)
