"""Waking the worker through Huey's queue. It carries the name of a task and nothing else.

The outbox is the truth and every worker looks at it each second: a lost wake-up costs a
second, a lost queue loses nothing. Source: SAFETY 6 R21.
"""

import os
import threading
from collections.abc import Callable
from typing import Any

import structlog
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer

from engage.config import Settings

log = structlog.get_logger("engage.worker")
NAME = "engage"
DELIVER = "deliver"
TOGETHER = 0.02  # seconds in which many changes make one wake-up
ENOUGH = 4  # wake-ups waiting in the queue already wake everybody
POLL = 0.05  # seconds between looks at a queue that cannot call us


class NameOnly(Serializer):
    """Writes the task's name alone, so that nothing can be smuggled in or leak out."""

    def _serialize(self, data: Any) -> bytes:
        return str(data.name).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(id=os.urandom(8).hex(), name=bytes(data).decode())


def make_queue(settings: Settings) -> Huey:
    """Return the queue the settings name: a file beside the database, PostgreSQL, or Redis."""
    shared: dict[str, Any] = {"results": False, "serializer": NameOnly()}
    if settings.queue_kind == "redis":
        return RedisHuey(NAME, url=settings.redis_url, **shared)
    if settings.queue_kind == "postgres":
        dsn = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        return PostgresHuey(NAME, dsn=dsn, **shared)
    path = settings.sqlite_path
    file = str(path.with_suffix(".queue")) if path else "engage.queue"
    # A wake-up is not worth waiting for the disk.
    return SqliteHuey(NAME, filename=file, fsync=False, timeout=2, **shared)


class QuietConsumer(Consumer):
    """Huey's consumer, leaving signals to whoever runs it."""

    def _set_signal_handlers(self) -> None:
        pass


class Waker:
    """Puts wake-ups into the queue from its own thread, so that no request waits for it."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._event = threading.Event()
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._guard = threading.Lock()
        self._task: Any = None

    def wake(self) -> None:
        """Ask for the outbox to be looked at now."""
        self._event.set()
        if self._thread is None or self._pid != os.getpid():
            self._start()

    def _start(self) -> None:
        with self._guard:
            if self._pid == os.getpid():
                return
            self._pid = os.getpid()
            self._task = None
            self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            self._event.wait()
            self._event.clear()
            try:
                self._send()
            except Exception as error:  # the tick finds what no wake-up told of
                log.warning("wake-up not queued", exc_info=error)
                self._task = None
                threading.Event().wait(1)
            threading.Event().wait(TOGETHER)

    def _send(self) -> None:
        if self._task is None:
            self._task = deliver_task(make_queue(self._settings), lambda: None)
        if self._task.huey.storage.queue_size() < ENOUGH:
            self._task()


def deliver_task(queue: Huey, act: Callable[[], None]) -> Any:
    """Register the one task there is: look at the outbox."""

    # Huey names a task after the module of its function: this one, whatever `act` is.
    def deliver() -> None:
        act()

    return queue.task(name=DELIVER)(deliver)


class Listener:
    """Runs Huey's consumer in threads of this process; each wake-up calls `act`."""

    def __init__(self, settings: Settings, act: Callable[[], None]):
        queue = make_queue(settings)
        deliver_task(queue, act)
        self._consumer = QuietConsumer(
            queue,
            workers=1,
            periodic=False,
            initial_delay=POLL,
            backoff=1.0,
            max_delay=POLL,
            # Nothing is ever scheduled in the queue: our tick is the clock.
            scheduler_interval=60,
            check_worker_health=False,
        )

    def start(self) -> None:
        """Begin to listen."""
        self._consumer.start()

    def stop(self) -> None:
        """Stop listening; whatever waits in the queue may wait."""
        self._consumer.stop()
