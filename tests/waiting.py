"""Waiting for what other processes and threads do, and ports that nobody else is given.

Wait for the very thing that is asserted next. What never came about raises `WaitedInVain`, which
alone earns a test a second go (decision 130); what came about and is wrong is an assertion.
"""

import random
import socket
import subprocess
import time
from collections.abc import Callable
from typing import Any, TypeVar

Found = TypeVar("Found")
# In seconds. A machine may do much else besides; that it comes about at all is what is tested.
PATIENCE = 60.0
# Below the ports that systems lend to outgoing connections, which might take one before we do.
PORTS = range(10_000, 30_000)
_chance = random.SystemRandom()  # hypothesis begins the other one again for each test
_given: set[int] = set()


class WaitedInVain(Exception):
    """Another process or thread did not do in time what a test waited for."""


def wait_for(
    question: Callable[[], Found | None], what: str = "it", seconds: float = PATIENCE
) -> Found:
    """Ask until the answer is true, and return it; raise WaitedInVain when patience ends."""
    end = time.monotonic() + seconds
    pause = 0.01
    while not (answer := question()):
        if time.monotonic() > end:
            raise WaitedInVain(f"{seconds:.0f} s for: {what}; it said {answer!r} at last")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return answer


def ended(process: "subprocess.Popen[Any]", seconds: float = PATIENCE) -> int:
    """Wait until a process has ended; return its exit code, or raise WaitedInVain."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise WaitedInVain(f"{seconds:.0f} s for the end of {process.args!r}") from None


def free_port() -> int:
    """Return a port on which nothing listens, and that this process gave to nobody yet."""
    while True:
        port = _chance.choice(PORTS)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
