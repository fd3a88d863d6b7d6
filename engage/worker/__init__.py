"""Background steps and their clock: sends texts, raises what is overdue, forgets what is old."""

import atexit
import os
from typing import TYPE_CHECKING

from flask import Flask

from engage.worker.wakeups import answer_wakeups, init_app, wake

if TYPE_CHECKING:
    from engage.worker.running import Runner

__all__ = ["init_app", "run", "start_in_thread", "stop", "wake"]

_runner: "Runner | None" = None


def run(app: Flask) -> None:
    """Be a worker until SIGTERM: claim nothing more at once, end what is on the line, return."""
    # A web process that is no worker never loads these.
    from engage.operators import memory
    from engage.worker.running import Runner, run_until_told

    runner = Runner(app)
    memory.spare()
    run_until_told(runner)


def start_in_thread(app: Flask) -> "Runner":
    """Be a worker inside this web process, until it ends."""
    from engage.worker.running import Runner

    global _runner
    _runner = Runner(app)
    _runner.start()
    answer_wakeups(_runner.wake)
    atexit.register(stop)
    return _runner


def stop() -> None:
    """End the worker inside this process, if there is one."""
    global _runner
    runner, _runner = _runner, None
    answer_wakeups(None)
    if runner is not None and runner.pid == os.getpid():
        runner.stop()
