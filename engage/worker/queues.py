"""Huey, as the settings choose it. Its queue carries the name of a task and nothing else."""

import os
import threading
from collections.abc import Callable
from typing import Any

import structlog

from engage.config import Settings

# Never from huey itself, which loads more than a queue needs.
from engage.worker.drivers import (
    Consumer,
    Huey,
    Message,
    Serializer,
    SqliteHuey,
    bring_postgres,
    bring_redis,
)

NAME = "engage"
DELIVER = "deliver"
POLL = 0.05  # seconds between looks at a queue that cannot call us
RETRY = 1.0

log = structlog.get_logger("engage.worker")


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
        return bring_redis()(NAME, url=settings.redis_url, **shared)
    if settings.queue_kind == "postgres":
        dsn = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        return bring_postgres()(NAME, dsn=dsn, **shared)
    path = settings.sqlite_path
    file = str(path.with_suffix(".queue")) if path else "engage.queue"
    # A wake-up is not worth waiting for the disk.
    return SqliteHuey(NAME, filename=file, fsync=False, timeout=2, **shared)


class QuietConsumer(Consumer):
    """Huey's consumer, leaving signals to whoever runs it."""

    def _set_signal_handlers(self) -> None:
        pass


def deliver_task(queue: Huey, act: Callable[[], None]) -> Any:
    """Register the one task there is: look at the outbox."""

    # Huey names a task after the module of its function: this one, whatever `act` is.
    def deliver() -> None:
        act()

    return queue.task(name=DELIVER)(deliver)


class Listener:
    """Runs Huey's consumer in threads of this process; each wake-up calls `act`.

    A queue that is away, or busy being made by another worker, is tried again: the worker
    goes round without it.
    """

    def __init__(self, settings: Settings, act: Callable[[], None]):
        self._settings = settings
        self._act = act
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._begin, name="listener", daemon=True)
        self._consumer: QuietConsumer | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; whatever waits in the queue may wait."""
        self._ending.set()
        self._thread.join()
        if self._consumer is not None:
            self._consumer.stop(graceful=True)

    def _begin(self) -> None:
        while not self._ending.is_set():
            try:
                self._consumer = self._make_consumer()
                self._consumer.start()
                return
            except Exception as error:
                log.warning("queue not reached", exc_info=error)
                self._ending.wait(RETRY)

    def _make_consumer(self) -> QuietConsumer:
        queue = make_queue(self._settings)
        deliver_task(queue, self._act)
        # Called in the listening thread, which holds a connection of its own.
        queue.on_shutdown(name="hang up")(queue.storage.close)
        return QuietConsumer(
            queue,
            workers=1,
            periodic=False,
            initial_delay=POLL,
            backoff=1.0,
            max_delay=POLL,
            # Nothing is ever scheduled in the queue: our tick is the clock.
            scheduler_interval=60,
            check_worker_health=False,
            shutdown_timeout=2,
        )
