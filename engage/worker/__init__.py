"""Background steps and their clock: sends texts, raises what is overdue, forgets what is old."""

import atexit
import os

from flask import Flask, Response

from engage.config import Environment, Settings
from engage.messaging.outbox import queued_here
from engage.worker.running import Runner, run_until_told
from engage.worker.wakeups import Waker

__all__ = ["Runner", "init_app", "run", "start_in_thread", "stop", "wake"]

_runner: Runner | None = None
_waker: Waker | None = None


def init_app(app: Flask, settings: Settings) -> None:
    """Wake the worker when a request that queued texts has been answered."""
    global _waker
    # Tests run what they need of the worker themselves.
    _waker = None if settings.environment is Environment.TEST else Waker(settings)

    @app.after_request
    def wake_afterwards(response: Response) -> Response:
        if queued_here.get():
            queued_here.set(False)
            response.call_on_close(wake)
        return response


def wake() -> None:
    """Have the outbox looked at now, by the worker in this process or by the others."""
    if _runner is not None and _runner.pid == os.getpid():
        _runner.wake()
    elif _waker is not None:
        _waker.wake()


def run(app: Flask) -> None:
    """Be a worker until SIGTERM: claim nothing more at once, end what is on the line, return."""
    run_until_told(Runner(app))


def start_in_thread(app: Flask) -> Runner:
    """Be a worker inside this web process, until it ends."""
    global _runner
    _runner = Runner(app)
    _runner.start()
    atexit.register(stop)
    return _runner


def stop() -> None:
    """End the worker inside this process, if there is one."""
    global _runner
    runner, _runner = _runner, None
    if runner is not None and runner.pid == os.getpid():
        runner.stop()
