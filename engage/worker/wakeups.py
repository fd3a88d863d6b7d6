"""Waking the worker when a request that queued texts has been answered.

The outbox is the truth and every worker looks at it each second: a lost wake-up costs a
second, a lost queue loses nothing. Source: SAFETY 6 R21.
"""

import os
import threading
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response

from engage.config import Environment, Settings
from engage.messaging.outbox import queued_here
from engage.web.programs import for_programs

log = structlog.get_logger("engage.worker")
TOGETHER = 0.02  # seconds in which many changes make one wake-up
ENOUGH = 4  # wake-ups waiting in the queue already wake everybody

_inside: tuple[int, Callable[[], None]] | None = None
_waker: "Waker | None" = None


def init_app(app: Flask, settings: Settings) -> None:
    """Wake the worker when a request that queued texts has been answered."""
    global _waker
    # Tests run what they need of the worker themselves.
    _waker = None if settings.environment is Environment.TEST else Waker(settings)

    @app.after_request
    @for_programs
    def wake_afterwards(response: Response) -> Response:
        if queued_here.get():
            queued_here.set(False)
            response.call_on_close(wake)
        return response


def wake() -> None:
    """Have the outbox looked at now, by the worker in this process or by the others."""
    if _inside is not None and _inside[0] == os.getpid():
        _inside[1]()
    elif _waker is not None:
        _waker.wake()


def answer_wakeups(act: Callable[[], None] | None) -> None:
    """Let the worker inside this process be woken directly; None when it has ended."""
    global _inside
    _inside = None if act is None else (os.getpid(), act)


class Waker:
    """Puts wake-ups into the queue from its own thread, so that no request waits for it."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._event = threading.Event()
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._guard = threading.Lock()
        self._task: Any = None
        self._is_ending = False

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

    def close(self) -> None:
        """End the thread and hang up."""
        self._is_ending = True
        self._event.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._event.wait()
            self._event.clear()
            if self._is_ending:
                if self._task is not None:
                    self._task.huey.storage.close()
                return
            try:
                self._send()
            except Exception as error:  # the tick finds what no wake-up told of
                log.warning("wake-up not queued", exc_info=error)
                self._task = None
                threading.Event().wait(1)
            threading.Event().wait(TOGETHER)

    def _send(self) -> None:
        # Queues come with their drivers: only what queues texts loads them.
        from engage.worker.queues import deliver_task, make_queue

        if self._task is None:
            self._task = deliver_task(make_queue(self._settings), lambda: None)
        if self._task.huey.storage.queue_size() < ENOUGH:
            self._task()
